"""The ledger: one SQLite file that holds the truth about an index.

All SQL stands here, in `index.passages` and in `index.upkeep`.

A document is replaced whole in one transaction, so a reader sees its old state or its new one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from corpus import Document, Heading, Page, Span, document_path
from index.connecting import meant_by
from index.errors import IndexMissing, IndexOutdated
from index.layout import active_ledger
from index.migrations import SCHEMA, bring_up_to_date, schema_of
from index.rows import DocumentLabels, FileState, Generation, NewPassage, day
from index.terms import DocumentSummary, Failure, StoredDocument
from index.upkeep import Upkeep

LABELS = ("title", "date", "media_type", "language", "metadata")


class Ledger(Upkeep):
    """The SQLite file of one index; one connection a thread.

    Args:
        folder: the index's folder.
        write: create or migrate the file and allow changes; else it is opened read-only.
        file: the ledger in the folder; None is the one that answers.

    Raises:
        IndexMissing: read-only, and there is no ledger.
        IndexDamaged: the file is not a ledger.
        IndexUnavailable: it cannot be opened to be read.
        IndexNotWritable: it cannot be opened to be written, or the disk is too full even to read it.
        IndexOutdated: it was made by an earlier version and is opened read-only, or by a later one.
    """

    def __init__(self, folder: Path, *, write: bool = False, file: Path | None = None) -> None:
        super().__init__(file or active_ledger(folder), write=write)
        self.folder = folder
        self._counted: tuple[int, tuple[int, int]] | None = None
        self._used: tuple[tuple[int, int], int] | None = None
        if not write and not self.path.is_file():
            raise IndexMissing(str(folder))
        try:
            if write:
                bring_up_to_date(self._connection, self.path)
            schema = schema_of(self._connection)
            if not schema:
                raise IndexMissing(str(folder))  # a first sync was stopped before it had made the tables
            if schema != SCHEMA:
                raise IndexOutdated(str(folder), schema, SCHEMA)
            self._connection.execute("SELECT count(*) FROM failure").fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self.close()
            if isinstance(error, sqlite3.OperationalError) and not self.path.is_file():
                raise IndexMissing(str(folder)) from error  # a rebuild has replaced it meanwhile
            raise meant_by(error, folder, write=write) from error
        except (IndexMissing, IndexOutdated):
            self.close()
            raise

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

    def corpus(self) -> Path:
        """Return the folder that the last sync read; the card has it as `corpus.stored_path` writes it."""
        return document_path(Path(), self.get("corpus") or "")

    # documents

    def files(self) -> dict[str, FileState]:
        """Every file that was read or failed, by its id."""
        rows = self._connection.execute("SELECT id, size, mtime_ns, rules, sha256 FROM document WHERE id = file")
        states = {row[0]: FileState(row[1], row[2], row[3], row[4], "") for row in rows}
        for path, *row in self._connection.execute("SELECT path, size, mtime_ns, rules, '', reason FROM failure"):
            states[path] = FileState(*row)
        return states

    def touch(self, file_id: str, mtime_ns: int) -> None:
        """Record that a file with unchanged content has a new modification time."""
        self._connection.execute("UPDATE document SET mtime_ns = ? WHERE file = ?", (mtime_ns, file_id))

    def replace(
        self,
        documents: Sequence[tuple[Document, str | None, Iterable[NewPassage]]],
        *,
        mtime_ns: int,
        rules: str,
        renamed_from: str | None = None,
    ) -> None:
        """Store what a file holds in place of what was stored under its id.

        Args:
            documents: the file's own first, then those that lie in it, each with its language (an ISO 639-1 code, None
                where it is undecided) and its passages in order of their spans.
            mtime_ns: the modification time to compare the file with at the next sync.
            rules: the versions of reader, splitter and search form that made this.
            renamed_from: the id that the same file had before.
        """
        file_id = documents[0][0].id
        self.remove(renamed_from or file_id)
        self.remove(file_id)
        for document, language, passages in documents:
            self._forget_namesake(document.id)
            number = self._add_document(document, file_id, (mtime_ns, rules, language))
            self._add_passages(number, document.text, passages)

    def _forget_namesake(self, document_id: str) -> None:
        """Forget what lay in a mail whose name is a folder's by now, before a file of that folder takes its id."""
        row = self._connection.execute("SELECT file FROM document WHERE id = ?", (document_id,)).fetchone()
        if row is not None:
            self._forget_passages(document_id, row[0])
            self._connection.execute("DELETE FROM document WHERE id = ?", (document_id,))

    def _add_document(self, document: Document, file_id: str, made: tuple[int, str, str | None]) -> int:
        draft = document.draft
        cursor = self._connection.execute(
            "INSERT INTO document (id, file, sha256, size, mtime_ns, rules, language, media_type, title, date, "
            "date_found_in, pages, headings, metadata, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                file_id,
                document.sha256,
                document.size_bytes,
                *made,
                document.media_type,
                document.title,
                draft.date.day.isoformat() if draft.date else None,
                draft.date.found_in if draft.date else None,
                json.dumps([[page.number, page.label, page.span.start, page.span.end] for page in draft.pages]),
                json.dumps([[h.level, h.text, h.span.start, h.span.end] for h in draft.headings]),
                json.dumps(dict(draft.metadata)),
                document.text.encode(),
            ),
        )
        return cursor.lastrowid or 0

    def remove(self, file_id: str) -> None:
        """Forget a file's documents with their passages and words, or its failure."""
        inside = self._connection.execute("SELECT id FROM document WHERE file = ?", (file_id,)).fetchall()
        for (document_id,) in inside:
            self._forget_passages(document_id, file_id)
        self._connection.execute("DELETE FROM document WHERE file = ?", (file_id,))
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
        state, kept = self.state(), self._counted
        if kept is not None and kept[0] == state and not self.may_write:  # one question asks several times
            return kept[1]
        count = "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM passage)"
        documents, passages = self._connection.execute(count).fetchone()
        self._counted = (state, (documents, passages))
        return documents, passages

    def used_up_to(self, mark: int) -> int:
        """How many of the vectors with an id up to this one passages have."""
        asked = self.state(), mark
        if self._used is None or self._used[0] != asked:  # each question asks it
            # in order of the index, so that SQLite need not remember which it has counted
            distinct = "SELECT count(*) FROM (SELECT DISTINCT vector FROM passage WHERE vector <= ?)"
            self._used = (asked, int(self._connection.execute(distinct, (mark,)).fetchone()[0]))
        return self._used[1]

    def labels(self, needed: Container[str]) -> Iterator[DocumentLabels]:
        """What a filter asks of every document: its id and the `needed` labels, None in place of the others."""
        # the id alone is read from its index, without a page of each document
        columns = ", ".join(name if name in needed else "NULL" for name in LABELS)
        return map(DocumentLabels._make, self._connection.execute(f"SELECT number, id, {columns} FROM document"))

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Every document by id, without its text."""
        corpus = self.corpus()
        rows = self._connection.execute(
            "SELECT id, file, title, date, media_type, sha256, size, "
            "(SELECT count(*) FROM passage WHERE document = number), metadata, language FROM document ORDER BY id"
        )
        return tuple(
            DocumentSummary(
                id=row[0],
                path=str(document_path(corpus, row[1])),
                title=row[2],
                date=day(row[3]),
                media_type=row[4],
                sha256=row[5],
                size_bytes=row[6],
                passages=row[7],
                metadata=json.loads(row[8]),
                language=row[9],
            )
            for row in rows
        )

    def document(self, document_id: str) -> StoredDocument | None:
        """One document with its text, None where there is none of that id."""
        row = self._connection.execute(
            "SELECT title, date, date_found_in, media_type, sha256, size, metadata, pages, headings, "
            "(SELECT count(*) FROM passage WHERE document = number), language, text, file FROM document WHERE id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            return None
        return StoredDocument(
            id=document_id,
            path=str(document_path(self.corpus(), row[12])),
            title=row[0],
            date=day(row[1]),
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

    def texts(self, numbers: Iterable[int]) -> Iterator[tuple[str, str]]:
        """The id and the text of each of these documents, one after the other."""
        for number in sorted(numbers):
            found = self._connection.execute("SELECT id, text FROM document WHERE number = ?", (number,)).fetchone()
            yield found[0], found[1].decode()

    def file_of(self, document_id: str) -> str:
        """The id of the file that a document lies in: its own, or that of the mail that it is attached to."""
        row = self._connection.execute("SELECT file FROM document WHERE id = ?", (document_id,)).fetchone()
        return document_id if row is None else str(row[0])

    def inside(self, file_id: str) -> tuple[tuple[str, ...], int]:
        """The ids of the documents that lie in a file, in order, and how many passages they have."""
        rows = self._connection.execute(
            "SELECT id, (SELECT count(*) FROM passage WHERE document = number) FROM document "
            "WHERE file = ? ORDER BY id",
            (file_id,),
        ).fetchall()
        return tuple(row[0] for row in rows), sum(row[1] for row in rows)

    def languages(self) -> tuple[tuple[str | None, int], ...]:
        """How many documents there are of each language (ISO 639-1, None where it is undecided), in no order."""
        return tuple(self._connection.execute("SELECT language, count(*) FROM document GROUP BY language"))

    # generations of the vector store

    def generation(self) -> Generation | None:
        """The generation that answers, None before the first."""
        row = self._connection.execute(
            "SELECT number, place, chroma, mark, held, deleted, ids_sha256, files FROM generation "
            "WHERE state = 'active' ORDER BY number DESC"
        ).fetchone()
        if row is None:
            return None
        number, place, chroma, mark, held, deleted, ids_sha256, listed = row
        files = {name: (size, sha256) for name, (size, sha256) in json.loads(listed).items()}
        return Generation(number, place, chroma, mark, held, deleted, ids_sha256, files)

    def begin_generation(self, chroma: str) -> int:
        """Take a number for a generation that is to be filled; it is never given again."""
        cursor = self._connection.execute(
            "INSERT INTO generation (place, state, chroma) VALUES ('', 'building', ?)", (chroma,)
        )
        return cursor.lastrowid or 0

    def drop_begun_generations(self) -> None:
        """Forget those that were never filled; nothing is written where there are none."""
        begun = "FROM generation WHERE state = 'building'"
        if self._connection.execute(f"SELECT 1 {begun}").fetchone():
            with self.writing():
                self._connection.execute(f"DELETE {begun}")

    def activate_generation(self, generation: Generation) -> None:
        """Let a filled generation answer, in place of all others."""
        self._connection.execute("DELETE FROM generation WHERE number != ?", (generation.number,))
        row = {**asdict(generation), "files": json.dumps(dict(generation.files))}
        self._connection.execute(
            "INSERT OR REPLACE INTO generation (number, place, state, chroma, mark, held, deleted, ids_sha256, files) "
            "VALUES (:number, :place, 'active', :chroma, :mark, :held, :deleted, :ids_sha256, :files)",
            row,
        )
