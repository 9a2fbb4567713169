"""What the page's corpus tab asks the server for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, FastAPI, Query, Request, Response

from ui.api.failures import Json
from ui.chat import corpus_tab
from ui.chat.corpus_tab import Wanted
from ui.chat.keeping import Keeper
from ui.chat.routes import NOT_STORED, told
from ui.chat.tending import State, Tending
from ui.shapes import problem_shape
from ui.wording import words_for

MOST_CHOSEN = 1_000  # documents of one filter that are looked at; a filter holds 64 of them at most


def add(application: FastAPI, keeper: Keeper, tending: Tending | None) -> None:
    """Add the routes to the application; `tending` changes the documents, None where nobody may."""
    _add_list(application, keeper, tending)
    _add_filters(application, keeper)
    _add_work(application, tending)


def _add_list(application: FastAPI, keeper: Keeper, tending: Tending | None) -> None:
    @application.get("/ui/corpus")
    @told
    def listed(  # noqa: PLR0913  each is one field of the page
        q: str = "",
        folder: str = "",
        kind: str = "",
        since: str = "",
        until: str = "",
        sort: corpus_tab.Sort = "title",
        falling: bool = False,
        first: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        wanted = Wanted((), q, folder, kind, since, until)
        shape = corpus_tab.overview(keeper.desk, wanted, sort=sort, falling=falling, first=first)
        return Json({**shape, "may_sync": tending is not None}, headers=NOT_STORED)


def _add_filters(application: FastAPI, keeper: Keeper) -> None:
    @application.post("/ui/corpus/filter")
    @told
    def made(
        documents: Annotated[list[str], Body(max_length=MOST_CHOSEN)],
        q: Annotated[str, Body()],
        folder: Annotated[str, Body()],
        kind: Annotated[str, Body()],
        since: Annotated[str, Body()],
        until: Annotated[str, Body()],
    ) -> Response:
        wanted = Wanted(tuple(documents), q, folder, kind, since, until)
        return Json(corpus_tab.filter_of(keeper.desk, wanted), headers=NOT_STORED)

    @application.get("/ui/corpus/matching")
    @told
    def matching(where: str) -> Response:
        found, every = keeper.desk.documents(where), keeper.desk.documents()
        return Json({"found": len(found), "documents": len(every)}, headers=NOT_STORED)


def _add_work(application: FastAPI, tending: Tending | None) -> None:
    @application.get("/ui/corpus/work")
    @told
    def work(request: Request) -> Response:
        state = State() if tending is None else tending.state()
        shape = corpus_tab.work_shape(state)
        if state.is_broken:
            shape["error"] = words_for(request.headers)("page.broken")
        return Json(shape, headers=NOT_STORED)

    @application.post("/ui/corpus/work")
    @told
    def started(request: Request) -> Response:
        if tending is None:
            return _fixed(request)
        tending.start()
        return Json({})

    @application.delete("/ui/corpus/work")
    @told
    def stopped(request: Request) -> Response:
        if tending is None:
            return _fixed(request)
        tending.stop()
        return Json({})


def _fixed(request: Request) -> Response:
    """The page does not offer it; whoever asks all the same is told."""
    return Json(problem_shape(words_for(request.headers)("documents.fixed")), 403)
