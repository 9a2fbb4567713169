"""Why a passage was found: the words of the question in it, and where each ranker placed it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import lru_cache

from corpus import Span
from index.segmenting import written
from index.terms import Match
from index.words import STEM_CACHE, UNDECIDED, stem


def matches(wanted: Set[str], text: str, start: int = 0, language: str | None = None) -> tuple[Match, ...]:
    """The words of a text that have one of these stems, in order; in a script without spaces, as far as they go on.

    Args:
        wanted: the stems of the question's terms.
        text: a stretch of a document.
        start: where it begins in the document, which is what the spans point into.
        language: the document's, an ISO 639-1 code; None where it is undecided.
    """
    found: list[tuple[int, int]] = []
    for first, last, words, overlaps in written(text):
        if wanted.isdisjoint(_stems(words, language or UNDECIDED)):
            continue
        if overlaps and found and found[-1][1] >= first:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return tuple(Match(text[first:last], Span(start + first, start + last)) for first, last in found)


@lru_cache(maxsize=STEM_CACHE)
def _stems(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(stem(word, language) for word in words)


def ranks(scores: Mapping[int, float]) -> dict[int, int]:
    """The place of each passage in one ranking, from 1; equal scores in order of their ids."""
    ordered = sorted(scores, key=lambda number: (-scores[number], number))
    return {number: rank for rank, number in enumerate(ordered, start=1)}
