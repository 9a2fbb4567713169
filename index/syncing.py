"""Folder → ledger → vector store: what is on disk becomes what is searched.

A batch of documents goes in three steps: vectors by text hash (harmless if left over), one transaction that replaces
the documents whole, then the vector store. Stopped anywhere between, the next sync goes on from what the ledger knows.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus import NO_OPTIONS, Document, FolderMissing, Reading, ReadingOptions, stored_path
from index.comparing import Comparison, compare
from index.embedding import Embedder, open_embedder
from index.errors import (
    IndexDamaged,
    IndexMissing,
    IndexNotWritable,
    IndexOutdated,
    IndexUnavailable,
    SyncStopped,
)
from index.generations import FOLDER, catch_up, discard, take_over
from index.identity import Wanted, current, settle
from index.journal import note
from index.layout import active_ledger, former_ledgers, make_folder, next_ledger, unfinished_ledgers
from index.ledger import Ledger
from index.locking import told, writer
from index.rows import FileState
from index.storing import Storing
from index.terms import Precision, Progress, SyncReport
from index.vector_server import checked_address

Report = Callable[[Progress], None]
Stage = Literal["compiling", "reading", "embedding", "writing"]

MEBIBYTE = 1024 * 1024
ROOM_BYTES = 32 * MEBIBYTE  # what SQLite and Chroma need for next to nothing
# A file of text takes several times its size in the index, a scan next to nothing: of each file so much is counted.
ROOM_A_FILE_BYTES = MEBIBYTE // 4
# the card's line that says that vectors may be left that no passage points to: a stopped sync's, that the next drops
UNSWEPT = "unswept"
# The card's line of a ledger that a rebuild fills: from what and by what. It stays, since naming the ledger is the one
# step that ends a rebuild: killed just before, one that is complete is taken up and named by the next.
REBUILDING = "rebuilding"


def sync(  # noqa: PLR0913  each keyword is one flag of the command
    folder: Path | None,
    index: Path,
    *,
    model: str,
    precision: Precision = "fp32",
    reading: ReadingOptions = NO_OPTIONS,
    rebuild: bool = False,
    dry_run: bool = False,
    verify: bool = False,
    vectors: str | None = None,
    progress: Report | None = None,
) -> SyncReport:
    """Bring an index to hold exactly what a folder holds.

    Args:
        folder: the corpus; None is the one recorded in the index.
        index: the index's folder, made where it is missing.
        model: the embedding model (see `index.embedding.open_embedder`).
        precision: of its weights.
        reading: passwords, encodings, whether links are followed; what changes in them takes effect at once.
        rebuild: read and embed everything anew, beside what answers until that is done; a stopped one is resumed.
        dry_run: only say what would be done.
        verify: compare the content of every file, also where its size and time have not changed.
        vectors: the address of a Chroma server that holds the vectors, "" for a folder of the index; None is where
            they are now.
        progress: told how far it is; whatever it raises stops the sync.

    Returns:
        What was found and done. A file that cannot be read is a failure in it and stops nothing.

    Raises:
        FolderMissing, FolderUnreadable: the corpus cannot be listed.
        IndexMissing: no folder was named and there is no index.
        IndexBusy: another process is writing.
        InvalidAddress, InvalidIndexPath: there can be no vectors, or no index, at that place.
        IndexDiffers: the index was made with another model.
        IndexNotWritable: the disk refuses.
        SyncStopped: it was interrupted; the index is sound.
        ModelUnavailable, IndexDamaged, IndexOutdated, VectorsUnavailable: as their names say.
    """
    vectors = checked_address(vectors) if vectors else vectors
    started, wanted = time.monotonic(), Wanted(model, precision)
    if folder is None and not active_ledger(index).is_file():
        raise IndexMissing(str(index))
    if folder is not None and not folder.is_dir():
        raise FolderMissing(str(folder))
    if dry_run:
        return foresee(folder, index, reading=reading, verify=verify)
    with _sentences(index):
        make_folder(index)
        with writer(index), _ledger(index, folder, wanted, rebuild=rebuild) as ledger:
            note(index, f"sync of {ledger.path.name} begins")
            found = Comparison(_corpus(folder, ledger), {}, {}, 0, reading)
            run = _Sync(ledger, found, wanted, progress or (lambda _: None))
            run.run(verify=verify, vectors=vectors)
            counts, embedded = ledger.counts(), run.storing.embedded
            report = run.found.report(index=index, counts=counts, embedded=embedded, mended=run.mended, started=started)
            note(index, _summary(report))
        return report


def foresee(
    folder: Path | None, index: Path, *, reading: ReadingOptions = NO_OPTIONS, verify: bool = False
) -> SyncReport:
    """What a sync would do; nothing is written. Arguments and errors are those of `sync`."""
    started = time.monotonic()
    try:
        ledger = Ledger(index)
    except IndexMissing:
        if folder is None:
            raise
        ledger = None
    try:
        corpus = _corpus(folder, ledger) if ledger else (folder or Path()).resolve()
        found = compare(corpus, ledger.files() if ledger else {}, reading, verify=verify)
        with Reading(reading) as workers:
            for _ in found.outcomes(workers):
                pass
        report = found.report(index=index, counts=ledger.counts() if ledger else (0, 0), started=started)
        return replace(report, dry_run=True)
    finally:
        if ledger:
            ledger.close()


@contextmanager
def _sentences(index: Path) -> Iterator[None]:
    try:
        with told(index, "sync"):
            yield
    except KeyboardInterrupt:
        note(index, "sync stopped by the user")
        raise SyncStopped from None


@contextmanager
def _ledger(index: Path, folder: Path | None, wanted: Wanted, *, rebuild: bool) -> Iterator[Ledger]:
    """The ledger to bring up to date: the one that answers, or beside it the one that shall."""
    answering = active_ledger(index)
    if not rebuild or not answering.is_file():
        for useless in (*former_ledgers(index), *_never_begun(index)):
            discard(useless)
        with _closing(Ledger(index, write=True)) as ledger:
            yield ledger
        return
    with _closing(_begin_rebuild(index, folder, wanted)) as ledger:
        yield ledger
    take_over(ledger.path)


def _never_begun(index: Path) -> Iterator[Path]:
    """What a rebuild left that was stopped before its ledger had a purpose: the next one would not go on with it."""
    for path in unfinished_ledgers(index):
        purpose = None
        with suppress(IndexDamaged, IndexMissing, IndexOutdated), _closing(Ledger(index, file=path)) as begun:
            purpose = begun.get(REBUILDING)
        if not purpose:
            yield path


def _begin_rebuild(index: Path, folder: Path | None, wanted: Wanted) -> Ledger:
    card: dict[str, str] = {}
    # a ledger that cannot be read, is empty or of another version is replaced all the same
    with suppress(IndexDamaged, IndexMissing, IndexOutdated, IndexUnavailable), _closing(Ledger(index)) as former:
        card = {name: former.get(name) or "" for name in ("corpus", "vectors")}
    if folder is None and not card.get("corpus"):
        raise IndexMissing(str(index))
    corpus = stored_path(str(folder.resolve())) if folder else card["corpus"]
    purpose = "\n".join((corpus, str(current(wanted))))
    for begun in unfinished_ledgers(index):
        with suppress(IndexDamaged):
            ledger = Ledger(index, write=True, file=begun)
            if ledger.get(REBUILDING) == purpose:
                return ledger
            ledger.close()
        discard(begun)
    ledger = Ledger(index, write=True, file=next_ledger(index))
    with ledger.writing():
        ledger.put(REBUILDING, purpose)
        ledger.put("corpus", corpus)
        ledger.put("vectors", card.get("vectors", ""))
    return ledger


@contextmanager
def _closing(ledger: Ledger) -> Iterator[Ledger]:
    try:
        yield ledger
    finally:
        ledger.close()


def _corpus(folder: Path | None, ledger: Ledger) -> Path:
    if folder is not None:
        return folder.resolve()
    if ledger.get("corpus") is None:
        raise IndexMissing(str(ledger.folder))
    return ledger.corpus()


def _summary(report: SyncReport) -> str:
    return (
        f"sync ended: {report.files} files, {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.renamed)} renamed, {len(report.removed)} removed, {len(report.failures)} failed, "
        f"{report.embedded} embedded, {report.seconds} s{', mended: ' if report.mended else ''}{report.mended}"
    )


class _Sync:
    """One run over one ledger."""

    def __init__(self, ledger: Ledger, found: Comparison, wanted: Wanted, report: Report) -> None:
        self.ledger = ledger
        self.wanted = wanted
        self.report = report
        self.done = 0
        self.mended = ""
        self.found = found  # nothing yet but the folder and how it is read
        self.storing = Storing(ledger, self._embedder, self._tell)
        self._opened: Embedder | None = None

    def run(self, *, verify: bool, vectors: str | None) -> None:
        settle(self.ledger, self.wanted)
        self.found = compare(self.found.corpus, self.ledger.files(), self.found.options, verify=verify)
        self._check_room()
        with self.ledger.writing():
            self.ledger.put("corpus", stored_path(str(self.found.corpus)))
            self.ledger.put("last_sync", datetime.now(UTC).isoformat(timespec="seconds"))
            if vectors is not None:
                self.ledger.put("vectors", vectors)
            if self.found.removed or self.found.look_at:
                self.ledger.put(UNSWEPT, "yes")
            for file_id in self.found.removed:
                self.ledger.remove(file_id)
        self._read_all()
        if self.ledger.get(UNSWEPT):
            with self.ledger.writing():
                self.ledger.drop_unused_vectors()
                self.ledger.put(UNSWEPT, "")
        self.mended = catch_up(
            self.ledger, self.ledger.get("vectors") or "", tell=lambda: self._tell("writing", "vectors")
        )

    def _check_room(self) -> None:
        index = self.ledger.folder
        files = (self.found.entries[file_id].size_bytes for file_id in self.found.look_at)
        copied = sum(path.stat().st_size for path in (index / FOLDER).rglob("*") if path.is_file())
        needed = ROOM_BYTES + copied + sum(min(size, ROOM_A_FILE_BYTES) for size in files)
        free = shutil.disk_usage(index).free
        if free < needed:
            reason = f"it needs about {needed // MEBIBYTE} MiB of room, and {free // MEBIBYTE} are free"
            raise IndexNotWritable(str(index), reason)

    def _read_all(self) -> None:
        with Reading(self.found.options) as reading:
            for done, (file_id, document) in enumerate(self.found.outcomes(reading)):
                self.done = done
                self._tell("reading", file_id)
                self._note(file_id, document)
        self.done = len(self.found.look_at)
        self.storing.flush()
        self._remove_late()
        self._tell("reading")

    def _remove_late(self) -> None:
        """Remove what seemed to be renamed when the folder was compared, and was not when it was read."""
        late = self.ledger.files().keys() & set(self.found.removed)
        if late:
            with self.ledger.writing():
                for file_id in late:
                    self.ledger.remove(file_id)

    def _tell(self, stage: Stage, item: str = "") -> None:
        self.report(Progress(stage, self.done, len(self.found.look_at), item, self.storing.embedded))

    def _note(self, file_id: str, document: Document | None) -> None:
        if document is None:
            entry, reason = self.found.entries[file_id], self.found.failures[file_id]
            mtime_ns, rules = self.found.settled(entry.mtime_ns), self.found.rules(file_id)
            with self.ledger.writing():
                self.ledger.fail(file_id, FileState(entry.size_bytes, mtime_ns, rules, "", reason))
        elif self.found.is_same(document):
            with self.ledger.writing():
                self.ledger.touch(file_id, self.found.settled(document.mtime_ns))
        else:
            self.storing.add(
                document,
                mtime_ns=self.found.settled(document.mtime_ns),
                rules=self.found.rules(file_id),
                renamed_from=self.found.renamed.get(file_id),
            )

    def _embedder(self) -> Embedder:
        if self._opened is None:
            self._opened = open_embedder(
                self.wanted.model,
                precision=self.wanted.precision,
                compiling=lambda: self._tell("compiling", self.wanted.model),
            )
        return self._opened
