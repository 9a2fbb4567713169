"""What goes into the ledger and comes out of it, where it is not part of the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus import Passage, Span


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


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to be stored: its search form and the id of its vector."""

    passage: Passage
    context_words: str
    body_words: str
    vector_id: int
