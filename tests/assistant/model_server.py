"""A real OpenAI-compatible server on loopback whose model says what a script tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

MODELS = ("scripted", "another")
FINE = 200


@dataclass(frozen=True)
class Script:
    """What comes to one request: pieces of text, and then the end, or nothing, or the same again without end."""

    pieces: Sequence[str] = ()
    then: Literal["stop", "length", "break", "hang", "again"] = "stop"
    status: int = FINE
    code: str | None = None
    raw: bytes | None = None  # sent in place of all that


class ModelServer(ThreadingHTTPServer):
    """What it was asked, and what it says: `script` makes that of the prompt, which is "" where models are listed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.script: Callable[[str], Script] = lambda prompt: Script()
        self.asked: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.left = threading.Event()  # a client closed its connection before the end

    @property
    def prompt(self) -> str:
        """All that the latest request holds."""
        return _prompt(self.asked[-1])


@contextmanager
def model_server(script: Callable[[str], Script] | None = None) -> Iterator[ModelServer]:
    """Serve until the block ends."""
    with ModelServer() as server:
        server.script = script or server.script
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _prompt(body: dict) -> str:
    return "\n".join(message["content"] for message in body["messages"])


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_GET(self):
        self.server.headers.append(dict(self.headers))
        models = [{"id": name, "object": "model"} for name in MODELS]
        script = self.server.script("")
        self._answer(script, {"object": "list", "data": models})

    def do_POST(self):
        self.server.headers.append(dict(self.headers))
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        script = self.server.script(_prompt(body))
        if script.status != FINE:
            self._answer(script, {"error": {"message": "no", "code": script.code}})
            return
        self.send_response(FINE)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        try:
            self._stream(script)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def _stream(self, script: Script):
        if script.raw is not None:
            self.wfile.write(script.raw)
            return
        self._chunk({"role": "assistant"})
        self._say(script)
        while script.then == "again":
            self._say(script)
        if script.then == "hang":
            self.connection.recv(1)  # comes back when the client has gone
            self.server.left.set()
        elif script.then != "break":
            self._chunk({}, script.then)
            self.wfile.write(b"data: [DONE]\n\n")

    def _say(self, script: Script):
        for piece in script.pieces:
            self._chunk({"content": piece})

    def _chunk(self, delta: dict, ended: str | None = None):
        choice = {"index": 0, "delta": delta, "finish_reason": ended}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")

    def _answer(self, script: Script, shape: dict):
        body = script.raw if script.raw is not None else json.dumps(shape).encode()
        self.send_response(script.status)
        if script.status // 100 == 3:
            self.send_header("location", f"{self.server.url}/elsewhere")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
