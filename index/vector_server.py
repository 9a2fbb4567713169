"""A Chroma server before Chroma's client speaks to it: its address, the token for its proxy, and whether it answers.

Chroma's client waits without end for a server that takes a connection and says nothing. It is told of a server only
once that has answered here.
"""

from __future__ import annotations

import os
import time
from http import HTTPStatus
from urllib.parse import urlsplit

from index.errors import InvalidAddress, VectorsUnavailable

SCHEMES = ("http", "https")
TOKEN_VARIABLE = "DESPATCH_VECTORS_TOKEN"
ANSWER_SECONDS = 5.0  # a sound server needs milliseconds, and somebody is waiting for an answer
PAUSES_SECONDS = (0.2, 0.6)  # before a server is asked once more: it may be starting anew
_PROBE = "/api/v2/auth/identity"  # what Chroma's client asks first, so it needs no permission of its own
_STARTING = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE)
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def is_address(place: str) -> bool:
    """Whether a generation's place is a server's address rather than a folder's name."""
    return place.startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def checked_address(text: str, *, key_variable: str = TOKEN_VARIABLE) -> str:
    """The one form of a server's address: `https://vectors.example.org/chroma`, without a slash at its end.

    Args:
        text: as somebody wrote it.
        key_variable: where a password or token for it belongs instead.

    Raises:
        InvalidAddress: it is no address, or holds more than one, such as a password.
    """
    if "@" in text:
        # nothing of it is repeated, for it would stand in logs
        raise InvalidAddress("...@...", f"a password or token does not belong into it but into {key_variable}")
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise InvalidAddress(text, str(error)) from error
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise InvalidAddress(text, "it does not begin with http:// or https:// and a host")
    if parts.query or parts.fragment or not text.isprintable() or " " in text.strip():
        raise InvalidAddress(text, "it has more than a host, a port and a path")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"


def token() -> str:
    """The token for the proxy before the server, "" where none is set."""
    return os.environ.get(TOKEN_VARIABLE, "").strip()


def headers() -> dict[str, str]:
    """What every request to a server carries."""
    return {"Authorization": f"Bearer {token()}"} if token() else {}


def knock(address: str) -> None:
    """Return once a server answers.

    Raises:
        VectorsUnavailable: it does not, or lets nobody in.
    """
    for pause in (*PAUSES_SECONDS, None):
        fault, may_be_starting = _ask(address)
        if not fault:
            return
        if pause is None or not may_be_starting:
            raise VectorsUnavailable(address, fault)
        time.sleep(pause)


def _ask(address: str) -> tuple[str, bool]:
    """What is wrong with a server in a few words, "" if nothing, and whether that may pass within a second."""
    import httpx  # noqa: PLC0415  only where there is a server

    try:
        # redirections are not followed: they would carry the token to where they lead
        answer = httpx.get(f"{address}{_PROBE}", headers=headers(), timeout=ANSWER_SECONDS, follow_redirects=False)
    except httpx.TimeoutException:
        return f"it has not answered for {ANSWER_SECONDS:g} seconds", False
    except httpx.ConnectError as error:
        return f"no connection: {error}", "CERTIFICATE" not in str(error)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        return f"{type(error).__name__}: {error}", True
    if answer.status_code in _REFUSED:
        return f"it refuses the token in {TOKEN_VARIABLE}" if token() else f"it wants a token, {TOKEN_VARIABLE}", False
    if answer.status_code != HTTPStatus.OK:
        return f"it answers with HTTP status {answer.status_code}", answer.status_code in _STARTING
    try:
        known = "tenant" in answer.json()
    except (ValueError, TypeError):
        known = False
    return ("", False) if known else ("what answers there is no Chroma", False)
