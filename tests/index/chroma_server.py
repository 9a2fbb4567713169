"""A real Chroma server, and a proxy before it that wants a token."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STARTING_SECONDS = 60
RUN = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ChromaServer:
    """`chroma run` over a folder, at one address however often it is stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = ["run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", RUN, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        waiting = threading.Event()
        for _ in range(STARTING_SECONDS * 20):
            try:
                with urllib.request.urlopen(f"{self.address}/api/v2/heartbeat"):
                    return
            except (urllib.error.URLError, ConnectionError):
                assert self._process.poll() is None, "the server ended"
                waiting.wait(0.05)
        raise AssertionError("the server does not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def collections(self) -> list[str]:
        path = "/api/v2/tenants/default_tenant/databases/default_database/collections"
        with urllib.request.urlopen(f"{self.address}{path}") as answer:
            return sorted(collection["name"] for collection in json.load(answer))


@contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaServer]:
    server = ChromaServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Proxy:
    """Passes on to a Chroma server what comes below `/chroma` with the right token.

    Attributes:
        tokens: the Authorization header of every request, "" where there was none.
        behaviour: "pass on", or "redirect", or "repeat" what it was sent in a refusal.
    """

    def __init__(self, target_port: int, token: str, certificates: Path | None = None) -> None:
        self.tokens: list[str] = []
        self.behaviour = "pass on"
        self._target_port, self._token = target_port, token
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if certificates is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates / "fullchain.pem", certificates / "privkey.pem")
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme, host = ("https", "localhost") if certificates else ("http", "127.0.0.1")
        self.address = f"{scheme}://{host}:{self._server.server_address[1]}/chroma"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                given = self.headers.get("Authorization") or ""
                proxy.tokens.append(given)
                if proxy.behaviour == "redirect":
                    self.reply(307, b"", {"Location": "http://127.0.0.1:1/elsewhere"})
                elif given != f"Bearer {proxy._token}":
                    self.reply(401, b"no entry")
                elif proxy.behaviour == "repeat" and "collections" in self.path:
                    self.reply(500, f"cannot work with {given}".encode())
                else:
                    self.reply(*proxy._pass_on(self.command, self.path.removeprefix("/chroma"), body))

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _pass_on(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self._target_port)) as connection:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
