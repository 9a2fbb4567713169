"""What the page's script asks for besides Gradio: sources, and the conversations that are kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, Query, Request, Response
from starlette.responses import StreamingResponse

from assistant import Citation, ConversationsUnusable, KeptConversation, UnknownConversation, UnknownDocument
from corpus import DespatchError, UnreadableFile
from index import Hit, InvalidFilter, StoredDocument
from ui.api.failures import UNAVAILABLE, Json
from ui.chat import originals, panel
from ui.chat.choices import offered
from ui.chat.keepers import Keepers, Reader
from ui.chat.keeping import Keeper
from ui.chat.pictures import Pictures
from ui.chat.suggesting import Suggesting
from ui.corpora import CorpusClosed, OpenCorpus
from ui.exporting import conversation_as, copied
from ui.shapes import moment, problem_shape
from ui.wording import Words, words_for

log = logging.getLogger(__name__)

Kind = Literal["cite", "near"]  # of a source: a citation, or a passage

NOT_STORED = {"cache-control": "no-store"}
SEARCH_CHARACTERS = 200
LISTED = 200  # conversations at a time
MOST_LISTED = 10_000  # a browser draws no more in a moment; what is older is found by searching


def add(application: FastAPI, keepers: Keepers) -> None:
    """Add the routes to the application."""
    _add_corpora(application, keepers)
    _add_sources(application, keepers)
    _add_documents(application, keepers)
    _add_conversations(application, keepers)
    _add_exchanges(application, keepers)
    _add_settings(application, keepers)
    _add_suggestions(application, keepers)


def _add_corpora(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/ui/corpora")
    @told
    def listed(request: Request, c: str = "") -> Response:
        reader = keepers.of(request)
        return Json({"corpora": reader.names, "chosen": reader.of(c).corpus.name}, headers=NOT_STORED)


def _add_sources(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/v1/citations/{answer_id}/{number}")
    @told
    def citation(answer_id: str, number: int, request: Request) -> Response:
        reader = keepers.of(request)
        kept = reader.sources(answer_id)
        return _opened(reader, answer_id, kept.citation(number), number=number, count=len(kept.citations))

    pictures = Pictures()

    @application.get("/ui/pages/{answer_id}/{number}/{page}")
    @told
    def picture(answer_id: str, number: int, page: int, request: Request) -> Response:
        reader = keepers.of(request)
        keeper, source = reader.answered(answer_id), reader.sources(answer_id).citation(number)
        if keeper is None or source is None:
            return _not_found(reader.words("answer.gone"))
        try:
            drawn = pictures.picture(Path(keeper.desk.path_of(source.document_id)), source.sha256, page)
        except UnreadableFile as error:
            return _not_found(str(error))
        return Response(drawn, media_type="image/png", headers=NOT_STORED)

    @application.get("/v1/nearest/{answer_id}/{rank}")
    @told
    def nearest(answer_id: str, rank: int, request: Request) -> Response:
        reader = keepers.of(request)
        kept = reader.sources(answer_id)
        return _opened(reader, answer_id, kept.passage(rank), number=rank, count=len(kept.passages))


def _add_documents(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/ui/texts/{kind}/{answer_id}/{number}")
    @told
    def text(  # noqa: PLR0913  each is one part of an address
        kind: Kind,
        answer_id: str,
        number: int,
        request: Request,
        place: Annotated[int, Query(ge=0)],
        back: bool,
        sha256: str,
    ) -> Response:
        reader = keepers.of(request)
        found = _source(reader, kind, answer_id, number)
        if found is None:
            return _not_found(reader.words("answer.gone"))
        return more_of(_document(*found), reader.words, place, back=back, sha256=sha256)

    @application.get("/ui/originals/{kind}/{answer_id}/{number}")
    @told
    def original(kind: Kind, answer_id: str, number: int, request: Request, check: bool = False) -> Response:
        """The file; with `check` only whether it would be given, since a browser shows no refusal of a download."""
        reader = keepers.of(request)
        found = _source(reader, kind, answer_id, number)
        document = None if found is None else _document(*found)
        if found is None or document is None:
            return _not_found(reader.words("answer.gone" if found is None else "source.original_gone"))
        return file_of(document, found[0].corpus, reader.words, check=check)


def _add_conversations(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/ui/conversations")
    @told
    def listed(request: Request, q: str = "", most: int = LISTED) -> Response:
        shown = max(0, min(most, MOST_LISTED))
        found = keepers.of(request).listed(q[:SEARCH_CHARACTERS], shown + 1)
        lines = [_line(each) for each in found[:shown]]
        return Json({"conversations": lines, "more": len(found) > shown < MOST_LISTED}, headers=NOT_STORED)

    @application.get("/ui/conversations/{name}")
    @told
    def exported(name: str, request: Request) -> Response:
        conversation, _, kind = name.rpartition(".")
        keeper = keepers.of(request).of(conversation)
        title, exchanges = keeper.kept.title(conversation), keeper.kept.exchanges(conversation)
        keeper.corpus.note("exported", title)
        content = conversation_as(f".{kind}", title, exchanges, keeper.corpus.status(), keeper.corpus.path_of)
        disposition = f'attachment; filename="conversation.{kind}"'
        headers = NOT_STORED | {"content-disposition": disposition}
        return Response(content, media_type="application/octet-stream", headers=headers)

    @application.post("/ui/conversations/{conversation}")
    @told
    def renamed(conversation: str, title: Annotated[str, Body(embed=True)], request: Request) -> Response:
        kept = keepers.of(request).of(conversation).kept
        kept.rename(conversation, title)
        return Json({"title": kept.title(conversation)})

    @application.delete("/ui/conversations/{conversation}")
    @told
    def deleted(conversation: str, request: Request) -> Response:
        keepers.of(request).of(conversation).kept.delete(conversation)
        return Json({})


def _add_exchanges(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/ui/copies/{exchange}")
    @told
    def copy(exchange: str, request: Request) -> Response:
        reader = keepers.of(request)
        keeper = reader.answered(exchange)
        kept = keeper.kept.exchange(exchange) if keeper else None
        if kept is None:
            return _not_found(reader.words("answer.gone"))
        return Json({"text": copied(kept)}, headers=NOT_STORED)

    @application.post("/ui/exchanges/{exchange}")
    @told
    def rated(
        exchange: str, helpful: Annotated[bool | None, Body()], comment: Annotated[str, Body()], request: Request
    ) -> Response:
        reader = keepers.of(request)
        keeper = reader.answered(exchange)
        is_there = keeper is not None and keeper.kept.rate(exchange, helpful, comment)
        return Json({}) if is_there else _not_found(reader.words("answer.gone"))


def _add_settings(application: FastAPI, keepers: Keepers) -> None:
    @application.get("/ui/settings")
    @told
    def settings(request: Request, c: str = "") -> Response:
        return Json(offered(request.headers, keepers.of(request).of(c).desk), headers=NOT_STORED)


def _add_suggestions(application: FastAPI, keepers: Keepers) -> None:
    suggesting = Suggesting()

    @application.get("/ui/next/{exchange}")
    @told
    def suggested(exchange: str, request: Request) -> Response:
        keeper = keepers.of(request).answered(exchange)
        answered = None if keeper is None else keeper.answered(exchange)
        if keeper is None or answered is None:
            return Json({"questions": []}, headers=NOT_STORED)
        answer, unused, kept = answered
        asked = [each.question for each in keeper.kept.exchanges(kept.conversation)]
        questions = suggesting.after(answer, keeper.desk, unused=unused, where=kept.where, asked=asked)
        return Json({"questions": questions}, headers=NOT_STORED)


def told(route: Callable[..., Response]) -> Callable[..., Response]:
    """The route, whose errors are one sentence each."""

    @wraps(route)
    def answered(*arguments: Any, **named: Any) -> Response:  # noqa: ANN401  the route's own
        try:
            return route(*arguments, **named)
        except CorpusClosed as error:
            return _not_found(str(error))
        except UnknownConversation:
            return _not_found(words_for(named["request"].headers)("conversations.gone"))
        except UnknownDocument:
            return _not_found(words_for(named["request"].headers)("documents.gone"))
        except ConversationsUnusable as error:
            log.warning("%s", error)  # it names a folder, which is nothing for the page
            return Json(problem_shape(words_for(named["request"].headers)("answer.unkept")), UNAVAILABLE)
        except InvalidFilter as error:
            return Json(problem_shape(str(error)), 400)
        except DespatchError as error:
            return Json(problem_shape(str(error)), UNAVAILABLE)

    return answered


def more_of(document: StoredDocument | None, words: Words, place: int, *, back: bool, sha256: str) -> Response:
    """More of a document's text, of the version that has the hash; else a sentence that it is another one."""
    if document is None or document.sha256 != sha256:
        return Json(problem_shape(words("source.another")), 409)
    return Json(panel.more(document, place, back=back), headers=NOT_STORED)


