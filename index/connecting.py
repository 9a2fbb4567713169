"""How the ledger's file is opened, for writing and for reading only."""

from __future__ import annotations

import sqlite3
from pathlib import Path

BUSY_TIMEOUT_SECONDS = 30.0  # a reader waits at most for one commit, a writer for another's


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
        # a WAL ledger on a read-only disk: nobody can write to it, so it may be taken as fixed
        return _connected(f"{uri}?mode=ro&immutable=1", "SELECT 1 FROM sqlite_schema")


def _connected(uri: str, *statements: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # `close` ends every thread's connection from one thread
    )
    try:
        for statement in statements:
            connection.execute(statement).fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
