"""Where on the page the words of a quotation stand.

No place is stored with a document. Its text holds every visible character of the lines that were read,
in their order; only whole lines are left out (running heads) and only blanks, hyphens, bars between
cells and the marks of items differ. So the page is read again when somebody wants to see it, and its
lines are laid along the page's stretch of the text.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from corpus.readers.layout import BULLETS, Line
from corpus.readers.pdf_letters import Letters, Places, letters, opened, sheet
from corpus.terms import Box, Page, Span

_UNCERTAIN = frozenset(BULLETS + "|*-‐‑\xad\ufffe\x02")
_FINE = 1_000_000  # steps of the grid that PDFium measures a page with


class _Visible(NamedTuple):
    """The characters of a text that the page and the stored text have in common, and their offsets."""

    characters: str
    offsets: Sequence[int]


class _Path(NamedTuple):
    """One way of laying lines along a text: the lines taken, the last first, and how many were left out."""

    left_out: int
    line: int | None = None
    before: _Path | None = None


def boxes_on(content: bytes, pages: Sequence[Page], text: str, span: Span) -> tuple[Box, ...]:
    """One rectangle for each line or cell of these pages that holds words of a span; see `corpus.placing.boxes`."""
    with opened(content) as document:
        return tuple(box for page in pages for box in _on_page(document, page, text, span))


def _on_page(document: pdfium.PdfDocument, page: Page, text: str, span: Span) -> Iterator[Box]:
    wanted = _visible(text, page.span.start, page.span.end)
    with closing(document[page.number - 1]) as leaf, closing(leaf.get_textpage()) as textpage:
        written = letters(textpage)
        for line, start in _laid(sheet(leaf, textpage).lines, wanted.characters):
            of_line = _visible(line.text, 0, len(line.text))
            inside = [
                line.start + offset
                for number, offset in enumerate(of_line.offsets, start)
                if span.start <= wanted.offsets[number] < span.end
            ]
            if inside:
                yield _box(leaf, Places(textpage, written), page.number, _inked(written, inside[0], inside[-1]))


def _visible(text: str, start: int, end: int) -> _Visible:
    offsets = [place for place in range(start, end) if not text[place].isspace() and text[place] not in _UNCERTAIN]
    return _Visible("".join(text[place] for place in offsets), offsets)


def _laid(lines: Sequence[Line], text: str) -> list[tuple[Line, int]]:
    """Give the lines that make up a text, each with its offset in it: those with the fewest left out."""
    written = [_visible(line.text, 0, len(line.text)).characters for line in lines]
    paths = {0: _Path(0)}
    for number, characters in enumerate(written):
        found = {end: path._replace(left_out=path.left_out + 1) for end, path in paths.items()}
        for start, path in paths.items():
            end = start + len(characters)
            # Of two lines with the same words, the upper one is the running head.
            if text.startswith(characters, start) and (end not in found or path.left_out <= found[end].left_out):
                found[end] = _Path(path.left_out, number, path)
        paths = found
    laid: list[tuple[Line, int]] = []
    last, end = paths.get(len(text)), len(text)
    while last and last.line is not None:
        end -= len(written[last.line])
        laid.append((lines[last.line], end))
        last = last.before
    return laid[::-1]


def _inked(written: Letters, first: int, last: int) -> list[int]:
    return [place for place in range(first, last + 1) if not written.text[place].isspace()]


def _box(leaf: pdfium.PdfPage, places: Places, number: int, offsets: Sequence[int]) -> Box:
    frames = [places.frame(offset) for offset in offsets]
    one = _seen(leaf, min(frame.left for frame in frames), min(frame.bottom for frame in frames))
    other = _seen(leaf, max(frame.right for frame in frames), max(frame.top for frame in frames))
    (left, right), (top, bottom) = (sorted(ends) for ends in zip(one, other, strict=True))
    return Box(number, left, top, right, bottom)


def _seen(leaf: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Turn a place in points into fractions of the page as it is shown, cut and turned."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_raw.FPDF_PageToDevice(leaf, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    return min(max(across.value / _FINE, 0.0), 1.0), min(max(down.value / _FINE, 0.0), 1.0)
