"""Why a passage was found: the words of the question in it, and where each ranker placed it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import lru_cache

from corpus import Span
from index.terms import Match
from index.words import STEM_CACHE, stem, tokens

# a word as it is written: an acronym with its full stops, soft hyphens and combining accents as parts of it
_WRITTEN = re.compile(
    r"(?:\b[^\W\d_]\.(?:[^\W\d_]\.)++[^\W_]*+|[^\W_]++)(?:[\u00ad\u0300-\u036f]++[^\W_]*+|['’][^\W_]++)*+"
)


def matches(wanted: Set[str], text: str, start: int = 0) -> tuple[Match, ...]:
    """The words of a text that have one of these stems, in order.

    Args:
        wanted: stems, as from `question_stems`.
        text: a stretch of a document.
        start: where it begins in the document, which is what the spans point into.
    """
    return tuple(
        Match(found.group(), Span(start + found.start(), start + found.end()))
        for found in _WRITTEN.finditer(text)
        if not wanted.isdisjoint(_stems(found.group()))
    )


@lru_cache(maxsize=STEM_CACHE)
def _stems(written: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in tokens(written))


def ranks(scores: Mapping[int, float]) -> dict[int, int]:
    """The place of each passage in one ranking, from 1; equal scores in order of their ids."""
    ordered = sorted(scores, key=lambda number: (-scores[number], number))
    return {number: rank for rank, number in enumerate(ordered, start=1)}
