"""From lines on a page to paragraphs: what a printed page leaves to the eye.

Coordinates are in points, left to right and bottom to top, the page turned so that its text is upright.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

# All in multiples of the letters' size.
_SAME_BASELINE = 0.6  # a raised figure stands a third of a line up; the next line is a whole one down
_WORD_GAP = 0.12
_INDENT = 0.8
_SLACK = 0.5
_USUAL_LEADING = 1.2
# Ratios.
_SAME_SIZE = 1.08
_PARAGRAPH_GAP = 1.25

_PROSE = 25  # characters: a line this long is no cell and no label
_FEWEST_STEPS = 5
BULLETS = "•‣◦▪●○■□·–\uf0b7\uf0a7"
_BULLET = re.compile(rf"[{BULLETS}]\s+")
_ITEM = re.compile(rf"[{BULLETS}]\s|(?:\(?(?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)]|[-*])\s", re.IGNORECASE)
_STOPS = ".?!:;。！？"
_CLOSERS = "\"'”’»)]"
# A number, a web address or an alternative that a line end divides has no blank there.
_GOES_ON = re.compile(r"(?:[\w/][/@]|\d[–‑-])\Z")
_DIVIDED = re.compile(r"[^\W\d_]-\Z")
_LAST_WORD = re.compile(r"\w*\Z")
_FIRST_WORD = re.compile(r"\w*")
_LONGEST_WORD = 60  # characters

# Says whether a word divided at a line end, given as its two parts, keeps its hyphen.
KeepsHyphen = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand side by side.

    Attributes:
        is_hyphenated: the last word goes on in the next line; its hyphen is not in `text`.
        is_row: `text` is a row of a table, its cells parted by " | ".
        is_apart: the pieces of a line that is no row stand far from one another.
        angle: degrees by which the words are turned, against the clock.
        start: where `text` begins among the letters of its page.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_hyphenated: bool = False
    is_bold: bool = False
    is_row: bool = False
    is_apart: bool = False
    angle: float = 0.0
    start: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item or a table row as running text, and the size of its letters.

    Attributes:
        is_item: it begins with the mark of a list's item, or its number.
        is_apart: some of its lines are of pieces that stand far from one another, as cells do.
        is_hyphenated: its last word is divided by the hyphen at its end, and goes on elsewhere.
    """

    text: str
    size: float
    is_row: bool = False
    is_item: bool = False
    is_apart: bool = False
    is_bold: bool = False
    is_hyphenated: bool = False


@dataclass(frozen=True, slots=True)
class Leading:
    """The usual distance between the lines of a paragraph, in multiples of their size."""

    usual: float = _USUAL_LEADING
    by_size: Mapping[float, float] = field(default_factory=dict)

    def of(self, size: float) -> float:
        """The distance for letters of a size in points, in multiples of it."""
        return self.by_size.get(rounded(size), self.usual)


def usual_leading(pages: Sequence[Sequence[Line]]) -> Leading:
    """The usual distance between the lines of paragraphs, by the size of their letters.

    The lower quartile: lines inside a paragraph stand closest, and most lines are inside one. Cells
    of tables are left aside where the pages hold lines of prose.
    """
    steps: dict[float, list[float]] = defaultdict(list)
    others: list[float] = []
    for above, below in (pair for page in pages for pair in pairwise(page)):
        step = (above.baseline - below.baseline) / above.size
        if not is_same_size(above, below) or step <= _SAME_BASELINE:
            continue
        is_prose = min(len(above.text), len(below.text)) >= _PROSE
        (steps[rounded(above.size)] if is_prose else others).append(step)
    prose = [step for of_size in steps.values() for step in of_size]
    by_size = {size: _quartile(found) for size, found in steps.items() if len(found) >= _FEWEST_STEPS}
    return Leading(_quartile(prose or others) if prose or others else _USUAL_LEADING, by_size)


