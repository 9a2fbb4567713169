"""The ledger's schema as numbered changes, applied in order and never edited once released."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from index.context import counter
from index.embedding import open_embedder
from index.layout import earlier_schemas, schema_copy
from index.search_forms import remake


def m001_tables(connection: sqlite3.Connection) -> None:
    """Documents, their passages, the words and vectors of these, failures, and what made them."""
    for statement in (
        "CREATE TABLE card (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        """CREATE TABLE document (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
            size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, media_type TEXT NOT NULL, title TEXT NOT NULL,
            rules TEXT NOT NULL, date TEXT, date_found_in TEXT,
            pages TEXT NOT NULL, headings TEXT NOT NULL, metadata TEXT NOT NULL, language TEXT,
            text BLOB NOT NULL) STRICT""",
        # text is UTF-8 in a BLOB: SQLite's text functions stop at a NUL, and bytes are cut without counting letters
        # AUTOINCREMENT: an id is never used twice, so a stale id can never mean another text
        """CREATE TABLE passage (
            id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES document(number),
            start INTEGER NOT NULL, end INTEGER NOT NULL,           -- code points
            first_byte INTEGER NOT NULL, bytes INTEGER NOT NULL,    -- the same stretch of document.text
            heading_path TEXT NOT NULL,
            page TEXT, page_number INTEGER, vector INTEGER NOT NULL REFERENCES vector(id)) STRICT""",
        "CREATE INDEX passage_document ON passage(document)",
        "CREATE INDEX passage_vector ON passage(vector)",
        # an integer key beside the hash: rows keyed by random hashes take twice the room
        """CREATE TABLE vector (
            id INTEGER PRIMARY KEY, text_hash BLOB NOT NULL UNIQUE, data BLOB NOT NULL) STRICT""",
        """CREATE TABLE failure (
            path TEXT PRIMARY KEY, reason TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
            rules TEXT NOT NULL) STRICT""",
    ):
        connection.execute(statement)


def m002_files_and_generations(connection: sqlite3.Connection) -> None:
    """Documents that lie in another file, such as attachments; the generations of the vector store."""
    for statement in (
        "ALTER TABLE document ADD COLUMN file TEXT NOT NULL DEFAULT ''",  # the id of the file that it lies in
        "UPDATE document SET file = id",
        "CREATE INDEX document_file ON document(file)",
        # what filters read of every document, without the rows that hold the texts
        "CREATE INDEX document_labels ON document(id, title, date, media_type, language, metadata)",
        # AUTOINCREMENT: the name of a generation's place is never used twice, which Chroma would take for the old one
        """CREATE TABLE generation (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            place TEXT NOT NULL,                                    -- a folder's name, or a server's address
            state TEXT NOT NULL CHECK (state IN ('building', 'active')),
            chroma TEXT NOT NULL,                                   -- the version of chromadb that filled it
            mark INTEGER NOT NULL DEFAULT 0,                        -- it holds passages up to this id
            held INTEGER NOT NULL DEFAULT 0,                        -- how many vectors it holds
            deleted INTEGER NOT NULL DEFAULT 0,                     -- and how many it still carries deleted
            ids_sha256 TEXT NOT NULL DEFAULT '',                    -- over the ids that it holds
            files TEXT NOT NULL DEFAULT '{}') STRICT""",  # name -> size and SHA-256, of a folder
        "DELETE FROM card WHERE name IN ('generation', 'generation_mark', 'generation_state')",
    ):
        connection.execute(statement)


def m003_vectors_in_the_store(connection: sqlite3.Connection) -> None:
    """The vector store holds each vector once under the vector's id, where it held one for each passage."""
    for statement in (
        # AUTOINCREMENT: a store that is older than the ledger must never take a new vector for one that was deleted
        """CREATE TABLE numbered (
            id INTEGER PRIMARY KEY AUTOINCREMENT, text_hash BLOB NOT NULL UNIQUE, data BLOB NOT NULL) STRICT""",
        "INSERT INTO numbered SELECT id, text_hash, data FROM vector ORDER BY id",
        "DROP TABLE vector",
        "ALTER TABLE numbered RENAME TO vector",
        # which documents hold a vector, and which vectors a document has, without the passages' rows
        "DROP INDEX passage_vector",
        "CREATE INDEX passage_vector ON passage(vector, document)",
        "DROP INDEX passage_document",
        "CREATE INDEX passage_document ON passage(document, vector)",
        "DELETE FROM generation",  # they hold passages' ids, and are filled anew at the next sync
    ):
        connection.execute(statement)


def m004_search_forms(connection: sqlite3.Connection) -> None:
    """The words of each passage are stored, where FTS5 deleted without them and wanted SQLite 3.43 for it."""
    # an SQLite that does not know the options of a virtual table cannot drop it; its tables it can
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_schema WHERE name IN ('words', 'vocabulary')")
    connection.execute("PRAGMA writable_schema = RESET")
    for part in ("data", "idx", "docsize", "config"):
        connection.execute(f"DROP TABLE IF EXISTS words_{part}")
    for statement in (
        "CREATE TABLE search_form (passage INTEGER PRIMARY KEY REFERENCES passage(id), packed BLOB NOT NULL) STRICT",
        """CREATE VIEW word_source AS
            SELECT f.passage,
                search_form(1, f.packed, d.number, d.sha256, p.first_byte, p.bytes) AS context,
                search_form(0, f.packed, d.number, d.sha256, p.first_byte, p.bytes) AS body
            FROM search_form f JOIN passage p ON p.id = f.passage JOIN document d ON d.number = p.document""",
        """CREATE VIRTUAL TABLE words USING fts5(
            context, body, content='word_source', content_rowid='passage', tokenize="unicode61 remove_diacritics 0")""",
        "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')",
        # the folder's path is written as ids are from here on, and a backslash in it twice
        r"UPDATE card SET value = replace(value, '\', '\\') WHERE name = 'corpus'",
    ):
        connection.execute(statement)
    card = dict(connection.execute("SELECT name, value FROM card"))
    if "model" in card:
        remake(connection, counter(open_embedder(card["model"], fingerprint=card["model_fingerprint"]).measure))


CHANGES: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_tables,
    m002_files_and_generations,
    m003_vectors_in_the_store,
    m004_search_forms,
)
SCHEMA = len(CHANGES)


def schema_of(connection: sqlite3.Connection) -> int:
    """How many changes a ledger has seen; 0 is an empty file.

    Raises:
        sqlite3.DatabaseError: the file is no ledger.
    """
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(connection: sqlite3.Connection, ledger: Path) -> None:
    """Apply the changes that a ledger lacks, all in one transaction.

    A copy of what it was is kept beside it until the next time, or until the ledger itself is replaced.

    Args:
        connection: to the ledger, for writing.
        ledger: its file.

    Raises:
        sqlite3.DatabaseError: the file is no ledger.
    """
    version = schema_of(connection)
    if version >= SCHEMA:
        return  # nothing to do, or a later version's
    if version:
        with closing(sqlite3.connect(schema_copy(ledger, version))) as copy:
            connection.backup(copy)
    connection.execute("PRAGMA foreign_keys = OFF")  # a table that others refer to may be made anew
    connection.execute("BEGIN IMMEDIATE")
    try:
        for change in CHANGES[version:]:
            change(connection)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    connection.execute("PRAGMA foreign_keys = ON")
    for copy_of_earlier in earlier_schemas(ledger):
        if copy_of_earlier != schema_copy(ledger, version):
            copy_of_earlier.unlink(missing_ok=True)
