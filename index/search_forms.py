"""The search forms of passages: made from the stored text, packed for the ledger and unpacked inside SQL.

FTS5 deletes a row by the words that it was given, so the ledger keeps them. They are compressed with the passage's own
text as preset dictionary (RFC 1950): most stems are beginnings of its words (docs/index.md has the figures).
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from index.context import TableHeaders, context_of
from index.words import search_form

BEST = 9  # zlib's level; a passage takes 20 microseconds at any
BETWEEN = "\n"  # body and context; a search form holds words and single blanks


def packed(context: str, body: str, text: bytes) -> bytes:
    """Return the search forms of a passage and of what stands before it, compressed against its text in UTF-8."""
    compressor = zlib.compressobj(BEST, zdict=text.lower())
    return compressor.compress(f"{body}{BETWEEN}{context}".encode()) + compressor.flush()


def unpacked(data: bytes, text: bytes) -> list[str]:
    """Return the body and the context that `packed` was given.

    Raises:
        zlib.error: the data is damaged, or the text is another.
    """
    decompressor = zlib.decompressobj(zdict=text.lower())
    whole = decompressor.decompress(data)
    if not decompressor.eof:  # the checksum stands at the end
        raise zlib.error("the data is cut off")
    return whole.decode().split(BETWEEN)


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the function by which the view `word_source` unpacks search forms."""

    # cut out in SQL, each passage would cost a reading of all its document, which may have very many;
    # a number that was rolled back may be given again, but not with the same hash
    @lru_cache(1)
    def text_of(number: int, _sha256: str) -> bytes:
        row = connection.execute("SELECT text FROM document WHERE number = ?", (number,)).fetchone()
        return bytes(row[0])

    def column(place: int, data: bytes, number: int, sha256: str, first: int, size: int) -> str:
        return unpacked(data, text_of(number, sha256)[first : first + size])[place]

    connection.create_function("search_form", 6, column, deterministic=True)


def made_anew(
    connection: sqlite3.Connection, number: int, count: Callable[[str], int]
) -> Iterator[tuple[int, str, str, bytes]]:
    """Yield each passage of a stored document: its id, the search forms of its context and body, its text in UTF-8.

    Args:
        connection: to the ledger.
        number: the document's.
        count: counts the tokens of a text as the index's model does.
    """
    document = connection.execute("SELECT title, language, text FROM document WHERE number = ?", (number,)).fetchone()
    title, language, text = document[0], document[1], document[2].decode()
    headers = TableHeaders(text)
    statement = "SELECT id, start, end, heading_path FROM passage WHERE document = ? ORDER BY start"
    for passage, start, end, path in connection.execute(statement, (number,)):
        context = context_of(title, (*json.loads(path), headers.above(start)), count)
        body = text[start:end]
        yield passage, search_form(context, language), search_form(body, language), body.encode()


def remake(connection: sqlite3.Connection, count: Callable[[str], int] | None) -> None:
    """Make the full-text index anew, also a damaged one; where tokens can be counted, the search forms first."""
    if count:
        for (number,) in connection.execute("SELECT number FROM document").fetchall():
            rows = ((row[0], packed(*row[1:])) for row in made_anew(connection, number, count))
            connection.executemany("INSERT OR REPLACE INTO search_form VALUES (?, ?)", rows)
    connection.execute("INSERT INTO words(words) VALUES ('rebuild')")
