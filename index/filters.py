"""The language of `where`: which documents a question is asked of.

    filter     := all ("or" all)*
    all        := one ("and" one)*
    one        := "not" one | "(" filter ")" | comparison
    comparison := field ("=" | "!=" | "<" | "<=" | ">" | ">=") value
    field      := document | folder | type | date | title | language | meta.NAME
    value      := 'text' | "text" | a word | YYYY | YYYY-MM | YYYY-MM-DD

`document` and `folder` take glob patterns: `*` stops at a slash, `**` does not; `folder = 'annexes/**'`
holds for every document below `annexes`. `type` is a media type or a file's suffix. Only `date` can be
compared by order; a shorter date stands for its whole year or month. A document without a date
meets no comparison of `date` but `!=`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, NoReturn

from index.errors import InvalidFilter
from index.globs import glob
from index.rows import DocumentLabels
from index.terms import DocumentSummary, StoredDocument

DEEPEST = 20  # parentheses and `not` in each other; people nest two or three
LONGEST = 4_000  # characters, as many as a question may have
MOST_COMPARISONS = 64  # every document is asked them all: at 10,000 documents so many take about a second
DATE_CACHE = 2 * MOST_COMPARISONS  # dates of filters: each is read once, not for every document

_TOKEN = re.compile(
    r"\s*(?:(?P<quoted>'[^']*'|\"[^\"]*\")|(?P<op><=|>=|!=|=|<|>)|(?P<mark>[()])|(?P<word>[^\s'\"<>=!()]+))"
)
_PLAIN = re.compile(r"[^\s'\"<>=!()]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_FIELDS = ("document", "folder", "type", "date", "title", "language")
_META = "meta."
_LABELS = {"type": "media_type", "date": "date", "title": "title", "language": "language", "meta": "metadata"}
_KEYWORDS = ("and", "or", "not")
_LAST_MONTH = 12
_Labelled = DocumentSummary | StoredDocument | DocumentLabels
_ORDER: dict[str, Callable[[date, date, date], bool]] = {
    "=": lambda day, first, last: first <= day <= last,
    "<": lambda day, first, _: day < first,
    "<=": lambda day, _, last: day <= last,
    ">": lambda day, _, last: day > last,
    ">=": lambda day, first, _: day >= first,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition on a label of a document."""

    field: str
    op: str
    value: str

    def __str__(self) -> str:
        plain = _PLAIN.fullmatch(self.value) is not None and self.value.lower() not in _KEYWORDS
        mark = '"' if "'" in self.value else "'"
        return f"{self.field} {self.op} {self.value if plain else mark + self.value + mark}"


@dataclass(frozen=True, slots=True)
class Negation:
    """What holds where its part does not."""

    part: Condition

    def __str__(self) -> str:
        return f"not {self.part}" if isinstance(self.part, Comparison | Negation) else f"not ({self.part})"


@dataclass(frozen=True, slots=True)
class Conjunction:
    """What holds where all its parts do, of which there are two or more."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Disjunction) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Disjunction:
    """What holds where any of its parts does, of which there are two or more."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


Condition = Comparison | Negation | Conjunction | Disjunction


def parse(where: str) -> Condition:
    """Read a filter.

    Raises:
        InvalidFilter: it is not in the grammar, or larger than a filter may be; the sentence says where.
    """
    return _Parser(where).whole()


class _Token(NamedTuple):
    """`kind` is a group of `_TOKEN`, `keyword`, or `end`; `at` counts characters from 1."""

    kind: str
    text: str
    at: int


