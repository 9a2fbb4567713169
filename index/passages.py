"""The ledger's passages with their words and vectors. Vectors are stored as float16 and widened when read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from corpus import Span
from index.connecting import Connected
from index.rows import NewPassage, PassageRow, Selection, WordQuery, day
from index.search_forms import packed
from index.words import quoted

if TYPE_CHECKING:
    import numpy as np

CONTEXT_WEIGHT = 2.0  # a title says what a document is about; 1 gave nDCG@10 .001 less over ten sets
BODY_WEIGHT = 1.0
LAST_LETTER = "\U0010ffff"  # sorts after every other
AMONG = "IN (SELECT value FROM json_each(:among))"
CANDIDATES_A_PLACE = 25  # of leading terms: at 1,000,000 passages .996 of the best 10 are those of one step
ROWS_A_QUERY = 500  # SQLite allows 32,766 parameters; this keeps one statement small


class Passages(Connected):
    """Passages, words and vectors of a ledger."""

    def _forget_passages(self, document_id: str, file_id: str) -> None:
        """Forget the passages and words of a document that lies in this file."""
        rows = self._connection.execute(
            "SELECT id FROM passage WHERE document = (SELECT number FROM document WHERE id = ? AND file = ?)",
            (document_id, file_id),
        ).fetchall()
        self._connection.executemany("DELETE FROM words WHERE rowid = ?", rows)  # by the search form, so first
        self._connection.executemany("DELETE FROM search_form WHERE passage = ?", rows)
        self._connection.executemany("DELETE FROM passage WHERE id = ?", rows)

    def _add_passages(self, document_number: int, text: str, passages: Iterable[NewPassage]) -> None:
        position = first_byte = 0
        for new in passages:
            first_byte += len(text[position : new.span.start].encode())
            position, passage = new.span.start, new.span.of(text).encode()
            cursor = self._connection.execute(
                "INSERT INTO passage (document, start, end, first_byte, bytes, heading_path, page, page_number, "
                "vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document_number,
                    new.span.start,
                    new.span.end,
                    first_byte,
                    len(passage),
                    json.dumps(new.heading_path),
                    new.page.label if new.page else None,
                    new.page.number if new.page else None,
                    new.vector_id,
                ),
            )
            self._connection.execute(
                "INSERT INTO search_form VALUES (?, ?)",
                (cursor.lastrowid, packed(new.context_words, new.body_words, passage)),
            )
            self._connection.execute(
                "INSERT INTO words (rowid, context, body) VALUES (?, ?, ?)",
                (cursor.lastrowid, new.context_words, new.body_words),
            )

    def passages(self, ids: Iterable[int]) -> dict[int, PassageRow]:
        """The passages of these ids that still exist, by id."""
        wanted, found = sorted(set(ids)), {}
        for start in range(0, len(wanted), ROWS_A_QUERY):
            part = wanted[start : start + ROWS_A_QUERY]
            rows = self._connection.execute(
                "SELECT p.id, d.id, d.title, d.date, p.start, p.end, p.page, p.page_number, p.heading_path, "
                "substr(d.text, p.first_byte + 1, p.bytes), d.language "
                "FROM passage p JOIN document d ON d.number = p.document "
                f"WHERE p.id IN ({','.join('?' * len(part))})",
                part,
            )
            for row in rows:
                found[row[0]] = PassageRow(
                    id=row[0],
                    document_id=row[1],
                    title=row[2],
                    date=day(row[3]),
                    span=Span(row[4], row[5]),
                    page=row[6],
                    page_number=row[7],
                    heading_path=tuple(json.loads(row[8])),
                    text=row[9].decode(),
                    language=row[10],
                )
        return found

    def dates(self, ids: Iterable[int]) -> dict[int, date | None]:
        """The dates of the documents of these passages, by the passages' ids; None where one has no date."""
        rows = self._connection.execute(
            "SELECT p.id, d.date FROM passage p JOIN document d ON d.number = p.document "
            "WHERE p.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {number: day(stored) for number, stored in rows}

    def selection(self, documents: Iterable[int]) -> Selection:
        """These documents, by their numbers, with the count of their passages."""
        numbers = tuple(documents)
        count = f"SELECT count(*) FROM passage WHERE document {AMONG}"
        return Selection(numbers, self._connection.execute(count, {"among": json.dumps(numbers)}).fetchone()[0])

    def match(self, query: WordQuery, limit: int, within: Selection | None = None) -> list[tuple[int, float]]:
        """Passages that match a query, best first, with BM25 turned so that larger is better.

        Where the query has leading terms of its own, the best by these are scored by all its terms.

        Args:
            query: as from `fts_query`.
            limit: at most so many.
            within: the documents to look in; None is all.
        """
        # CROSS: each match is looked up; the other way round FTS5 would be asked anew for every passage of the filter
        scope = (
            ("", "") if within is None else ("CROSS JOIN passage p ON p.id = words.rowid", f"AND p.document {AMONG}")
        )
        ranked = (
            f"SELECT words.rowid, -bm25(words, {CONTEXT_WEIGHT}, {BODY_WEIGHT}) AS score FROM words {{1}} "
            "WHERE words MATCH :{0} {2} ORDER BY score DESC, words.rowid LIMIT :{3}"
        )
        statement = ranked.format("whole", *scope, "limit")
        if query.leading != query.whole:
            # +: likewise
            candidates = f"AND +words.rowid IN (SELECT rowid FROM ({ranked.format('leading', *scope, 'candidates')}))"
            statement = ranked.format("whole", "", candidates, "limit")
        among = json.dumps(within.documents if within else ())
        terms = {"leading": query.leading, "whole": query.whole}
        limits = {"limit": limit, "candidates": CANDIDATES_A_PLACE * limit}
        return list(self._connection.execute(statement, terms | limits | {"among": among}))

    def holding(self, query: str, within: Selection | None = None) -> list[tuple[int, int]]:
        """Every passage that meets a query in FTS5's grammar, with its document's number, in their documents' order."""
        scope = "" if within is None else f"AND p.document {AMONG}"
        statement = (
            "SELECT p.id, p.document FROM words CROSS JOIN passage p ON p.id = words.rowid "
            f"WHERE words MATCH :query {scope} ORDER BY p.document, p.start"
        )
        among = json.dumps(within.documents if within else ())
        return self._connection.execute(statement, {"query": query, "among": among}).fetchall()

    def first_passages(self, document_ids: Iterable[str]) -> list[int]:
        """The id of the passage that each of these documents begins with."""
        rows = self._connection.execute(
            "SELECT p.id, min(p.start) FROM passage p JOIN document d ON d.number = p.document "
            "WHERE d.id IN (SELECT value FROM json_each(?)) GROUP BY p.document",
            (json.dumps(list(document_ids)),),
        )
        return [row[0] for row in rows]

    def passages_in(self, document_id: str) -> list[int]:
        """The ids of a document's passages."""
        rows = self._connection.execute(
            "SELECT p.id FROM passage p JOIN document d ON d.number = p.document WHERE d.id = ?", (document_id,)
        )
        return [row[0] for row in rows]

    def closeness(self, query: WordQuery, ids: Container[int]) -> dict[int, float]:
        """The share of a query's pairs that stand close together in each of these passages, where it is not 0."""
        found: Counter[int] = Counter()
        for pair in query.pairs:
            rows = self._connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (pair,))
            found.update(number for (number,) in rows if number in ids)
        return {number: together / len(query.pairs) for number, together in found.items()}

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term of the search form stands."""
        found = {}
        for term in terms:
            row = self._connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,)).fetchone()
            found[term] = 0 if row is None else int(row[0])
        return found

    def holds(self, term: str) -> bool:
        """Whether any passage holds a term of the search form; takes no counting of them."""
        row = self._connection.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (quoted(term),)).fetchone()
        return row is not None

    def vocabulary(self, start: str) -> dict[str, int]:
        """The terms that begin so, and in how many passages each stands."""
        statement = "SELECT term, doc FROM vocabulary WHERE term >= ? AND term <= ?"
        return dict(self._connection.execute(statement, (start, f"{start}{LAST_LETTER}")))

    # vectors

    def embedded(self, text_hashes: Iterable[bytes]) -> dict[bytes, int]:
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

    def vectors(self, ids: Iterable[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Ids of vectors, int64 [n] ascending, and the vectors, float32 [n, dimension].

        Args:
            ids: only these; None is all that passages have.
        """
        scope = "SELECT vector FROM passage" if ids is None else "SELECT value FROM json_each(?)"
        parameters = () if ids is None else (json.dumps(list(ids)),)
        return _numbered(
            self._connection.execute(f"SELECT id, data FROM vector WHERE id IN ({scope}) ORDER BY id", parameters)
        )

    def passage_vectors(self, ids: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
        """Ids of these passages, int64 [n] ascending, and their vectors, float32 [n, dimension]."""
        return _numbered(
            self._connection.execute(
                "SELECT p.id, v.data FROM passage p JOIN vector v ON v.id = p.vector "
                "WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id",
                (json.dumps(list(ids)),),
            )
        )

    def vector_ids(self, *, after: int = 0) -> set[int]:
        """The ids of all vectors, or of those with a larger id than `after`, whether or not a passage has them."""
        # without a limit the ids are read from the index over the hashes, which is small beside the vectors
        limit = f"WHERE id > {after:d}" if after else ""
        return {row[0] for row in self._connection.execute(f"SELECT id FROM vector {limit}")}

    def used_vectors(self, among: Iterable[int] | None = None, *, within: Selection | None = None) -> set[int]:
        """The ids of the vectors that passages have.

        Args:
            among: only these; None is all.
            within: only those of these documents' passages; None is all.
        """
        conditions = []
        if among is not None:
            conditions.append("vector IN (SELECT value FROM json_each(:vectors))")
        if within is not None:
            # +: few rows are looked up by their vectors, where the index would bring all of the documents'
            conditions.append(f"{'+' if among is not None else ''}document {AMONG}")
        statement = f"SELECT vector FROM passage WHERE {' AND '.join(conditions) or 'TRUE'}"
        parameters = {
            "vectors": json.dumps(list(among or ())),
            "among": json.dumps(within.documents if within else ()),
        }
        return {row[0] for row in self._connection.execute(statement, parameters)}

    def passages_with(self, vectors: Iterable[int], within: Selection | None = None) -> list[tuple[int, int]]:
        """The passages that have these vectors, of these documents or (None) of all: each its id and its vector's."""
        scope = "" if within is None else f"AND +document {AMONG}"
        statement = f"SELECT id, vector FROM passage WHERE vector IN (SELECT value FROM json_each(:vectors)) {scope}"
        parameters = {
            "vectors": json.dumps(list(vectors)),
            "among": json.dumps(within.documents if within else ()),
        }
        return self._connection.execute(statement, parameters).fetchall()

    def ids_sha256(self) -> str:
        """SHA-256 over the ids of all vectors: two equal ones are one set of ids."""
        digest = hashlib.sha256()
        for number in sorted(self.vector_ids()):
            digest.update(b"%d " % number)
        return digest.hexdigest()


def _numbered(rows: Iterable[tuple[int, bytes]]) -> tuple[np.ndarray, np.ndarray]:
    """Ids, int64 [n], and the vectors beside them, float32 [n, dimension]."""
    import numpy as np  # noqa: PLC0415  the terminal reads the ledger without loading numpy

    numbers, data = [], []
    for number, row in rows:
        numbers.append(number)
        data.append(row)
    halves = np.frombuffer(b"".join(data), dtype="<f2")
    shaped = halves.astype(np.float32).reshape(len(data), -1) if data else np.zeros((0, 0), np.float32)
    return np.array(numbers, dtype=np.int64), shaped
