"""What keeps a ledger sound, in SQL: it is checked, copied, mended and rid of what was deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from index.passages import Passages
from index.rows import CheckedDocument, CheckedPassage
from index.varints import unpacked

FAULTS_TOLD = 20  # what SQLite says of a damaged file repeats itself
ROWS_AT_ONCE = 2_000  # vectors read at a time: 3 MB
MALFORMED_WORDS = "FTS5 table main.words"  # stands in what SQLite says of the words, and only of them


class Upkeep(Passages):
    """Checks and repairs of a ledger; what is called here in one `reading()` sees one state."""

    def faults(self) -> tuple[list[str], list[str]]:
        """What SQLite finds wrong with its file, and what with the words alone, which can be made again.

        Raises:
            sqlite3.DatabaseError: the file is too damaged to be checked.
        """
        rows = self._connection.execute(f"PRAGMA integrity_check({FAULTS_TOLD})")
        said = [str(row[0]) for row in rows if row[0] != "ok"]
        return [line for line in said if MALFORMED_WORDS not in line], [
            line for line in said if MALFORMED_WORDS in line
        ]

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
        """Forget these passages and their words."""
        numbers = list(passage_ids)
        self._drop_words(numbers)
        self._connection.executemany("DELETE FROM passage WHERE id = ?", [(number,) for number in numbers])

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

    def words_out_of_step(self) -> int:
        """How far words and passages are apart.

        Counted are passages without words and words without passage, and words that belong to no row; where there are
        none of these, 1 if BM25 takes there to be more or fewer rows or words than there are.
        """
        apart = self._connection.execute(
            "SELECT (SELECT count(*) FROM (SELECT id FROM words_docsize EXCEPT SELECT id FROM passage)) + "
            "(SELECT count(*) FROM (SELECT id FROM passage EXCEPT SELECT id FROM words_docsize))"
        ).fetchone()[0]
        counted = self._connection.execute("SELECT coalesce(sum(cnt), 0) FROM vocabulary").fetchone()[0]
        rows, columns = 0, [0, 0]
        for (size,) in self._connection.execute("SELECT sz FROM words_docsize"):
            rows, columns = rows + 1, [total + words for total, words in zip(columns, unpacked(size), strict=True)]
        miscounted = [rows, *columns] != (self._counted_words() or [0, 0, 0])
        return int(apart) + abs(int(counted) - sum(columns)) or int(miscounted)

    def misworded(self, expected: Iterable[tuple[int, str, str]]) -> list[int]:
        """The passages that are not found by exactly these words.

        Args:
            expected: of each its id, and the search forms of its context and of its text.
        """
        made = self._connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'words'").fetchone()[0]
        wrong = []
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as rehearsal:
            # how many words SQLite's tokenizer makes of a search form only it knows
            rehearsal.execute(made)
            for number, context, body in expected:
                rehearsal.execute("INSERT INTO words (rowid, context, body) VALUES (?, ?, ?)", (number, context, body))
                size = rehearsal.execute("SELECT sz FROM words_docsize WHERE id = ?", (number,)).fetchone()
                if self._docsize(number) != size or not self._stands(number, context, body, unpacked(size[0])):
                    wrong.append(number)
        return wrong

    def _docsize(self, passage_id: int) -> tuple[bytes] | None:
        row = self._connection.execute("SELECT sz FROM words_docsize WHERE id = ?", (passage_id,)).fetchone()
        return None if row is None else (row[0],)

    def _stands(self, passage_id: int, context: str, body: str, counted: list[int]) -> bool:
        # a phrase as long as the whole column is the whole column; FTS5 refuses one without words
        columns = zip(("context", "body"), (context, body), counted, strict=True)
        query = " AND ".join(f"{{{name}}} : {_quoted(text)}" for name, text, words in columns if words)
        found = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
        return not query or self._connection.execute(found, (query, passage_id)).fetchone() is not None

    def clear_words(self) -> None:
        """Empty the words, also where they are damaged."""
        self._connection.execute("INSERT INTO words(words) VALUES ('delete-all')")

    def add_words(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Store the words of passages: of each its id, and the search forms of its context and of its text."""
        self._connection.executemany("INSERT INTO words (rowid, context, body) VALUES (?, ?, ?)", rows)

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


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
