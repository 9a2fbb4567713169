"""Folder → ledger → Chroma: what is on disk becomes what is searched.

A batch of documents goes in three steps: vectors by text hash (harmless if left over), one transaction
that replaces the documents whole, then Chroma. Stopped anywhere between, the next sync goes on from what
the ledger knows.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpus import (
    READER_VERSION,
    SPLITTER_VERSION,
    Document,
    Entry,
    FolderMissing,
    Passage,
    SplitOptions,
    UnreadableFile,
    read,
    scan,
    split,
)
from index.context import CONTEXT_TOKENS, CONTEXT_VERSION, context_of, counter
from index.embedding import SPECIAL_TOKENS, Embedder, fingerprint_of, locate, open_embedder
from index.errors import IndexBusy, IndexDamaged, IndexDiffers, IndexMissing, IndexNotWritable, SyncStopped
from index.ledger import FILE_NAME, Ledger
from index.rows import FileState, NewPassage
from index.terms import Failure, Progress, SyncReport
from index.vectors import catch_up, start_generation
from index.words import WORDS_VERSION, search_form

LOCK_FILE, HOLDER_FILE = "writer.lock", "writer.json"
RULES = f"reader {READER_VERSION}, splitter {SPLITTER_VERSION}, context {CONTEXT_VERSION}, words {WORDS_VERSION}"
PASSAGE_TOKENS = 200  # recall on exact spans peaks near it, and with its context it stays under 256
BATCH_PASSAGES = 256  # enough to sort by length, small enough that an interruption costs seconds
# a file saved within this of being read may change again without a new time or size: look again next time
SETTLED_SECONDS = 2.0
UNSETTLED = -1

Report = Callable[[Progress], None]


@dataclass(slots=True)
class _Plan:
    """What a folder holds compared with the ledger, by file id."""

    entries: dict[str, Entry]
    known: dict[str, FileState]
    look_at: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    embedded: int = 0


@dataclass(slots=True)
class _Batch:
    """Documents that were read and split but not stored yet."""

    documents: list[tuple[Document, tuple[Passage, ...]]] = field(default_factory=list)
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
    report = progress or (lambda _: None)
    if dry_run:
        return _dry_run(folder, index, started)
    if folder is None and not (index / FILE_NAME).is_file():
        raise IndexMissing(str(index))
    if folder is not None and not folder.is_dir():
        raise FolderMissing(str(folder))
    try:
        index.mkdir(parents=True, exist_ok=True)
        with _writer(index), _ledger(index, rebuild=rebuild) as ledger:
            corpus = _corpus(folder, ledger)
            plan = _Sync(ledger, corpus, model, report).run(rebuild=rebuild)
            return _report(ledger, corpus, plan, time.monotonic() - started)
    except KeyboardInterrupt:
        raise SyncStopped from None
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexNotWritable(str(index), str(error)) from error


@contextmanager
def _writer(index: Path) -> Iterator[None]:
    lock = FileLock(index / LOCK_FILE, timeout=0)
    holder = index / HOLDER_FILE
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(str(index), _holder(holder)) from error
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(file: Path) -> str:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return f"process {found['pid']} on {found['host']}"
    except (OSError, ValueError, KeyError):
        return "another process"


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


class _Sync:
    """One run: everything that a batch needs at hand."""

    def __init__(self, ledger: Ledger, corpus: Path, model: str, report: Report) -> None:
        self.ledger, self.corpus, self.model, self.report = ledger, corpus, model, report
        self.embedder: Embedder | None = None
        self.plan = _Plan({}, {})
        self.in_one = False

    def run(self, *, rebuild: bool) -> _Plan:
        """Compare, read, store, and bring Chroma along."""
        if rebuild:
            start_generation(self.ledger)
        # a rebuild is one transaction, so that readers see the whole old state until the new one is whole
        with self.ledger.writing() if rebuild else nullcontext():
            self.in_one = rebuild
            if rebuild:
                self._forget_everything()
            self._check_model()
            self.plan = _compare(self.corpus, self.ledger.files())
            with self._writing():
                self.ledger.put("corpus", str(self.corpus))
                for file_id in self.plan.removed:
                    self.ledger.remove(file_id)
            self._read_all()
            with self._writing():
                self.ledger.drop_unused_vectors()
                self.ledger.put("last_sync", datetime.now(UTC).isoformat(timespec="seconds"))
        self.report(Progress("writing", 0, 0, "vectors"))
        catch_up(self.ledger)
        return self.plan

    def _writing(self) -> contextmanager[None] | nullcontext[None]:  # type: ignore[valid-type]
        return nullcontext() if self.in_one else self.ledger.writing()

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
        batch, total = _Batch(), len(self.plan.look_at)
        for done, file_id in enumerate(self.plan.look_at):
            self.report(Progress("reading", done, total, file_id))
            passages = self._read(self.plan.entries[file_id], batch)
            batch.passages += passages
            if batch.passages >= BATCH_PASSAGES:
                self._store(batch)
                batch = _Batch()
        self._store(batch)
        self.report(Progress("reading", total, total, ""))

    def _read(self, entry: Entry, batch: _Batch) -> int:
        known = self.plan.known.get(entry.id)
        try:
            document = read(entry)
        except UnreadableFile as error:
            self.plan.failures[entry.id] = error.reason
            with self._writing():
                mtime_ns = _settled(entry.mtime_ns)
                self.ledger.fail(entry.id, FileState(entry.size_bytes, mtime_ns, RULES, "", error.reason))
            return 0
        if known and known.sha256 == document.sha256 and known.rules == RULES:
            with self._writing():
                self.ledger.touch(entry.id, _settled(document.mtime_ns))
            return 0
        (self.plan.changed if known and not known.failure else self.plan.added).append(entry.id)
        options = SplitOptions(passage_tokens=min(PASSAGE_TOKENS, self._room()))
        passages = split(document, self._embedder().measure, options=options)
        batch.documents.append((document, passages))
        return max(len(passages), 1)

    def _room(self) -> int:
        return max(self._embedder().max_tokens - SPECIAL_TOKENS - CONTEXT_TOKENS, 1)

    def _embedder(self) -> Embedder:
        if self.embedder is None:
            compiling = Progress("compiling", 0, 0, self.model)
            self.embedder = open_embedder(self.model, compiling=lambda: self.report(compiling))
        return self.embedder

    def _store(self, batch: _Batch) -> None:
        if not batch.documents:
            return
        contexts = [_contexts(document, passages, self._embedder()) for document, passages in batch.documents]
        texts = {
            _text_hash(self._embedder().fingerprint, context, passage.text): f"{context}\n{passage.text}"
            for (_, passages), of_document in zip(batch.documents, contexts, strict=True)
            for passage, context in zip(passages, of_document, strict=True)
        }
        stored = self.ledger.vector_ids(texts)
        missing = {text_hash: text for text_hash, text in texts.items() if text_hash not in stored}
        if missing:
            self.report(Progress("embedding", 0, len(missing), ""))
            vectors = self._embedder().embed(list(missing.values()))
            with self._writing():
                self.ledger.add_vectors(dict(zip(missing, vectors, strict=True)))
            self.plan.embedded += len(missing)
            stored = self.ledger.vector_ids(texts)
        with self._writing():
            for (document, passages), of_document in zip(batch.documents, contexts, strict=True):
                rows = [
                    NewPassage(
                        passage,
                        search_form(context),
                        search_form(passage.text),
                        stored[_text_hash(self._embedder().fingerprint, context, passage.text)],
                    )
                    for passage, context in zip(passages, of_document, strict=True)
                ]
                self.ledger.replace(document, rows, mtime_ns=_settled(document.mtime_ns), rules=RULES)


def _compare(corpus: Path, known: dict[str, FileState]) -> _Plan:
    plan = _Plan({entry.id: entry for entry in scan(corpus)}, known)
    plan.removed = sorted(known.keys() - plan.entries.keys())
    for file_id, entry in plan.entries.items():
        state = known.get(file_id)
        if state is None or (state.size, state.mtime_ns, state.rules) != (entry.size_bytes, entry.mtime_ns, RULES):
            plan.look_at.append(file_id)
        elif state.failure:
            plan.failures[file_id] = state.failure
    return plan


def _settled(mtime_ns: int) -> int:
    return mtime_ns if time.time_ns() - mtime_ns > SETTLED_SECONDS * 1e9 else UNSETTLED


def _contexts(document: Document, passages: Sequence[Passage], embedder: Embedder) -> list[str]:
    count = counter(embedder.measure)
    return [context_of(document.title, passage.heading_path, count) for passage in passages]


def _text_hash(fingerprint: str, context: str, text: str) -> bytes:
    return hashlib.sha256(f"{fingerprint}\0{context}\0{text}".encode()).digest()


def _report(ledger: Ledger, corpus: Path, plan: _Plan, seconds: float, *, dry_run: bool = False) -> SyncReport:
    documents, passages = ledger.counts()
    failures = tuple(Failure(path, plan.failures[path]) for path in sorted(plan.failures))
    return SyncReport(
        corpus=str(corpus),
        index=str(ledger.folder),
        files=len(plan.entries),
        added=tuple(plan.added),
        changed=tuple(plan.changed),
        removed=tuple(plan.removed),
        unchanged=len(plan.entries) - len(plan.added) - len(plan.changed) - len(failures),
        failures=failures,
        documents=documents,
        passages=passages,
        embedded=plan.embedded,
        seconds=round(seconds, 3),
        dry_run=dry_run,
    )


def _dry_run(folder: Path | None, index: Path, started: float) -> SyncReport:
    try:
        ledger: Ledger | None = Ledger(index)
    except IndexMissing:
        if folder is None:
            raise
        ledger = None
    corpus = folder.resolve() if folder is not None else Path((ledger and ledger.get("corpus")) or "")
    plan = _compare(corpus, ledger.files() if ledger else {})
    for file_id in plan.look_at:
        _foresee(plan, file_id)
    if ledger is None:
        return _foreseen(corpus, index, plan, time.monotonic() - started)
    try:
        return _report(ledger, corpus, plan, time.monotonic() - started, dry_run=True)
    finally:
        ledger.close()


def _foresee(plan: _Plan, file_id: str) -> None:
    known = plan.known.get(file_id)
    try:
        document = read(plan.entries[file_id])
    except UnreadableFile as error:
        plan.failures[file_id] = error.reason
        return
    if known is None or known.failure:
        plan.added.append(file_id)
    elif known.sha256 != document.sha256 or known.rules != RULES:
        plan.changed.append(file_id)


def _foreseen(corpus: Path, index: Path, plan: _Plan, seconds: float) -> SyncReport:
    failures = tuple(Failure(path, plan.failures[path]) for path in sorted(plan.failures))
    return SyncReport(
        corpus=str(corpus),
        index=str(index),
        files=len(plan.entries),
        added=tuple(plan.added),
        changed=(),
        removed=(),
        unchanged=0,
        failures=failures,
        documents=0,
        passages=0,
        embedded=0,
        seconds=round(seconds, 3),
        dry_run=True,
    )
