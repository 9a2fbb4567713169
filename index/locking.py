"""One writer at a time: an operating system's lock, and beside it who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexBusy

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


def _who(holder: Path) -> str:
    try:
        found = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {found['pid']} on {found['host']}"
    except (OSError, ValueError, KeyError):
        return "another process"
