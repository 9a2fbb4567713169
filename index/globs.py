"""Patterns of paths: `*` is anything up to a slash, `**` anything, `?` one character that is no slash.

A pattern is a regular expression that cannot blow up. What stands after a star is taken where it comes first and not
tried again further on, which loses nothing: whatever follows a later place follows the first one too. Only where `**`
begins are later places tried, so that a path of n characters takes some n² steps at worst.
"""

from __future__ import annotations

import re
from functools import lru_cache

PATTERN_CACHE = 128  # twice what one filter may hold: each is made once, not for every document
_STAR, _STARS = "[^/]*", ".*"


@lru_cache(maxsize=PATTERN_CACHE)
def glob(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for `fullmatch`."""
    first, *rest = (_run(part) for part in re.split(r"\*\*+", pattern))
    if not rest:
        return re.compile(_to_the_end(first), re.DOTALL)
    inner = "".join(f"(?>{_STARS}?{_soonest(run)})" for run in rest[:-1])
    return re.compile(_soonest(first) + inner + _STARS + _to_the_end(rest[-1]), re.DOTALL)


def _run(part: str) -> list[str]:
    """A stretch without `**`: what stands between its stars."""
    return ["".join("[^/]" if letter == "?" else re.escape(letter) for letter in piece) for piece in part.split("*")]


def _soonest(run: list[str]) -> str:
    """The run's shortest match from here on."""
    return run[0] + "".join(f"(?>{_STAR}?{piece})" for piece in run[1:])


def _to_the_end(run: list[str]) -> str:
    """The run's match that reaches the end."""
    return run[0] if len(run) == 1 else _soonest(run[:-1]) + _STAR + run[-1]
