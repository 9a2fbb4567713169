"""Rows of cells as text: each row says the names of its columns, so that it can be quoted alone.

A table with a header becomes

    Region | Total

    Region: North | Total: 4

    Region: South | Total: 5

one paragraph a row, cells without content left out. A table in which no header can be told from the
rows becomes one line a row, "North | 4". Rows of one cell are paragraphs: titles, notes, sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import TypeAlias

from corpus.errors import UnreadableFile
from corpus.readers.blocks import Blocks

# More rows than a person ever reads in one file; each cell becomes some 30 characters of text.
MAX_CELLS = 1_000_000
# One long string can stand in every cell of a file that is small.
MAX_CHARACTERS = 64 * 1024 * 1024

# One row: its cells' words by column number; columns without words are not there.
Row: TypeAlias = Mapping[int, str]

_ROWS_WEIGHED = 1_000  # that tell what a column holds
_HEADER_WITHIN = 6  # rows of a table; above its header stand its title and a line of units
_LONGEST_NAME = 100  # characters; columns are named by a few words
_MOST_ROWS_ABOVE = 3  # that empty rows may part from the rows below them
_SHEET_LEVEL, _TABLE_LEVEL = 1, 2  # of headings
_FEWEST_COLUMNS = 2
_FEWEST_TELLING_COLUMNS = 3
_SHARE_UNNAMED = 0.05  # of a table's cells: notes beside the rows
_SHARE_FILLED = 0.5
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-/–]\s?\d{2,4})?\Z")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_FIGURE = re.compile(
    rf"(?=.*\d)(?:[^\w]|\d|_)*\Z|\d{{1,2}}[\W_]{{1,2}}{_MONTH}[\W_]{{1,2}}\d{{2,4}}\Z|"
    r"(?:[a-z]{1,3}\s?)?\W{0,2}\d[\d.,\s]*(?:%|\s?[a-z]{1,3})?\Z",
    re.IGNORECASE,
)


def write_rows(blocks: Blocks, rows: Iterable[Row], *, is_list: bool = False) -> None:
    """Write a sheet's rows, table by table.

    Args:
        blocks: where to.
        rows: from the top; an empty row parts two tables. The first row of a table that names its
            columns is its header, and the row above that a heading; a table without a header takes
            that of the table above it where it fills the same columns.
        is_list: whether the rows are those of a file whose first line by custom names the columns.

    Raises:
        UnreadableFile: there is more than `MAX_CELLS` or `MAX_CHARACTERS`.
    """
    header: Row = {}
    for table in _joined(_tables(rows)):
        place = _header_place(table, is_sure=is_list and not header, is_open=not _is_below(table, header))
        if place is None and not _is_below(table, header):
            _write_plain(blocks, table)
            continue
        if place is not None:
            _write_above(blocks, table[:place])
            header, table = table[place], table[place + 1 :]
            blocks.paragraph(" | ".join(header[column] for column in sorted(header)))
        figures = {column for column in header if _is_of_figures(column, table[:_ROWS_WEIGHED])}
        for row in table:
            blocks.paragraph(_named(row, header, figures))


def write_sheet(blocks: Blocks, name: str, rows: Iterator[Row]) -> None:
    """Write a sheet: its name as a heading and its rows below; nothing of a sheet without cells.

    Raises:
        UnreadableFile: as of `write_rows`.
    """
    first = next((row for row in rows if row), None)
    if first is not None:
        blocks.heading(_SHEET_LEVEL, words_of(name) or "Sheet")
        write_rows(blocks, chain((first,), rows))


def words_of(cell: str) -> str:
    """Write a cell's words in one line."""
    return " ".join(cell.split())


def _tables(rows: Iterable[Row]) -> Iterator[list[Row]]:
    table: list[Row] = []
    count = length = 0
    for row in rows:
        count += len(row)
        length += sum(map(len, row.values()))
        if count > MAX_CELLS:
            raise UnreadableFile(f"A table holds over {MAX_CELLS:,} cells; divide the file into parts, then sync.")
        if length > MAX_CHARACTERS:
            raise UnreadableFile("A table is too large, over 64 million characters; divide it into parts, then sync.")
        if row:
            table.append(row)
        elif table:
            yield table
            table = []
    if table:
        yield table


