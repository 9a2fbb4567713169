"""What stands between a browser and the application: hosts, origins, paths and a strict content policy.

Pure ASGI, because Starlette's `BaseHTTPMiddleware` holds back streams, and answers are streamed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus import DespatchError
from ui.chat.own_sessions import JOIN, OwnSessions, served
from ui.sessions import ASKED_A_MINUTE, WHO, Access
from ui.shapes import encoded, problem_shape
from ui.signing_in import onward
from ui.wording import choices, words_for

Headers = list[tuple[bytes, bytes]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY = 1024 * 1024  # bytes; a question with a long conversation before it has some 100 kB
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORWARDED = re.compile(rb"x-forwarded-.*|forwarded|x-real-ip|x-gradio-server", re.IGNORECASE)

# Gradio's script makes one style element of its own, always the same in 6.31; this is its hash.
GRADIO_STYLE = "sha256-g1bHISw0wC5zPcnfBxdUydnwBkCuBpNPwannoyMIG3M="

STATIC = r"ui/(desk\.(css|js)|sign-in\.css|words-[a-z]{2}\.js)"
# What the page and the API ask for and nothing else: Gradio serves some eighty routes, most of them open to anyone.
ALLOWED = re.compile(
    r"(GET|HEAD) /"
    rf"|GET /(favicon\.ico|{STATIC})"
    r"|GET /(v1/(citations|nearest)|ui/(texts|originals)/(cite|near))/[\w-]{1,64}/\d{1,4}"
    r"|GET /(healthz|readyz|metrics)"
    r"|GET /ui/(settings|corpora|conversations(/[\w-]{1,64}\.(md|html|docx|json))?)"
    r"|GET /ui/((copies|next)/[\w-]{1,64}|pages/[\w-]{1,64}/\d{1,4}/\d{1,6})"
    r"|GET /ui/corpus(/(matching|work|document|text|original))?"
    r"|POST /ui/corpus/(filter|work|files)|DELETE /ui/corpus/(work|files)"
    r"|(POST|DELETE) /ui/conversations/[\w-]{1,64}|POST /ui/exchanges/[\w-]{1,64}"
    r"|GET /(assets|static)/(?!.*\.\.)[\w@./-]+"
    r"|GET /(theme\.css|manifest\.json)"
    r"|GET /gradio_api/(app_id|queue/data|heartbeat/\w+)"
    r"|POST /gradio_api/queue/join"
    r"|(GET|POST) /sign-in|POST /sign-out"
    # the API says itself which methods an address takes
    r"|[A-Z]+ /v1/(ask|retrieve|citations|corpora|documents(/[\s\S]*)?|chat/completions|openapi\.json|docs)"
    r"|[A-Z]+ /v1/models(/[^/]*){0,2}"
    r"|[A-Z]+ /mcp"
)

# What may be larger than a request's body: the route itself says how large, and takes it piece by piece.
TAKEN_PIECEMEAL = re.compile(r"POST /ui/corpus/files")

# Who looks after the server, and who is about to sign in, asks without being known.
ALIVE = "/healthz"
PUBLIC = re.compile(rf"GET /(healthz|readyz|favicon\.ico|{STATIC})|(GET|POST) /sign-in|POST /sign-out")
OF_PROGRAMS = re.compile(r"/(mcp|metrics|v1/(?!(citations|nearest)/)[\s\S]*)")

ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
]
NOT_A_PAGE = b"default-src 'none'; frame-ancestors 'none'"


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy of a page whose inline scripts and styles carry `nonce`.

    Style attributes must stay allowed: Gradio's layout stands on them. No `unsafe-eval`, so no `gr.HTML`
    and no `js=` anywhere in the application.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "style-src-attr 'unsafe-inline'",
            f"style-src-elem 'self' 'nonce-{nonce}' '{GRADIO_STYLE}'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a request goes no further."""

    status: int
    sentence: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Guard:
    """Lets through what page and programs need, from whom may ask, and gives every answer its headers.

    Args:
        app: what is guarded.
        access: who may ask; None is everyone on this machine.
        hosts: the names that the server has; None is any, where who may ask is known by more than where from.
    """

    def __init__(self, app: ASGIApp, *, access: Access | None = None, hosts: Collection[str] | None = LOOPBACK) -> None:
        self._app = app
        self._access = access
        self._hosts = hosts
        self._sessions = OwnSessions()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection; only HTTP is served."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        else:
            reader = _texts(scope["headers"]) if scope["path"] == "/" else None
            await self._served(scope, receive, _Outgoing(send, reader))

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        access = None if scope["path"] == ALIVE else self._access  # it lives, whatever its files on access are like
        try:
            peer, _ = scope.get("client") or ("", 0)
            who = None if access is None else access.who(headers, peer)
            proxy = None if access is None else access.proxy
            refusal = self._refusal(scope, headers, who)
        except DespatchError as error:
            refusal = _Refusal(503, str(error))
        if refusal is not None:
            await _refuse(send, refusal)
            return
        inner = _inner(scope, who, b"" if proxy is None else proxy.header)
        if TAKEN_PIECEMEAL.fullmatch(f"{scope['method']} {scope['path']}"):
            await self._app(inner, receive, send)
        elif (body := await _body(receive)) is None:
            await _refuse(send, TOO_LARGE)
        else:
            if who is not None:
                inner, body = self._sessions.bound(who, inner, body)
            await served(self._app, inner, _again(body, receive), send)

    def _refusal(self, scope: Scope, headers: Mapping[bytes, str], who: str | None) -> _Refusal | None:
        host = headers.get(b"host", "")
        if self._hosts is not None and _hostname(f"//{host}") not in self._hosts:
            # A foreign name that resolves to this machine is another site's page reading through the visitor.
            return _Refusal(421, "This host name is not Despatch's; open the address that `despatch chat` printed.")
        origin = headers.get(b"origin")
        if scope["method"] not in SAFE_METHODS and origin is not None and urlsplit(origin).netloc != host:
            return _Refusal(403, "This request came from another site's page; Despatch answers its own page only.")
        request = f"{scope['method']} {scope['path']}"
        if not ALLOWED.fullmatch(request):
            return _Refusal(404, "There is nothing at this address.")
        if self._access is None or PUBLIC.fullmatch(request):
            return None
        return _stranger(self._access, who, scope)


