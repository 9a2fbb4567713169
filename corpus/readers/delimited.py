"""Tables in plain text: comma-, semicolon-, tab- or bar-separated."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from corpus.readers.blocks import Blocks
from corpus.readers.tables import Row, words_of, write_rows
from corpus.readers.text import decoded, encoding_label
from corpus.terms import Draft

_SEPARATORS = ",;\t|"
_ROWS_TRIED = 100
_CHARACTERS_TRIED = 65_536
_LINE_END = re.compile(r"\r\n|\r|\n")
_DECLARED = re.compile(r"sep=(.)[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)  # the first line that Excel writes and hides
# A quotation mark that is never closed takes the rest of the file into one cell.
_LONGEST_CELL_LINES = 200


def read(source: bytes, name: str) -> Draft:
    """Read a table in plain text; the separator is the one that divides the rows most evenly.

    The first row that can be one is the header; `corpus.readers.tables` gives the form of the rows.

    Raises:
        UnreadableFile: the bytes are not text, or there are too many cells.
    """
    text, encoding = decoded(source)
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared else _separator(text, name)
    blocks = Blocks()
    write_rows(blocks, map(_row, _records(text, separator)), is_list=True)
    return Draft(blocks.text, headings=blocks.headings, metadata=encoding_label(encoding))


def _row(cells: list[str]) -> Row:
    return {column: words for column, cell in enumerate(cells) if (words := words_of(cell))}


def _separator(text: str, name: str) -> str:
    usual = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    start = text[:_CHARACTERS_TRIED]
    evenness = {separator: _evenness(start, separator) for separator in _SEPARATORS}
    best = max(evenness.values())
    # Between equals the one that the suffix promises.
    return max(_SEPARATORS, key=lambda one: (evenness[one], one == usual)) if best else usual


def _evenness(text: str, separator: str) -> float:
    """The share of the first rows that have the most frequent number of cells; 0 where that is one."""
    widths = Counter(len(cells) for cells in islice(_records(text, separator), _ROWS_TRIED) if any(cells))
    divided = {width: count for width, count in widths.items() if width > 1}
    return max(divided.values()) / widths.total() if divided else 0.0


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """Cut a text into rows; its quotation marks count unless one of them is never closed."""
    if '"' in text and _is_quoted_well(text, separator):
        return iter(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    return (line.split(separator) for line in _LINE_END.split(text))


def _is_quoted_well(text: str, separator: str) -> bool:
    line_number = 0
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for _ in records:
            if records.line_num - line_number > _LONGEST_CELL_LINES:
                return False
            line_number = records.line_num
    except csv.Error:  # a cell over the module's limit of 131,072 characters
        return False
    return True
