"""Which words of a statement are which words of its source."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.checking.dates import Date, dates
from assistant.checking.quantities import Quantity, quantities
from assistant.checking.reading import Token, read
from assistant.checking.word_lists import MAGNITUDES, UNITS

MOST_HOMES = (
    3  # sentences that one statement may be made of; what needs more is a summary, which is not checked by rules
)
LONGEST_STATEMENT = 300  # tokens compared; a statement is a sentence
LONGEST_HOME = 500  # tokens of the source compared one by one; a page in one sentence is a table
NARROW = 8  # tokens that stand for one of the other text's at most
MOST_FACTS = 300  # dates, and figures, of one side; each is compared with each
_CONTENT, _FUNCTION, _FIRST_HOME = 3.0, 0.5, 1.2  # what a pair of equal words is worth; the main sentence goes before
_FACT = 1.5  # a name or a number tells more of where a statement comes from than another word
_NEIGHBOURS = 0.5  # two words that stand together in both
_SAME_BEGINNING = 5  # letters shared by words of one family: "government", "governmental"
_FAMILY_SHARE = 0.6
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Side:
    """A statement or its source, read."""

    text: str
    tokens: tuple[Token, ...]
    dates: tuple[Date, ...]
    quantities: tuple[Quantity, ...]

    @property
    def facts(self) -> frozenset[int]:
        """The places of tokens that belong to dates and figures."""
        spans = [(date.start, date.end) for date in self.dates] + [(one.start, one.end) for one in self.quantities]
        return frozenset(place for start, end in spans for place in self.places(start, end))

    def places(self, start: int, end: int) -> list[int]:
        """The tokens between two characters."""
        first = bisect_left(self.tokens, start, key=_start)
        return list(range(first, bisect_left(self.tokens, end, lo=first, key=_start)))


@dataclass(frozen=True, slots=True)
class Alignment:
    """A statement beside its source.

    `homes` are the numbers of the source's sentences that the statement is made of, the main one first. `pairs`
    goes from places of the statement's tokens to places of the source's; a place stands in one pair at most.
    `in_order` are the places of the statement whose pairs follow each other in both.
    """

    statement: Side
    source: Side
    homes: tuple[int, ...]
    pairs: dict[int, int]
    in_order: frozenset[int]

    @property
    def paired(self) -> dict[int, int]:
        """The pairs from the source's side."""
        return {place: own for own, place in self.pairs.items()}

    def at_home(self, place: int) -> bool:
        """Whether a token of the source stands in one of the sentences that the statement is made of."""
        return self.source.tokens[place].sentence in self.homes

    def gap(self, start: int, end: int) -> range:
        """The places of the source between those that the statement's words before and behind a stretch come from.

        Args:
            start: the first place of a stretch of the statement.
            end: the place behind it.
        """
        before = next((self.pairs[at] for at in range(start - 1, -1, -1) if at in self.in_order), None)
        behind = next((self.pairs[at] for at in range(end, len(self.statement.tokens)) if at in self.in_order), None)
        if before is None and behind is None:
            return range(0)
        return range(
            self._edge(behind, -1) if before is None else before + 1,
            self._edge(before, 1) if behind is None else behind,
        )

    def narrow_gap(self, place: int) -> range:
        """The gap of one place, empty where it is wider than a few words: what is there is another part of it."""
        gap = self.gap(place, place + 1)
        return gap if len(gap) <= NARROW else range(0)

    def _edge(self, place: int | None, step: int) -> int:
        """The first place of a token's sentence, or the place behind its last one."""
        tokens = self.source.tokens
        at = place or 0
        while 0 <= at + step < len(tokens) and tokens[at + step].sentence == tokens[at].sentence:
            at += step
        return at if step < 0 else at + 1

    @property
    def coverage(self) -> float:
        """The share of the statement's words of meaning that the source has, 0 to 1; dates and figures are no words."""
        facts = self.statement.facts
        held = {token.stem for token in self.source.tokens}
        own = [at for at, token in enumerate(self.statement.tokens) if _is_counted(token) and at not in facts]
        return sum(at in self.pairs or self.statement.tokens[at].stem in held for at in own) / len(own) if own else 1.0


def _is_counted(token: Token) -> bool:
    """Whether the rest of a comparison looks at a word: units and acronyms have rules of their own."""
    return token.is_content and token.word not in UNITS and not token.text.replace(".", "").isupper()


def side(text: str) -> Side:
    """A text, read."""
    tokens = read(text)
    days = tuple(islice((date for date in dates(text) if not _is_amount(text, date)), MOST_FACTS))
    figures = quantities(text, tokens, [(date.start, date.end) for date in days])
    return Side(text, tokens, days, figures[:MOST_FACTS])


