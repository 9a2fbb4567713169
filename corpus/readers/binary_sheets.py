"""Excel's binary workbooks (.xlsb), read by calamine once their extent is known to be harmless."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from corpus.errors import UnreadableFile
from corpus.readers.number_formats import plain, written_moment
from corpus.readers.tables import Row, words_of

# Calamine keeps a sheet as one full grid from its first cell to its last, 32 bytes a cell, and ends
# the process where there is no memory for it: one cell in the last corner asks for half a terabyte.
MAX_GRID = 8_000_000  # cells

_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.bin\Z")
_ROW, _FIRST_CELL, _LAST_CELL = 0, 1, 11  # [MS-XLSB] 2.3.1: BrtRowHdr, BrtCellBlank to BrtFmlaError
_NUMBER_BYTES = 4
_MORE = 0x80  # the bit of a byte that another one follows
_MOST_ID_BYTES, _MOST_LENGTH_BYTES = 2, 4


def rows_by_sheet(source: bytes, archive: zipfile.ZipFile) -> Iterator[tuple[str, Iterator[Row]]]:
    """Give each sheet's name and rows; calamine's own errors become `ValueError`.

    Raises:
        UnreadableFile: a sheet's cells lie too far apart.
    """
    for part in filter(_SHEET_PART.match, archive.namelist()):
        if _grid(archive.read(part)) > MAX_GRID:
            raise UnreadableFile(
                f"A sheet reaches over more than {MAX_GRID:,} cells, most of them empty; save it as .xlsx, then sync."
            )
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source))
        for sheet in workbook.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                yield sheet.name, _rows(workbook.get_sheet_by_name(sheet.name))
    except CalamineError as error:
        raise ValueError(str(error)) from error


def _grid(part: bytes) -> int:
    """The cells of the smallest grid around all cells of a sheet."""
    rows: list[int] = []
    columns = [0]
    for kind, content in _records(part):
        if kind == _ROW:
            rows.append(int.from_bytes(content[:_NUMBER_BYTES], "little"))
        elif _FIRST_CELL <= kind <= _LAST_CELL:
            columns.append(int.from_bytes(content[:_NUMBER_BYTES], "little"))
    return (max(rows) - min(rows) + 1) * (max(columns) + 1) if rows else 0


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(part):
        kind, position = _number(part, position, _MOST_ID_BYTES)
        length, position = _number(part, position, _MOST_LENGTH_BYTES)
        yield kind, part[position : position + min(length, _NUMBER_BYTES)]
        position += length


def _number(part: bytes, position: int, most_bytes: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    number = 0
    for place in range(most_bytes):
        byte = part[position]
        position += 1
        number |= (byte & (_MORE - 1)) << 7 * place
        if not byte & _MORE:
            break
    return number, position


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    for cells in sheet.iter_rows():
        yield {column: words for column, cell in enumerate(cells) if (words := _words(cell))}


def _words(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return plain(cell)
    if isinstance(cell, datetime):
        return written_moment(cell, has_day=True, has_time=cell.time() != time())
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return words_of(str(cell))
