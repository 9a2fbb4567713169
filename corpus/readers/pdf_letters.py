"""The letters of a PDF's page and where they stand, as PDFium knows them.

`Letters.text` is what the lines of the page are cut from; `Letters.indices` leads from each of its
characters back to PDFium's own number of the letter, and so to its place on the page.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from corpus.errors import LockedFile, UnreadableFile
from corpus.readers.columns import in_order
from corpus.readers.layout import Line
from corpus.readers.pdf_rows import CELL_GAP
from corpus.readers.running import Sheet, upright

# PDFium keeps state of its own between calls: two threads in it end the process.
_PDFIUM = Lock()

_HEADER = b"%PDF-"
_HEADER_WITHIN = 1024  # bytes that may stand before the header, as in other readers

_HYPHENS = "\x02\ufffe"  # what PDFium makes of a hyphen at the end of a line
FARTHEST = 1e6  # points; the format's largest page has 14,400
_LINE = re.compile(f"[^\r\n{_HYPHENS}]+")
_BLANKS = re.compile(r"\s+")
_TO_BLANK = str.maketrans("\t\v\f\u2028\u2029", "     ")
# Not text: what else programs leave below the blank.
_CONTROLS = re.compile("[\0\x01\x03-\x08\x0e-\x1f\x7f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_ALEF_LAM = re.compile("[\u0622\u0623\u0625\u0627]\u0644")
# Letters without a meaning: those for private use and the sign for an unknown one.
_NAMELESS = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")
_MOST_NAMELESS = 0.8  # of the visible letters; formulas and symbols are fewer
_BOLD = re.compile(rb"bold|black|heavy|demi|[-,]bd|cmbx|cmssbx|sfbx|-medi", re.IGNORECASE)
_LONGEST_FONT_NAME = 128  # bytes
_OTHER_LINE = 0.8  # of the letters' size; raised and lowered figures stand a third away
_RIGHT_ANGLE = 90
_NEARLY = 2  # degrees: a page laid askew into a scanner is upright still


class Letters(NamedTuple):
    """The characters of a page, and for each PDFium's number of the letter it comes from."""

    text: str
    indices: Sequence[int]


class Frame(NamedTuple):
    """The left, lower, right and upper end of a rectangle on a page, in points."""

    left: float
    bottom: float
    right: float
    top: float


@contextmanager
def opened(source: bytes, password: str = "") -> Iterator[pdfium.PdfDocument]:
    """Open a PDF for one thread at a time.

    Raises:
        LockedFile: the file is locked with another password.
        UnreadableFile: the file is damaged or no PDF, noticed now or while it is read.
    """
    if _HEADER not in source[: _HEADER_WITHIN + len(_HEADER)]:
        raise UnreadableFile("The bytes are not a PDF; give the file the suffix of its real kind, then sync.")
    with _PDFIUM:
        try:
            with closing(pdfium.PdfDocument(source, password or None)) as document:
                yield document
        except pdfium.PdfiumError as error:
            if error.err_code == pdfium_raw.FPDF_ERR_PASSWORD:
                raise LockedFile from error
            reason = "The file is damaged; open it in a PDF program, save it again, then sync."
            if error.err_code == pdfium_raw.FPDF_ERR_SECURITY:
                reason = "The file is locked in an unusual way; save it anew without the lock, then sync."
            raise UnreadableFile(reason) from error


def label(read: Callable[[], str]) -> str:
    """Read a title or label of the file; one in broken UTF-16, which the library refuses, is none."""
    try:
        return read()
    except UnicodeDecodeError:
        return ""


def letters(textpage: pdfium.PdfTextPage) -> Letters:
    """Read the characters of a page, one by one where PDFium's own text leaves some out."""
    count = textpage.count_chars()
    text = textpage.get_text_range() if count else ""
    if len(text) == count and not _CONTROLS.search(text) and not _LONE_SURROGATE.search(text):
        written = Letters(text.translate(_TO_BLANK), range(count))
    else:
        written = _one_by_one(textpage, count)
    return _with_lam_before_alef(textpage, written) if _RIGHT_TO_LEFT.search(written.text) else written