def file_of(document: StoredDocument, corpus: OpenCorpus, words: Words, *, check: bool) -> Response:
    """The file that a document was read from, or a sentence on why not; with `check` only whether it would be given."""
    if not corpus.gives_originals:
        return Json(problem_shape(words("source.original_kept")), 403)
    file = originals.original(Path(corpus.desk.status().corpus), document)
    if isinstance(file, str):
        return Json(problem_shape(words(f"source.original_{file}")), 409 if file == "changed" else 404)
    if check:
        file.file.close()
        return Json({})
    corpus.note("downloaded", document.id)
    headers = {"content-disposition": file.disposition, "content-length": str(file.size_bytes), **NOT_STORED}
    return StreamingResponse(file.pieces(), media_type="application/octet-stream", headers=headers)


def _line(conversation: KeptConversation) -> dict[str, object]:
    return {"id": conversation.id, "title": conversation.title, "asked": moment(conversation.asked)}


def _opened(reader: Reader, answer_id: str, source: Citation | Hit | None, *, number: int, count: int) -> Response:
    keeper = reader.answered(answer_id)
    if keeper is None or source is None:
        return _not_found(reader.words("answer.gone"))
    document, gives = _document(keeper, source), keeper.corpus.gives_originals
    shown = panel.opened(source, document, number=number, count=count, gives_originals=gives)
    return Json(shown, headers=NOT_STORED)


def _source(reader: Reader, kind: Kind, answer_id: str, number: int) -> tuple[Keeper, Citation | Hit] | None:
    """A source of one of the reader's answers, with the keeper of its corpus."""
    kept, keeper = reader.sources(answer_id), reader.answered(answer_id)
    source = kept.citation(number) if kind == "cite" else kept.passage(number)
    return None if keeper is None or source is None else (keeper, source)


def _document(keeper: Keeper, source: Citation | Hit) -> StoredDocument | None:
    """The document of a source as it is now, None where the index no longer holds it."""
    try:
        return keeper.desk.document(source.document_id)
    except UnknownDocument:
        return None


def _not_found(sentence: str) -> Response:
    return Json(problem_shape(sentence), 404)
