"""Where words stand in a text literally: letter for letter, whatever the case and whatever white space is between them.

Nothing is stemmed here, and a part of a word counts: what is found is what a reader's eye would find.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from corpus import Span


def places(text: str, words: str) -> Iterator[Span]:
    """Where words stand in a row in a text, in order, none over another; nowhere where there is no word.

    Each place has the words' own letters when both are casefolded and each stretch of white space counts as one.
    """
    pattern = re.compile(r"\s+".join(map(re.escape, words.casefold().split())))
    if not pattern.pattern:
        return
    folded = text.casefold()
    found = pattern.search(folded)
    edges = _edges(text) if found and len(folded) != len(text) else None
    while found:
        span = _unfolded(found.start(), found.end(), edges)
        if span is not None:
            yield span
        found = pattern.search(folded, found.start() + 1 if span is None else found.end())


def _edges(text: str) -> list[int]:
    """Where each character begins in the casefolded text, in which one may become up to three, and where that ends."""
    return [0, *accumulate(len(character.casefold()) for character in text)]


def _unfolded(start: int, end: int, edges: list[int] | None) -> Span | None:
    """A stretch of the casefolded text as one of the text, None where it begins or ends inside a character."""
    if edges is None:
        return Span(start, end)
    first, last = bisect_left(edges, start), bisect_left(edges, end)
    return Span(first, last) if (edges[first], edges[last]) == (start, end) else None
