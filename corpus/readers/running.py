"""Running heads and feet and page numbers: what a page says of itself at its edges.

They are recognised over all pages: the same words, numbers aside, at the same height near the upper or
lower edge on three pages or more, or on every page, set apart from the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.readers.layout import Line

_ZONE = 0.15  # of the page's height, from its edge
_MOST_ROWS = 4  # at an edge
_FEWEST_PAGES = 3
_FEWEST_LETTERS = 4  # of a note along the side
_HEIGHT = 3.0  # points; programs place the same words to a fraction of one
_SAME_BASELINE = 0.6
_SET_APART = 1.6  # sizes of letters between a head and the text; most texts' lines stand closer
_NUMBER = r"(?:\d{1,3}|[ivxl]{1,7})"
_AROUND = r"[-–—|.()\[\]\s]*"
_BARE_NUMBER = re.compile(
    rf"{_AROUND}(?:(?:page|seite|p\.) *)?{_NUMBER}(?: *(?:/|of|von|de) *\d+)?{_AROUND}", re.IGNORECASE
)
_ROMAN = re.compile(r"\b[ivxl]+\b")


class Sheet(NamedTuple):
    """The lines of one page in reading order, and how far down and up the page reaches, in points."""

    lines: Sequence[Line]
    bottom: float
    top: float


class _Row(NamedTuple):
    """What stands on one baseline near an edge; `height` is its distance from the edge."""

    places: tuple[int, ...]
    words: str
    height: float
    size: float
    is_number: bool


class _Key(NamedTuple):
    side: int
    words: str
    height: int


def without_running(sheets: Sequence[Sheet]) -> list[list[Line]]:
    """Leave running heads and feet, page numbers and notes along the side of every page out.

    Returns:
        The lines of each page that are left, in their order.
    """
    edges = [_edges(sheet) for sheet in sheets]
    often = _often(sheets, edges)
    notes = Counter(key for sheet in sheets for key in {_note(line) for line in _aslant(sheet)})
    found: list[list[Line]] = []
    for sheet, sides in zip(sheets, edges, strict=True):
        dropped = {place for side, rows in enumerate(sides) for place in _running(side, sheet, rows, often)}
        aslant = {id(line) for line in _aslant(sheet) if notes[_note(line)] >= _FEWEST_PAGES}
        found.append(
            [line for place, line in enumerate(sheet.lines) if place not in dropped and id(line) not in aslant]
        )
    return found


def upright(lines: Sequence[Line]) -> float:
    """The angle, in degrees, at which most of a page's letters stand."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.angle] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _aslant(sheet: Sheet) -> Iterator[Line]:
    angle = upright(sheet.lines)
    return (line for line in sheet.lines if line.angle != angle and len(_words(line.text)) >= _FEWEST_LETTERS)


def _note(line: Line) -> tuple[str, float, int]:
    return _words(line.text), line.angle, _step(line.baseline)


def _words(text: str) -> str:
    return "".join(filter(str.isalpha, _ROMAN.sub("", text).casefold()))


def _step(height: float) -> int:
    return round(height / _HEIGHT)


def _edges(sheet: Sheet) -> tuple[list[_Row], list[_Row]]:
    """Give the rows near the upper and the lower edge, outermost first, and the next one inward."""
    rows = _rows(sheet)
    upper = [_row(sheet, row, sheet.top) for row in rows[: _MOST_ROWS + 1]]
    lower = [_row(sheet, row, sheet.bottom) for row in rows[: -_MOST_ROWS - 2 : -1]]
    return upper, lower


def _rows(sheet: Sheet) -> list[list[int]]:
    """Give the places of the lines on each baseline, from the top down."""
    angle = upright(sheet.lines)
    places = [place for place, line in enumerate(sheet.lines) if line.angle == angle]
    rows: list[list[int]] = []
    for place in sorted(places, key=lambda place: -sheet.lines[place].baseline):
        line, above = sheet.lines[place], sheet.lines[rows[-1][0]] if rows else None
        if above and above.baseline - line.baseline < _SAME_BASELINE * max(above.size, line.size):
            rows[-1].append(place)
        else:
            rows.append([place])
    return rows


def _row(sheet: Sheet, places: Sequence[int], edge: float) -> _Row:
    lines = sorted((sheet.lines[place] for place in places), key=lambda line: line.left)
    text = " ".join(line.text.strip() for line in lines)
    return _Row(
        tuple(places),
        "" if _BARE_NUMBER.fullmatch(text) else _words(text),
        abs(edge - lines[0].baseline),
        max(line.size for line in lines),
        len(lines) == 1 and _BARE_NUMBER.fullmatch(text) is not None,
    )


def _often(sheets: Sequence[Sheet], edges: Sequence[tuple[list[_Row], list[_Row]]]) -> set[_Key]:
    """Give what stands at one height of many pages, most of which have other text as well."""
    of_sheets = [_keys(sheet, sides) for sheet, sides in zip(sheets, edges, strict=True)]
    times = Counter(key for keys in of_sheets for key in set(keys.values()))
    fewest = min(_FEWEST_PAGES, max(2, sum(bool(sheet.lines) for sheet in sheets)))
    often = {
        key for key in times if sum(times[key._replace(height=key.height + step)] for step in (-1, 0, 1)) >= fewest
    }
    with_text = Counter(
        key
        for sheet, keys in zip(sheets, of_sheets, strict=True)
        if any(keys.get(place) not in often for place in range(len(sheet.lines)))
        for key in set(keys.values())
    )
    return {key for key in often if 2 * with_text[key] >= times[key]}


def _keys(sheet: Sheet, sides: tuple[list[_Row], list[_Row]]) -> dict[int, _Key]:
    """Give what stands near the edges, by the place of each line."""
    return {
        place: _key(side, row)
        for side, rows in enumerate(sides)
        for row in rows[:_MOST_ROWS]
        if _is_in_zone(sheet, row) and (row.words or row.is_number)
        for place in row.places
    }


def _is_in_zone(sheet: Sheet, row: _Row) -> bool:
    return row.height < _ZONE * (sheet.top - sheet.bottom)


def _key(side: int, row: _Row) -> _Key:
    return _Key(side, row.words, _step(row.height))


def _running(side: int, sheet: Sheet, rows: Sequence[_Row], often: set[_Key]) -> Iterator[int]:
    """Give the places of the running lines at one edge, looking outward from the text."""
    text = rows[_MOST_ROWS] if len(rows) > _MOST_ROWS else None
    for index in range(min(len(rows), _MOST_ROWS) - 1, -1, -1):
        row = rows[index]
        is_known = _key(side, row) in often if row.words else row.is_number and (not index or _key(side, row) in often)
        is_apart = text is None or text.height - row.height > _SET_APART * max(row.size, text.size)
        if is_known and is_apart and _is_in_zone(sheet, row):
            yield from row.places
        else:
            text = row
