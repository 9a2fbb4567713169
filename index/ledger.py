"""The ledger: one SQLite file that holds the truth about an index. All SQL stands here.

A document is replaced whole in one transaction, so a reader sees its old state or its new one.
Vectors are stored as float16 and widened when read.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import Document, Heading, Page, Span, document_path
from index.connecting import readable, writable
from index.errors import IndexDamaged, IndexMissing
from index.migrations import bring_up_to_date
from index.rows import FileState, NewPassage, PassageRow
from index.terms import DocumentSummary, Failure, StoredDocument

if TYPE_CHECKING:
    import numpy as np

FILE_NAME = "ledger.db"
CONTEXT_WEIGHT = 1.0
BODY_WEIGHT = 1.0
ROWS_A_QUERY = 500  # SQLite allows 32,766 parameters; this keeps one statement small


class Ledger:
    """The SQLite file of one index; one connection a thread.

    Args:
        folder: the index's folder.
        write: create or migrate the file and allow changes; else it is opened read-only.

    Raises:
        IndexMissing: read-only, and there is no ledger.
        IndexDamaged: the file is not a ledger that this version can read.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        self.folder = folder
        self.path = folder / FILE_NAME
        self._write = write
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        if not write and not self.path.is_file():
            raise IndexMissing(str(folder))
        try:
            if write:
                bring_up_to_date(self._connection)
            self._connection.execute("SELECT count(*) FROM document").fetchone()
        except sqlite3.DatabaseError as error:
            self.close()
            raise IndexDamaged(str(folder), str(error)) from error

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = writable(self.path) if self._write else readable(self.path)
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def close(self) -> None:
        """Close every thread's connection."""
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging view of the ledger for everything read inside."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

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
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def state(self) -> int:
        """A number that grows with every change."""
        return int(self.get("state") or 0)

    def get(self, name: str) -> str | None:
        """A line of the index's card, None where it has none."""
        row = self._connection.execute("SELECT value FROM card WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, name: str, value: str) -> None:
        """Store a line of the index's card."""
        self._connection.execute("INSERT OR REPLACE INTO card VALUES (?, ?)", (name, value))

    # documents

    def files(self) -> dict[str, FileState]:
        """Every file that was read or failed, by its id."""
        states = {
            row[0]: FileState(row[1], row[2], row[3], row[4], "")
            for row in self._connection.execute("SELECT id, size, mtime_ns, rules, sha256 FROM document")
        }
        for path, *row in self._connection.execute("SELECT path, size, mtime_ns, rules, '', reason FROM failure"):
            states[path] = FileState(*row)
        return states

    def touch(self, document_id: str, mtime_ns: int) -> None:
        """Record that a file with unchanged content has a new modification time."""
        self._connection.execute("UPDATE document SET mtime_ns = ? WHERE id = ?", (mtime_ns, document_id))

    def replace(
        self, document: Document, passages: Sequence[NewPassage], *, mtime_ns: int, rules: str, language: str | None
    ) -> None:
        """Store a document whole in place of what was stored under its id.

        Args:
            document: what the file said.
            passages: in order of their spans.
            mtime_ns: the modification time to compare the file with at the next sync.
            rules: the versions of reader, splitter and search form that made this.
            language: as an ISO 639-1 code, None where it is undecided.
        """
        self.remove(document.id)
        draft = document.draft
        cursor = self._connection.execute(
            "INSERT INTO document (id, sha256, size, mtime_ns, rules, media_type, title, date, date_found_in, pages, "
            "headings, metadata, language, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.sha256,
                document.size_bytes,
                mtime_ns,
                rules,
                document.media_type,
                document.title,
                draft.date.day.isoformat() if draft.date else None,
                draft.date.found_in if draft.date else None,
                json.dumps([[page.number, page.label, page.span.start, page.span.end] for page in draft.pages]),
                json.dumps([[h.level, h.text, h.span.start, h.span.end] for h in draft.headings]),
                json.dumps(dict(draft.metadata)),
                language,
                document.text.encode(),
            ),
        )
        position = first_byte = 0
        for new in passages:
            span = new.passage.span
            first_byte += len(document.text[position : span.start].encode())
            position = span.start
            self._add_passage(cursor.lastrowid or 0, new, first_byte)

    def _add_passage(self, document_number: int, new: NewPassage, first_byte: int) -> None:
        passage = new.passage
        cursor = self._connection.execute(
            "INSERT INTO passage (document, start, end, first_byte, bytes, heading_path, page, page_number, vector) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document_number,
                passage.span.start,
                passage.span.end,
                first_byte,
                len(passage.text.encode()),
                json.dumps(passage.heading_path),
                passage.page.label if passage.page else None,
                passage.page.number if passage.page else None,
                new.vector_id,
            ),
        )
        self._connection.execute(
            "INSERT INTO words (rowid, context, body) VALUES (?, ?, ?)",
            (cursor.lastrowid, new.context_words, new.body_words),
        )

    def remove(self, file_id: str) -> None:
        """Forget a document with its passages and words, or a failure."""
        inside = "(SELECT id FROM passage WHERE document = (SELECT number FROM document WHERE id = ?))"
        self._connection.execute(f"DELETE FROM words WHERE rowid IN {inside}", (file_id,))
        self._connection.execute(f"DELETE FROM passage WHERE id IN {inside}", (file_id,))
        self._connection.execute("DELETE FROM document WHERE id = ?", (file_id,))
        self._connection.execute("DELETE FROM failure WHERE path = ?", (file_id,))

    def fail(self, path: str, state: FileState) -> None:
        """Record a file that could not be read; what was stored under its id is forgotten."""
        self.remove(path)
        row = (path, state.failure, state.size, state.mtime_ns, state.rules)
        self._connection.execute("INSERT INTO failure VALUES (?, ?, ?, ?, ?)", row)

    def failures(self) -> tuple[Failure, ...]:
        """Every file that could not be read, by path."""
        rows = self._connection.execute("SELECT path, reason FROM failure ORDER BY path")
        return tuple(Failure(path, reason) for path, reason in rows)

    def counts(self) -> tuple[int, int]:
        """How many documents and passages there are."""
        row = self._connection.execute(
            "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM passage)"
        ).fetchone()
        return int(row[0]), int(row[1])

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Every document by id, without its text."""
        corpus = Path(self.get("corpus") or "")
        rows = self._connection.execute(
            "SELECT id, title, date, media_type, sha256, size, "
            "(SELECT count(*) FROM passage WHERE document = number), metadata, language FROM document ORDER BY id"
        )
        return tuple(
            DocumentSummary(
                id=row[0],
                path=str(document_path(corpus, row[0])),
                title=row[1],
                date=_day(row[2]),
                media_type=row[3],
                sha256=row[4],
                size_bytes=row[5],
                passages=row[6],
                metadata=json.loads(row[7]),
                language=row[8],
            )
            for row in rows
        )

    def document(self, document_id: str) -> StoredDocument | None:
        """One document with its text, None where there is none of that id."""
        row = self._connection.execute(
            "SELECT title, date, date_found_in, media_type, sha256, size, metadata, pages, headings, "
            "(SELECT count(*) FROM passage WHERE document = number), language, text FROM document WHERE id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            return None
        return StoredDocument(
            id=document_id,
            path=str(document_path(Path(self.get("corpus") or ""), document_id)),
            title=row[0],
            date=_day(row[1]),
            date_found_in=row[2],
            media_type=row[3],
            sha256=row[4],
            size_bytes=row[5],
            metadata=json.loads(row[6]),
            pages=tuple(Page(number, label, Span(start, end)) for number, label, start, end in json.loads(row[7])),
            headings=tuple(Heading(level, text, Span(start, end)) for level, text, start, end in json.loads(row[8])),
            passages=row[9],
            language=row[10],
            text=row[11].decode(),
        )

    # passages and words

    def passages(self, ids: Iterable[int]) -> dict[int, PassageRow]:
        """The passages of these ids that still exist, by id."""
        wanted, found = sorted(set(ids)), {}
        for start in range(0, len(wanted), ROWS_A_QUERY):
            part = wanted[start : start + ROWS_A_QUERY]
            rows = self._connection.execute(
                "SELECT p.id, d.id, d.title, d.date, p.start, p.end, p.page, p.page_number, p.heading_path, "
                "substr(d.text, p.first_byte + 1, p.bytes) FROM passage p JOIN document d ON d.number = p.document "
                f"WHERE p.id IN ({','.join('?' * len(part))})",
                part,
            )
            for row in rows:
                path = tuple(json.loads(row[8]))
                found[row[0]] = PassageRow(
                    row[0], row[1], row[2], _day(row[3]), Span(row[4], row[5]), row[6], row[7], path, row[9].decode()
                )
        return found

    def passages_of(self, document_ids: Sequence[str]) -> set[int]:
        """The ids of all passages of these documents."""
        rows = self._connection.execute(
            "SELECT p.id FROM passage p JOIN document d ON d.number = p.document "
            "WHERE d.id IN (SELECT value FROM json_each(?))",
            (json.dumps(document_ids),),
        )
        return {row[0] for row in rows}

    def match(self, query: str, limit: int, within: Sequence[str] | None = None) -> list[tuple[int, float]]:
        """Passages that match an FTS5 query, best first, with BM25 turned so that larger is better.

        Args:
            query: in FTS5's grammar, every term quoted.
            limit: at most so many.
            within: ids of the documents to look in; None is all.
        """
        scope = (
            ""
            if within is None
            else "AND rowid IN (SELECT p.id FROM passage p JOIN document d ON d.number = p.document "
            "WHERE d.id IN (SELECT value FROM json_each(:within))) "
        )
        rows = self._connection.execute(
            f"SELECT rowid, -bm25(words, {CONTEXT_WEIGHT}, {BODY_WEIGHT}) AS score FROM words "
            f"WHERE words MATCH :query {scope}ORDER BY score DESC, rowid LIMIT :limit",
            {"query": query, "limit": limit, "within": json.dumps(within)},
        )
        return [(row[0], row[1]) for row in rows]

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term of the search form stands."""
        found = {}
        for term in terms:
            row = self._connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,)).fetchone()
            found[term] = 0 if row is None else int(row[0])
        return found

    # vectors

    def vector_ids(self, text_hashes: Iterable[bytes]) -> dict[bytes, int]:
        """The ids of the vectors that are stored already, by the hash of their text."""
        found = {}
        for text_hash in text_hashes:
            row = self._connection.execute("SELECT id FROM vector WHERE text_hash = ?", (text_hash,)).fetchone()
            if row is not None:
                found[text_hash] = int(row[0])
        return found

    def add_vectors(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        """Store vectors, float32 of shape [dimension], by the hash of their text."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO vector (text_hash, data) VALUES (?, ?)",
            [(text_hash, vector.astype("<f2").tobytes()) for text_hash, vector in vectors.items()],
        )

    def drop_unused_vectors(self) -> None:
        """Forget the vectors that no passage points to."""
        self._connection.execute("DELETE FROM vector WHERE id NOT IN (SELECT vector FROM passage)")

    def passage_vectors(self, *, after: int = 0, ids: Iterable[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Passage ids, int64 [n] ascending, and their vectors, float32 [n, dimension].

        Args:
            after: only passages with a larger id.
            ids: only these; None is all.
        """
        import numpy as np  # noqa: PLC0415  the terminal reads the ledger without loading numpy

        scope = "" if ids is None else "AND p.id IN (SELECT value FROM json_each(:ids))"
        rows = self._connection.execute(
            "SELECT p.id, v.data FROM passage p JOIN vector v ON v.id = p.vector "
            f"WHERE p.id > :after {scope} ORDER BY p.id",
            {"after": after, "ids": json.dumps(sorted(ids or ()))},
        ).fetchall()
        numbers = np.array([row[0] for row in rows], dtype=np.int64)
        halves = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2")
        return numbers, halves.astype(np.float32).reshape(len(rows), -1) if rows else np.zeros((0, 0), np.float32)

    def passage_ids(self) -> set[int]:
        """The ids of all passages."""
        return {row[0] for row in self._connection.execute("SELECT id FROM passage")}


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