class _Parser:
    """Reads one filter from its start to its end, without ever going back."""

    def __init__(self, where: str) -> None:
        if len(where) > LONGEST:
            raise InvalidFilter(where, f"it has more than {LONGEST:,} characters")
        self._where = where
        self._tokens = self._split()
        self._next = next(self._tokens)
        self._comparisons = 0

    def whole(self) -> Condition:
        found = self._disjunction(0)
        if self._next.text == ")" and self._next.kind == "mark":
            self._stop("a parenthesis is closed that was not opened")
        if self._next.kind != "end":
            self._stop("`and` or `or` should stand")
        return found

    def _disjunction(self, depth: int) -> Condition:
        parts = [self._conjunction(depth)]
        while self._takes("keyword", "or"):
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else Disjunction(tuple(parts))

    def _conjunction(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._takes("keyword", "and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Conjunction(tuple(parts))

    def _one(self, depth: int) -> Condition:
        if depth > DEEPEST:
            self._stop(f"parentheses and `not` stand more than {DEEPEST} deep in each other")
        if self._takes("keyword", "not"):
            return Negation(self._one(depth + 1))
        opened = self._next
        if not self._takes("mark", "("):
            return self._comparison()
        found = self._disjunction(depth + 1)
        if not self._takes("mark", ")"):
            if self._next.kind == "end":
                raise InvalidFilter(self._where, f"the parenthesis at character {opened.at} is not closed")
            self._stop("`and`, `or` or `)` should stand")
        return found

    def _comparison(self) -> Comparison:
        if self._comparisons == MOST_COMPARISONS:
            self._stop(f"it has more than {MOST_COMPARISONS} comparisons")
        self._comparisons += 1
        field = self._next
        if field.kind != "word":
            self._stop("a field should stand")
        if field.text not in _FIELDS and (not field.text.startswith(_META) or field.text == _META):
            self._stop(f"only {', '.join(_FIELDS)} and meta.NAME can be compared")
        self._next = next(self._tokens)
        op = self._next
        if op.kind != "op":
            self._stop(f"after {field.text} an operator such as = should stand")
        if field.text != "date" and op.text not in ("=", "!="):
            self._stop(f"{field.text} can only be compared by = or !=")
        self._next = next(self._tokens)
        value = self._next
        if value.kind not in ("word", "quoted"):
            self._stop(f"after {field.text} {op.text} a value should stand, in quotation marks where it is no word")
        if field.text == "date" and _days(value.text) is None:
            self._stop("a date such as 2024-09-11, 2024-09 or 2024 should stand")
        self._next = next(self._tokens)
        return Comparison(field.text, op.text, value.text)

    def _takes(self, kind: str, text: str) -> bool:
        if (self._next.kind, self._next.text.lower()) != (kind, text):
            return False
        self._next = next(self._tokens)
        return True

    def _split(self) -> Iterator[_Token]:
        text, position = self._where.rstrip(), 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                at = len(text) - len(text[position:].lstrip()) + 1
                reason = "is not closed" if text[at - 1] in "'\"" else "has no meaning"
                raise InvalidFilter(self._where, f"the {text[at - 1]} at character {at} {reason}")
            kind, found = match.lastgroup, match.group(match.lastgroup)
            at, position = match.start(kind) + 1, match.end()
            if kind == "quoted":
                yield _Token(kind, found[1:-1], at)
            else:
                yield _Token("keyword" if kind == "word" and found.lower() in _KEYWORDS else kind, found, at)
        yield _Token("end", "", len(text) + 1)

    def _stop(self, reason: str) -> NoReturn:
        place = "at its end" if self._next.kind == "end" else f"at character {self._next.at}, {self._next.text!r}"
        raise InvalidFilter(self._where, f"{place}: {reason}")


@lru_cache(maxsize=DATE_CACHE)
def _days(value: str) -> tuple[date, date] | None:
    """The first and the last day of a date, a month or a year; None where it is none of them."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if day:
            return first, first
        if month and month < _LAST_MONTH:
            return first, date.fromordinal(date(first.year, month + 1, 1).toordinal() - 1)
        return first, date(first.year, _LAST_MONTH, 31)
    except ValueError:
        return None


def needed(condition: Condition) -> set[str]:
    """The labels of a document, besides its id, that a filter looks at."""
    if isinstance(condition, Comparison):
        field = condition.field.partition(".")[0]
        return {_LABELS[field]} if field in _LABELS else set()
    parts = (condition.part,) if isinstance(condition, Negation) else condition.parts
    return set().union(*map(needed, parts))


def meets(document: _Labelled, condition: Condition) -> bool:
    """Whether a filter leaves a document."""
    if isinstance(condition, Comparison):
        return _compares(document, condition)
    if isinstance(condition, Negation):
        return not meets(document, condition.part)
    if isinstance(condition, Conjunction):
        return all(meets(document, part) for part in condition.parts)
    return any(meets(document, part) for part in condition.parts)


def failed(document: _Labelled, condition: Condition) -> str:
    """The smallest part of a filter that explains why it keeps a document out; "" where it leaves it.

    Of parts joined by `and` it is the first that fails, of parts joined by `or` what fails of each.
    """
    if meets(document, condition):
        return ""
    if isinstance(condition, Conjunction):
        return next(filter(None, (failed(document, part) for part in condition.parts)))
    if isinstance(condition, Disjunction):
        return " or ".join(failed(document, part) for part in condition.parts)
    return str(condition)


def _compares(document: _Labelled, comparison: Comparison) -> bool:
    field, op, value = comparison.field, comparison.op, comparison.value
    if field == "date":
        if document.date is None:
            return op == "!="
        days = _days(value)
        assert days is not None  # it was parsed
        first, last = days
        return _ORDER[op](document.date, first, last) if op != "!=" else not first <= document.date <= last
    return _equals(document, field, value) is (op == "=")


def _equals(document: _Labelled, field: str, value: str) -> bool:
    folder, _, name = document.id.rpartition("/")
    if field == "document":
        return glob(value).fullmatch(document.id) is not None
    if field == "folder":
        below = value.removesuffix("/**")
        return glob(value).fullmatch(folder) is not None or (
            below != value and glob(below).fullmatch(folder) is not None
        )
    if field == "type":
        return value.lower() in (document.media_type, name.rpartition(".")[2].lower())
    if field == "title":
        return document.title == value
    if field == "language":
        return document.language == value
    return document.metadata.get(field.removeprefix(_META)) == value
