"""From documents to rows of the ledger: split, embedded where the text is new, stored whole.

A batch goes in two steps: vectors by text hash (harmless if left over), then one transaction that replaces the
documents. Stopped anywhere between, the next sync goes on from what the ledger knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Literal

from corpus import Document, Page, Passage, Span, SplitOptions, language_of, split
from index.context import CONTEXT_TOKENS, TableHeaders, contexts_of, counter, text_hash
from index.embedding import SPECIAL_TOKENS, Embedder
from index.ledger import Ledger
from index.rows import NewPassage
from index.words import search_form

PASSAGE_TOKENS = 200  # recall on exact spans peaks near it, and with its context it stays under 256
BATCH_PASSAGES = 256  # enough to sort by length, small enough that an interruption costs seconds
CONTEXTS_KEPT = 4_096  # headings whose search form is remembered: the passages of a section share theirs

Tell = Callable[[Literal["embedding"]], None]


@dataclass(frozen=True, slots=True)
class _Split:
    """A passage without its text, which is cut again when it is stored: a long document has a million."""

    span: Span
    heading_path: tuple[str, ...]
    page: Page | None
    context: str
    text_hash: bytes


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was read and split but not stored yet: its own document and those that lie in it."""

    documents: tuple[tuple[Document, list[_Split]], ...]
    mtime_ns: int
    rules: str
    renamed_from: str | None


@dataclass(slots=True)
class _Batch:
    files: list[_File] = field(default_factory=list)
    passages: int = 0


class Storing:
    """Takes documents one by one and stores them in batches.

    Args:
        ledger: opened for writing.
        embedder: gives the model when it is first needed.
        tell: called before each slice is embedded.

    Attributes:
        embedded: how many passages were embedded so far.
    """

    def __init__(self, ledger: Ledger, embedder: Callable[[], Embedder], tell: Tell) -> None:
        self._ledger = ledger
        self._embedder = embedder
        self._tell = tell
        self._batch = _Batch()
        self._new: dict[bytes, str] = {}  # texts that may have to be embedded, by hash
        self.embedded = 0

    def add(self, document: Document, *, mtime_ns: int, rules: str, renamed_from: str | None = None) -> None:
        """Take a file's document; it is stored with its batch.

        Args:
            document: what the file said, with what is attached to it.
            mtime_ns: the modification time to compare the file with at the next sync.
            rules: what the file was read, split and made searchable by.
            renamed_from: the id that the same file had before.
        """
        inside = tuple((one, list(self._split(one))) for one in (document, *document.attachments))
        self._batch.files.append(_File(inside, mtime_ns, rules, renamed_from))
        self._batch.passages += sum(len(rows) for _, rows in inside)
        if self._batch.passages >= BATCH_PASSAGES:
            self.flush()

    def flush(self) -> None:
        """Store what was taken."""
        self._embed()
        batch, self._batch = self._batch, _Batch()
        if not batch.files:
            return
        with self._ledger.writing():
            for file in batch.files:
                spoken = ((one, rows, language_of(one.text)) for one, rows in file.documents)
                self._ledger.replace(
                    [(one, language, self._rows(one, rows, language)) for one, rows, language in spoken],
                    mtime_ns=file.mtime_ns,
                    rules=file.rules,
                    renamed_from=file.renamed_from,
                )

    def _split(self, document: Document) -> Iterator[_Split]:
        embedder = self._embedder()
        room = max(embedder.max_tokens - SPECIAL_TOKENS - CONTEXT_TOKENS, 1)
        options = SplitOptions(passage_tokens=min(PASSAGE_TOKENS, room))
        count = lru_cache(CONTEXTS_KEPT)(counter(embedder.measure))
        headers = TableHeaders(document.text)
        for passage in split(document, embedder.measure, options=options):
            labels = (*passage.heading_path, headers.above(passage.span.start))
            contexts = contexts_of(document, labels, count)
            text = contexts.embedded_text(passage.text)
            key = text_hash(embedder.fingerprint, text)
            self._new[key] = text
            if len(self._new) >= BATCH_PASSAGES:
                # a slice at a time, stored at once: a very long document neither fills the memory nor starts over
                self._embed()
            yield _without_text(passage, contexts.words, key)

    def _embed(self) -> None:
        texts, self._new = self._new, {}
        stored = self._ledger.embedded(texts)
        missing = {key: text for key, text in texts.items() if key not in stored}
        if not missing:
            return
        self._tell("embedding")
        vectors = self._embedder().embed(list(missing.values()))
        with self._ledger.writing():
            self._ledger.add_vectors(dict(zip(missing, vectors, strict=True)))
        self.embedded += len(missing)

    def _rows(self, document: Document, rows: list[_Split], language: str | None) -> Iterator[NewPassage]:
        form: Callable[[str], str] = lru_cache(CONTEXTS_KEPT)(partial(search_form, language=language))
        for start in range(0, len(rows), BATCH_PASSAGES):
            part = rows[start : start + BATCH_PASSAGES]
            ids = self._ledger.embedded(row.text_hash for row in part)
            for row in part:
                yield NewPassage(
                    row.span,
                    row.heading_path,
                    row.page,
                    form(row.context),
                    search_form(row.span.of(document.text), language),
                    ids[row.text_hash],
                )


def _without_text(passage: Passage, context: str, text_hash: bytes) -> _Split:
    return _Split(passage.span, passage.heading_path, passage.page, context, text_hash)
