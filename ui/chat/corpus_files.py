"""Adding files to the corpus and removing them, for the page: refused in a sentence, and followed by a sync."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from assistant import Assistant
from corpus import DespatchError, document_path, suffixes
from ui.api.failures import UNAVAILABLE, Json
from ui.chat.keepers import Keepers
from ui.chat.opening import corpus_name
from ui.chat.receiving import LARGEST, MOST_FILES, ChangingError, FileRefused, NotRemoved, receive, remove
from ui.chat.routes import told
from ui.chat.tending import Tending
from ui.corpora import CorpusClosed
from ui.sessions import Allowance
from ui.shapes import Shape, problem_shape
from ui.wording import words_for

CONFLICT = 409  # what was asked for goes against what is there
STATUS = ((ChangingError, CONFLICT), (CorpusClosed, 404))  # of errors, where it is not that of all others


def offered(desk: Assistant, tending: Tending | None) -> Shape:
    """What people may do with the documents on the page, and the limits of it."""
    may_change = tending is not None and not _is_example(desk)
    limits = {"most_files": MOST_FILES, "largest_file": LARGEST, "suffixes": suffixes()} if may_change else {}
    return {"may_sync": tending is not None, "may_change": may_change, **limits}


def add(application: FastAPI, keepers: Keepers) -> None:
    """Add the routes to the application."""
    allowance = Allowance(MOST_FILES)

    @application.post("/ui/corpus/files")
    async def added(name: str, request: Request) -> Response:
        """The file comes as the request's body; a sync is asked for when the last one has come."""
        size, pieces = _announced(request), request.stream()
        try:
            corpus = (await to_thread.run_sync(keepers.of, request)).keeper.corpus
            if corpus.tending is None or await to_thread.run_sync(_is_example, corpus.desk):
                return fixed(request)
            if not allowance.take(corpus.who):
                raise FileRefused(name, f"more than {MOST_FILES} came in a minute", "add it in a minute")
            await receive(await to_thread.run_sync(_folder, corpus.desk), name, size, pieces)
            corpus.note("added", name)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except DespatchError as error:
            await _let_pass(pieces, size)
            return Json(
                problem_shape(str(error)), next((each for kind, each in STATUS if isinstance(error, kind)), UNAVAILABLE)
            )
        return Json({})

    @application.delete("/ui/corpus/files")
    @told
    def removed(name: str, request: Request, erase: bool = False) -> Response:
        """Deletes the file in the folder; with `erase` the index and all kept answers forget it."""
        corpus = keepers.of(request).keeper.corpus
        if corpus.tending is None or _is_example(corpus.desk):
            return fixed(request)
        try:
            remove(_folder(corpus.desk), _file_of(corpus.desk, name))
        except ChangingError as error:
            return Json(problem_shape(str(error)), CONFLICT)
        corpus.note("forgot" if erase else "removed", name)
        corpus.tending.start(*([name] if erase else []))
        return Json({})


def fixed(request: Request) -> Response:
    """The page does not offer it; whoever asks all the same is told."""
    return Json(problem_shape(words_for(request.headers)("documents.fixed")), 403)


def _is_example(desk: Assistant) -> bool:
    """Whether the documents are those that Despatch brings, which are part of the program."""
    return corpus_name(desk.status().corpus) == ""


def _folder(desk: Assistant) -> Path:
    return Path(desk.status().corpus)


def _file_of(desk: Assistant, name: str) -> str:
    """The id of the file that is a document, or could not be read."""
    folder, documents = _folder(desk), {each.id: each.path for each in desk.documents()}
    if name in documents and documents[name] != str(document_path(folder, name)):
        raise NotRemoved(name, "it is attached to another document", "remove that one")
    if name not in documents and name not in {each.path for each in desk.status().failures}:
        raise NotRemoved(name, "the corpus holds none of that name", "load the page anew")
    return name


def _announced(request: Request) -> int | None:
    """The size that the request says its body has."""
    told = request.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else None


async def _let_pass(pieces: AsyncIterator[bytes], size: int | None) -> None:
    """Read what is left of a refused file: a browser that is cut off while it sends reads no refusal."""
    if size is not None and size <= LARGEST:
        async for _ in pieces:
            pass
