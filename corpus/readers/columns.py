"""The order in which the lines of a page are read.

Most programs write a page's text in the order in which it is read, columns and all, and that order
knows more than the eye does. It is changed in three cases only, where the page itself shows that it is
not the order of reading: lines written straight across columns of prose, a title written after the
text below it, and a number written after the row that it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from corpus.readers.layout import Line, body_size, is_beside

# In multiples of the letters' size.
_GUTTER = 1.0
# Ratios.
_TITLE = 1.15
_FILLED = 0.75  # of a column's width: the lines of prose
_BEGINS_SMALL = 0.3  # of a column's lines: those of prose begin inside a sentence, cells do not

_FEWEST_CROSSINGS = 4
_PROSE = 12  # characters of a line beside another
_MOST_COLUMNS = 4
_LATEST = 12  # lines after its row


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Put the lines of a page in the order in which they are read.

    Args:
        lines: as they come in the file, divided where wide gaps part what stands side by side.

    Returns:
        The same lines: columns of prose one after another, titles before the text below them, late
        numbers in their rows.
    """
    gutters = _gutters(lines)
    return _titles_first(_by_columns(lines, gutters) if gutters else _with_late_numbers(lines))


def _gutters(lines: Sequence[Line]) -> list[float]:
    """Give the places between columns of prose that the file's order goes across, left to right."""
    gaps = [
        (left.right, right.left)
        for left, right in pairwise(lines)
        if is_beside(left, right)
        and right.left - left.right > _GUTTER * max(left.size, right.size)
        and min(len(left.text), len(right.text)) >= _PROSE
    ]
    found: list[float] = []
    while len(gaps) >= _FEWEST_CROSSINGS and len(found) < _MOST_COLUMNS - 1:
        place = max((end - 0.01 for _, end in gaps), key=lambda x: sum(start < x < end for start, end in gaps))
        inside = [gap for gap in gaps if gap[0] < place < gap[1]]
        gaps = [gap for gap in gaps if gap not in inside]
        if len(inside) < _FEWEST_CROSSINGS:
            break
        # The narrowest gap: a short line's own gap may reach far into its column.
        start, end = max(start for start, _ in inside), min(end for _, end in inside)
        if start < end:
            found.append((start + end) / 2)
    found.sort()
    return found if found and _are_of_prose(lines, found) else []


def _are_of_prose(lines: Sequence[Line], gutters: Sequence[float]) -> bool:
    columns: dict[int, list[Line]] = {}
    for line in lines:
        if (column := _column(line, gutters)) is not None:
            columns.setdefault(column, []).append(line)
    return len(columns) > 1 and all(_is_prose(column) for column in columns.values())


def _is_prose(column: Sequence[Line]) -> bool:
    width = max(line.right for line in column) - min(line.left for line in column)
    begin_small = sum(not line.text[0].isupper() and line.text[0].isalpha() for line in column)
    is_filled = median(line.right - line.left for line in column) >= _FILLED * width
    return is_filled and begin_small >= _BEGINS_SMALL * len(column)


def _column(line: Line, gutters: Sequence[float]) -> int | None:
    """Give the number of a line's column, or None for a line across a gutter."""
    number = sum(gutter < line.left for gutter in gutters)
    return None if number < len(gutters) and line.right > gutters[number] else number


def _by_columns(lines: Sequence[Line], gutters: Sequence[float]) -> list[Line]:
    ordered: list[Line] = []
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    for line in sorted(lines, key=lambda line: (line.angle, -line.baseline)):
        number = _column(line, gutters)
        if number is None:
            ordered += (piece for column in columns for piece in column)
            ordered.append(line)
            columns = [[] for _ in columns]
        else:
            columns[number].append(line)
    return ordered + [piece for column in columns for piece in column]


def _with_late_numbers(lines: Sequence[Line]) -> list[Line]:
    ordered: list[Line] = []
    for line in lines:
        place = len(ordered)
        earliest = max(1, place - _LATEST)
        # Numbers only: the words of a cell stay with the cell's next line, as the file has them.
        if place and _is_number(line.text) and not is_beside(ordered[-1], line):
            row = (at for at in range(earliest, place) if _ends_row(ordered, at) and is_beside(ordered[at], line))
            place = next(row, place - 1) + 1
        ordered.insert(place, line)
    return ordered


def _is_number(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _ends_row(lines: Sequence[Line], place: int) -> bool:
    is_last = place + 1 == len(lines) or not is_beside(lines[place], lines[place + 1])
    return is_last and is_beside(lines[place - 1], lines[place])


def _titles_first(lines: list[Line]) -> list[Line]:
    size = body_size([lines])
    ordered: list[Line] = []
    place = 0
    for before, line in zip([None, *lines], lines, strict=False):
        is_same_row = before is not None and is_beside(before, line)
        if not is_same_row:
            place = _title_place(ordered, line) if line.size > _TITLE * size else len(ordered)
        ordered.insert(place, line)
        place += 1
    return ordered


def _title_place(above: Sequence[Line], title: Line) -> int:
    """Give the place of a title before the lines below it that were written first."""
    place = len(above)
    for index in range(len(above) - 1, -1, -1):
        if not _overlaps(above[index], title):
            continue
        if above[index].baseline >= title.baseline:
            break
        place = index
    return place


def _overlaps(one: Line, other: Line) -> bool:
    return one.angle == other.angle and one.left < other.right and other.left < one.right
