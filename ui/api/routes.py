"""The routes of the HTTP API, each over one function of the assistant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response

from assistant import Event, KeptCitation, despatch_version
from corpus import DespatchError, Span
from ui.api import replies, requests
from ui.api.completions import add_completions
from ui.api.failures import InvalidRequest, Json, tell_failures
from ui.api.listing import listing
from ui.api.streams import EVENT_STREAM, described, streamed
from ui.api.work import Steps, Work
from ui.corpora import Corpora
from ui.sessions import who_asks
from ui.shapes import (
    PathOf,
    Shape,
    answer_shape,
    document_shape,
    documents_shape,
    encoded,
    found_shape,
    problem_shape,
    served_shape,
    step_shape,
    verified_shape,
)
from ui.stretches import window

ABOUT = """\
What the Python functions of Despatch return, with the field names of the command line's `--json`.
Offsets count code points from 0, ends exclusive. An error is `{"error": {"message": "one sentence"}}`."""
DocumentId = Annotated[str, Query(description="The document's id: its path below its folder.")]
Corpus = Annotated[str, Query(description=requests.CORPUS)]
Offset = Annotated[int | None, Query(ge=0, le=requests.LARGEST_OFFSET)]


def build(corpora: Corpora, work: Work) -> FastAPI:
    """The application of the API, to be mounted at `/v1`.

    Args:
        corpora: what is asked, and who may.
        work: where the assistant's calls run.
    """
    api = FastAPI(
        title="Despatch", version=despatch_version(), description=ABOUT, docs_url=None, redoc_url=None,
        default_response_class=Json, redirect_slashes=False,
    )  # fmt: skip
    tell_failures(api)
    _add_questions(api, corpora, work)
    _add_documents(api, corpora, work)
    _add_citations(api, corpora, work)
    add_completions(api, corpora, work)

    @api.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return Response(listing(api.openapi()), media_type="text/html; charset=utf-8")

    return api


def _add_questions(api: FastAPI, corpora: Corpora, work: Work) -> None:
    @api.post("/retrieve", responses={200: {"model": replies.Passages}, **replies.WRONG})
    async def retrieve(asked: requests.Retrieval, request: Request) -> Response:
        """The passages that fit a question best."""
        corpus = corpora.open(who_asks(request), asked.corpus)
        found = await work.run(
            lambda: corpus.search(asked.question, asked.k, where=asked.where or None, history=asked.turns())
        )
        return Json(found_shape(found, corpus.path_of))

    @api.post("/ask", responses={**described(replies.Answered, "event", "data"), **replies.WRONG})
    async def ask(asked: requests.Asking, request: Request) -> Response:
        """What the documents say to a question, every statement cited, or that they don't say."""
        corpus = corpora.open(who_asks(request), asked.corpus)
        steps = corpus.ask_stream(
            asked.question,
            where=asked.where or None,
            history=asked.turns(),
            extractive=asked.extractive,
            language=asked.language,
        )
        if asked.stream or EVENT_STREAM in request.headers.get("accept", ""):
            first = await work.until_found(steps)
            return streamed(_events(first, steps, corpus.path_of, work))
        return Json(answer_shape(await work.whole(steps), corpus.path_of))


def _add_documents(api: FastAPI, corpora: Corpora, work: Work) -> None:
    @api.get("/corpora", responses={200: {"model": replies.ListedCorpora}, **replies.WRONG})
    def listed(request: Request) -> Response:
        """The corpora that may be read, by their names."""
        return Json(served_shape([(each.name, each.status()) for each in corpora.readable(who_asks(request))]))

    @api.get("/documents", responses={200: {"model": replies.ListedDocuments}, **replies.WRONG})
    async def documents(part: Annotated[requests.Part, Query()], request: Request) -> Response:
        """The documents of the index, by id, without their texts."""
        corpus = corpora.open(who_asks(request), part.corpus)
        listed = await work.run(corpus.desk.documents)
        return Json(documents_shape(listed[part.offset : part.offset + part.limit], len(listed), corpus.path_of))

    @api.get("/documents/{document_id:path}", responses={200: {"model": replies.DocumentText}, **replies.WRONG})
    async def document(
        document_id: str, request: Request, start: Offset = None, end: Offset = None, corpus: Corpus = ""
    ) -> Response:
        """A stretch of a document's text, 200,000 characters at most; `end` says where it ends."""
        read = corpora.open(who_asks(request), corpus)
        found = await work.run(lambda: read.desk.document(document_id))
        return Json(document_shape(found, window(found, start, end), read.path_of))


def _add_citations(api: FastAPI, corpora: Corpora, work: Work) -> None:
    @api.get("/citations", responses={200: {"model": replies.CheckedCitation}, **replies.WRONG})
    async def citations(  # noqa: PLR0913  each is one parameter of the address
        request: Request,
        document_id: DocumentId,
        start: Annotated[int, Query(ge=0, le=requests.LARGEST_OFFSET)],
        quote: Annotated[str, Query(min_length=1, description="What was cited, from `start` on.")],
        sha256: Annotated[str, Query(description="Of the file that was cited.")] = "",
        number: Annotated[int, Query(ge=1, le=requests.LARGEST_OFFSET)] = 1,
        corpus: Corpus = "",
    ) -> Response:
        """Whether a quote still stands where it was cited, and where it stands or what stands there now."""
        if not document_id:
            raise InvalidRequest("document_id", "it is empty")
        cited = KeptCitation(number, document_id, document_id, sha256, Span(start, start + len(quote)), quote)
        read = corpora.open(who_asks(request), corpus)
        verified = await work.run(lambda: read.desk.verify(cited))
        return Json(verified_shape(verified, read.path_of(document_id)))


async def _events(first: Sequence[Event], steps: Steps, path_of: PathOf, work: Work) -> AsyncIterator[bytes]:
    for step in first:
        yield _event(step.kind, step_shape(step, path_of))
    try:
        async for step in work.rest(steps):
            yield _event(step.kind, step_shape(step, path_of))
    except DespatchError as error:
        yield _event("error", problem_shape(str(error)))


def _event(kind: str, shape: Mapping[str, object] | Shape) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), encoded(shape))
