"""The vocabulary of an index: hits, reports and the state of things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from corpus import Heading, Page, Span

Precision = Literal["fp32", "int8"]  # of a model's weights; int8 costs half the CPU and changes every vector a little
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
Standing = Literal["together", "apart", "in a row"]  # how words that are looked for stand to each other
DEFAULT_MODEL = "all-MiniLM-L6-v2"  # small, quick on a CPU, and carried by a pinned package


# The stems of one word that is searched: one for each language of the corpus that has its own.
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a document that has the stem of a word of the question: `document.text[start:end] == word`."""

    word: str
    span: Span

    def __post_init__(self) -> None:
        if len(self.word) != self.span.end - self.span.start:
            raise ValueError(f"a word is as long as its span, not {len(self.word)}: {self.span}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage of a document, where its text need not be told again."""

    document_id: str
    title: str
    date: date | None
    span: Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a search, best first: `rank` counts from 1, `score` grows with likeness.

    `score` orders the hits of one search and means nothing across searches; `similarity` is the
    cosine of question and passage (-1 to 1) and does. `word_score` is BM25, 0 where no word matched.
    `vector_rank` and `word_rank` are its places, from 1, in the ranking by likeness and in the one by
    words, None where that ranking did not come as far as this passage. `matches` are the question's words
    in it; those that stand in its title or headings count in `word_score` and are not among them.
    `also_in` are passages that would have been hits and say nothing that this one does not, best first.
    `rerank_score` (0 to 1) is a cross-encoder's, None where none read this passage.
    """

    rank: int
    score: float
    similarity: float
    word_score: float
    passage_id: int
    document_id: str
    title: str
    date: date | None
    span: Span
    page: str | None
    page_number: int | None
    heading_path: tuple[str, ...]
    text: str
    vector_rank: int | None = None
    word_rank: int | None = None
    matches: tuple[Match, ...] = ()
    rerank_score: float | None = None
    also_in: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"ranks start at 1, not {self.rank}")
        if len(self.text) != self.span.end - self.span.start:
            raise ValueError(f"a hit's text is as long as its span, not {len(self.text)}: {self.span}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question with its answer ("" where there was none); `weight` is 1 for one that counts like the next.

    The words of the question are searched; question and answer together are compared by what they mean.
    """

    question: str
    answer: str
    weight: float

    def __post_init__(self) -> None:
        if not 0 < self.weight < 1:
            raise ValueError(f"an earlier exchange counts less than the question, but more than 0, not {self.weight}")

    @property
    def text(self) -> str:
        """What was said, to be compared by what it means."""
        return f"{self.question} {self.answer}".rstrip()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the index keeps it; `text` is what every span points into, `language` an ISO 639-1 code."""

    id: str
    path: str
    title: str
    date: date | None
    date_found_in: str | None
    media_type: str
    sha256: str
    size_bytes: int
    metadata: Mapping[str, str]
    pages: tuple[Page, ...]
    headings: tuple[Heading, ...]
    passages: int
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A line of the list of documents: everything but the text."""

    id: str
    path: str
    title: str
    date: date | None
    media_type: str
    sha256: str
    size_bytes: int
    passages: int
    metadata: Mapping[str, str]
    language: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why, in one sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A document that was read, and what of it may be wrong, in one sentence."""

    path: str
    warning: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is: `done` of `total` files (0 is not known yet), `passages` embedded so far.

    `item` is what is being worked on: a file, a model, or "" for nothing in particular.
    """

    stage: Literal["compiling", "reading", "embedding", "writing"]
    done: int
    total: int
    item: str
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Reranking:
    """What a cross-encoder cost one search: the passages that it read and the seconds that it took."""

    model: str
    passages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of one search: hits best first, how many documents were searched, what was not at hand.

    `excluded` counts the documents that the filter, or a time in the question that is one, kept out. `time` says in
    a sentence how a time in the question was understood, "" where none mattered. `reranking` is None where no
    cross-encoder was named. `spelling` says what misspelt words were taken for, "" where there was none.
    """

    hits: tuple[Hit, ...]
    searched: int
    degraded: tuple[str, ...] = ()
    excluded: int = 0
    reranking: Reranking | None = None
    time: str = ""
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The documents that a filter, or a time in a question that is one, leaves, by id; `excluded` counts the others.

    `time` says in a sentence how that time was understood, "" where there was none.
    """

    documents: tuple[DocumentSummary, ...]
    excluded: int
    time: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """All documents in whose text some words stand, those first in which most passages hold them.

    `documents` counts them, `times` how often the words stand in them; `hits` holds the first passage of each of the
    first few, with the words as its `matches` and without scores; where rows of tables are looked for, every passage
    that has such rows, which are then its `matches`. `searched` and `time` are as in `Found`.
    """

    hits: tuple[Hit, ...]
    documents: int
    times: int
    searched: int
    time: str


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A document that a filter kept out: its best hit in the search without the filter, and the condition it fails."""

    hit: Hit
    failed: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A search, and the documents that would have been among its hits without its filter, best first."""

    found: Found
    kept_out: tuple[KeptOut, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync found and did: added, changed, renamed, unchanged and failed files add up to `files`.

    `renamed` pairs the former id with the new one; `mended` says what was wrong with the vector store, if anything.
    """

    corpus: str
    index: str
    files: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: int
    failures: tuple[Failure, ...]
    documents: int
    passages: int
    embedded: int
    mended: str
    seconds: float
    dry_run: bool

    def __post_init__(self) -> None:
        counted = len(self.added) + len(self.changed) + len(self.renamed) + self.unchanged + len(self.failures)
        if counted != self.files:
            raise ValueError(f"a report accounts for each of its {self.files} files, not for {counted}")


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one index; `revision` identifies the model's files, in the precision that its vectors have."""

    corpus: str
    index: str
    model: str
    precision: str
    revision: str
    documents: int
    passages: int
    last_sync: datetime | None
    failures: tuple[Failure, ...]
    warnings: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out about an index, in a sentence, and the command that resolves it ("" if none need).

    `state` is `wrong`, `mended` where it was, and `noted` where nothing that is asked for comes out wrong by it.
    """

    check: Literal["ledger", "documents", "unread", "passages", "words", "vectors", "generation", "model", "leftovers"]
    count: int
    sentence: str
    remedy: str
    state: Literal["noted", "wrong", "mended"] = "wrong"

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a finding is about something, not about {self.count}")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What `doctor` found: nothing where an index is as it should be."""

    index: str
    documents: int
    passages: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, or everything that was is mended."""
        return all(finding.state != "wrong" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a ledger, or what was restored from one."""

    file: str
    index: str
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased; `still_there` says that the next sync would read the file again."""

    index: str
    documents: tuple[str, ...]
    passages: int
    path: str
    still_there: bool
