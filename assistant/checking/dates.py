"""Dates as they are usually written, whole or in part, and whether one is said by others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checking.word_lists import MONTHS, ORDINALS

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1\d|20)\d\d"
_TO = r"\s*(?:[-–—]|to|and)\s*"
_CENTURY = "|".join(ORDINALS)
_DATE = re.compile(
    r"(?<![\w.,$€£/])(?:"
    rf"(?P<iso>{_YEAR}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01]))"
    rf"|(?:(?P<day_from>{_DAY}){_TO})?(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH})(?:\s*,?\s+(?P<year>{_YEAR}))?"
    rf"|(?P<month_b>{_MONTH})\s+(?:the\s+)?(?P<day_b>{_DAY})(?:{_TO}(?P<day_to>{_DAY}))?(?:\s*,?\s+(?P<year_b>{_YEAR}))?"
    rf"|(?P<month_c>{_MONTH})\s*,?\s+(?:of\s+)?(?P<year_c>{_YEAR})"
    r"|(?P<slashed>\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d))"
    r"|(?P<decade>(?:1\d|20)\d0)(?:['’]?s)"
    rf"|(?P<century>\d{{1,2}}(?:st|nd|rd|th)|{_CENTURY})[\s-]+century"
    rf"|(?P<from_year>{_YEAR})\s*[-–—/]\s*(?P<to_year>{_YEAR}|\d\d)"
    rf"|(?P<bare>{_YEAR})"
    r"|(?P<month_d>(?-i:January|February|April|June|July|August|September|October|November|December))"
    r"|(?<=\b(?-i:in) )(?P<month_e>(?-i:May|March))"
    r")(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month, year, decade (`"190"`) or century as far as a text says it, and where it stands."""

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    decade: int | None = None
    century: int | None = None
    swapped: bool = False  # 3/4/1999: day and month may be the other way round

    @property
    def parts(self) -> dict[str, int]:
        """What it says."""
        named = {
            "year": self.year,
            "month": self.month,
            "day": self.day,
            "decade": self.decade,
            "century": self.century,
        }
        return {name: value for name, value in named.items() if value is not None}

    def says(self, other: Date) -> bool:
        """Whether whoever says this one has said the other: all its parts are here."""
        mine = self.parts
        if self.year is not None:
            mine.setdefault("decade", self.year // 10)
            mine.setdefault("century", (self.year - 1) // 100 + 1)
        asked = other.parts
        if asked.items() <= mine.items():
            return True
        turned = {**asked, "month": asked.get("day", 0), "day": asked.get("month", 0)}
        return (self.swapped or other.swapped) and turned.items() <= mine.items()

    def contradicts(self, other: Date) -> bool:
        """Whether a part that both say differs."""
        mine, theirs = self.parts, other.parts
        return any(mine[name] != theirs[name] for name in mine.keys() & theirs.keys())


def dates(text: str) -> tuple[Date, ...]:
    """The dates of a text in order; a range gives both its ends."""
    return tuple(date for match in _DATE.finditer(text) if not _is_verb(match) for date in _of(match))


def _is_verb(match: re.Match[str]) -> bool:
    """Whether a month is none: "type 2 may follow"."""
    return match["month"] in ("may", "march") and not match["year"]


def _of(match: re.Match[str]) -> Iterator[Date]:
    found, (start, end) = match.groupdict(), match.span()

    def made(**parts: int | None) -> Date:
        return Date(match.group(), start, end, **parts)  # type: ignore[arg-type]  # swapped is not among them

    month = _month(found["month"] or found["month_b"] or found["month_c"] or found["month_d"] or found["month_e"])
    year = _number(found["year"] or found["year_b"] or found["year_c"] or found["bare"])
    if found["iso"]:
        yield made(year=int(found["iso"][:4]), month=int(found["iso"][5:7]), day=int(found["iso"][8:]))
    elif found["slashed"]:
        day, month, year = (int(part) for part in re.split("[./]", found["slashed"]))
        year += 0 if year > 99 else (1900 if year > 50 else 2000)  # noqa: PLR2004  two digits of a year, as POSIX reads them
        yield Date(match.group(), start, end, year, month, day, swapped=True)
    elif found["decade"]:
        yield made(decade=int(found["decade"]) // 10)
    elif found["century"]:
        yield made(century=ORDINALS.get(found["century"].lower()) or _number(found["century"]))
    elif found["from_year"]:
        yield made(year=int(found["from_year"]))
        last = found["to_year"]
        yield made(year=int(found["from_year"][: 4 - len(last)] + last))
    else:
        for day in filter(None, (found["day_from"], found["day"] or found["day_b"], found["day_to"])):
            yield made(year=year, month=month, day=_number(day))
        if not (found["day"] or found["day_b"]):
            yield made(year=year, month=month)


def _number(text: str | None) -> int | None:
    return int(re.sub(r"\D", "", text)) if text else None


def _month(text: str | None) -> int | None:
    return MONTHS[text.lower().rstrip(".")] if text else None
