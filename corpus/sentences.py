"""Spans of sentences, in plain text and in Markdown.

Lines are first gathered into blocks (paragraph, heading, list item, table row, quotation), then the
running text of a block is cut into sentences by sentencex, with a few repairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sentencex import get_sentence_boundaries

from corpus.terms import Span

Kind = Literal["blank", "rule", "heading", "row", "item", "quotation", "text"]

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_LINE_ENDS = str.maketrans("\r\n", "  ")
_QUOTATION = re.compile(r"[ \t]*(?:>[ \t]*)+")
_BULLET = re.compile(r"[ \t]*[-*+•‣◦▪·–][ \t]+")
# Four digits at the start of a line are far more often a year than an item's number.
_NUMBER = re.compile(r"[ \t]*(\d{1,3})[.)][ \t]+")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_RULE = re.compile(r"(?:=+|-|(?:[-*_][ \t]*){2,}|\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?)\Z")
_DEEPEST_ITEM = 4
# A longer line without bars at its ends is a paragraph in which somebody wrote one.
_LONGEST_ROW = 1000
# A longer line is data, not a heading, item or row; looking for marks would copy it many times.
_LONGEST_MARKED_LINE = 100_000
# The cost of finding boundaries grows with the square of a block, so a long one is looked at in
# stretches. A boundary near the end of one is not believed: what follows decides on it.
_STRETCH = 16_000
_FORESIGHT = 2_000
_VISIBLE = re.compile(r"\S")
_BACKWARD = 4096  # characters looked at together for the last visible one

_BEFORE_DIGIT = re.compile(
    r"(?<!\w)(?:bn|mn?|tn|nos?|secs?|arts?|ch|fig|paras?|pp?|vol|ca?|approx|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.\Z",
    re.IGNORECASE,
)
_NEVER_LAST = re.compile(r"(?<!\w)(?:vs|cf|viz|e\.g|i\.e)\.\Z", re.IGNORECASE)
_LONGEST_ABBREVIATION = 12
_FULL_WIDTH_STOPS = "。！？｡．"  # these end a sentence without a blank after them
# What closes a statement in any script; a quotation mark or a bracket may follow.
_CLOSED = re.compile(r"[.!…。！｡．।॥۔։።။។།][\"'’”»)\]」』）]*$")
_OPENING = "\"'“‘«([{*_"
_CLOSING = "\"'”’»)]}*_」』）"


class _Line(NamedTuple):
    """A line's kind and where its own words begin and end, its marks left out."""

    kind: Kind
    start: int
    end: int


def sentences(text: str, *, language: str = "en") -> tuple[Span, ...]:
    """Find the sentences of a text.

    Blank lines end a sentence, single line ends do not. A heading, a list item, a table row and a
    quotation stand on their own; their leading marks (`#`, `-`, `1.`, `>`, `|`) belong to no span.
    Rules and the separator rows of tables give no span. A line of more than 100,000 characters is
    running text whatever it begins with, and what goes on for 16,000 characters without the end of a
    sentence is cut between words.

    Args:
        text: a passage or a whole document, with any line ends.
        language: ISO 639-1 code; one that is unknown is treated as its nearest known relative.

    Returns:
        Spans into `text`, in order, apart from each other, trimmed, none blank.

    Source: the boundaries are those of sentencex (rules and abbreviations of some 240 languages),
    taken back where the next piece shows that the sentence goes on.
    """
    return tuple(each_sentence(text, language=language))


def each_sentence(text: str, *, language: str = "en") -> Iterator[Span]:
    """Find the sentences of a text one after another, in memory that does not grow with it; see `sentences`."""
    for start, end, is_whole in _blocks(text):
        if is_whole:
            yield Span(start, end)
        else:
            yield from _cut(text, start, end, language)


def is_closed(text: str) -> bool:
    """Tell whether a text ends as a statement does, in any script: in a full stop or the like, not as a question."""
    return _CLOSED.search(text) is not None


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a stretch of a text to its visible characters, without a copy of it; an empty one where it has none."""
    first = _VISIBLE.search(text, start, end)
    if not first:
        return end, end
    while not (kept := text[max(first.start(), end - _BACKWARD) : end].rstrip()):
        end -= _BACKWARD
    return first.start(), max(first.start(), end - _BACKWARD) + len(kept)


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Give (start, end, whether it is one unit however many stops it holds), each block not blank."""
    start = end = 0
    before: Kind = "blank"
    for line in _lines(text):
        continues = line.kind == "text" or line.kind == "quotation" == before
        if continues and end > start:
            end = line.end
            before = line.kind
            continue
        if end > start:
            yield start, end, False
        start, end = line.start, line.end
        before = line.kind
        if line.kind in ("heading", "row") and end > start:
            yield start, end, True
            start = end
    if end > start:
        yield start, end, False


