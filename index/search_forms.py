"""The search forms of passages: made from the stored text, packed for the ledger and unpacked inside SQL.

FTS5 deletes a row by the words that it was given, so the ledger keeps them. They are compressed with the passage's own
text as preset dictionary (RFC 1950): most stems are beginnings of its words. A passage of 950 characters takes some 150
bytes so, where zlib alone takes 400 and the words as they are 800 (docs/index.md).
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial

from corpus import Span
from index.context import TableHeaders, context_of
from index.words import search_form

BEST = 9  # zlib's level; a passage takes 20 microseconds at any
BETWEEN = "\n"  # body and context; a search form holds words and single blanks
CONTEXTS_KEPT = 4_096  # the passages of a section share their context


def packed(context: str, body: str, text: bytes) -> bytes:
    """Return the search forms of a passage, compressed against its text.

    Args:
        context: the search form of what stands before the passage.
        body: the search form of the passage.
        text: the passage in UTF-8.
    """
    compressor = zlib.compressobj(BEST, zdict=text.lower())
    return compressor.compress(f"{body}{BETWEEN}{context}".encode()) + compressor.flush()


def unpacked(data: bytes, text: bytes) -> tuple[str, str]:
    """Return the context and the body that `packed` was given.

    Raises:
        zlib.error: the data is damaged, or the text is another.
    """
    body, _, context = zlib.decompressobj(zdict=text.lower()).decompress(data).decode().partition(BETWEEN)
    return context, body


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the function that the view over the search forms calls.

    A document's text is kept until another document is asked for: to cut each passage out of it in SQL would read all
    of it anew, and a long document has very many passages.
    """

    @lru_cache(1)
    def text_of(number: int, _sha256: str) -> bytes:
        # a number that was rolled back may be given again, but not with the same hash
        row = connection.execute("SELECT text FROM document WHERE number = ?", (number,)).fetchone()
        return bytes(row[0])

    @lru_cache(1)
    def forms(data: bytes, number: int, sha256: str, first: int, size: int) -> tuple[str, str]:
        return unpacked(data, text_of(number, sha256)[first : first + size])

    def column(place: int, data: bytes, number: int, sha256: str, first: int, size: int) -> str:
        return forms(data, number, sha256, first, size)[place]

    connection.create_function("search_form", 6, column, deterministic=True)


def forms_of(
    title: str,
    text: str,
    language: str | None,
    passages: Iterable[tuple[Span, Sequence[str]]],
    count: Callable[[str], int],
) -> Iterator[tuple[str, str]]:
    """Yield the search forms of context and body of each passage of a stored document.

    Args:
        title: the document's, or its file's name.
        text: the document's.
        language: the document's (ISO 639-1), None where it is undecided.
        passages: the span and the heading path of each, by their starts.
        count: counts the tokens of a text as the index's model does.
    """
    headers, counted = TableHeaders(text), lru_cache(CONTEXTS_KEPT)(count)
    form: Callable[[str], str] = lru_cache(CONTEXTS_KEPT)(partial(search_form, language=language))
    for span, heading_path in passages:
        labels = (*heading_path, headers.above(span.start))
        yield form(context_of(title, labels, counted)), search_form(span.of(text), language)
