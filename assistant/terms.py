"""The vocabulary of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypedDict, get_args

from corpus import Box, Span
from index import Hit, Reference

Support = Literal["supported", "partial", "unsupported"]
Strictness = Literal["generous", "normal", "strict"]  # how readily a question is declined
Outcome = Literal["answered", "declined", "asked_back", "talk", "found"]
Language = Literal["de", "en", "es", "fr"]  # what the assistant speaks
SLASH = "/"  # where several corpora are asked, between the name of one, which holds none, and the id of a document


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    text: str

    def __post_init__(self) -> None:
        if self.role not in ("user", "assistant"):
            raise ValueError(f"a turn is the user's or the assistant's, not {self.role!r}")


History = Sequence[Turn | Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and exactly where it stands: `document.text[span.start:span.end] == quote`.

    `sha256` is of the file's bytes when it was indexed; `page` is the printed label.
    `boxes` are the rectangles of the quote on the pages of a PDF; empty for other formats, for text that
    was recognised in a picture, and where the file is no longer the one that was indexed.
    `is_ocr`: the quote, or part of it, was recognised in a picture of its page and may hold mistakes.
    `also_in`: passages of other documents, or other places of this one, that say the same in nearly the same words.
    `corpus` is the name of the one it is from where several were asked, "" where one was.
    """

    number: int
    document_id: str
    path: str
    title: str
    date: date | None
    sha256: str
    span: Span
    page: str | None
    page_number: int | None
    heading_path: tuple[str, ...]
    quote: str
    boxes: tuple[Box, ...] = ()
    is_ocr: bool = False
    also_in: tuple[Reference, ...] = ()
    corpus: str = ""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"citations are numbered from 1, not {self.number}")
        if len(self.quote) != self.span.end - self.span.start:
            raise ValueError(f"a quote is as long as its span, not {len(self.quote)}: {self.span}")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer, the numbers of its citations, and whether they support it.

    `emphasis` are the words in it that answer, such as a date or a name, in characters of `text` and in order.
    """

    text: str
    support: Support
    support_reason: str
    citations: tuple[int, ...]
    emphasis: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        edges = [0, *(edge for span in self.emphasis for edge in (span.start, span.end)), len(self.text)]
        if edges != sorted(edges):
            raise ValueError(f"emphasis lies in the text and in order, not {self.emphasis}")

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[tuple[str, bool]]:
        """The text from `start` to `end` in pieces, each with whether it is emphasised."""
        at, last = start, len(self.text) if end is None else end
        for span in self.emphasis:
            first, beyond = max(span.start, at), min(span.end, last)
            if first < beyond:
                yield self.text[at:first], False
                yield self.text[first:beyond], True
                at = beyond
        yield self.text[at:last], False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question, that they say nothing, or what the assistant says itself.

    `outcome` is "answered" (from the documents, cited), "declined" (they don't say), "asked_back" (it could
    mean several things, of which `choices` offers some, or points at nothing), "talk" (greetings and the like) or
    "found" (only searched: `nearest` are the passages).
    `note` is what the assistant says itself beside an answer's statements, "" where nothing: a count, for example.
    `reason` says in one sentence why the assistant declined ("" when it did not). `nearest` are
    the closest passages of a declined question, or all that were searched for. `searched` counts the documents that
    were searched.
    `degraded` names what was not at hand, a sentence each; empty when all was. `time` says how a time in
    the question was understood, "" where none mattered; `spelling` what misspelt words were taken for.
    `model` is the language model whose words the statements are, "" where they are the documents' own; `removed`
    counts its sentences that are not among them since the documents do not support them.
    `language` is that of the assistant's own sentences; quotes are in their documents'.
    `probability` is how likely the documents answer, 0 to 1, and `declines_below` where silence begins; both None where
    that was not asked.
    """

    question: str
    text: str
    outcome: Outcome
    reason: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...]
    searched: int
    seconds: float
    degraded: tuple[str, ...] = ()
    time: str = ""
    spelling: str = ""
    note: str = ""
    choices: tuple[str, ...] = ()
    model: str = ""
    removed: int = 0
    probability: float | None = None
    declines_below: float | None = None
    language: Language = "en"

    def __post_init__(self) -> None:
        if self.outcome not in get_args(Outcome):
            raise ValueError(f"an answer is one of {get_args(Outcome)}, not {self.outcome!r}")
        if self.abstained and (self.citations or self.statements):
            raise ValueError("what is not answered from the documents cites nothing")
        if self.choices and self.outcome != "asked_back":
            raise ValueError("only a question that is asked back offers choices")
        known = {citation.number for citation in self.citations}
        for statement in self.statements:
            if not set(statement.citations) <= known:
                raise ValueError(f"a statement cites {statement.citations}, which are not all in {sorted(known)}")

    @property
    def abstained(self) -> bool:
        """Whether nothing is answered from the documents."""
        return self.outcome != "answered"


class How(TypedDict, total=False):
    """How one question is answered: what `Assistant.ask_stream` takes besides it."""

    where: str | None
    history: History
    extractive: bool
    strictness: Strictness | None
    passages: int
    language: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """A step of a streamed answer.

    `kind` is "searching" (nothing else set), "found" (`hits`), "writing" (a language model is at work; again and again
    while nothing else comes, so that whoever listens can turn away), "statement" (`statement` and the `citations` it
    is the first to use) or "answer" (`answer`, always last and exactly once).
    """

    kind: Literal["searching", "found", "writing", "statement", "answer"]
    hits: tuple[Hit, ...] = ()
    statement: Statement | None = None
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
