"""From lines on a page to paragraphs: what a printed page leaves to the eye.

Coordinates are in points, left to right and bottom to top, the page turned so that its text is upright.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

# All in multiples of the letters' size.
_SAME_BASELINE = 0.6  # a raised figure stands a third of a line up; the next line is a whole one down
_WORD_GAP = 0.12
_CELL_GAP = 2.0
_INDENT = 0.8
_SLACK = 0.5
_USUAL_LEADING = 1.2
# Ratios.
_SAME_SIZE = 1.08
_PARAGRAPH_GAP = 1.25

_ITEM = re.compile(r"[•‣◦▪●○■□–\uf0b7\uf0a7]\s|(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[-*])\s", re.IGNORECASE)
_STOPS = ".?!:;。！？"
_CLOSERS = "\"'”’»)]"


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand side by side; `is_hyphenated` where the last one goes on in the next line."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_hyphenated: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item or a table row as running text, and the size of its letters."""

    text: str
    size: float
    is_row: bool = False


def usual_leading(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance between the lines of a paragraph, in multiples of their size.

    The lower quartile: lines inside a paragraph stand closest, and most lines are inside one.
    """
    steps = sorted(
        (above.baseline - below.baseline) / above.size
        for page in pages
        for above, below in pairwise(_rows(page))
        if _is_same_size(above, below) and above.baseline - below.baseline > _SAME_BASELINE * above.size
    )
    return steps[len(steps) // 4] if steps else _USUAL_LEADING


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size in points, to the half, that most letters have."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            letters[rounded(line.size)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def rounded(size: float) -> float:
    """A size in points to the half: printers' programs differ in the decimals."""
    return round(size * 2) / 2


def blocks(lines: Sequence[Line], leading: float) -> list[Block]:
    """Join the lines of a page into blocks, in the order they come in.

    Args:
        lines: in reading order.
        leading: the usual distance between lines, in multiples of their size.

    Returns:
        Blocks with one blank for each line end inside a paragraph, and nothing for a hyphen at one.
    """
    found: list[Block] = []
    for run in _runs(_rows(lines), leading):
        start = 0
        for index in range(1, len(run) + 1):
            if index == len(run) or _starts_block(run[index - 1], run[index], _column_right(run, run[index - 1])):
                part = run[start:index]
                found.append(Block(_joined(part), part[0].size, " | " in part[0].text))
                start = index
    return found


def _column_right(run: Sequence[Line], row: Line) -> float:
    """How far the lines of a row's own column reach; a run may go on in the next one."""
    return max(other.right for other in run if other.left <= row.right)


def _rows(lines: Sequence[Line]) -> list[Line]:
    """Put pieces on one baseline together; far ones are the cells of a table."""
    rows: list[Line] = []
    for line in lines:
        if rows and _is_beside(rows[-1], line):
            rows[-1] = _beside(rows[-1], line)
        else:
            rows.append(line)
    return rows


def _is_beside(row: Line, line: Line) -> bool:
    size = max(row.size, line.size)
    return abs(row.baseline - line.baseline) < _SAME_BASELINE * size and line.left > row.right - _SLACK * size


def _beside(row: Line, line: Line) -> Line:
    size = max(row.size, line.size)
    gap = line.left - row.right
    blank = " | " if gap > _CELL_GAP * size else " " if gap > _WORD_GAP * size else ""
    longer = max(row, line, key=lambda piece: len(piece.text))
    text = row.text.rstrip() + blank + line.text.lstrip() if blank else row.text + line.text
    return Line(text, row.left, line.right, longer.baseline, longer.size, line.is_hyphenated)


def _runs(rows: Sequence[Line], leading: float) -> Iterator[list[Line]]:
    """Divide rows where they are set apart by space, size or column."""
    run: list[Line] = []
    for row in rows:
        if run and not _is_in_run(run[-1], row, leading):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _is_in_run(above: Line, below: Line, leading: float) -> bool:
    if not _is_same_size(above, below):
        return False
    step = above.baseline - below.baseline
    if step <= 0:  # the next column, perhaps in the middle of a sentence
        return not _is_ended(above.text) and below.text[:1].islower()
    return step <= leading * _PARAGRAPH_GAP * above.size


def _is_same_size(one: Line, other: Line) -> bool:
    return max(one.size, other.size) <= _SAME_SIZE * min(one.size, other.size)


def _starts_block(above: Line, below: Line, right: float) -> bool:
    if above.is_hyphenated:
        return False
    if " | " in above.text or " | " in below.text or _ITEM.match(below.text):
        return True
    if _is_ended(above.text) and below.left - above.left > _INDENT * above.size:
        return True
    if below.text[:1].islower():
        return False
    # Its first word would have had room on the line above: the line was ended on purpose.
    first_word = (below.right - below.left) * len(below.text.split(" ", 1)[0]) / len(below.text)
    return above.right + first_word + _SLACK * above.size < right


def _is_ended(text: str) -> bool:
    return text.rstrip().rstrip(_CLOSERS)[-1:] in _STOPS


def _joined(rows: Sequence[Line]) -> str:
    text = ""
    for index, row in enumerate(rows):
        text += row.text.strip()
        if index < len(rows) - 1:
            following = rows[index + 1].text.lstrip()
            # "mid-\n1990s" and "Anglo-\nAmerican" keep theirs: no word is divided before these.
            kept = "" if following[:1].islower() else "-"
            text += kept if row.is_hyphenated else " "
        elif row.is_hyphenated:
            text += "-"
    return text
