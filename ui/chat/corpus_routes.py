"""What the page's corpus tab asks the server for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, FastAPI, Query, Response

from ui.api.failures import Json
from ui.chat import corpus_tab
from ui.chat.corpus_tab import Wanted
from ui.chat.keeping import Keeper
from ui.chat.routes import NOT_STORED, told

MOST_CHOSEN = 1_000  # documents of one filter that are looked at; a filter holds 64 of them at most


def add(application: FastAPI, keeper: Keeper) -> None:
    """Add the routes to the application."""
    _add_list(application, keeper)
    _add_filters(application, keeper)


def _add_list(application: FastAPI, keeper: Keeper) -> None:
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
        return Json(shape, headers=NOT_STORED)


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
