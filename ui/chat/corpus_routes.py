"""What the page's corpus tab asks the server for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, FastAPI, Query, Request, Response

from ui.api.failures import Json
from ui.chat import corpus_files, corpus_reading, corpus_tab
from ui.chat.corpus_tab import Wanted
from ui.chat.keepers import Keepers
from ui.chat.routes import NOT_STORED, told
from ui.chat.tending import State
from ui.wording import words_for

MOST_CHOSEN = 1_000  # documents of one filter that are looked at; a filter holds 64 of them at most


def add(application: FastAPI, keepers: Keepers) -> None:
    """Add the routes to the application."""
    _add_list(application, keepers)
    _add_filters(application, keepers)
    _add_work(application, keepers)
    corpus_files.add(application, keepers)
    corpus_reading.add(application, keepers)


def _add_list(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/ui/corpus")
    @told
    def listed(  # noqa: PLR0913  each is one field of the page
        request: Request,
        q: str = "",
        in_text: bool = False,
        folder: str = "",
        kind: str = "",
        since: str = "",
        until: str = "",
        sort: corpus_tab.Sort = "title",
        falling: bool = False,
        first: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        wanted = Wanted((), q, in_text, folder, kind, since, until)
        corpus = keepers.of(request).keeper.corpus
        shape = corpus_tab.overview(corpus.desk, wanted, sort=sort, falling=falling, first=first)
        several = {"name": ", ".join(corpus.names), "several": True} if len(corpus.names) > 1 else {}
        return Json({**shape, **several, **corpus_files.offered(corpus.desk, corpus.tending)}, headers=NOT_STORED)


def _add_filters(application: FastAPI, keepers: Keepers) -> None:
    @application.post("/ui/corpus/filter")
    @told
    def made(  # noqa: PLR0913  as above
        request: Request,
        documents: Annotated[list[str], Body(max_length=MOST_CHOSEN)],
        q: Annotated[str, Body()],
        folder: Annotated[str, Body()],
        kind: Annotated[str, Body()],
        since: Annotated[str, Body()],
        until: Annotated[str, Body()],
        in_text: Annotated[bool, Body()] = False,
    ) -> Response:
        wanted = Wanted(tuple(documents), q, in_text, folder, kind, since, until)
        return Json(corpus_tab.filter_of(keepers.of(request).keeper.desk, wanted), headers=NOT_STORED)

    @application.get("/ui/corpus/matching")
    @told
    def matching(request: Request, where: str) -> Response:
        desk = keepers.of(request).keeper.desk
        found, every = desk.documents(where), desk.documents()
        return Json({"found": len(found), "documents": len(every)}, headers=NOT_STORED)


def _add_work(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/ui/corpus/work")
    @told
    def work(request: Request) -> Response:
        tending = keepers.of(request).keeper.corpus.tending
        state = State() if tending is None else tending.state()
        shape = corpus_tab.work_shape(state)
        if state.is_broken:
            shape["error"] = words_for(request.headers)("page.broken")
        return Json(shape, headers=NOT_STORED)

    @application.post("/ui/corpus/work")
    @told
    def started(request: Request) -> Response:
        corpus = keepers.of(request).keeper.corpus
        if corpus.tending is None:
            return corpus_files.fixed(request)
        corpus.note("synced")
        corpus.tending.start()
        return Json({})

    @application.delete("/ui/corpus/work")
    @told
    def stopped(request: Request) -> Response:
        tending = keepers.of(request).keeper.corpus.tending
        if tending is None:
            return corpus_files.fixed(request)
        tending.stop()
        return Json({})
