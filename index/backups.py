"""Copies of a ledger: made while it is in use, and put in place of it again. Nothing is embedded for it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from index.errors import (
    BackupRefused,
    IndexDamaged,
    IndexInPlace,
    IndexOutdated,
    InvalidBackup,
    VectorsUnavailable,
)
from index.generations import catch_up, discard, take_over
from index.journal import note
from index.layout import active_ledger, earlier_schemas, make_folder, next_ledger
from index.ledger import Ledger
from index.locking import told, writer
from index.migrations import SCHEMA, schema_of
from index.terms import Backup

TABLES = {"card", "document", "passage", "vector", "failure"}


def backup(file: Path, index: Path, *, force: bool = False) -> Backup:
    """Copy an index's ledger as it is at one moment, whoever writes meanwhile, and see that the copy is whole.

    Args:
        file: where the copy goes; it is there when it is whole.
        index: the index's folder.
        force: replace a file that is there.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: the index cannot be read.
        BackupRefused: the file is there already, lies in the index, or cannot be written.
    """
    if file.exists() and not force:
        raise BackupRefused(str(file), "it is there already", "name another file, or replace it with `--force`")
    if index.resolve() in file.resolve().parents:
        raise BackupRefused(str(file), "it would lie in the index itself", "name a file elsewhere")
    part = file.with_name(f"{file.name}.part")
    with closing(Ledger(index)) as ledger:
        try:
            part.unlink(missing_ok=True)
            counts = ledger.copy_to(part)
            _check(part, index, counts)
            part.replace(file)
            _sync_folder(file.parent)
        except (OSError, sqlite3.Error) as error:
            raise BackupRefused(str(file), str(error), "make room or name another place") from error
        finally:
            if part.is_file():
                part.unlink()
    return Backup(str(file), str(index), *counts)


def _check(part: Path, index: Path, counts: tuple[int, int]) -> None:
    with closing(Ledger(index, file=part)) as copied:
        damage = copied.faults()
        if damage or copied.counts() != counts:
            raise IndexDamaged(str(index), (damage or ["its copy is not whole"])[0])


def _sync_folder(folder: Path) -> None:
    """Let the new name survive a power cut, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def restore(file: Path, index: Path, *, force: bool = False) -> Backup:
    """Put a copy of a ledger in place as an index's, and fill its vector store from the vectors in it.

    What answered before does so until all is ready; open readers then follow.

    Args:
        file: what `backup` made; an earlier version's is brought up to date in the index, not in the file.
        index: the index's folder, made where it is missing.
        force: replace the index that is there.

    Raises:
        InvalidBackup: the file is not there, no ledger, or damaged.
        IndexOutdated: a later version of Despatch made it.
        IndexInPlace: there is an index, and `force` is not set.
        InvalidIndexPath: no index can lie in that folder.
        IndexBusy: another process is writing.
        IndexNotWritable: the disk refuses.
        VectorsUnavailable: the vector store cannot be filled; the restored index answers without it.
    """
    check_backup(file)
    if active_ledger(index).is_file() and not force:
        raise IndexInPlace(str(index))
    with told(index, "restore"):
        make_folder(index)
        with writer(index):
            ledger_file = next_ledger(index)
            try:
                failed = _put_in_place(file, index, ledger_file)
            except BaseException:
                if active_ledger(index) != ledger_file:
                    discard(ledger_file)
                raise
            if failed:
                raise failed
    with closing(Ledger(index)) as ledger:
        counts = ledger.counts()
        note(index, f"restore ended: {counts[0]} documents, {counts[1]} passages")
        return Backup(str(file), str(index), *counts)


def _put_in_place(file: Path, index: Path, ledger_file: Path) -> VectorsUnavailable | None:
    with closing(sqlite3.connect(_read_only(file), uri=True)) as source, closing(sqlite3.connect(ledger_file)) as copy:
        source.backup(copy)
    with closing(Ledger(index, write=True, file=ledger_file)) as ledger:
        for copy_of_earlier in earlier_schemas(ledger_file):
            copy_of_earlier.unlink()  # the backup itself is what it was
        with ledger.writing():
            ledger.start_anew_elsewhere()
        failed = None
        try:
            catch_up(ledger, ledger.get("vectors") or "")
        except VectorsUnavailable as error:
            failed = error  # words and the ledger's own vectors answer until the next sync
    take_over(ledger_file)
    return failed


def check_backup(file: Path) -> None:
    """See that a file is a sound ledger of this version or an earlier one.

    Raises:
        InvalidBackup: it is not.
        IndexOutdated: a later version made it.
    """
    if not file.is_file():
        raise InvalidBackup(str(file), "there is no such file")
    log = file.with_name(f"{file.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise InvalidBackup(str(file), "it is a ledger in use")
    try:
        with closing(sqlite3.connect(_read_only(file), uri=True)) as opened:
            schema = schema_of(opened)
            tables = {row[0] for row in opened.execute("SELECT name FROM sqlite_schema")}
            if schema > SCHEMA:
                raise IndexOutdated(str(file), schema, SCHEMA)
            if not schema or not tables >= TABLES:
                raise InvalidBackup(str(file), "it is another database")
            said = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise InvalidBackup(str(file), str(error)) from error
    if said != "ok":
        raise InvalidBackup(str(file), f"it is damaged: {said}")


def _read_only(file: Path) -> str:
    # nothing is made beside a backup, which may lie on a disk that cannot be written to
    return f"{file.absolute().as_uri()}?mode=ro&immutable=1"