def _stranger(access: Access, who: str | None, scope: Scope) -> _Refusal | None:
    """Why who asks may not do so there, None if he may."""
    of_programs = OF_PROGRAMS.fullmatch(scope["path"]) is not None
    if of_programs:
        if who is None:
            return NO_KEY if access.api_is_closed else None
        return None if access.may_ask(who) else TOO_OFTEN
    if access.page_is_closed and not (who or "").startswith("user "):
        if scope["path"] == "/":
            location = f"sign-in{onward(scope['query_string'].decode('latin-1'))}".encode()
            return _Refusal(303, "Sign in first.", ((b"location", location), (b"cache-control", b"no-store")))
        return _Refusal(401, words_for(_texts(scope["headers"]))("page.signed_out"))
    return TOO_OFTEN if who is not None and scope["path"] == JOIN and not access.may_ask(who) else None


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


async def _body(receive: Receive) -> bytes | None:
    """The whole body of a request, None where it is too large."""
    body = bytearray()
    while len(body) <= LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body) if len(body) <= LARGEST_BODY else None
    return None


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives out a body that was read already, and then what follows it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _headers(scope: Scope) -> Mapping[bytes, str]:
    """The headers by their names in lower case; of one that came several times, all values, so that none is a name."""
    found: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        before = f"{found[name.lower()]}, " if name.lower() in found else ""
        found[name.lower()] = before + value.decode("latin-1")
    return found


def _inner(scope: Scope, who: str | None, named: bytes) -> Scope:
    """The request as Gradio may see it: no proxy's word on host, scheme or name, pages uncompressed for the nonces.

    Who asks goes along as the request's state, from which `ui.sessions.who_asks` reads it.
    """
    page = scope["path"] == "/"
    dropped = [
        (name, value) for name, value in scope["headers"] if not FORWARDED.fullmatch(name) and name.lower() != named
    ]
    kept = [(name, value) for name, value in dropped if not (page and name.lower() == b"accept-encoding")]
    return {**scope, "headers": kept, "state": {**scope.get("state", {}), WHO: who}}


TOO_LARGE = _Refusal(413, f"The request is larger than {LARGEST_BODY // 1024**2} MiB; send less.")
TOO_OFTEN = _Refusal(
    429, f"More than {ASKED_A_MINUTE} requests came in a minute; send fewer.", ((b"retry-after", b"10"),)
)
NO_KEY = _Refusal(
    401, "This needs a key: `despatch keys add NAME` makes one; send it as `Authorization: Bearer KEY`.",
    ((b"www-authenticate", b"Bearer"),),
)  # fmt: skip


async def _refuse(send: Send, refusal: _Refusal) -> None:
    body = encoded(problem_shape(refusal.sentence))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *refusal.headers]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Outgoing:
    """Sends a response on, with the headers; a page is held until it is whole and gets its nonces.

    The chat's own page, where the headers of a `reader` are told, speaks the reader's language.
    """

    def __init__(self, send: Send, reader: Mapping[str, str] | None) -> None:
        self._send = send
        self._reader = reader
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _begin(self, message: Message) -> None:
        headers: Headers = list(message["headers"])
        if any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers):
            self._start = {**message, "headers": headers}
        else:
            policy = (b"content-security-policy", NOT_A_PAGE)
            await self._send({**message, "headers": [*headers, *ALWAYS, policy]})

    async def _finish(self, start: Message) -> None:
        nonce = secrets.token_urlsafe(16)
        page = bytes(self._body)
        if self._reader is not None:
            page = words_for(self._reader).filled(page, choices(self._reader).get("theme", ""))
        body = re.sub(rb"<(script|style)(?=[\s>])", rb'<\1 nonce="%s"' % nonce.encode(), page)
        kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        added = [
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", content_policy(nonce).encode()),
        ]
        await self._send({**start, "headers": [*kept, *ALWAYS, *added]})
        await self._send({"type": "http.response.body", "body": body})
