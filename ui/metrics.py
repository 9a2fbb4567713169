"""What an operator watches: requests by route and outcome, how long they take, and what the index holds.

In the text form of Prometheus. No question, name, corpus or document stands in it: whoever may read the measures may
not be one who may read every corpus.
"""

from __future__ import annotations

import re
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus import DespatchError
from ui.api.work import Work
from ui.corpora import Corpora

# a route's name, so that a label has few values whatever addresses are tried
_ROUTE = re.compile(
    r"/(v1/(?:ask|retrieve|corpora|documents|citations|chat/completions)|mcp|gradio_api/queue/join)(?=/|$)"
)
SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # of a request; an answer of the documents' words takes .1 to .5


class Metrics:
    """The measures of one server."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, corpora: Corpora, work: Work) -> None:
        self._desks = tuple(corpora.desks.values())
        self._registry = kept = CollectorRegistry()
        ProcessCollector(registry=kept)
        kept.register(corpora.records.outcomes)
        self._requests = Counter("despatch_requests", "Requests answered.", ["route", "status"], registry=kept)
        self._seconds = Histogram(
            "despatch_request_seconds", "Until an answer ended.", ["route"], registry=kept, buckets=SECONDS
        )
        Gauge("despatch_under_way", "Calls of programs under way.", registry=kept).set_function(work.under_way)
        Gauge("despatch_waiting", "Calls of programs that wait.", registry=kept).set_function(work.waiting)
        self._ready = Gauge("despatch_ready", "Whether every index can be read.", registry=kept)
        self._documents = Gauge("despatch_documents", "Documents in all indexes.", registry=kept)
        self._passages = Gauge("despatch_passages", "Passages in all indexes.", registry=kept)
        self._synced = Gauge(
            "despatch_last_sync_seconds",
            "The last sync, of the index where it was longest ago, in seconds since 1970.",
            registry=kept,
        )

    def count(self, path: str, status: int, seconds: float) -> None:
        """Count one request that was answered."""
        match = _ROUTE.match(path)
        route = match[0] if match else "other"
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All measures as they are now."""
        try:
            states = [desk.status() for desk in self._desks]
            self._documents.set(sum(each.documents for each in states))
            self._passages.set(sum(each.passages for each in states))
            self._synced.set(min(each.last_sync.timestamp() if each.last_sync else 0 for each in states))
            self._ready.set(1)
        except DespatchError:
            self._ready.set(0)
        return generate_latest(self._registry)


class Counted:
    """Counts each request that an application answers."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 500  # what the web server answers where the application breaks

        async def sending(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._metrics.count(scope["path"], status, time.monotonic() - started)
