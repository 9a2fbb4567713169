"""Folder → ledger → Chroma: what is on disk becomes what is searched.

A batch of documents goes in three steps: vectors by text hash (harmless if left over), one transaction
that replaces the documents whole, then Chroma. Stopped anywhere between, the next sync goes on from what
the ledger knows.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus import Document, FolderMissing, Passage, Reading, SplitOptions, language_of, split
from index.comparing import RULES, Comparison, compare, is_same
from index.context import CONTEXT_TOKENS, context_of, counter, table_header
from index.embedding import SPECIAL_TOKENS, Embedder, fingerprint_of, locate, open_embedder
from index.errors import IndexDamaged, IndexDiffers, IndexMissing, IndexNotWritable, SyncStopped
from index.ledger import FILE_NAME, Ledger
from index.locking import writer
from index.rows import FileState, NewPassage
from index.terms import Progress, SyncReport
from index.vectors import catch_up, start_generation
from index.words import search_form

PASSAGE_TOKENS = 200  # recall on exact spans peaks near it, and with its context it stays under 256
BATCH_PASSAGES = 256  # enough to sort by length, small enough that an interruption costs seconds

Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A passage with what is searched and embedded of it."""

    passage: Passage
    context: str
    text_hash: bytes

    @property
    def embedded_text(self) -> str:
        return f"{self.context}\n{self.passage.text}"


@dataclass(slots=True)
class _Batch:
    """Documents that were read and split but not stored yet."""

    documents: list[tuple[Document, list[_Ready]]] = field(default_factory=list)
    passages: int = 0


def sync(
    folder: Path | None,
    index: Path,
    *,
    model: str,
    rebuild: bool = False,
    dry_run: bool = False,
    progress: Report | None = None,
) -> SyncReport:
    """Bring an index to hold exactly what a folder holds.

    Args:
        folder: the corpus; None is the one recorded in the index.
        index: the index's folder, made where it is missing.
        model: the embedding model (see `index.embedding.open_embedder`).
        rebuild: read and embed everything anew; readers see the old state until it is done.
        dry_run: only say what would be done.
        progress: told how far it is.

    Returns:
        What was found and done. A file that cannot be read is a failure in it and stops nothing.

    Raises:
        FolderMissing, FolderUnreadable: the corpus cannot be listed.
        IndexMissing: no folder was named and there is no index.
        IndexBusy: another process is writing.
        IndexDiffers: the index was made with another model.
        IndexNotWritable: the disk refuses.
        SyncStopped: it was interrupted; the index is sound.
        ModelUnavailable, IndexDamaged, VectorsUnavailable: as their names say.
    """
    started = time.monotonic()
    if folder is None and not (index / FILE_NAME).is_file():
        raise IndexMissing(str(index))
    if folder is not None and not folder.is_dir():
        raise FolderMissing(str(folder))
    if dry_run:
        return _foresee(folder, index, started)
    try:
        index.mkdir(parents=True, exist_ok=True)
        with writer(index), _ledger(index, rebuild=rebuild) as ledger:
            run = _Sync(ledger, _corpus(folder, ledger), model, progress or (lambda _: None))
            run.run(rebuild=rebuild)
            return run.found.report(index=index, counts=ledger.counts(), embedded=run.embedded, started=started)
    except KeyboardInterrupt:
        raise SyncStopped from None
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexNotWritable(str(index), str(error)) from error


@contextmanager
def _ledger(index: Path, *, rebuild: bool) -> Iterator[Ledger]:
    try:
        ledger = Ledger(index, write=True)
    except IndexDamaged:
        if not rebuild:
            raise
        aside = index / f"{FILE_NAME}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        (index / FILE_NAME).rename(aside)
        ledger = Ledger(index, write=True)
    try:
        yield ledger
    finally:
        ledger.close()


def _corpus(folder: Path | None, ledger: Ledger) -> Path:
    if folder is not None:
        return folder.resolve()
    recorded = ledger.get("corpus")
    if recorded is None:
        raise IndexMissing(str(ledger.folder))
    return Path(recorded)


def _foresee(folder: Path | None, index: Path, started: float) -> SyncReport:
    ledger = Ledger(index) if (index / FILE_NAME).is_file() else None
    try:
        corpus = _corpus(folder, ledger) if ledger else (folder or Path()).resolve()
        found = compare(corpus, ledger.files() if ledger else {})
        with Reading() as reading:
            for _ in found.outcomes(reading):
                pass  # what each file is, is noted; nothing of it is stored
        counts = ledger.counts() if ledger else (0, 0)
        return found.report(index=index, counts=counts, embedded=0, started=started, dry_run=True)
    finally:
        if ledger:
            ledger.close()


