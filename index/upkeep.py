"""What keeps a ledger sound, in SQL: it is checked, copied, mended and rid of what was deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from index.connecting import writable
from index.passages import Passages
from index.rows import CheckedDocument, CheckedPassage
from index.search_forms import made_anew, register, remake

FAULTS_TOLD = 20  # what SQLite says of a damaged file repeats itself
ROWS_AT_ONCE = 2_000  # vectors read at a time: 3 MB
FULL_TEXT = "FTS5 table main.words"  # stands in what SQLite from 3.44 on says of the full-text index
# Compares every row with its search form; before 3.44 it does so without the rank, which changes nothing there.
CHECK_WORDS = "INSERT INTO words(words, rank) VALUES ('integrity-check', 1)"


class Upkeep(Passages):
    """Checks and repairs of a ledger; what is called here in one `reading()` sees one state."""

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong with its file, the full-text index aside: that can be made again.

        Raises:
            sqlite3.DatabaseError: the file is too damaged to be checked.
        """
        rows = self._connection.execute(f"PRAGMA integrity_check({FAULTS_TOLD})")
        return [str(row[0]) for row in rows if row[0] != "ok" and FULL_TEXT not in row[0]]

    def checked_documents(self) -> list[CheckedDocument]:
        """Every document in the order in which they were stored."""
        rows = self._connection.execute(
            "SELECT number, id, file, rules, EXISTS (SELECT 1 FROM document AS own WHERE own.id = document.file) "
            "FROM document ORDER BY number"
        )
        return [CheckedDocument(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]

    def checked_passages(self, document_number: int) -> list[CheckedPassage]:
        """The passages of a document as raw as they are stored, by start."""
        rows = self._connection.execute(
            "SELECT p.id, p.start, p.end, p.first_byte, p.bytes, p.heading_path, p.vector, v.text_hash "
            "FROM passage p LEFT JOIN vector v ON v.id = p.vector WHERE p.document = ? ORDER BY p.start, p.id",
            (document_number,),
        )
        return [CheckedPassage(*row) for row in rows]

    def stray_passages(self) -> list[int]:
        """The passages whose document is not there."""
        rows = self._connection.execute("SELECT id FROM passage WHERE document NOT IN (SELECT number FROM document)")
        return [row[0] for row in rows]

    def stored_vectors(self) -> Iterator[tuple[list[int], list[bytes]]]:
        """The ids of all vectors with their data, so many at a time."""
        after = 0
        while rows := self._connection.execute(
            "SELECT id, data FROM vector WHERE id > ? ORDER BY id LIMIT ?", (after, ROWS_AT_ONCE)
        ).fetchall():
            yield [row[0] for row in rows], [row[1] for row in rows]
            after = rows[-1][0]

    def vector_bytes(self) -> int:
        """The length of most vectors' data."""
        row = self._connection.execute(
            "SELECT length(data) FROM vector GROUP BY length(data) ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        return 0 if row is None else int(row[0])

    def unused_vectors(self) -> int:
        """How many vectors no passage points to."""
        row = self._connection.execute(
            "SELECT count(*) FROM vector WHERE id NOT IN (SELECT vector FROM passage)"
        ).fetchone()
        return int(row[0])

    def set_vector(self, passage_id: int, text_hash: bytes, data: bytes) -> None:
        """Give a passage the vector of this text, float16 of shape [dimension] in bytes."""
        self._connection.execute(
            "INSERT INTO vector (text_hash, data) VALUES (?, ?) "
            "ON CONFLICT(text_hash) DO UPDATE SET data = excluded.data",
            (text_hash, data),
        )
        self._connection.execute(
            "UPDATE passage SET vector = (SELECT id FROM vector WHERE text_hash = ?) WHERE id = ?",
            (text_hash, passage_id),
        )

    def drop_passages(self, passage_ids: Iterable[int]) -> None:
        """Forget these passages; the full-text index is to be rebuilt."""
        numbers = [(number,) for number in passage_ids]
        self._connection.executemany("DELETE FROM search_form WHERE passage = ?", numbers)
        self._connection.executemany("DELETE FROM passage WHERE id = ?", numbers)

    def drop_document(self, document_number: int) -> None:
        """Forget a document by its number."""
        self._connection.execute("DELETE FROM document WHERE number = ?", (document_number,))

    def blank_document(self, document_number: int) -> None:
        """Keep nothing of a document but that its file is to be read again."""
        self._connection.execute(
            "UPDATE document SET text = x'', pages = '[]', headings = '[]', metadata = '{}', date = NULL, rules = '' "
            "WHERE number = ?",
            (document_number,),
        )

    def mark_unread(self, file_ids: Iterable[str]) -> None:
        """Let the next sync read these files again, whatever their size and time say."""
        self._connection.executemany(
            "UPDATE document SET rules = '' WHERE file = ?", [(file_id,) for file_id in file_ids]
        )

    # words

    def check_words(self) -> None:
        """Compare the full-text index with the search forms of all passages; nothing is written.

        SQLite allows it to a writer alone, so it is to be called with the index's lock held.

        Raises:
            sqlite3.DatabaseError: they differ, or the file cannot be opened for writing.
        """
        if self.may_write:
            self._connection.execute(CHECK_WORDS)
        else:
            with closing(writable(self.path)) as alone:
                alone.execute(CHECK_WORDS)

    def passages_without_words(self) -> int:
        """Return how many passages have no search form."""
        statement = "SELECT count(*) FROM passage WHERE id NOT IN (SELECT passage FROM search_form)"
        return int(self._connection.execute(statement).fetchone()[0])

    def misworded(self, document_number: int, count: Callable[[str], int]) -> int:
        """Return how many passages of a document have other search forms than those made anew from its text."""
        stored = "SELECT context, body FROM word_source WHERE passage = ?"
        return sum(
            self._connection.execute(stored, (passage,)).fetchone() != (context, body)
            for passage, context, body, _ in made_anew(self._connection, document_number, count)
        )

    def remake_words(self, count: Callable[[str], int] | None) -> None:
        """Make the words anew from the texts, or without `count` only the full-text index from the search forms."""
        remake(self._connection, count)

    # copies, and what was deleted

    def copy_to(self, file: Path) -> tuple[int, int]:
        """Copy the ledger as it is at one moment into a file that needs no other beside it.

        Returns:
            How many documents and passages there were at that moment.
        """
        with self.reading(), closing(sqlite3.connect(file, isolation_level=None)) as copy:
            row = self._connection.execute(
                "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM passage)"
            ).fetchone()
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
            register(copy)
            copy.execute(CHECK_WORDS)
        return int(row[0]), int(row[1])

    def start_anew_elsewhere(self) -> None:
        """Forget the generations, and the name under which a server holds them: they are another ledger's."""
        self._connection.execute("DELETE FROM generation")
        self._connection.execute("DELETE FROM card WHERE name IN ('id', 'rebuilding')")

    def erase_deleted(self) -> bool:
        """Leave no byte of what was deleted in the ledger's files; False where a reader is in the way."""
        # FTS5 only notes a deletion, and keeps the words until it merges
        self._connection.execute("INSERT INTO words(words) VALUES ('optimize')")
        # deleted rows are zeroed where they lay; written anew, nothing is left of where they lay before either
        self._connection.execute("VACUUM")
        busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy
