"""What the routes answer, for their description alone: the objects themselves are those of `ui/shapes.py`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from assistant import Language


class Sentence(BaseModel):
    """What happened, to what, what to do next."""

    message: str


class Problem(BaseModel):
    """What went wrong, in one sentence."""

    error: Sentence


Responses = dict[int | str, dict[str, Any]]
WRONG: Responses = {"4XX": {"model": Problem}, "5XX": {"model": Problem}}


class Place(BaseModel):
    """A document, and a stretch of its text: offsets count code points from 0, the end exclusive."""

    document_id: str
    path: str
    title: str
    date: str | None
    start: int
    end: int


class MatchedWord(BaseModel):
    """A word of the question as it stands in the document."""

    word: str
    start: int
    end: int


class Passage(Place):
    """A passage that was found."""

    rank: int
    score: float
    similarity: float
    vector_rank: int | None
    word_score: float
    word_rank: int | None
    rerank_score: float | None
    page: str | None
    page_number: int | None
    heading_path: list[str]
    text: str
    also_in: list[Place]
    matches: list[MatchedWord]


class Passages(BaseModel):
    """The passages found, best first, and what was searched."""

    hits: list[Passage]
    searched: int
    excluded: int
    time: str
    spelling: str
    degraded: list[str]


class SaidSpan(BaseModel):
    """Some characters of a text: where they begin, and where they end, exclusive."""

    start: int
    end: int


class SaidStatement(BaseModel):
    """A statement and the numbers of its citations."""

    text: str
    support: Literal["supported", "partial", "unsupported"]
    support_reason: str
    citations: list[int]
    emphasis: list[SaidSpan]


class PageBox(BaseModel):
    """Where a quote stands on a page: fractions of its width and height from the upper left corner."""

    page_number: int
    left: float
    top: float
    right: float
    bottom: float


class Source(Place):
    """A citation: `quote` is the document's text from `start` to `end`, character by character."""

    number: int
    sha256: str
    page: str | None
    page_number: int | None
    heading_path: list[str]
    quote: str
    boxes: list[PageBox]
    is_ocr: bool
    also_in: list[Place]
    corpus: str


class Answered(BaseModel):
    """What the documents say, each statement cited, or that they do not say."""

    question: str
    text: str
    outcome: Literal["answered", "declined", "asked_back", "talk"]
    language: Language
    model: str
    removed: int
    abstained: bool
    reason: str
    note: str
    choices: list[str]
    degraded: list[str]
    time: str
    spelling: str
    probability: float | None
    declines_below: float | None
    statements: list[SaidStatement]
    citations: list[Source]
    nearest: list[Passage]


class ListedCorpus(BaseModel):
    """A corpus: what it is called, what it holds, and when that was last brought up to date."""

    name: str
    documents: int
    passages: int
    last_sync: str | None


class ListedCorpora(BaseModel):
    """The corpora that may be read; the first is asked where none is named."""

    corpora: list[ListedCorpus]


class ListedDocument(BaseModel):
    """A document without its text."""

    document_id: str
    path: str
    title: str
    date: str | None
    media_type: str
    language: str | None
    sha256: str
    size_bytes: int
    passages: int
    metadata: dict[str, str]


class ListedDocuments(BaseModel):
    """Some of the documents, by id, and how many there are in all."""

    documents: list[ListedDocument]
    total: int


class DocumentText(BaseModel):
    """A stretch of a document's text; `length` is the whole text's."""

    document_id: str
    path: str
    title: str
    sha256: str
    start: int
    end: int
    length: int
    text: str


class CheckedCitation(BaseModel):
    """What became of a citation: `start` and `end` say where the quote stands now, null where it does not."""

    number: int
    document_id: str
    path: str
    state: Literal["unchanged", "moved", "changed", "deleted"]
    same_file: bool
    start: int | None
    end: int | None
    quote: str
    says: str
    reason: str


class ChatMessage(BaseModel):
    """What Despatch says, in Markdown, with the numbers of its sources and their list."""

    role: Literal["assistant"]
    content: str


class ChatChoice(BaseModel):
    """The one answer."""

    index: int
    message: ChatMessage
    finish_reason: Literal["stop"]


class ChatCompletion(BaseModel):
    """A completion; `despatch` is the answer as `/ask` gives it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    despatch: Answered


class Model(BaseModel):
    """A model by its name."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(BaseModel):
    """The models there are."""

    object: Literal["list"]
    data: list[Model]
