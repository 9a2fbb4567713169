"""A document as it is read on the page, around the quote of an answer or by itself: data for the page's script."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice

from assistant import Citation, most_alike, place_of
from corpus import Span
from index import Hit, StoredDocument, places
from ui.chat.originals import has_original
from ui.chat.tables import Table, tables_in

AROUND = 20_000  # code points each side of the quote that a source opens with: ten pages of a book, drawn at once
MORE = 40_000  # at a time as one scrolls on; no request gets more than the two, so no page lays out a book in one go
MOST_PLACES = 1_000  # of words that are looked for in a document; nobody steps through more, and a letter has millions
EDGE = 2_000  # within which a stretch rather ends between two paragraphs, or else two lines, than inside one


def opened(
    source: Citation | Hit, document: StoredDocument | None, *, number: int, count: int, gives_originals: bool = False
) -> dict[str, object]:
    """A citation or a nearest passage, with the text it stands in.

    Args:
        source: what is opened; its words are shown as they were when the answer was given.
        document: the document as it is now, or None where the index no longer holds it.
        number: which of the answer's sources this is, from 1.
        count: how many there are.
        gives_originals: whether the file that the document was read from may be downloaded.

    Returns:
        The object that `GET /v1/citations/…` and `/v1/nearest/…` send. Every offset counts code points of the
        document's text; `before` starts at `window_start`, `after` ends at `window_end`, and `more` gives what lies
        beyond, of the version that has the `sha256`. `state` is `same`; `moved` where the file has changed and
        the quote still stands in it, which is then where it is shown; `changed`, with what stands in its place now in
        `says` (empty where nothing is like it); or `removed`. In the last two `before` and `after` are empty: the text
        around the quote would be another one.
    """
    quote = source.quote if isinstance(source, Citation) else source.text
    place = None if document is None else place_of(quote, source.span, document.text)
    state = _state(source, place, document)
    held = document if place else None
    return {
        "kind": "citation" if isinstance(source, Citation) else "passage",
        "number": number,
        "count": count,
        "state": state,
        "document_id": source.document_id,
        "path": source.document_id,  # below the corpus folder; the machine's own paths stay on the machine
        "title": source.title,
        "date": source.date.isoformat() if source.date else None,
        "page": source.page,
        "page_number": source.page_number,
        "heading_path": list(source.heading_path),
        "quote": quote,
        "says": most_alike(document.text, quote, source.span) if document and state == "changed" else "",
        "boxes": _boxes(source) if state == "same" else [],
        "page_count": len(held.pages) if held else 0,
        "is_ocr": isinstance(source, Citation) and source.is_ocr,
        "also_in": _also_in(source),
        "start": (place or source.span).start,
        "end": (place or source.span).end,
        "sha256": held.sha256 if held else None,
        "has_original": gives_originals and held is not None and has_original(held),
        **_around(place or source.span, held),
    }


def read(
    document: StoredDocument, words: str = "", number: int = 1, *, gives_originals: bool = False
) -> dict[str, object]:
    """A document by itself, from its beginning, or around a place where words stand in it.

    Args:
        document: as the index holds it.
        words: that are looked for; see `index.places`.
        number: which of their places, from 1; the last one where there are fewer.
        gives_originals: whether the file that the document was read from may be downloaded.

    Returns:
        The object that `GET /ui/corpus/document` sends: `quote` is what stands at the place, empty where there is none,
        and the text around it is as of `opened`. `found` counts the places, up to `MOST_PLACES`; `and_more` says that
        there are others after those.
    """
    found = list(islice(places(document.text, words), MOST_PLACES + 1))
    number = min(number, len(found), MOST_PLACES)
    place = found[number - 1] if number else Span(0, 0)
    return {
        "document_id": document.id,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "page_count": len(document.pages),
        "sha256": document.sha256,
        "has_original": gives_originals and has_original(document),
        "found": min(len(found), MOST_PLACES),
        "and_more": len(found) > MOST_PLACES,
        "number": number,
        "quote": place.of(document.text),
        "start": place.start,
        "end": place.end,
        **_around(place, document),
    }


def more(document: StoredDocument, place: int, *, back: bool) -> dict[str, object]:
    """The text before a place, or after it: at most `MORE` code points, and where they start and end."""
    place = min(place, len(document.text))
    if back:
        stretch = Span(_between(document.text, Span(max(0, place - MORE), place)), place)
    else:
        stretch = Span(place, _between(document.text, Span(place, min(len(document.text), place + MORE)), last=True))
    return {"start": stretch.start, "end": stretch.end, "text": stretch.of(document.text), **_parts(document, stretch)}


def _boxes(source: Citation | Hit) -> list[dict[str, object]]:
    """Where the quote stands on the pages of a PDF: fractions of their width and height."""
    return [asdict(box) for box in source.boxes] if isinstance(source, Citation) else []


def _also_in(source: Citation | Hit) -> list[dict[str, object]]:
    """The other documents that say the same, each once."""
    others = {each.document_id: each for each in source.also_in if each.document_id != source.document_id}
    return [
        {"document_id": each.document_id, "title": each.title, "date": each.date.isoformat() if each.date else None}
        for each in others.values()
    ]


def _state(source: Citation | Hit, place: Span | None, document: StoredDocument | None) -> str:
    if document is None:
        return "removed"
    if place is None:
        return "changed"
    same_file = not isinstance(source, Citation) or source.sha256 == document.sha256
    return "same" if same_file and place == source.span else "moved"


def _around(place: Span, document: StoredDocument | None) -> dict[str, object]:
    if document is None:
        nothing = {"window_start": place.start, "window_end": place.end, "length": None}
        return {"before": "", "after": "", **nothing, "pages": [], "headings": [], "tables": []}
    text, start, end = document.text, place.start, place.end
    first = _between(text, Span(max(0, start - AROUND), start))
    last = _between(text, Span(end, min(len(text), end + AROUND)), last=True)
    return {
        "before": text[first:start],
        "after": text[end:last],
        "window_start": first,
        "window_end": last,
        "length": len(text),
        **_parts(document, Span(first, last)),
    }


def _between(text: str, stretch: Span, *, last: bool = False) -> int:
    """Where a stretch rather begins, or ends, than at its very edge: between two paragraphs or lines near that."""
    edge = stretch.end if last else stretch.start
    if edge in (0, len(text)):
        return edge
    first, end = (max(stretch.start, edge - EDGE), edge) if last else (edge, min(stretch.end, edge + EDGE))
    for parting in ("\n\n", "\n"):
        at = text.rfind(parting, first, end) if last else text.find(parting, first, end)
        if at >= 0:
            return at + len(parting)
    return edge


def _parts(document: StoredDocument, stretch: Span) -> dict[str, object]:
    """The pages that begin in a stretch, the headings that stand in it, and its tables."""
    return {
        "pages": [
            {"label": page.label, "offset": page.span.start}
            for page in document.pages
            if stretch.start <= page.span.start < stretch.end
        ],
        "headings": [
            {"level": heading.level, "start": heading.span.start, "end": heading.span.end}
            for heading in document.headings
            if stretch.start <= heading.span.start and heading.span.end <= stretch.end
        ],
        "tables": [_table(table) for table in tables_in(document.text, stretch)],
    }


def _table(table: Table) -> dict[str, object]:
    """A table for the script: each row with its cells, a cell being its column, its start and its end."""
    return {
        "id": table.id,
        "columns": table.columns,
        "names": list(table.names),
        "start": table.span.start,
        "end": table.span.end,
        "rows": [
            {
                "start": row.span.start,
                "end": row.span.end,
                "cells": [[cell.column, cell.span.start, cell.span.end] for cell in row.cells],
            }
            for row in table.rows
        ],
    }
