"""Where tables stand in a stretch of a document's text, told from the text's own form, which is all that is stored.

Three forms are known:

- rows that name their columns, as of a spreadsheet: `Region | Total`, and below it, a paragraph each,
  `Region: North | Total: 4` (`corpus.readers.tables` writes them);
- lines of one number of cells, as of a table in a document: `North | 4`;
- Markdown: a line of names, a line of dashes, a line a row.

What is not plainly one of them stays text. Nothing is changed or left out: a table says where its cells stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus import Span

LOOKUPS = 20  # of columns' names above a stretch; each may go through the whole text before it, 64 million characters
NAMED_ALIKE = 5  # places above a row that hold its first column's name; a row may say it, too
LONGEST_NAME = 100  # characters of a column's name; what is longer is prose
MOST_COLUMNS = 200  # nobody reads more beside each other, and a page is slow to lay them out
HEAD_WITHIN = 10_000  # characters of a block that a stretch begins in: Markdown's names stand at its head

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")  # parts blocks; the page's script parts them at the same places
_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
_BAR = re.compile(r"(?:^| )\|(?: |$)")
_MARKDOWN_BAR = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(
    r"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)+(?:\|[ \t]*+)?\r?$", re.MULTILINE
)
_BESIDE, _NAMES = " | ", ": "
_BESIDE_IT = re.compile(re.escape(_BESIDE))
_FEWEST = 2  # columns of a table, and lines of one that has no other mark


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its column, from 0, and where its words stand."""

    column: int
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line, and its cells, left to right; without cells it is one line across all columns."""

    span: Span
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or the part of it that stands in a stretch.

    Attributes:
        id: where the whole table begins; its parts in other stretches have the same.
        columns: how many there are.
        names: of the columns, "" for one without; none at all where nothing says what the columns are.
        head: where the names stand, which may be before the stretch.
        span: what stands in the stretch, with the names where they do.
        rows: those of the stretch, at least one.
    """

    id: int
    columns: int
    names: tuple[str, ...]
    head: Span | None
    span: Span
    rows: tuple[Row, ...]


def tables_in(text: str, stretch: Span) -> list[Table]:
    """The tables of a stretch of a text, in order; of one that goes on outside it, the part that stands in it."""
    found: list[Table] = []
    sheet = _Sheet(text, stretch)
    is_cut = stretch.start > 0 and text[stretch.start - 1] != "\n"  # what is left of its first line tells nothing
    first = text.find("\n", stretch.start, stretch.end) if is_cut else stretch.start
    blocks = list(_blocks(text, Span(first, stretch.end))) if first >= 0 else []
    for number, block in enumerate(blocks):
        if "\n" in block.of(text):
            begin = block.start if number else _begin(text, block.start)
            found += [*sheet.end(), *_of_lines(text, block, begin)]
        else:
            found += sheet.take(block, blocks[number + 1] if number + 1 < len(blocks) else None)
    return [*found, *sheet.end()]


