"""The time that a question speaks of, as a preference or a filter over the dates of documents.

A year in a question is as often its subject ("the 2013 plan") as the date of the document wanted, so a time is a
preference: documents of it are lifted past those that are nearly as good. It is a filter only where a question says
so ("documents since 2020"). A document without a date is never kept out, and stands midway in a preference.
English only.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from index.filters import Comparison, Condition, Conjunction, Disjunction, Negation, needed, parse

LIFT = 0.1  # of the way from the worst candidate to the best: passes what is nearly as good and nothing clearly better
UNDATED = 0.5  # of the lift: neither known to be of the time nor known not to be
MOST_PERIODS = 4  # a question that names more compares them all, and prefers none
_LOOKED_BACK = 60  # characters before a date that say what it is to the question
_DECEMBER = 12
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TH = r"(?:st|nd|rd|th)?"
_CENTURY = r"(?:1[5-9]|20)"
_YEAR = rf"{_CENTURY}\d\d(?!\w|[.,–-]\d|%)"
_WHEN = re.compile(
    rf"(?<![\w.,$€£#/-])(?:"
    rf"(?P<day>\d{{1,2}}){_TH}\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})"
    rf"|(?P<month_first>{_MONTH})\s+(?P<day_second>\d{{1,2}}){_TH},?\s+(?P<year_third>{_YEAR})"
    rf"|(?P<iso>{_CENTURY}\d\d-\d\d(?:-\d\d)?)(?![\w-])"
    rf"|(?P<month_of>{_MONTH}),?\s+(?:of\s+)?(?P<of_year>{_YEAR})"
    rf"|(?P<bare_year>{_YEAR})"
    r"|(?P<relation>last|this)\s+(?P<calendar>week|month|year)\b(?!\s+of\b)"
    r"|(?:the\s+)?(?:last|past)\s+(?P<count>\d{1,3}\s+)?(?P<unit>day|week|month|year)s?\b(?!\s+of\b)"
    r"|(?P<near>today|yesterday)\b"
    r")",
    re.IGNORECASE,
)
_SINCE = r"(?:from\s+)?(?:since|after|before|prior\s+to|until|till|up\s+to|as\s+of|as\s+at)"
_RELATION = rf"(?:{_SINCE}|from|between|in|during|on|of|for|the)"
_THE_YEAR = r"\s+(?:the\s+)?(?:years?\s+|month\s+of\s+)?$"
_LEAD = re.compile(rf"\b(?P<relation>{_RELATION}){_THE_YEAR}", re.IGNORECASE)
_DOCUMENTS = re.compile(
    r"\b(?:documents?|papers?|reports?|files?|letters?|notes?|e?-?mails?|memos?|memoranda|minutes|articles?|"
    r"publications?|statements?)\s+(?:"
    rf"(?:(?:that|which)\s+(?:is|are|was|were)\s+)?(?:dated|written|published|issued|sent|filed|released)\s+{_RELATION}"
    rf"|(?:dating\s+)?(?:{_SINCE}|from|between|dated)){_THE_YEAR}",
    re.IGNORECASE,
)
_AS_OF = ("as of", "as at")
_TO = re.compile(r"\s*(?:-|–|to|and|until|till|through)\s*(?:the\s+)?", re.IGNORECASE)
_ONWARDS = re.compile(r"\s+(?:onwards?|on)\b", re.IGNORECASE)
_NEWEST = re.compile(r"(?<!at the )\b(?:latest|newest|most\s+recent(?:ly)?)\b(?!\s+(?:date|day|time))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both among them; None is open."""

    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether a day is among them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        if self.first == self.last:
            return f"of {self.first}"
        if self.last is None:
            return f"since {self.first}"
        return f"until {self.last}" if self.first is None else f"from {self.first} to {self.last}"

    @property
    def condition(self) -> Condition:
        """The filter that leaves documents of the period, and those without a date."""
        outside = []
        if self.first is not None:
            outside.append(Negation(Comparison("date", "<", self.first.isoformat())))
        if self.last is not None:
            outside.append(Negation(Comparison("date", ">", self.last.isoformat())))
        return outside[0] if len(outside) == 1 else Conjunction(tuple(outside))


