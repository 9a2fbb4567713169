"""PDF files: text by page, joined into paragraphs.

Running heads and feet and bare page numbers are left out of the text. A PDF has no plain text of its
own: the text is made here, and a head repeated on each page would stand in the middle of sentences that
run over the page, weigh in every search and be quoted as if the document said it a hundred times. The
page's number is kept where it belongs, in `Page.label`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from corpus.errors import UnreadableFile
from corpus.page_lists import OCR_PAGES, UNREAD_PAGES, page_list
from corpus.readers import ocr
from corpus.readers.blocks import Blocks, own_title
from corpus.readers.layout import (
    Block,
    KeepsHyphen,
    Line,
    blocks,
    body_size,
    goes_on,
    is_same_size,
    joined,
    usual_leading,
)
from corpus.readers.pdf_headings import Levels, Pages, is_large, levels
from corpus.readers.pdf_letters import label, opened, sheet
from corpus.readers.pdf_rows import in_rows
from corpus.readers.running import Sheet, without_running
from corpus.terms import Draft, Page, Span

# Of a processor, for recognising the pages of one file: several hundred of them. It bounds what a hostile
# file costs; the pages after it are named as unread.
OCR_SECONDS = 3600.0

_METADATA = ("Title", "Author", "Subject", "Keywords")

_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_WORD = re.compile(r"[^\W\d_]+")
# Words whose hyphen is more often meant than not.
_FIRST_PARTS = frozenset(("half", "high", "long", "low", "non", "self", "short", "well"))


class _Part(NamedTuple):
    """What one page holds of a block, counted in the block's text."""

    page: int
    start: int
    end: int


class _Whole(NamedTuple):
    """A block with its heading's level and its parts on one page or several."""

    block: Block
    level: int | None
    parts: tuple[_Part, ...]


def read(source: bytes, name: str) -> Draft:
    """Read a PDF's text, page by page, lines joined into paragraphs.

    Headings are the outline's where the pages show them, else the blocks in letters larger or bolder
    than the body's. The pages bear their printed labels, or their numbers. A paragraph that runs over a
    page's end stays one; the spans of the two pages meet inside it. Pages that are pictures are read by
    text recognition where that is installed; their numbers stand in `metadata["ocr_pages"]`, such as
    "2, 5-7", and those of pictures that were not read in `metadata["unread_pages"]`.

    Raises:
        UnreadableFile: the file is locked, damaged, no PDF, or its pages are pictures.
    """
    with opened(source) as document:
        return _draft(document, name)


def _draft(document: pdfium.PdfDocument, name: str) -> Draft:
    sheets = [_sheet(document, index) for index in range(len(document))]
    pages = without_running(sheets)
    pictures = [index for index, lines in enumerate(pages) if not lines and _is_picture(document, index, sheets[index])]
    by_ocr = _recognise(document, pictures, sheets) if pictures and ocr.is_installed() else []
    pages = without_running(sheets) if by_ocr else pages
    if not any(pages) and (by_ocr or not pictures):  # short pages that differ by their numbers only
        pages = [list(seen.lines) for seen in sheets]
    if not any(pages):
        raise UnreadableFile(_without_text(is_picture=bool(pictures)))
    leading, body, keeps_hyphen = usual_leading(pages), body_size(pages), _hyphens_of(pages)
    in_blocks = [blocks(in_rows(lines), leading, keeps_hyphen) for lines in pages]
    wholes = _over_pages(in_blocks, levels(document, in_blocks, body), keeps_hyphen)
    text, spans = _written(wholes, len(pages))
    labels = [label(partial(document.get_page_label, index)).strip() for index in range(len(document))]
    title, *others = (label(partial(document.get_metadata_value, key)) for key in _METADATA)
    kept = {key.lower(): value for key, value in zip(_METADATA[1:], others, strict=True) if value}
    return Draft(
        text.text,
        title=own_title(title, name) or _shown_title(in_blocks[0], body),
        pages=tuple(Page(index + 1, labels[index] or str(index + 1), span) for index, span in enumerate(spans)),
        headings=text.headings,
        metadata=kept | _listed(OCR_PAGES, by_ocr) | _listed(UNREAD_PAGES, sorted({*pictures} - {*by_ocr})),
    )


def _listed(name: str, indices: Sequence[int]) -> dict[str, str]:
    return {name: page_list(index + 1 for index in indices)} if indices else {}


def _sheet(document: pdfium.PdfDocument, index: int) -> Sheet:
    with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
        return sheet(page, textpage)


