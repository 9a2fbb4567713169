"""Which stretch of a document is shown, by terminal, HTTP API and MCP server alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus import DespatchError, Span

if TYPE_CHECKING:
    from index import StoredDocument

LONGEST_STRETCH = 200_000  # code points: what one request may read; a page of a book has 2,000


class InvalidOffsets(DespatchError):
    """Offsets that do not lie in the document, or run backwards."""

    def __init__(self, document_id: str, start: int, end: int, length: int) -> None:
        super().__init__(
            f"The document {document_id!r} has no characters from {start} to {end}; "
            f"give a start and an end from 0 to {length}, the start not after the end."
        )
        self.document_id = document_id
        self.start = start
        self.end = end
        self.length = length


def stretch(document: StoredDocument, start: int | None, end: int | None) -> Span:
    """The stretch that is asked for; None is the beginning and the end of the text.

    Raises:
        InvalidOffsets: the text has no such stretch.
    """
    length = len(document.text)
    first, last = start or 0, length if end is None else end
    if not 0 <= first <= last <= length:
        raise InvalidOffsets(document.id, first, last, length)
    return Span(first, last)


def window(document: StoredDocument, start: int | None, end: int | None, longest: int = LONGEST_STRETCH) -> Span:
    """The same, at most `longest` code points of it: what is longer ends there.

    Raises:
        InvalidOffsets: the text has no such stretch.
    """
    whole = stretch(document, start, end)
    return Span(whole.start, min(whole.end, whole.start + longest))