@dataclass(frozen=True, slots=True)
class AskedTime:
    """What a question says of the dates of documents.

    Attributes:
        periods: documents of any of these are meant; none means all.
        newest: the newer, the better.
        only: documents with a date outside the periods are not wanted at all.
    """

    periods: tuple[Period, ...]
    newest: bool
    only: bool

    def __str__(self) -> str:
        listed = " or ".join(map(str, self.periods))
        if self.only:
            return f"Only documents {listed}, and those without a date, were searched."
        if not self.newest:
            return f"Documents {listed} were preferred."
        return f"Newer documents{' ' if listed else ''}{listed} were preferred."

    def holds(self, day: date) -> bool:
        """Whether a day is of the time asked for."""
        return not self.periods or any(period.holds(day) for period in self.periods)

    @property
    def condition(self) -> Condition | None:
        """The filter that it is, None where it is a preference."""
        if not self.only:
            return None
        parts = tuple(period.condition for period in self.periods)
        return parts[0] if len(parts) == 1 else Disjunction(parts)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is asked of: the documents that meet `condition` (None is all), those of `time` the sooner."""

    condition: Condition | None
    time: AskedTime | None


def scope_of(question: str, where: str | None, today: date) -> Scope:
    """The scope of a question that is asked with a filter. A filter that names dates is all that counts of time.

    Raises:
        InvalidFilter: the filter cannot be read.
    """
    condition = parse(where) if where else None
    if condition is not None and "date" in needed(condition):
        return Scope(condition, None)
    time = asked_time(question, today)
    only = time.condition if time is not None else None
    both = Conjunction((condition, only)) if condition and only else condition or only
    return Scope(both, time)


class _Mention(NamedTuple):
    """A time in a question: its period, the word that leads to it, and whether documents of it are asked for."""

    period: Period
    relation: str
    of_documents: bool


def asked_time(question: str, today: date) -> AskedTime | None:
    """The time that a question speaks of, None where it speaks of none.

    Args:
        question: as it was asked.
        today: the day that "last month" is said on.
    """
    mentions = list(islice(_mentions(question, today), MOST_PERIODS + 1))
    if len(mentions) > MOST_PERIODS:
        mentions = []
    firm = [mention for mention in mentions if mention.of_documents]
    newest = _NEWEST.search(question) is not None or any(mention.relation in _AS_OF for mention in mentions)
    if not mentions and not newest:
        return None
    return AskedTime(tuple(mention.period for mention in firm or mentions), newest, bool(firm))


def prefer(
    ranked: Sequence[tuple[int, float]], dates: Mapping[int, date | None], time: AskedTime
) -> list[tuple[int, float]]:
    """A ranking in which what is of the time asked for is lifted a little.

    Args:
        ranked: passage ids with their scores.
        dates: the date of each passage's document.
        time: what the question says.

    Returns:
        The same ids, best first; equal scores in order of id.
    """
    scores = [score for _, score in ranked]
    lift = LIFT * (max(scores) - min(scores)) if scores else 0.0
    fitting = sorted({day for day in dates.values() if day is not None and time.holds(day)})
    steps = len(fitting) - 1
    shares = {day: step / steps if time.newest and steps else 1.0 for step, day in enumerate(fitting)}
    lifted = []
    for number, score in ranked:
        day = dates.get(number)
        lifted.append((number, score + lift * (UNDATED if day is None else shares.get(day, 0.0))))
    return sorted(lifted, key=lambda one: (-one[1], one[0]))


def _mentions(question: str, today: date) -> Iterator[_Mention]:
    position = 0
    while match := _WHEN.search(question, position):
        position = match.end()
        before = question[max(0, match.start() - _LOOKED_BACK) : match.start()]
        lead, days = _LEAD.search(before), _days(match, today)
        relation = " ".join(lead["relation"].lower().split()).removeprefix("from ") if lead else ""
        of_documents = _DOCUMENTS.search(before) is not None
        if days is None or (match["bare_year"] and not relation and not of_documents):
            continue  # no day of the calendar, or any number of four digits
        if relation in ("from", "between") and (joint := _TO.match(question, position)):
            other = _WHEN.match(question, joint.end())
            until = _days(other, today) if other else None
            if other is not None and until is not None and days[0] <= until[1]:
                position = other.end()
                days = days[0], until[1]
        elif relation == "from" and _ONWARDS.match(question, position):
            relation = "since"
        yield _Mention(_related(relation, *days), relation, of_documents)


def _related(relation: str, first: date, last: date) -> Period:
    if relation == "since":
        return Period(first, None)
    if relation == "after":
        return Period(last + timedelta(days=1), None)
    if relation in ("before", "prior to"):
        return Period(None, first - timedelta(days=1))
    if relation in ("until", "till", "up to", *_AS_OF):
        return Period(None, last)
    return Period(first, last)


def _days(match: re.Match[str], today: date) -> tuple[date, date] | None:
    """The first and the last day of what was matched; None where the calendar has no such day."""
    try:
        if match["iso"]:
            return _of(*map(int, match["iso"].split("-")))
        if match["bare_year"]:
            return _of(int(match["bare_year"]))
        if month := match["month_of"]:
            return _of(int(match["of_year"]), _number(month))
        if month := match["month"]:
            return _of(int(match["year"]), _number(month), int(match["day"]))
        if month := match["month_first"]:
            return _of(int(match["year_third"]), _number(month), int(match["day_second"]))
    except ValueError:
        return None
    return _relative(match, today)


def _of(year: int, month: int | None = None, day: int | None = None) -> tuple[date, date]:
    first = date(year, month or 1, day or 1)
    if day:
        return first, first
    return first, date(year, month or _DECEMBER, monthrange(year, month or _DECEMBER)[1])


def _number(month: str) -> int:
    return _MONTHS.index(month[:3].lower()) + 1


def _relative(match: re.Match[str], today: date) -> tuple[date, date]:
    if near := match["near"]:
        day = today - timedelta(days=near.lower() == "yesterday")
        return day, day
    if calendar := match["calendar"]:
        return _calendar(calendar.lower(), today, back=match["relation"].lower() == "last")
    count, unit = int(match["count"] or 1), match["unit"].lower()
    days = {"day": 1, "week": 7, "month": 31, "year": 366}[unit] * count
    return date.fromordinal(max(1, today.toordinal() - days)), today


def _calendar(unit: str, today: date, *, back: bool) -> tuple[date, date]:
    """This week (from Monday), month or year as far as it has come, or the whole one before it."""
    first = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[unit]
    if not back:
        return first, today
    last = first - timedelta(days=1)
    return {"week": last - timedelta(days=6), "month": last.replace(day=1), "year": last.replace(month=1, day=1)}[
        unit
    ], last