def _start(token: Token) -> int:
    return token.start


def _is_amount(text: str, date: Date) -> bool:
    """Whether four digits that look like a year count something: "1500 metres"."""
    if len(date.text) != _YEAR_DIGITS:
        return False
    behind = re.match(r"[\s-]*([^\W\d_]+|%)", text[date.end : date.end + 30])
    return behind is not None and (behind[1].lower() in UNITS or behind[1].lower() in MAGNITUDES)


def align(statement: Side, source: Side) -> Alignment:
    """Find the sentences that a statement is made of, and pair its words with theirs."""
    homes = _homes(statement, source)
    own = range(min(len(statement.tokens), LONGEST_STATEMENT))
    there = [place for place, token in enumerate(source.tokens) if token.sentence in homes][:LONGEST_HOME]
    pairs = _in_order(statement.tokens, source.tokens, own, there, homes[0] if homes else -1)
    in_order = frozenset(pairs)
    _moved(statement.tokens, source.tokens, own, there, pairs)
    return Alignment(statement, source, homes, pairs, in_order)


def _key(token: Token) -> str:
    return token.stem if token.kind != "number" else token.text.replace(",", "")


def _homes(statement: Side, source: Side) -> tuple[int, ...]:
    wanted: dict[str, float] = {}
    for token in statement.tokens:
        if token.is_content or token.kind == "number":
            wanted[_key(token)] = _FACT if token.is_name or token.kind == "number" else 1.0
    held: dict[int, set[str]] = defaultdict(set)
    following: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for place, token in enumerate(source.tokens):
        held[token.sentence].add(_key(token))
        if place:
            following[token.sentence].add((_key(source.tokens[place - 1]), _key(token)))
    together = {(_key(one), _key(other)) for one, other in zip(statement.tokens, statement.tokens[1:], strict=False)}
    chosen: list[int] = []
    left = dict(wanted)
    while left and len(chosen) < MOST_HOMES:
        worth = {
            number: sum(value for key, value in left.items() if key in keys)
            + _NEIGHBOURS * len(together & following[number]) * (not chosen)
            for number, keys in held.items()
            if number not in chosen
        }
        best = max(worth, key=lambda number: (worth[number], -number), default=None)
        if best is None or worth[best] < 1:
            break
        chosen.append(best)
        left = {key: value for key, value in left.items() if key not in held[best]}
    return tuple(chosen)


def _in_order(
    own: Sequence[Token], there: Sequence[Token], places: Sequence[int], homes: Sequence[int], main: int
) -> dict[int, int]:
    """The heaviest common subsequence of words, by the usual table."""
    width = len(homes)
    keys = [_key(there[place]) if there[place].kind != "mark" else None for place in homes]
    bonus = [_FIRST_HOME if there[place].sentence == main else 1.0 for place in homes]
    table = [[0.0] * (width + 1)]
    for place in places:
        token, above = own[place], table[-1]
        key = _key(token) if token.kind != "mark" else ""
        worth = _CONTENT if token.is_content or token.kind == "number" else _FUNCTION
        row, left = [0.0], 0.0
        for column in range(width):
            best = max(left, above[column + 1])
            if keys[column] == key:
                best = max(best, above[column] + worth * bonus[column])
            row.append(best)
            left = best
        table.append(row)
    pairs: dict[int, int] = {}
    line, column = len(places), width
    while line and column:
        if table[line][column] == table[line - 1][column]:
            line -= 1
        elif table[line][column] == table[line][column - 1]:
            column -= 1
        else:
            line, column = line - 1, column - 1
            pairs[places[line]] = homes[column]
    return pairs


def _moved(
    own: Sequence[Token], there: Sequence[Token], places: Sequence[int], homes: Sequence[int], pairs: dict[int, int]
) -> None:
    """Pair what stands in another order, and words of one family."""
    free = [place for place in homes if place not in set(pairs.values()) and there[place].kind != "mark"]
    for same in (_is_same, _is_family):
        for place in places:
            if place in pairs or not (own[place].is_content or own[place].kind == "number"):
                continue
            found = next((other for other in free if same(own[place], there[other])), None)
            if found is not None:
                pairs[place] = found
                free.remove(found)


def _is_same(one: Token, other: Token) -> bool:
    return _key(one) == _key(other)


def _is_family(one: Token, other: Token) -> bool:
    if one.is_name or other.is_name or not (one.is_content and other.is_content):
        return False
    shared = next(
        (place for place, (a, b) in enumerate(zip(one.word, other.word, strict=False)) if a != b),
        min(len(one.word), len(other.word)),
    )
    return shared >= _SAME_BEGINNING and shared >= _FAMILY_SHARE * max(len(one.word), len(other.word))
