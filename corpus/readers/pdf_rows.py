"""Pieces on one baseline: the words of a line, or the cells of a table.

A table is seen by its columns alone: three rows or more, or two of three cells, that stand apart and
begin, end or have their middles above one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce

from corpus.readers.layout import Line, beside, is_beside, is_item

_FEWEST = 3  # rows, or columns of a table of two rows
# In multiples of the letters' size.
CELL_GAP = 1.0  # justified words stand up to four fifths of a size apart
_ALIGNED = 0.6
_NEXT_ROW = 3.5
_LONGEST_LABEL = 60  # characters of a row that has one cell only
_MOST_LABELS = 2  # such rows between two with cells

_Row = list[Line]


def in_rows(pieces: Iterable[Line]) -> list[Line]:
    """Put pieces on one baseline together.

    Args:
        pieces: in reading order; what stands side by side is divided at gaps of `CELL_GAP`.

    Returns:
        Rows in the same order; those of tables have `is_row` and their cells parted by " | ", an
        empty cell between two bars.
    """
    rows: list[_Row] = []
    for piece in pieces:
        if rows and is_beside(rows[-1][-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    cells = [_cells(row) for row in rows]
    found: list[Line] = []
    start = 0
    while start < len(cells):
        end = _table_end(cells, start)
        found += _table(cells[start:end]) if end > start else [_words(cells[start])]
        start = max(end, start + 1)
    return found


def _words(row: _Row) -> Line:
    return replace(reduce(beside, row), is_apart=len(row) > 1)


def _cells(row: _Row) -> _Row:
    cells = row[:1]
    for piece in row[1:]:
        size = max(cells[-1].size, piece.size)
        is_mark = len(cells) == 1 and is_item(cells[0].text.strip() + " ")
        if is_mark or piece.left - cells[-1].right < CELL_GAP * size:
            cells[-1] = beside(cells[-1], piece)
        else:
            cells.append(piece)
    return cells


def _table_end(rows: Sequence[_Row], start: int) -> int:
    """Give the index after the last row of the table that begins here, or `start` where none does."""
    last = start
    number = 1
    for index in range(start + 1, len(rows)):
        if len(rows[start]) == 1 or not _is_near(rows[index - 1][0], rows[index][0]):
            break
        if len(rows[index]) > 1:
            if not _is_aligned(rows[last], rows[index]):
                break
            last, number = index, number + 1
        elif index - last > _MOST_LABELS or len(rows[index][0].text) > _LONGEST_LABEL:
            break
    # Two rows will do where each has three cells above one another: prose never does.
    is_table = number >= _FEWEST or (number > 1 and len(rows[start]) == len(rows[last]) >= _FEWEST)
    return last + 1 if is_table else start


def _is_near(above: Line, below: Line) -> bool:
    step = above.baseline - below.baseline
    return above.angle == below.angle and 0 < step < _NEXT_ROW * max(above.size, below.size)


def _is_aligned(above: _Row, below: _Row) -> bool:
    aligned = sum(any(_stands_below(cell, other) for other in above) for cell in below)
    return aligned >= max(2, min(len(above), len(below)) / 2)


def _stands_below(cell: Line, other: Line) -> bool:
    offsets = (
        cell.left - other.left,
        cell.right - other.right,
        (cell.left + cell.right - other.left - other.right) / 2,
    )
    return min(map(abs, offsets)) < _ALIGNED * max(cell.size, other.size)


def _table(rows: Sequence[_Row]) -> list[Line]:
    columns = max(rows, key=len)
    return [_written(row, columns) for row in rows]


def _written(row: _Row, columns: _Row) -> Line:
    line = reduce(beside, row)
    if len(row) == 1:
        return replace(line, is_row=True)
    texts = [""] * len(columns)
    last = 0
    for cell in row:
        last = min(range(last, len(columns)), key=lambda index: _distance(cell, columns[index]))
        texts[last] = f"{texts[last]} {cell.text.strip()}".strip()
    return replace(line, text=" | ".join(texts[: last + 1]), is_row=True)


def _distance(cell: Line, column: Line) -> float:
    ends = abs(cell.left - column.left), abs(cell.right - column.right)
    return min(*ends, abs(cell.left + cell.right - column.left - column.right) / 2)