def _is_picture(document: pdfium.PdfDocument, index: int, seen: Sheet) -> bool:
    with closing(document[index]) as page:
        if next(page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE]), None):
            return True
        # Letters without names, which only a picture of the page can tell.
        has_letters = next(page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_TEXT]), None) is not None
        return has_letters and not seen.lines


def _recognise(document: pdfium.PdfDocument, pictures: Sequence[int], sheets: list[Sheet]) -> list[int]:
    """Read pages by text recognition into their sheets; give the indices of those that show any text."""
    by_ocr: list[int] = []
    body = body_size([seen.lines for seen in sheets])
    started = time.process_time()
    for index in pictures:
        with closing(document[index]) as page:
            seen = ocr.recognised(page, body)
        if seen:
            sheets[index] = seen
            by_ocr.append(index)
            body = body or body_size([seen.lines])
        if time.process_time() - started > OCR_SECONDS:
            break
    return by_ocr


def _without_text(*, is_picture: bool) -> str:
    if is_picture and ocr.is_installed():
        return "The pages are pictures, and no text was recognised on them; scan them anew, then sync."
    if is_picture:
        return "The pages are pictures without text; install text recognition (pip install 'despatch[ocr]'), then sync."
    return "The pages hold no text; if they show any, run text recognition on the file, then sync."


def _shown_title(first_page: Sequence[Block], body: float) -> str:
    large = [block for block in first_page if is_large(block, body)]
    return max(large, key=lambda block: block.size).text if large else ""


def _hyphens_of(pages: Sequence[Sequence[Line]]) -> KeepsHyphen:
    """Tell the hyphens that a word has from those that a line's end gave it, by the document's own words."""
    texts = [line.text.casefold() for lines in pages for line in lines]
    compounds = {compound for text in texts for compound in _COMPOUND.findall(text)}
    # Not the first and the last of a line, which may be parts of a divided word.
    words = {word for text in texts for word in _WORD.findall(text)[1:-1]}

    def keeps_hyphen(first: str, second: str) -> bool:
        first, second = first.casefold(), second.casefold()
        if f"{first}-{second}" in compounds:
            return True
        return first + second not in words and first in _FIRST_PARTS

    return keeps_hyphen


def _over_pages(pages: Pages, headings: Levels, keeps_hyphen: KeepsHyphen) -> list[_Whole]:
    """Join a page's last paragraph with the next page's first where it goes on there."""
    wholes: list[_Whole] = []
    for index, page in enumerate(pages):
        for number, block in enumerate(page):
            level = headings.get((index, number))
            if wholes and number == 0 and _is_broken_off(wholes[-1], block, level):
                wholes[-1] = _continued(wholes[-1], block, index, keeps_hyphen)
            else:
                wholes.append(_Whole(block, level, (_Part(index, 0, len(block.text)),)))
    return wholes


def _is_broken_off(whole: _Whole, block: Block, level: int | None) -> bool:
    above = whole.block
    if whole.level is not None or level is not None or above.is_row or block.is_row:
        return False
    return is_same_size(above, block) and (above.is_hyphenated or goes_on(above.text, block.text))


def _continued(whole: _Whole, block: Block, page: int, keeps_hyphen: KeepsHyphen) -> _Whole:
    above = whole.block.text.removesuffix("-") if whole.block.is_hyphenated else whole.block.text
    text = joined(above, whole.block.is_hyphenated, block.text, keeps_hyphen)
    start = len(text) - len(block.text)
    last = whole.parts[-1]._replace(end=len(text[:start].rstrip()))
    continued = replace(whole.block, text=text, is_hyphenated=block.is_hyphenated)
    return whole._replace(block=continued, parts=(*whole.parts[:-1], last, _Part(page, start, len(text))))


def _written(wholes: Sequence[_Whole], pages: int) -> tuple[Blocks, list[Span]]:
    text = Blocks()
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for whole in wholes:
        span = _write(text, whole)
        for part in whole.parts:
            starts.setdefault(part.page, span.start + part.start)
            ends[part.page] = span.start + part.end
    spans: list[Span] = []
    for page in range(pages):
        # A page without text has its place all the same: the numbers of the others depend on it.
        start = starts.get(page, spans[-1].end if spans else 0)
        spans.append(Span(start, ends.get(page, start)))
    return text, spans


def _write(text: Blocks, whole: _Whole) -> Span:
    if whole.level is not None:
        return text.heading(whole.level, whole.block.text)
    is_line = whole.block.is_row or whole.block.is_item
    return text.line(whole.block.text) if is_line else text.paragraph(whole.block.text)
