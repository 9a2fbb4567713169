"""What goes into the ledger and comes out of it, where it is not part of the vocabulary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from corpus import Page, Span


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file looked like when it was last read, by which rules, and why that failed ("" if not)."""

    size: int
    mtime_ns: int
    rules: str
    sha256: str
    failure: str


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage with its document's labels, and its text cut from the document's."""

    id: int
    document_id: str
    title: str
    date: date | None
    span: Span
    page: str | None
    page_number: int | None
    heading_path: tuple[str, ...]
    text: str
    language: str | None


class DocumentLabels(NamedTuple):
    """What a filter can ask of a document; None also in place of what was not needed.

    A tuple as it is stored: in a large index one filter makes very many.
    """

    number: int
    id: str
    title: str | None
    stored_date: str | None
    media_type: str | None
    language: str | None
    stored_metadata: str | None

    @property
    def date(self) -> date | None:
        """The document's day."""
        return date.fromisoformat(self.stored_date) if self.stored_date else None

    @property
    def metadata(self) -> Mapping[str, str]:
        """What else the file says of itself."""
        found: Mapping[str, str] = json.loads(self.stored_metadata or "{}")
        return found


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents that a filter leaves, by their numbers, and how many passages they hold."""

    documents: tuple[int, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class WordQuery:
    """A question in FTS5's grammar, every term quoted: `whole` decides the scores, `leading` the candidates.

    `leading` holds the rarest terms of `whole`, or all of them, which then is one step. Both are "" where no
    term is left. `highest` is what BM25 comes to at most for `whole`; each of `pairs` finds the passages in which two
    words that follow each other in the question stand close together.
    """

    leading: str
    whole: str
    highest: float = 0.0
    pairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to be stored: where it stands, its search form and the id of its vector."""

    span: Span
    heading_path: tuple[str, ...]
    page: Page | None
    context_words: str
    body_words: str
    vector_id: int


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """Which document a row is, by which rules it was made, and whether the file that it lies in has a row too."""

    number: int
    id: str
    file: str
    rules: str
    has_file: bool


@dataclass(frozen=True, slots=True)
class CheckedPassage:
    """A passage as raw as it is stored; `text_hash` is None where its vector is not there."""

    id: int
    start: int
    end: int
    first_byte: int
    size: int
    heading_path: str
    vector: int
    text_hash: bytes | None


@dataclass(frozen=True, slots=True)
class Generation:
    """One filling of the vector store.

    Attributes:
        number: never used twice.
        place: the name of its folder below `generations`, or a server's address.
        chroma: the version of chromadb that filled it.
        mark: it holds every vector up to this id that was there when it was filled.
        held: how many vectors it holds.
        deleted: how many deleted ones it still carries.
        ids_sha256: over the ids that it holds; see `Passages.ids_sha256`.
        files: what is on disk, by name below its folder: size in bytes and SHA-256.
    """

    number: int
    place: str
    chroma: str
    mark: int = 0
    held: int = 0
    deleted: int = 0
    ids_sha256: str = ""
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def day(stored: str | None) -> date | None:
    """A date as the ledger stores it."""
    return date.fromisoformat(stored) if stored else None