def _blocks(text: str, stretch: Span) -> Iterator[Span]:
    start = stretch.start
    for blank in _BLANK.finditer(text, stretch.start, stretch.end):
        yield from _trimmed(text, start, blank.start())
        start = blank.end()
    yield from _trimmed(text, start, stretch.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The stretch without white space at its ends; nothing where nothing else is in it."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    if words := words.strip():
        yield Span(start, start + len(words))


def _begin(text: str, place: int) -> int:
    """Where the block begins that holds a place."""
    near = list(_BLANK.finditer(text, max(0, place - HEAD_WITHIN), place))
    far = -1 if near else text.rfind("\n\n", 0, place)
    return near[-1].end() if near else far + len("\n\n") if far >= 0 else 0


def _parts(text: str, line: Span, between: re.Pattern[str]) -> list[Span]:
    """A line cut where the pattern matches."""
    found, start = [], line.start
    for bar in between.finditer(line.of(text)):
        found.append(Span(start, line.start + bar.start()))
        start = line.start + bar.end()
    return [*found, Span(start, line.end)]


# rows that name their columns


@dataclass(frozen=True, slots=True)
class _Head:
    """The names of a sheet's columns; `leads` where a column before them has none."""

    span: Span
    names: Mapping[str, int]  # to the columns, from 0
    leads: bool = False

    def row(self, text: str, line: Span) -> Row | None:
        """A line as a row below these names, None where it is none; what no name introduces goes with what does."""
        cells: list[Cell] = []
        first = 0
        for part in _parts(text, line, _BESIDE_IT):
            named = self._named(part.of(text), first)
            if named is not None:
                column, length = named
                first = column + 1
                cells.append(Cell(column + self.leads, Span(part.start + length, part.end)))
            elif cells:
                cells[-1] = Cell(cells[-1].column, Span(cells[-1].span.start, part.end))
            else:
                cells.append(Cell(0, part))
        if not first:
            return None
        is_led = cells[0].span.start == line.start
        return Row(line, () if is_led and not self.leads else tuple(cells))

    def _named(self, part: str, first: int) -> tuple[int, int] | None:
        """The column that a part names, not before the first that is free, and where the words of the cell begin."""
        end = part.find(_NAMES, 0, LONGEST_NAME + len(_NAMES))
        while end >= 0:
            column = self.names.get(part[:end], -1)
            if column >= first:
                return column, end + len(_NAMES)
            end = part.find(_NAMES, end + 1, LONGEST_NAME + len(_NAMES))
        return None


class _Sheet:
    """The rows of a sheet as they are met, one line after another."""

    def __init__(self, text: str, stretch: Span) -> None:
        self._text, self._stretch = text, stretch
        self._head: _Head | None = None
        self._is_above = False  # whether the names stand right above the rows, in the stretch
        self._rows: list[Row] = []
        self._lookups = LOOKUPS

    def take(self, line: Span, following: Span | None) -> list[Table]:
        """The next line, and the one after it, which tells whether it names columns; gives the table that it ends."""
        words = line.of(self._text)
        if self._head is None and self._lookups and _BESIDE in words and _NAMES in words:
            self._lookups -= 1
            self._head = _head_above(self._text, line)
        row = self._head.row(self._text, line) if self._head else None
        if row:
            self._rows.append(row)
            return []
        ended = self.end()
        named = _head_of(self._text, line, following) if following and _BESIDE in words else None
        if named:
            self._head, self._is_above = named, True
        return ended

    def end(self) -> list[Table]:
        """The table so far, if there is one; what comes next is not of it."""
        (rows, self._rows), (is_above, self._is_above) = (self._rows, []), (self._is_above, False)
        if not rows or self._head is None:
            return []
        head = self._head
        names = (*([""] if head.leads else []), *head.names)
        start = head.span.start if is_above else rows[0].span.start
        return [Table(head.span.start, len(names), names, head.span, Span(start, rows[-1].span.end), tuple(rows))]


def _head_of(text: str, line: Span, following: Span) -> _Head | None:
    """A line as the names of columns, None where the line below it is no row of them."""
    if line.end - line.start > MOST_COLUMNS * (LONGEST_NAME + len(_BESIDE)):
        return None
    parts = [part.of(text) for part in _parts(text, line, _BESIDE_IT)]
    names = {name: column for column, name in enumerate(parts)}
    if not _FEWEST <= len(parts) <= MOST_COLUMNS or len(names) < len(parts) or max(map(len, names)) > LONGEST_NAME:
        return None
    row = _Head(line, names).row(text, following)
    return _Head(line, names, leads=not row.cells) if row else None


def _head_above(text: str, line: Span) -> _Head | None:
    """The names of the columns that a row names, looked for in the text before it."""
    name = next((part for part in line.of(text).split(_BESIDE) if _NAMES in part), "").partition(_NAMES)[0]
    end = line.start
    for _ in range(NAMED_ALIKE if 0 < len(name) <= LONGEST_NAME else 0):
        place = max(text.rfind(form, 0, end) for form in (f"\n\n{name} | ", f" | {name} | ", f" | {name}\n\n"))
        start = _begin(text, place + _FEWEST) if place >= 0 else 0
        above = Span(start, max(start, text.find("\n\n", start, line.start)))
        following = next(_blocks(text, Span(above.end, min(line.end, above.end + HEAD_WITHIN))), None)
        head = _head_of(text, above, following) if following else None
        if head and head.row(text, line):
            return head
        if place < 0:
            break
        end = place
    return None


# lines of cells


def _of_lines(text: str, block: Span, begin: int) -> list[Table]:
    """The table that a block is or holds; the block goes back to `begin`, and so do the names of its columns."""
    lines = [one for line in _LINE.finditer(text, block.start, block.end) for one in _trimmed(text, *line.span())]
    dashes = _DASHES.search(text, begin, block.end if begin == block.start else min(block.start, begin + HEAD_WITHIN))
    if dashes:
        return _markdown(text, begin, dashes, lines)
    cut = [_parts(text, line, _BAR) for line in lines]
    columns = len(cut[0])
    if len(cut) < _FEWEST or not _FEWEST <= columns <= MOST_COLUMNS or any(len(cells) != columns for cells in cut):
        return []
    rows = tuple(_row(line, cells) for line, cells in zip(lines, cut, strict=True))
    return [Table(begin, columns, (), None, block, rows)]


def _markdown(text: str, begin: int, dashes: re.Match[str], lines: Sequence[Span]) -> list[Table]:
    """The table whose names stand in the line above the dashes."""
    line_start = max(begin, text.rfind("\n", begin, max(begin, dashes.start() - 1)) + 1)
    head = next(_trimmed(text, line_start, dashes.start()), Span(begin, begin))
    names, columns = _cells(text, head), len(_cells(text, Span(*dashes.span())))
    if len(names) != columns or columns > MOST_COLUMNS:
        return []
    rows: list[Row] = []
    for line in lines:
        if line.start < dashes.end():
            continue
        if "|" not in line.of(text):
            break
        cells = _cells(text, line)
        more = Span(cells[columns - 1].start, cells[-1].end) if len(cells) > columns else None
        rows.append(_row(line, [*cells[: columns - 1], more] if more else cells))
    if not rows:
        return []
    start = head.start if head.start >= lines[0].start else rows[0].span.start
    named = tuple(name.of(text) for name in names)
    return [Table(head.start, columns, named, head, Span(start, rows[-1].span.end), tuple(rows))]


def _cells(text: str, line: Span) -> list[Span]:
    """The cells of a line of Markdown, without the bars at its ends."""
    inner = next(_trimmed(text, line.start, line.end), line)
    cells = _parts(text, inner, _MARKDOWN_BAR)
    first, last = cells[0].start == cells[0].end, cells[-1].start == cells[-1].end
    inside = cells[first : len(cells) - last]
    return [next(_trimmed(text, cell.start, cell.end), Span(cell.start, cell.start)) for cell in inside]


def _row(line: Span, cells: Sequence[Span]) -> Row:
    return Row(line, tuple(Cell(column, cell) for column, cell in enumerate(cells) if cell.start < cell.end))
