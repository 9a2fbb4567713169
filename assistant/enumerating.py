"""Lists: a quoted sentence that introduces a list, a table or a paragraph brings it along, in one statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.extracting import Quote
from corpus import Span

MOST_ITEMS = 12  # more is a page of a list; its reader opens the document
LONGEST_LIST = 1_500  # characters
LONGEST_PARAGRAPH = 700  # characters; a longer one says more than what it is introduced by
_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪·–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_ROW = re.compile(r"\s*\||.*\S \| \S")
_HEADING = re.compile(r"#{1,6} ")
_PARAGRAPH = re.compile(r"\S.*?(?=\n\s*\n|\Z)", re.DOTALL)
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_COLON = re.compile(r":[*_\"'”’)]*\Z")


def with_items(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The quotes, each that ends in a colon with the items or rows below it; one that lies in another is left out."""
    wider = [_with_items(quote) for quote in quotes]
    return tuple(
        quote for place, quote in enumerate(wider) if not any(_lies_in(quote, other) for other in _others(wider, place))
    )


def _others(quotes: list[Quote], place: int) -> list[Quote]:
    """Those that may stand for one of the quotes: of two that are the same the first."""
    return [other for at, other in enumerate(quotes) if at < place or (at > place and other.span != quotes[place].span)]


def _lies_in(quote: Quote, other: Quote) -> bool:
    inside = other.span.start <= quote.span.start and quote.span.end <= other.span.end
    return quote.hit.passage_id == other.hit.passage_id and inside


def _with_items(quote: Quote) -> Quote:
    if not _COLON.search(quote.text):
        return quote
    start = quote.hit.span.start
    end = max(_items(quote.hit.text, quote.span.end - start), default=None)
    return quote if end is None else Quote(quote.hit, Span(quote.span.start, start + end))


def _items(text: str, begin: int) -> Iterator[int]:
    """Where each item or row ends that stands below a place of a text, one after the other, all of them of one kind.

    A paragraph there, which often is a list that lost its marks, is one item.
    """
    kind: re.Pattern[str] | None = None
    count, at = 0, begin + len(text[begin:]) - len(text[begin:].lstrip())
    paragraph = _PARAGRAPH.match(text, at)
    if paragraph and not any(each.match(paragraph[0]) for each in (_ITEM, _ROW, _HEADING)):
        if len(paragraph[0]) <= LONGEST_PARAGRAPH:
            yield at + len(paragraph[0].rstrip())
        return
    for line in _LINE.finditer(text, at):
        said = line[0].strip()
        if not said:
            continue
        kind = kind or next((each for each in (_ITEM, _ROW) if each.match(line[0])), None)
        if kind is None or not kind.match(line[0]) or count == MOST_ITEMS:
            return
        count, end = count + 1, line.start() + len(line[0].rstrip())
        if end - begin > LONGEST_LIST:
            return
        yield end
