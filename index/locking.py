"""One writer at a time: an operating system's lock, and beside it who holds it; and what becomes of a disk's errors."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path

from filelock import FileLock, Timeout

from index.connecting import meant_by
from index.errors import IndexBusy, IndexingError, IndexNotWritable
from index.journal import note

LOCK_FILE, HOLDER_FILE = "writer.lock", "writer.json"


@contextmanager
def writer(index: Path) -> Iterator[None]:
    """Hold the index's lock; the operating system lets go of it when the process ends, however it ends.

    Raises:
        IndexBusy: another process holds it.
    """
    lock = FileLock(index / LOCK_FILE, timeout=0)
    holder = index / HOLDER_FILE  # not in the lock file: trying to take a lock empties it
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(str(index), _who(holder)) from error
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


@contextmanager
def told(index: Path, what: str) -> Iterator[None]:
    """Turn the errors of disk and database into ours while an index is written, and note in its log what ended it.

    Raises:
        IndexNotWritable: the disk or the memory refuses.
        IndexDamaged: the ledger is no sound one.
        IndexUnavailable: a later SQLite made the ledger.
    """
    try:
        yield
    except IndexingError as error:
        note(index, f"{what} ended: {type(error).__name__}")
        raise
    except (OSError, sqlite3.DatabaseError, UnicodeDecodeError, JSONDecodeError) as error:
        note(index, f"{what} ended: {type(error).__name__}")
        raise meant_by(error, index, write=True) from error
    except MemoryError as error:
        raise IndexNotWritable(str(index), "memory ran out") from error


def _who(holder: Path) -> str:
    try:
        found = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {found['pid']} on {found['host']}"
    except (OSError, ValueError, KeyError):
        return "another process"
