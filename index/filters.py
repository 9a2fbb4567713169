"""The language of `where`: which documents a question is asked of.

    filter     := comparison ("and" comparison)*
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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from index.errors import InvalidFilter
from index.rows import DocumentLabels
from index.terms import DocumentSummary, StoredDocument

_TOKEN = re.compile(r"\s*(?:(?P<quoted>'[^']*'|\"[^\"]*\")|(?P<op><=|>=|!=|=|<|>)|(?P<word>[^\s'\"<>=!]+))")
_PLAIN = re.compile(r"[^\s'\"<>=!]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_FIELDS = ("document", "folder", "type", "date", "title", "language")
_META = "meta."
_LABELS = {"type": "media_type", "date": "date", "title": "title", "language": "language", "meta": "metadata"}
_LAST_MONTH = 12
COMPARISON_TOKENS = 3  # field, operator, value
PATTERN_CACHE = 64  # values of filters: each is read once, not for every document
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
    """One condition on a document."""

    field: str
    op: str
    value: str

    def __str__(self) -> str:
        plain = _PLAIN.fullmatch(self.value) is not None
        mark = '"' if "'" in self.value else "'"
        return f"{self.field} {self.op} {self.value if plain else mark + self.value + mark}"


def parse(where: str) -> tuple[Comparison, ...]:
    """Read a filter.

    Raises:
        InvalidFilter: it is not in the grammar.
    """
    tokens = _tokens(where)
    found = []
    while True:
        if len(tokens) < COMPARISON_TOKENS:
            raise InvalidFilter(where, "a comparison is a field, an operator and a value")
        found.append(_comparison(where, tokens[:COMPARISON_TOKENS]))
        rest = tokens[COMPARISON_TOKENS:]
        if not rest:
            return tuple(found)
        if rest[0] != ("word", "and"):
            raise InvalidFilter(where, f"{rest[0][1]!r} stands where `and` should")
        tokens = rest[1:]


def _tokens(where: str) -> list[tuple[str, str]]:
    tokens, position, text = [], 0, where.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise InvalidFilter(where, f"nothing can be made of {text[position:].strip()!r}")
        found = match.group(match.lastgroup)
        tokens.append((match.lastgroup, found.strip("'\"") if match.lastgroup == "quoted" else found))
        position = match.end()
    return tokens


def _comparison(where: str, tokens: list[tuple[str, str]]) -> Comparison:
    (field_kind, field), (op_kind, op), (value_kind, value) = tokens
    if field_kind != "word" or not (field in _FIELDS or (field.startswith(_META) and field != _META)):
        raise InvalidFilter(where, f"{field!r} is not one of {', '.join(_FIELDS)}, meta.NAME")
    if op_kind != "op" or value_kind == "op":
        raise InvalidFilter(where, f"after {field} comes an operator and a value")
    if field == "date":
        _day_range(where, value)
    elif op not in ("=", "!="):
        raise InvalidFilter(where, f"{field} can only be compared by = or !=")
    return Comparison(field, op, value)


@lru_cache(maxsize=PATTERN_CACHE)
def _day_range(where: str, value: str) -> tuple[date, date]:
    match = _DATE.fullmatch(value)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        first = date(year or 0, month or 1, day or 1)
        if day:
            return first, first
        after = date(first.year, month + 1, 1) if month and month < _LAST_MONTH else date(first.year + 1, 1, 1)
        return first, date.fromordinal(after.toordinal() - 1)
    except ValueError:
        raise InvalidFilter(where, f"{value!r} is not a date such as 2024-09-11, 2024-09 or 2024") from None


def needed(comparisons: tuple[Comparison, ...]) -> set[str]:
    """The labels of a document, besides its id, that these comparisons look at."""
    fields = {comparison.field.partition(".")[0] for comparison in comparisons}
    return {_LABELS[field] for field in fields & _LABELS.keys()}


def meets(document: _Labelled, comparisons: tuple[Comparison, ...]) -> bool:
    """Whether a document meets every comparison."""
    return all(_meets(document, comparison) for comparison in comparisons)


def failed(document: _Labelled, comparisons: tuple[Comparison, ...]) -> str:
    """The comparison that a document fails first; "" where it meets them all."""
    return next((str(comparison) for comparison in comparisons if not _meets(document, comparison)), "")


def _meets(document: _Labelled, comparison: Comparison) -> bool:
    if comparison.op == "!=":
        return not _meets(document, Comparison(comparison.field, "=", comparison.value))
    if comparison.field == "date":
        first, last = _day_range("", comparison.value)
        return document.date is not None and _ORDER[comparison.op](document.date, first, last)
    return _equals(document, comparison.field, comparison.value)


def _equals(document: _Labelled, field: str, value: str) -> bool:
    folder, _, name = document.id.rpartition("/")
    if field == "document":
        return _glob(value).fullmatch(document.id) is not None
    if field == "folder":
        below = value.removesuffix("/**")
        return _glob(value).fullmatch(folder) is not None or (
            below != value and _glob(below).fullmatch(folder) is not None
        )
    if field == "type":
        return value.lower() in (document.media_type, name.rpartition(".")[2].lower())
    if field == "title":
        return document.title == value
    if field == "language":
        return document.language == value
    return document.metadata.get(field.removeprefix(_META)) == value


@lru_cache(maxsize=PATTERN_CACHE)
def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*|\?)", pattern)
    meaning = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts), re.DOTALL)
