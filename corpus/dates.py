"""The day that a document names as its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from corpus.terms import DocumentDate

# A dateline stands in the first lines of a document; a date further down is a day it tells of.
DATELINE_CHARACTERS = 600

# Labels under which front matter and web pages carry a document's own day, the strongest first.
DATE_LABELS = (
    "date",
    "published",
    "date_published",
    "publication_date",
    "article:published_time",
    "dcterms.date",
    "dcterms.issued",
    "dc.date",
    "dc.date.issued",
    "time",
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DAY_FIRST = re.compile(rf"(?<![\w.]){_DAY}\s+(?:of\s+)?{_MONTH},?\s+(\d{{4}})(?!\d)", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"(?<!\w){_MONTH}\s+{_DAY},?\s+(\d{{4}})(?!\d)", re.IGNORECASE)


def find_date(text_start: str, metadata: Mapping[str, str], name: str) -> DocumentDate | None:
    """Find the day that a document names as its own, never the file's time.

    Args:
        text_start: the beginning of the text; its first 600 characters are searched for a dateline
            such as "11 September 2024", "11th Sept. 2024", "September 11, 2024" or "2024-09-11".
        metadata: what the file says of itself; the labels of `DATE_LABELS` come before the dateline.
        name: the file's name, which may hold a day as 2024-09-11, taken last.

    Returns:
        The day and where it was found ("metadata", "dateline" or "file name"), or None. Days that
        the calendar does not have are passed over.
    """
    labelled = {label.lower(): value for label, value in metadata.items()}
    places = (
        *(("metadata", labelled.get(label, "")) for label in DATE_LABELS),
        ("dateline", text_start[:DATELINE_CHARACTERS]),
    )
    for place, text in places:
        if days := sorted([*_iso_days(text), *_written_days(text)]):
            return DocumentDate(days[0][1], place)
    return next((DocumentDate(day, "file name") for _, day in _iso_days(name)), None)


def _iso_days(text: str) -> Iterator[tuple[int, date]]:
    for match in _ISO.finditer(text):
        yield from _day(match.start(), match[1], match[2], match[3])


def _written_days(text: str) -> Iterator[tuple[int, date]]:
    for match in _DAY_FIRST.finditer(text):
        yield from _day(match.start(), match[3], _month(match[2]), match[1])
    for match in _MONTH_FIRST.finditer(text):
        yield from _day(match.start(), match[3], _month(match[1]), match[2])


def _month(name: str) -> str:
    return str(_MONTHS.index(name[:3].lower()) + 1)


def _day(position: int, year: str, month: str, day: str) -> Iterator[tuple[int, date]]:
    try:
        yield position, date(int(year), int(month), int(day))
    except ValueError:
        return  # 31 February is somebody's slip, not this document's date
