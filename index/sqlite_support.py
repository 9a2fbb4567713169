"""Check that the SQLite of this Python can hold a ledger; imports it late, for there may be none."""

from __future__ import annotations

from contextlib import closing
from functools import cache

from index.errors import UnsupportedSQLite

MINIMUM_SQLITE = (3, 37)  # STRICT tables came with it; chromadb asks for 3.35
# Used, not looked up: the list of compile options may itself be left out of a build. JSON is optional before 3.38.
OPTIONAL_PARTS = {
    "FTS5": "CREATE VIRTUAL TABLE words USING fts5(word)",
    "JSON": "SELECT value FROM json_each('[]')",
}


@cache
def checked_sqlite() -> str:
    """Return the version of the SQLite in use, where it suffices.

    Raises:
        UnsupportedSQLite: it is too old, was built without FTS5 or JSON, or Python was built without it.
    """
    needed = ".".join(map(str, MINIMUM_SQLITE))
    try:
        import sqlite3  # noqa: PLC0415 - a Python may have been built without it
    except ImportError as error:
        raise UnsupportedSQLite("no SQLite", needed) from error
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise UnsupportedSQLite(f"SQLite {found}", needed)
    with closing(sqlite3.connect(":memory:")) as database:
        for part, statement in OPTIONAL_PARTS.items():
            try:
                database.execute(statement)
            except sqlite3.OperationalError as error:
                raise UnsupportedSQLite(f"SQLite {found} without {part}", needed) from error
    return found
