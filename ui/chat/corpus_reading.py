"""What the page asks the server for where a document of the corpus is read: by its id, in the chosen corpus alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query, Request, Response

from ui.api.failures import Json
from ui.chat import panel
from ui.chat.corpus_tab import WORDS_CHARACTERS
from ui.chat.keepers import Keepers
from ui.chat.routes import NOT_STORED, file_of, more_of, told


def add(application: FastAPI, keepers: Keepers) -> None:
    """Add the routes to the application."""

    @application.get("/ui/corpus/document")
    @told
    def opened(name: str, request: Request, q: str = "", number: Annotated[int, Query(ge=1)] = 1) -> Response:
        corpus = keepers.of(request).keeper.corpus
        document = corpus.desk.document(name)
        shown = panel.read(document, q[:WORDS_CHARACTERS], number, gives_originals=corpus.gives_originals)
        return Json(shown, headers=NOT_STORED)

    @application.get("/ui/corpus/text")
    @told
    def text(name: str, request: Request, place: Annotated[int, Query(ge=0)], back: bool, sha256: str) -> Response:
        reader = keepers.of(request)
        return more_of(reader.keeper.desk.document(name), reader.words, place, back=back, sha256=sha256)

    @application.get("/ui/corpus/original")
    @told
    def original(name: str, request: Request, check: bool = False) -> Response:
        """The file; with `check` only whether it would be given."""
        reader = keepers.of(request)
        corpus = reader.keeper.corpus
        return file_of(corpus.desk.document(name), corpus, reader.words, check=check)
