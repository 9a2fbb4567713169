"""Gradio's sessions, each bound to who asks.

The browser names its session itself, and Gradio gives the stream of a session to whoever names it. So Gradio is told
another name than the browser says, one that follows from that name and from who asks: whoever learns the name that
another's browser uses comes to an empty session of his own.
"""

from __future__ import annotations

import hmac
import json
import secrets
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

FIELD = "session_hash"
JOIN = "/gradio_api/queue/join"
DATA = "/gradio_api/queue/data"
HEARTBEAT = "/gradio_api/heartbeat/"


async def served(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a request; the stream of a session that Gradio does not know ends where Gradio breaks off.

    By then it has told the page that there is no such session.
    """
    try:
        await app(scope, receive, send)
    except RuntimeError as error:
        if scope["path"] != DATA or not isinstance(error.__cause__, HTTPException):
            raise
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class OwnSessions:
    """Names for Gradio's sessions, which only one who asks can come by; other ones in each server."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def bound(self, who: str, scope: Scope, body: bytes) -> tuple[Scope, bytes]:
        """A request and its body with the session's name changed, wherever the page's requests to Gradio hold one."""
        path = scope["path"]
        if path == JOIN:
            body = self._joined(who, body)
            headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"content-length"]
            return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, body
        if path == DATA:
            asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            changed = [(name, self._name(who, value) if name == FIELD else value) for name, value in asked]
            return {**scope, "query_string": urlencode(changed).encode()}, body
        if path.startswith(HEARTBEAT):
            changed_path = HEARTBEAT + self._name(who, path.removeprefix(HEARTBEAT))
            return {**scope, "path": changed_path, "raw_path": changed_path.encode()}, body
        return scope, body

    def _joined(self, who: str, body: bytes) -> bytes:
        try:
            asked = json.loads(body)
        except ValueError:
            return body  # Gradio says what is wrong with it
        if not isinstance(asked, dict) or not isinstance(asked.get(FIELD), str):
            return body
        return json.dumps({**asked, FIELD: self._name(who, asked[FIELD])}).encode()

    def _name(self, who: str, session: str) -> str:
        said = f"{who}\0{session}".encode("utf-8", errors="surrogatepass")
        return hmac.digest(self._secret, said, "sha256").hex()
