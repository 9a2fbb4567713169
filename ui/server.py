"""The server of chat and programs: one application, on this machine unless people or programs can sign in.

DespatchError
  ServingError
    PortBusy             another program listens there
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from importlib.resources import files

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assistant import LANGUAGES, Assistant
from corpus import DespatchError
from ui.api import routes as api
from ui.api.failures import SENTENCES, UNAVAILABLE, Json, failed, tell_failures
from ui.api.work import Work
from ui.chat import corpus_routes, routes
from ui.chat.keepers import Keepers
from ui.chat.opening import Openings
from ui.chat.security import LOOPBACK, Guard
from ui.corpora import Corpora
from ui.metrics import Counted, Metrics
from ui.sessions import who_asks
from ui.shapes import problem_shape
from ui.signing_in import add_signing_in
from ui.wording import words_in

HOST = "127.0.0.1"
PORT = 7860
LAST_PORT = 65_535
FINISHING_SECONDS = 10  # answers under way may take when the server ends; in the documents' own words it is under one
STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "desk.svg": "image/svg+xml",
    "sign-in.css": "text/css; charset=utf-8",
    **{f"words-{language}.js": "text/javascript; charset=utf-8" for language in LANGUAGES},
}
FILES = ("desk.svg", "sign-in.css")
# What is sent as one file: scripts, so that they run in this order, and styles, so that the first paint has them all.
SCRIPT = (
    "making.js", "choosing.js", "reading.js", "desk.js", "conversations.js", "reader.js", "corpus.js", "tending.js",
    "adding.js", "settings.js", "suggesting.js",
)  # fmt: skip
STYLES = ("desk.css", "corpus.css")
NOT_READY = "The index cannot be read now; `despatch status` on this machine says why."
# Gradio reads these when it is imported or builds its queue. Without the first four it looks up hosts on the
# internet at start; without the last two it works out, by pandas, statistics of all past questions at each question.
QUIET_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SSR_MODE": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
}


class ServingError(DespatchError):
    """The chat cannot be served."""


class PortBusy(ServingError):
    """The port is taken, or may not be used."""

    def __init__(self, port: int, reason: str) -> None:
        other = port + 1 if port < LAST_PORT else PORT
        super().__init__(f"Port {port} cannot be used ({reason}); name another one: `despatch chat --port {other}`.")
        self.port = port
        self.reason = reason


def serve(corpora: Corpora, host: str = HOST, port: int = PORT, *, ready: Callable[[str], None] | None = None) -> None:
    """Serve the chat until the process is told to end (Ctrl-C).

    Args:
        corpora: what is asked, and who may, as `who_may_ask` says for that host.
        host: the address to listen on.
        port: 0 takes any free one.
        ready: called once with the page's address as soon as it can be opened.

    Raises:
        PortBusy: the port cannot be listened on.
        DespatchError: the index cannot be read.
    """
    with listening(host, port) as listener:
        with _nothing_collected():
            application = build(corpora, host=host)
        web = server(application, None if ready is None else partial(ready, address(listener)))
        # a second Ctrl-C cuts off what the first one let end; the web server would print that as a traceback
        logging.getLogger("uvicorn.error").addFilter(lambda _: not web.should_exit)
        try:
            web.run(sockets=[listener])
        except asyncio.CancelledError as error:  # what a Ctrl-C becomes while the loop begins or ends
            raise KeyboardInterrupt from error
        finally:
            corpora.records.close()


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Load without Python's collector of garbage, and leave what was loaded out of its later rounds.

    Modules that load make some 200,000 objects and no garbage, which it would look through again and again: a fifth of
    the time that Gradio takes to load, and .08 s at each full round in the midst of answers ever after.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; raises `PortBusy`."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)  # Python's own sentence for it repeats the address
        raise PortBusy(port, os.strerror(number) if number else str(error)) from error


def address(listener: socket.socket) -> str:
    """The page's address on that socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class WebServer(uvicorn.Server):
    """A web server that tells when its pages can be opened; from then on it takes Ctrl-C as the wish to end."""

    def __init__(self, config: uvicorn.Config, when_open: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._when_open = when_open

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self._when_open is not None:
            self._when_open()


def server(application: FastAPI, when_open: Callable[[], None] | None = None) -> WebServer:
    """The web server: quiet, for a log would hold the questions' session names, and quick to end."""
    return WebServer(
        uvicorn.Config(
            application, log_level="warning", access_log=False, server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=FINISHING_SECONDS,
        ),
        when_open,
    )  # fmt: skip


def build(corpora: Corpora, *, host: str = HOST) -> FastAPI:
    """The whole application: our routes, then what guards them, then Gradio behind everything.

    Args:
        corpora: what is asked, and who may.
        host: what the server listens on.

    Raises:
        DespatchError: the index cannot be read.
    """
    os.environ.update(QUIET_GRADIO)
    openings = Openings(corpora.desks.values())
    from ui.chat import app as chat  # noqa: PLC0415 - gradio takes seconds, and reads the environment set above

    access = corpora.access
    beyond = access is not None and access.beyond
    keepers = Keepers(corpora)
    work = Work()
    metrics = Metrics(corpora, work)
    application = FastAPI(title="Despatch", docs_url=None, redoc_url=None, openapi_url=None)
    tell_failures(application)
    # Gradio answers other origins with CORS headers of its own, unless its parent has this middleware.
    application.add_middleware(CORSMiddleware, allow_origins=[])
    # Beyond this machine the server has names that it cannot know, and asks who someone is instead.
    application.add_middleware(Guard, access=access, hosts=None if beyond else LOOPBACK | {host})
    application.add_middleware(Counted, metrics=metrics)
    routes.add(application, keepers)
    corpus_routes.add(application, keepers)
    _add_static(application)
    _add_health(application, corpora.desks.values(), metrics)
    if access is not None:
        add_signing_in(application, access)
    application.mount("/v1", api.build(corpora, work))
    application.router.routes.append(Route("/mcp", _Mcp(corpora, work)))
    _in_a_loop(lambda: chat.mount(application, chat.build(keepers, openings), "" if access is None else access.page))
    return application


def _in_a_loop(work: Callable[[], None]) -> None:
    """Do it inside an event loop: where none runs, Gradio makes one for its locks and never closes it."""

    async def inside() -> None:
        work()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(inside())
    else:
        work()


def _add_static(application: FastAPI) -> None:
    """Our files, read once: nothing is served from the disk."""
    folder = files("ui.chat") / "static"
    held = {name: (folder / name).read_bytes() for name in FILES}
    for name, parts in (("desk.js", SCRIPT), ("desk.css", STYLES)):
        held[name] = b"\n".join((folder / part).read_bytes() for part in parts)
    opening = (folder / "opening.js").read_bytes()
    held |= {f"words-{language}.js": words_in(language).script() + opening for language in LANGUAGES}

    @application.get("/ui/{name}")
    def static(name: str, request: Request) -> Response:
        return _file(held, name, request)

    @application.get("/favicon.ico")
    def icon(request: Request) -> Response:
        return _file(held, "desk.svg", request)


def _add_health(application: FastAPI, desks: Iterable[Assistant], metrics: Metrics) -> None:
    @application.get("/healthz")
    def health() -> Response:
        return Json({"status": "ok"})

    @application.get("/readyz")
    def ready() -> Response:
        try:
            for desk in desks:
                desk.status()
        except DespatchError:
            return Json(problem_shape(NOT_READY), UNAVAILABLE)
        return Json({"status": "ready"})

    @application.get("/metrics")
    def measures() -> Response:
        return Response(metrics.text(), media_type=metrics.content_type)


def _file(held: Mapping[str, bytes], name: str, request: Request) -> Response:
    if name not in held:
        return Json(problem_shape("There is nothing at this address."), 404)
    tag = f'"{sha256(held[name]).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(held[name], media_type=STATIC[name], headers=headers)


class _Mcp:
    """The MCP server at `/mcp`, made anew for each who asks: it offers what he may read."""

    def __init__(self, corpora: Corpora, work: Work) -> None:
        self._corpora = corpora
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":  # no session is kept, so there is nothing to follow or to end
            await Json(problem_shape(SENTENCES[405]), 405, {"allow": "POST"})(scope, receive, send)
            return
        from ui import mcp  # noqa: PLC0415 - it takes most of a second to load, which the page need not wait for

        try:
            made = mcp.build(self._corpora, who_asks(Request(scope)), self._work)
        except DespatchError as error:
            await failed(error)(scope, receive, send)
            return
        await mcp.answer(made, scope, receive, send)
