"""PDF files: text by page, joined into paragraphs."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Lock

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from corpus.errors import UnreadableFile
from corpus.readers.blocks import Blocks, own_title
from corpus.readers.layout import Block, Line, blocks, body_size, rounded, usual_leading
from corpus.terms import Draft, Page, Span

# PDFium keeps state of its own between calls: two threads in it end the process.
_PDFIUM = Lock()

_HEADER = b"%PDF-"
_HEADER_WITHIN = 1024  # bytes that may stand before the header, as in other readers
_LINE_ENDS = frozenset((0x0A, 0x0D))
_HYPHENS = frozenset((0x02, 0xFFFE))  # what PDFium makes of a hyphen at the end of a line
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Not text: what else programs leave below the blank.
_CONTROLS = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), 0x7F))

_HEADING_RATIO = 1.08  # LaTeX sets its sections in 12 points over a body of 10.9
_LONGEST_HEADING = 200  # characters
_DEEPEST_HEADING = 6
_MOST_REPEATS = 2  # what stands on more pages is their running head
_OUTLINE_DEPTH = 6
# Below this share, or with fewer, the outline names other things than the headings on the pages.
_OUTLINE_SHARE = 0.5
_FEWEST_OF_OUTLINE = 3

_Pages = Sequence[Sequence[Block]]
# The level of the heading that is the n-th block of a page, both from 0.
_Levels = dict[tuple[int, int], int]


def read(source: bytes, name: str) -> Draft:
    """Read a PDF's text, page by page, lines joined into paragraphs.

    Headings are the outline's where the pages show them, else the blocks in letters larger than the
    body's. The pages bear their printed labels, or their numbers.

    Raises:
        UnreadableFile: the file is locked, damaged, no PDF, or its pages are pictures.
    """
    if _HEADER not in source[: _HEADER_WITHIN + len(_HEADER)]:
        raise UnreadableFile("The bytes are not a PDF; give the file the suffix of its real kind, then sync.")
    with _PDFIUM:
        try:
            with closing(pdfium.PdfDocument(source)) as document:
                return _draft(document, name)
        except pdfium.PdfiumError as error:
            if error.err_code == pdfium_raw.FPDF_ERR_PASSWORD:
                reason = "The file is locked with a password; save it without one, then sync."
            else:
                reason = "The file is damaged; open it in a PDF program, save it again, then sync."
            raise UnreadableFile(reason) from error


def _draft(document: pdfium.PdfDocument, name: str) -> Draft:
    pages = [_lines(document, index) for index in range(len(document))]
    if not any(pages):
        raise UnreadableFile(_without_text(document))
    leading = usual_leading(pages)
    in_blocks = [blocks(lines, leading) for lines in pages]
    levels = _outline_levels(document, in_blocks) or _size_levels(in_blocks, body_size(pages))
    labels = [document.get_page_label(index).strip() or str(index + 1) for index in range(len(document))]
    text, spans = _written(in_blocks, levels)
    metadata = {label.lower(): value for label, value in document.get_metadata_dict(skip_empty=True).items()}
    return Draft(
        text.text,
        title=own_title(metadata.get("title", ""), name) or _shown_title(in_blocks[0], body_size(pages)),
        pages=tuple(Page(index + 1, labels[index], span) for index, span in enumerate(spans)),
        headings=text.headings,
        metadata={label: metadata[label] for label in ("author", "subject", "keywords") if label in metadata},
    )


def _shown_title(first_page: Sequence[Block], body: float) -> str:
    large = [block for block in first_page if _is_heading(block, body)]
    return max(large, key=lambda block: block.size).text if large else ""


def _without_text(document: pdfium.PdfDocument) -> str:
    for index in range(len(document)):
        with closing(document[index]) as page:
            if next(page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE]), None):
                return "The pages are pictures without text; run text recognition on the file, then sync."
    return "The pages hold no text; if they show any, run text recognition on the file, then sync."


def _lines(document: pdfium.PdfDocument, index: int) -> list[Line]:
    with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
        found: list[Line] = []
        line: list[int] = []
        codes = [pdfium_raw.FPDFText_GetUnicode(textpage, i) for i in range(textpage.count_chars())]
        for position, code in enumerate([*codes, 0x0A]):
            if code not in _LINE_ENDS and code not in _HYPHENS:
                line.append(position)
                continue
            found += _line(textpage, line, codes, code in _HYPHENS)
            line = []
        return found


def _line(textpage: pdfium.PdfTextPage, positions: list[int], codes: list[int], is_hyphenated: bool) -> Iterator[Line]:
    text = _text(codes[position] for position in positions)
    visible = [position for position in positions if codes[position] > ord(" ") and codes[position] != ord("\xa0")]
    if not visible or not text.strip():
        return
    middle = visible[len(visible) // 2]
    turns = round(max(0.0, pdfium_raw.FPDFText_GetCharAngle(textpage, middle)) / (math.pi / 2))
    corners = [_turned(corner, turns) for position in (visible[0], visible[-1]) for corner in _box(textpage, position)]
    across = [corner[0] for corner in corners]
    baseline = _turned(_origin(textpage, middle), turns)[1]
    yield Line(text, min(across), max(across), baseline, _size(textpage, middle), is_hyphenated)


def _text(codes: Iterator[int]) -> str:
    # PDFium gives the two halves of a letter beyond U+FFFF one by one, and 0 for what it cannot name.
    text = "".join(chr(code) for code in codes if code).translate(_CONTROLS)
    text = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return _LONE_SURROGATE.sub("\ufffd", text)


def _turned(point: tuple[float, float], quarters: int) -> tuple[float, float]:
    x, y = point
    return ((x, y), (y, -x), (-x, -y), (-y, x))[quarters % 4]


def _box(textpage: pdfium.PdfTextPage, position: int) -> tuple[tuple[float, float], tuple[float, float]]:
    left, bottom, right, top = textpage.get_charbox(position, loose=True)
    return (left, bottom), (right, top)


def _origin(textpage: pdfium.PdfTextPage, position: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_raw.FPDFText_GetCharOrigin(textpage, position, x, y)
    return x.value, y.value


def _size(textpage: pdfium.PdfTextPage, position: int) -> float:
    """The size of a letter as it stands on the page; the font's own may be 1, stretched by a matrix."""
    matrix = pdfium_raw.FS_MATRIX()
    pdfium_raw.FPDFText_GetMatrix(textpage, position, matrix)
    size = pdfium_raw.FPDFText_GetFontSize(textpage, position) * math.hypot(matrix.c, matrix.d)
    return float(size) or 1.0