def _joined(tables: Iterable[list[Row]]) -> Iterator[list[Row]]:
    """Join a title and a header to the rows below them where empty rows stand between for their looks."""
    above: list[Row] = []
    for part in tables:
        if len(part) > _MOST_ROWS_ABOVE or not all(map(_may_stand_above, part)):
            yield above + part
            above = []
            continue
        above += part
        if len(above) > _MOST_ROWS_ABOVE:
            yield above[:-_MOST_ROWS_ABOVE]
            above = above[-_MOST_ROWS_ABOVE:]
    if above:
        yield above


def _may_stand_above(row: Row) -> bool:
    return all(len(words) <= _LONGEST_NAME for words in row.values()) and (len(row) == 1 or _is_of_names(row))


def _is_below(table: Sequence[Row], header: Row) -> bool:
    """Whether a table goes on with the columns of the one above it, after an empty row."""
    return bool(header) and len(table[0]) >= _FEWEST_COLUMNS and all(row.keys() <= header.keys() for row in table)


def _header_place(table: Sequence[Row], *, is_sure: bool, is_open: bool) -> int | None:
    for place, row in enumerate(table[:_HEADER_WITHIN]):
        body = table[place + 1 : place + 1 + _ROWS_WEIGHED]
        if len(row) < _FEWEST_COLUMNS or not body or not _is_of_names(row) or not _covers(row, body):
            continue
        tells = is_open and len(row) >= _FEWEST_TELLING_COLUMNS and len(body) > 1
        if is_sure or tells or _contrasts(row, body):
            return place
    return None


def _is_of_names(row: Row) -> bool:
    names = list(row.values())
    if len({name.casefold() for name in names}) < len(names) or all(map(_YEAR.match, names)):
        return False
    return all(
        len(name) <= _LONGEST_NAME
        and any(map(str.isalnum, name))
        and not name.endswith(":")
        and (_YEAR.match(name) or not _FIGURE.match(name))
        for name in names
    )


def _covers(header: Row, body: Sequence[Row]) -> bool:
    """Whether the columns below are named: all but the first, which often is not, and but for notes."""
    first = min(min(row) for row in body)
    unnamed = sum(column != first for row in body for column in row.keys() - header.keys())
    return unnamed <= _SHARE_UNNAMED * sum(map(len, body)) and any(len(row) >= _FEWEST_COLUMNS for row in body)


def _contrasts(header: Row, body: Sequence[Row]) -> bool:
    return any(_is_of_figures(column, body) for column in header)


def _is_of_figures(column: int, body: Sequence[Row]) -> bool:
    cells = [row[column] for row in body if column in row and any(map(str.isalnum, row[column]))]
    return sum(bool(_FIGURE.match(cell)) for cell in cells) > len(cells) / 2


def _named(row: Row, header: Row, figures: Set[int]) -> str:
    is_short = len(row) < len(header) / 2
    if is_short and (len(row) == 1 or any(not _FIGURE.match(row[column]) for column in row.keys() & figures)):
        return " | ".join(row[column] for column in sorted(row))  # a title inside the table, or a note below it
    return " | ".join(f"{header[column]}: {row[column]}" if column in header else row[column] for column in sorted(row))


def _write_above(blocks: Blocks, rows: Sequence[Row]) -> None:
    _write_plain(blocks, rows[:-1])
    for row in rows[-1:]:
        blocks.heading(_TABLE_LEVEL, " | ".join(row[column] for column in sorted(row)))


def _write_plain(blocks: Blocks, table: Sequence[Row]) -> None:
    wide = [row for row in table if len(row) > 1]
    columns = sorted({column for row in wide for column in row})
    is_dense = sum(map(len, wide)) >= _SHARE_FILLED * len(wide) * len(columns)
    for row in table:
        if len(row) == 1:
            blocks.paragraph(next(iter(row.values())))
        else:
            cells = [row.get(column, "") for column in columns if is_dense or column in row]
            blocks.line(" | ".join(cells).strip())
    blocks.end_lines()