def _one_by_one(textpage: pdfium.PdfTextPage, count: int) -> Letters:
    characters: list[str] = []
    indices: list[int] = []
    for index in range(count):
        character = chr(pdfium_raw.FPDFText_GetUnicode(textpage, index))
        if "\udc00" <= character < "\ue000" and characters and "\ud800" <= characters[-1] < "\udc00":
            pair = characters[-1] + character  # PDFium gives a letter beyond U+FFFF in two halves
            characters[-1] = pair.encode("utf-16", "surrogatepass").decode("utf-16")
        elif not _CONTROLS.match(character):
            characters.append(character)
            indices.append(index)
    return Letters(_LONE_SURROGATE.sub("\ufffd", "".join(characters)).translate(_TO_BLANK), indices)


def _with_lam_before_alef(textpage: pdfium.PdfTextPage, written: Letters) -> Letters:
    """Put right the two letters of a ligature, which PDFium reverses with the line they stand in."""
    characters = list(written.text)
    places = Places(textpage, written)
    for match in _ALEF_LAM.finditer(written.text):
        if places.origin(match.start()) == places.origin(match.end() - 1):
            characters[match.start() : match.end()] = reversed(match[0])
    return Letters("".join(characters), written.indices)


def sheet(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> Sheet:
    """Read the lines of a page in reading order; a page whose letters are nameless has none."""
    written = letters(textpage)
    lines = [] if _is_nameless(written.text) else list(_lines(written, Places(textpage, written)))
    angle = upright(lines)
    frame = Frame(*map(_near, page.get_bbox()))
    heights = [_turned(x, y, angle)[1] for x in (frame.left, frame.right) for y in (frame.bottom, frame.top)]
    return Sheet(in_order(lines), min(heights), max(heights))


def _is_nameless(text: str) -> bool:
    visible = _BLANKS.sub("", text)
    return len(_NAMELESS.findall(visible)) > _MOST_NAMELESS * len(visible)


class Places:
    """Where the letters of a page stand; each is given by its offset in the page's text."""

    def __init__(self, textpage: pdfium.PdfTextPage, written: Letters) -> None:
        self._textpage = textpage.raw
        self._indices = written.indices
        self._frame = pdfium_raw.FS_RECTF()

    def frame(self, offset: int) -> Frame:
        """The rectangle of a letter, as high as its font's lines."""
        frame = self._frame
        pdfium_raw.FPDFText_GetLooseCharBox(self._textpage, self._indices[offset], frame)
        return Frame(*map(_near, (frame.left, frame.bottom, frame.right, frame.top)))

    def extent(self, offset: int, angle: float) -> tuple[float, float, float]:
        """How far a letter reaches along its line, to the left and to the right, and how high its middle is."""
        left, bottom, right, top = self.frame(offset)
        if angle == 0:
            return left, right, (bottom + top) / 2
        (one, low), (other, high) = _turned(left, bottom, angle), _turned(right, top, angle)
        return min(one, other), max(one, other), (low + high) / 2

    def origin(self, offset: int) -> tuple[float, float]:
        """Where a letter stands on its baseline."""
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_raw.FPDFText_GetCharOrigin(self._textpage, self._indices[offset], x, y)
        return _near(x.value), _near(y.value)

    def angle(self, offset: int) -> float:
        """The angle of a letter in degrees, against the clock; one upright but for a trifle is upright."""
        clockwise = max(0.0, pdfium_raw.FPDFText_GetCharAngle(self._textpage, self._indices[offset]))
        if clockwise == 0:
            return 0.0
        angle = round(360 - math.degrees(clockwise), 1) % 360
        nearest = round(angle / _RIGHT_ANGLE) * _RIGHT_ANGLE
        return (nearest if abs(angle - nearest) <= _NEARLY else angle) % 360

    def size(self, offset: int) -> float:
        """The size of a letter as it stands on the page; the font's own may be 1, stretched by a matrix."""
        index, matrix = self._indices[offset], pdfium_raw.FS_MATRIX()
        pdfium_raw.FPDFText_GetMatrix(self._textpage, index, matrix)
        size = pdfium_raw.FPDFText_GetFontSize(self._textpage, index) * math.hypot(matrix.c, matrix.d)
        return _near(size) or 1.0

    def is_bold(self, offset: int) -> bool:
        """Whether a letter's font is bold by its name; weights and flags are wrong in many files."""
        name = ctypes.create_string_buffer(_LONGEST_FONT_NAME)
        index = self._indices[offset]
        pdfium_raw.FPDFText_GetFontInfo(self._textpage, index, name, _LONGEST_FONT_NAME, ctypes.c_int())
        return _is_bold_name(name.value)


def _near(measure: float) -> float:
    """The measure in points; 0 where a damaged file gives one that no page has, or none (NaN)."""
    return float(measure) if abs(measure) < FARTHEST else 0.0


@lru_cache(maxsize=1024)
def _is_bold_name(name: bytes) -> bool:
    return _BOLD.search(name) is not None


def _lines(written: Letters, places: Places) -> Iterator[Line]:
    """Give the lines as PDFium parts them, divided where a wide gap parts their words."""
    # Gaps in Hebrew and Arabic go the other way, and their lines are rarely cells.
    is_divided = not _RIGHT_TO_LEFT.search(written.text)
    for match in _LINE.finditer(written.text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        end = start + len(match[0].strip())
        if start == end:
            continue
        is_hyphenated = written.text[match.end() : match.end() + 1] in tuple(_HYPHENS)
        cuts = list(_cuts(written, places, start, end)) if is_divided else []
        firsts, lasts = [start, *(after for _, after in cuts)], [*(before for before, _ in cuts), end]
        for first, last in zip(firsts, lasts, strict=True):
            yield _line(written, places, first, last, is_hyphenated and last == end)


def _cuts(written: Letters, places: Places, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give where the blanks begin and end at which a line is divided: wide gaps, and steps to another line."""
    size, typical = _typical(written, places, start, end)
    angle = places.angle(typical)
    for blank in _BLANKS.finditer(written.text, start, end):
        _, right, height = places.extent(blank.start() - 1, angle)
        left, _, next_height = places.extent(blank.end(), angle)
        if left - right > CELL_GAP * size or abs(next_height - height) > _OTHER_LINE * size:
            yield blank.span()


def _typical(written: Letters, places: Places, start: int, end: int) -> tuple[float, int]:
    """Give the usual size of a line's letters and the offset of one: no raised figure, no large initial."""
    # Not a blank: PDFium makes those between words itself, in letters of no size.
    middle = start + len(written.text[start : (start + end) // 2 + 1].rstrip()) - 1
    return sorted((places.size(offset), offset) for offset in (start, middle, end - 1))[1]


def _line(written: Letters, places: Places, start: int, end: int, is_hyphenated: bool) -> Line:
    size, typical = _typical(written, places, start, end)
    angle = places.angle(typical)
    first, last = places.extent(start, angle), places.extent(end - 1, angle)
    return Line(
        written.text[start:end],
        min(first[0], last[0]),
        max(first[1], last[1]),
        _turned(*places.origin(typical), angle)[1],
        size,
        is_hyphenated=is_hyphenated,
        is_bold=all(places.is_bold(offset) for offset in {start, typical, end - 1}),
        angle=angle,
        start=start,
    )


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    """Turn a point clockwise, so that what stands at an angle is upright."""
    if angle % _RIGHT_ANGLE == 0:  # without the rounding of sine and cosine
        return ((x, y), (y, -x), (-x, -y), (-y, x))[int(angle // _RIGHT_ANGLE)]
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cosine + y * sine, y * cosine - x * sine