def _outline_levels(document: pdfium.PdfDocument, pages: _Pages) -> _Levels:
    entries: dict[tuple[int, str], int] = {}
    for bookmark in document.get_toc(max_depth=_OUTLINE_DEPTH):
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        if index is not None and (letters := _letters(bookmark.get_title())):
            entries.setdefault((index, letters), bookmark.level + 1)
    found = {
        place: entries[place[0], _letters(block.text)]
        for place, block in _placed(pages)
        if (place[0], _letters(block.text)) in entries and len(block.text) <= _LONGEST_HEADING
    }
    is_of_pages = len(found) >= max(_FEWEST_OF_OUTLINE, _OUTLINE_SHARE * len(entries))
    return found if is_of_pages else {}


def _letters(title: str) -> str:
    # Outlines often leave out the number that the page shows before a heading.
    return "".join(filter(str.isalnum, title.casefold())).lstrip("0123456789")


def _size_levels(pages: _Pages, body: float) -> _Levels:
    large = {place: block for place, block in _placed(pages) if _is_heading(block, body)}
    times = Counter(_letters(block.text) for block in large.values())
    large = {place: block for place, block in large.items() if times[_letters(block.text)] <= _MOST_REPEATS}
    sizes = sorted({rounded(block.size) for block in large.values()}, reverse=True)
    return {place: min(sizes.index(rounded(block.size)) + 1, _DEEPEST_HEADING) for place, block in large.items()}


def _placed(pages: _Pages) -> Iterator[tuple[tuple[int, int], Block]]:
    for index, page in enumerate(pages):
        for number, block in enumerate(page):
            yield (index, number), block


def _is_heading(block: Block, body: float) -> bool:
    if block.is_row or block.size < _HEADING_RATIO * body or len(block.text) > _LONGEST_HEADING:
        return False
    is_sentence = block.text.endswith(".") or block.text[0].islower()
    return not is_sentence and sum(map(str.isalpha, block.text)) > 1


def _written(pages: _Pages, levels: _Levels) -> tuple[Blocks, list[Span]]:
    text = Blocks()
    spans: list[Span] = []
    for index, page in enumerate(pages):
        written = [_write(text, block, levels.get((index, number))) for number, block in enumerate(page)]
        # A page without text has its place all the same: the numbers of the others depend on it.
        spans.append(Span(written[0].start, written[-1].end) if written else Span(text.length, text.length))
    return text, spans


def _write(text: Blocks, block: Block, level: int | None) -> Span:
    if level is not None:
        return text.heading(level, block.text)
    return text.line(block.text) if block.is_row else text.paragraph(block.text)