def _lines(text: str) -> Iterator[_Line]:
    before: Kind = "blank"
    for match in _LINE.finditer(text):
        start, end = match.span(1)
        if end - start > _LONGEST_MARKED_LINE:
            start, end = trimmed(text, start, end)
            line = _Line("text" if end > start else "blank", start, end)
        else:
            line = _line(match[1], start, before)
        # A line without marks below an item is the item's own, so the next number may follow it.
        before = "item" if line.kind == "text" and before == "item" else line.kind
        yield line


def _line(words: str, start: int, before: Kind) -> _Line:
    kind: Kind = "text"
    offset = 0
    if match := _QUOTATION.match(words):
        kind, offset = "quotation", match.end()
    rest = words[offset:].strip()
    if not rest:
        return _Line("blank", start, start)
    if _RULE.match(rest):
        return _Line("rule", start, start)
    for _ in range(_DEEPEST_ITEM):
        if length := _mark_length(words[offset:], before):
            kind, before = "item", "item"
            offset += length
    if match := _HEADING.match(words, offset):
        kind, offset = "heading", match.end()
        words = _without_closing_marks(words)
    elif words[offset:].lstrip().startswith("|") or (" | " in words and len(words) <= _LONGEST_ROW):
        kind = "row"
        offset = len(words) - len(words[offset:].lstrip("| \t"))
        words = words.rstrip("| \t")
    return _without_marks(kind, words, offset, start)


def _mark_length(rest: str, before: Kind) -> int:
    """The length of the list mark that `rest` begins with, 0 where there is none."""
    match = _BULLET.match(rest)
    if match is None and (match := _NUMBER.match(rest)) and before == "text" and match[1] != "1":
        return 0  # a wrapped line may begin with a figure: only 1 opens a list inside a paragraph
    return match.end() if match and match.end() < len(rest) else 0


def _without_closing_marks(words: str) -> str:
    words = words.rstrip()
    bare = words.rstrip("#")
    return bare.rstrip() if bare.endswith((" ", "\t")) else words


def _without_marks(kind: Kind, words: str, offset: int, start: int) -> _Line:
    own = words[offset:]
    if not own.strip():
        return _Line("blank", start, start)
    begin = start + offset + len(own) - len(own.lstrip())
    return _Line(kind, begin, begin + len(own.strip()))


def _cut(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    while start < end:
        # Line ends become blanks, one for one: inside a block they say nothing about sentences.
        block = text[start : min(start + _STRETCH, end)].translate(_LINE_ENDS)
        is_last = start + len(block) == end
        boundaries = get_sentence_boundaries(language, block)
        begin = 0
        for this, following in zip(boundaries, boundaries[1:], strict=False):
            stop = this["end_index"]
            if not is_last and stop > _STRETCH - _FORESIGHT:
                break
            if not _goes_on(block[begin:stop], block[stop : following["end_index"]]):
                yield from _span(block, begin, stop, start)
                begin = stop
        if is_last:
            yield from _span(block, begin, len(block), start)
            return
        if not begin:
            begin = block.rfind(" ") + 1 or len(block)
            yield from _span(block, 0, begin, start)
        start += begin


def _span(block: str, start: int, end: int, offset: int) -> Iterator[Span]:
    piece = block[start:end]
    if words := piece.strip():
        begin = offset + start + len(piece) - len(piece.lstrip())
        yield Span(begin, begin + len(words))


def _goes_on(piece: str, following: str) -> bool:
    """Whether the sentence that `piece` ends is continued by `following`."""
    words, next_words = piece.rstrip(), following.lstrip()
    if not any(map(str.isalnum, words)) or not any(map(str.isalnum, next_words)):
        return True
    touches = len(words) == len(piece) and len(next_words) == len(following)
    if touches and words.rstrip(_CLOSING)[-1:] not in _FULL_WIDTH_STOPS:
        return True  # inside an address, a decimal number, a file name
    tail = words[-_LONGEST_ABBREVIATION:]
    opening = next_words.lstrip(_OPENING)[:1]
    return bool(opening.islower() or _NEVER_LAST.search(tail) or (opening.isdigit() and _BEFORE_DIGIT.search(tail)))