class _Sync:
    """One run: everything that a batch needs at hand."""

    def __init__(self, ledger: Ledger, corpus: Path, model: str, report: Report) -> None:
        self.ledger, self.model, self.report = ledger, model, report
        self.found = Comparison(corpus, {}, {}, 0)
        self.done = self.embedded = 0
        self._in_one = False
        self._opened: Embedder | None = None

    def run(self, *, rebuild: bool) -> None:
        """Compare, read, store, and bring Chroma along."""
        if rebuild:
            start_generation(self.ledger)
        # a rebuild is one transaction, so that readers see the whole old state until the new one is whole
        with self.ledger.writing() if rebuild else nullcontext():
            self._in_one = rebuild
            if rebuild:
                self._forget_everything()
            self._check_model()
            self.found = compare(self.found.corpus, self.ledger.files())
            with self._writing():
                self.ledger.put("corpus", str(self.found.corpus))
                for file_id in self.found.removed:
                    self.ledger.remove(file_id)
            self._read_all()
            with self._writing():
                self.ledger.drop_unused_vectors()
                self.ledger.put("last_sync", datetime.now(UTC).isoformat(timespec="seconds"))
        self._tell("writing", "vectors")
        catch_up(self.ledger)

    def _writing(self) -> AbstractContextManager[None]:
        return nullcontext() if self._in_one else self.ledger.writing()

    def _forget_everything(self) -> None:
        for file_id in self.ledger.files():
            self.ledger.remove(file_id)
        self.ledger.drop_unused_vectors()
        self.ledger.put("model", "")
        self.ledger.put("model_fingerprint", "")

    def _check_model(self) -> None:
        stored, fingerprint = self.ledger.get("model"), self.ledger.get("model_fingerprint")
        if stored and stored != self.model:
            raise IndexDiffers(str(self.ledger.folder), "the model", stored, self.model)
        current = fingerprint_of(locate(self.model))
        if fingerprint and fingerprint != current:
            raise IndexDiffers(str(self.ledger.folder), f"{stored} of state", fingerprint[:8], current[:8])
        if not stored:
            with self._writing():
                self.ledger.put("model", self.model)
                self.ledger.put("model_fingerprint", current)

    def _read_all(self) -> None:
        batch = _Batch()
        with Reading() as reading:
            for done, (file_id, document) in enumerate(self.found.outcomes(reading)):
                self.done = done
                self._tell("reading", file_id)
                self._note(file_id, document, batch)
                if batch.passages >= BATCH_PASSAGES:
                    self._store(batch)
                    batch = _Batch()
        self.done = len(self.found.look_at)
        self._store(batch)
        self._tell("reading")

    def _tell(self, stage: Literal["compiling", "reading", "embedding", "writing"], item: str = "") -> None:
        self.report(Progress(stage, self.done, len(self.found.look_at), item, self.embedded))

    def _note(self, file_id: str, document: Document | None, batch: _Batch) -> None:
        if document is None:
            entry, reason = self.found.entries[file_id], self.found.failures[file_id]
            with self._writing():
                self.ledger.fail(
                    file_id, FileState(entry.size_bytes, self.found.settled(entry.mtime_ns), RULES, "", reason)
                )
        elif is_same(document, self.found.known.get(file_id)):
            with self._writing():
                self.ledger.touch(file_id, self.found.settled(document.mtime_ns))
        else:
            ready = self._ready(document)
            batch.documents.append((document, ready))
            batch.passages += len(ready)

    def _ready(self, document: Document) -> list[_Ready]:
        embedder = self._embedder()
        room = max(embedder.max_tokens - SPECIAL_TOKENS - CONTEXT_TOKENS, 1)
        options = SplitOptions(passage_tokens=min(PASSAGE_TOKENS, room))
        count, ready = counter(embedder.measure), []
        for passage in split(document, embedder.measure, options=options):
            labels = (*passage.heading_path, table_header(document.text, passage.span.start))
            context = context_of(document.title, labels, count)
            identity = f"{embedder.fingerprint}\0{context}\0{passage.text}"
            ready.append(_Ready(passage, context, hashlib.sha256(identity.encode()).digest()))
        return ready

    def _embedder(self) -> Embedder:
        if self._opened is None:
            self._opened = open_embedder(self.model, compiling=lambda: self._tell("compiling", self.model))
        return self._opened

    def _store(self, batch: _Batch) -> None:
        if not batch.documents:
            return
        vectors = self._vectors([one for _, ready in batch.documents for one in ready])
        with self._writing():
            for document, ready in batch.documents:
                rows = [
                    NewPassage(
                        one.passage, search_form(one.context), search_form(one.passage.text), vectors[one.text_hash]
                    )
                    for one in ready
                ]
                self.ledger.replace(
                    document,
                    rows,
                    mtime_ns=self.found.settled(document.mtime_ns),
                    rules=RULES,
                    language=language_of(document.text),
                )

    def _vectors(self, ready: list[_Ready]) -> dict[bytes, int]:
        hashes = [one.text_hash for one in ready]
        stored = self.ledger.vector_ids(hashes)
        missing = list({one.text_hash: one for one in ready if one.text_hash not in stored}.values())
        # a slice at a time, stored at once: a very long document neither fills the memory nor starts over
        for start in range(0, len(missing), BATCH_PASSAGES):
            part = missing[start : start + BATCH_PASSAGES]
            self._tell("embedding")
            vectors = self._embedder().embed([one.embedded_text for one in part])
            with self._writing():
                self.ledger.add_vectors({one.text_hash: row for one, row in zip(part, vectors, strict=True)})
            self.embedded += len(part)
        return self.ledger.vector_ids(hashes) if missing else stored
