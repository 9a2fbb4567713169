"""How a ledger's file is opened: one connection a thread, and what is read or written in one transaction."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexDamaged, IndexingError, IndexNotWritable, IndexUnavailable
from index.search_forms import register

# What reading a damaged ledger raises: SQLite sees some of it, the rest are texts, numbers and JSON that are none.
DAMAGE = (sqlite3.DatabaseError, ValueError, TypeError, AttributeError, LookupError)
# A schema or a text that SQLite cannot make sense of comes as the same kind of error as a disk that refuses; Python's
# own complaints of texts that are not UTF-8 have no code at all.
SENSELESS = sqlite3.SQLITE_ERROR
BUSY_TIMEOUT_SECONDS = 30.0  # a reader waits at most for one commit, a writer for another's


class Connected:
    """A SQLite file with a connection for each thread that asks.

    Args:
        path: the file; made where it is missing and `write` is set.
        write: whether changes are allowed.
    """

    def __init__(self, path: Path, *, write: bool) -> None:
        self.path = path
        self.may_write = write
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._left_behind()
            if connection is None:
                connection = writable(self.path) if self.may_write else readable(self.path)
            with self._lock:
                self._opened[threading.current_thread()] = connection
            self._local.connection = connection
        return connection

    def _left_behind(self) -> sqlite3.Connection | None:
        """The connection of a thread that has ended: a server's threads come and go, each with its files open."""
        with self._lock:
            ended = next((thread for thread in self._opened if not thread.is_alive()), None)
            return None if ended is None else self._opened.pop(ended)

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            for connection in self._opened.values():
                connection.close()
            self._opened.clear()
            self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging view of the file for everything read inside."""
        connection = self._connection
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: everything inside is stored, or nothing of it."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute(
                "INSERT INTO card VALUES ('state', '1') "
                "ON CONFLICT(name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
            )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk may have rolled it back already
                connection.execute("ROLLBACK")
            raise


def writable(ledger: Path) -> sqlite3.Connection:
    """A connection that may write; the file is made where it is missing."""
    return _connected(
        ledger.absolute().as_uri(), "PRAGMA journal_mode = WAL", "PRAGMA secure_delete = ON", "PRAGMA foreign_keys = ON"
    )


def readable(ledger: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    uri = ledger.absolute().as_uri()
    try:
        return _connected(f"{uri}?mode=ro", "SELECT 1 FROM sqlite_schema")
    except sqlite3.OperationalError:
        if os.access(ledger.parent, os.W_OK):
            raise
        # a WAL ledger on a read-only disk: nobody can write to it, so it may be taken as fixed
        return _connected(f"{uri}?mode=ro&immutable=1", "SELECT 1 FROM sqlite_schema")


def _connected(uri: str, *statements: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # another thread may close it, or take it over from one that has ended
    )
    register(connection)
    try:
        for statement in statements:
            connection.execute(statement).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        connection.close()
        raise
    return connection


def meant_by(error: Exception, index: Path, *, write: bool) -> IndexingError:
    """Return what an error of disk or database means: damage only where making the index again helps.

    Args:
        error: as it was raised.
        index: the index's folder.
        write: whether it was raised in writing.
    """
    code = getattr(error, "sqlite_errorcode", SENSELESS)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE and not write:
        return IndexNotWritable(str(index), "to be read it needs 32 KiB, and the disk is full")
    if isinstance(error, OSError) or (isinstance(error, sqlite3.OperationalError) and code != SENSELESS):
        return (IndexNotWritable if write else IndexUnavailable)(str(index), str(error))
    said = str(error) if isinstance(error, sqlite3.Error) else f"{type(error).__name__}: {error}"
    return IndexDamaged(str(index), said)