def _quartile(steps: Sequence[float]) -> float:
    return sorted(steps)[len(steps) // 4]


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


def is_beside(row: Line, line: Line) -> bool:
    """Whether a line stands on the baseline of a row, to its right."""
    size = max(row.size, line.size)
    is_level = row.angle == line.angle and abs(row.baseline - line.baseline) < _SAME_BASELINE * size
    return is_level and line.left > row.right - _SLACK * size


def beside(row: Line, line: Line) -> Line:
    """Put a line to the right of a row, with a blank where the eye sees one."""
    size = max(row.size, line.size)
    longer = max(row, line, key=lambda piece: len(piece.text))
    is_apart = line.left - row.right > _WORD_GAP * size
    text = f"{row.text.rstrip()} {line.text.lstrip()}" if is_apart else row.text + line.text
    return replace(
        longer,
        text=text,
        left=row.left,
        right=line.right,
        is_hyphenated=line.is_hyphenated,
        is_bold=row.is_bold and line.is_bold,
        start=row.start,
    )


def is_item(text: str) -> bool:
    """Whether a line begins with the mark of a list's item."""
    return _ITEM.match(text) is not None


def _starts_item(above: str, below: str) -> bool:
    # A dash may stand inside a sentence, and at the beginning of a line by chance.
    is_inside = below[0] == "–" and below[1:].lstrip()[:1].islower() and not above.rstrip().endswith(",")
    return is_item(below) and (not is_inside or is_ended(above) or above[0] == "–")


def is_ended(text: str) -> bool:
    """Whether a text ends with the end of a sentence or a clause."""
    return text.rstrip().rstrip(_CLOSERS)[-1:] in _STOPS


def _never(first: str, second: str) -> bool:
    return False


def blocks(rows: Sequence[Line], leading: Leading, keeps_hyphen: KeepsHyphen = _never) -> list[Block]:
    """Join the rows of a page into blocks, in the order they come in.

    Args:
        rows: in reading order, the pieces of one baseline put together.
        leading: the usual distance between lines.
        keeps_hyphen: whether a word divided before a small letter keeps its hyphen.

    Returns:
        Blocks with one blank for each line end inside a paragraph, and nothing for a hyphen at one.
    """
    found: list[Block] = []
    for run in _runs(rows, leading):
        start = 0
        for index in range(1, len(run) + 1):
            if index == len(run) or _starts_block(run[index - 1], run[index], _column_right(run, run[index - 1])):
                found.append(_block(run[start:index], keeps_hyphen))
                start = index
    return found


def _block(rows: Sequence[Line], keeps_hyphen: KeepsHyphen) -> Block:
    text = _joined(rows, keeps_hyphen)
    first = rows[0]
    return Block(
        _BULLET.sub("- ", text, count=1) if _BULLET.match(text) else text,
        first.size,
        is_row=first.is_row,
        is_item=not first.is_row and is_item(text),
        is_apart=any(row.is_apart for row in rows),
        is_bold=all(row.is_bold for row in rows),
        is_hyphenated=rows[-1].is_hyphenated,
    )


def _column_right(run: Sequence[Line], row: Line) -> float:
    """How far the lines of a row's own column reach; a run may go on in the next one."""
    return max((other.right for other in run if other.left <= row.right), default=row.right)


def _runs(rows: Sequence[Line], leading: Leading) -> Iterator[list[Line]]:
    """Divide rows where they are set apart by space, size or column."""
    run: list[Line] = []
    for row in rows:
        if run and not _is_in_run(run[-1], row, leading):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _is_in_run(above: Line, below: Line, leading: Leading) -> bool:
    if not is_same_size(above, below) or above.angle != below.angle:
        return False
    step = above.baseline - below.baseline
    if step <= 0:  # the next column, perhaps in the middle of a sentence
        return goes_on(above.text, below.text)
    return step <= leading.of(above.size) * _PARAGRAPH_GAP * above.size


def goes_on(above: str, below: str) -> bool:
    """Whether a text that was broken off goes on with another: in the next column or on the next page."""
    return (below[0].islower() or below[0] == "–") and not is_ended(above) and not _starts_item(above, below)


def is_same_size(one: Line | Block, other: Line | Block) -> bool:
    """Whether two are set in letters of one size."""
    return max(one.size, other.size) <= _SAME_SIZE * min(one.size, other.size)


def _starts_block(above: Line, below: Line, right: float) -> bool:
    if above.is_hyphenated and not above.is_row:
        return False
    if above.is_row or below.is_row or _starts_item(above.text, below.text):
        return True
    if is_ended(above.text) and (below.left - above.left > _INDENT * above.size or below.is_bold > above.is_bold):
        return True
    if below.text[:1].islower():
        return False
    if above.is_bold > below.is_bold:
        return True
    # Its first word would have had room on the line above: the line was ended on purpose.
    first_word = (below.right - below.left) * len(below.text.split(" ", 1)[0]) / len(below.text)
    return above.right + first_word + _SLACK * above.size < right


def _joined(rows: Sequence[Line], keeps_hyphen: KeepsHyphen) -> str:
    text = rows[0].text.strip()
    for above, below in pairwise(rows):
        text = joined(text, above.is_hyphenated, below.text.lstrip(), keeps_hyphen).rstrip()
    return text + "-" if rows[-1].is_hyphenated else text


def joined(above: str, is_hyphenated: bool, below: str, keeps_hyphen: KeepsHyphen = _never) -> str:
    """Join a text that ends at the end of a line with what stands on the next.

    Args:
        above: without the hyphen that divides its last word.
        is_hyphenated: whether there is one.
        below: what follows.
        keeps_hyphen: whether the word keeps it before a small letter.
    """
    end = above[-_LONGEST_WORD:]
    divided = None if is_hyphenated else _DIVIDED.search(end)
    if divided and below[:1].islower():  # at a column's end, where PDFium does not see a line's end
        above, end, is_hyphenated = above[:-1], end[:-1], True
    if is_hyphenated:
        first, second = _LAST_WORD.search(end), _FIRST_WORD.match(below)
        # "mid-\n1990s" and "Anglo-\nAmerican" keep theirs: no word is divided before these.
        is_kept = not below[:1].islower() or (first and second and keeps_hyphen(first[0], second[0]))
        return f"{above}-{below}" if is_kept else above + below
    if divided or (_GOES_ON.search(end) and below[:1].isalnum()):
        return above + below
    return f"{above} {below}"
