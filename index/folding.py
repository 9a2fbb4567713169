"""Passages that say again what a better one says, folded into it.

A passage is folded only where nothing it says would be lost: nearly all its runs of three words stand in the better one
(containment of shingles, Broder, SEQUENCES 1997), and its numbers, names and negations are the same there in the same
order. So two versions that differ in a figure, a name or a "not" stay two hits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.rows import PassageRow

CONTAINED = 0.9  # of a passage's runs of words; what remains is a page's header or a slip of recognition
RUN = 3  # words
SHORTEST = 40  # characters; a shorter passage says what it says by its title and headings, which are not compared
COMPARED_HITS = 20  # of the best ones: nobody looks for repetitions further down, and a search for hundreds stays quick
# At a first glance punctuation still stands to the words; nearly all passages fail it, before whole texts are compared.
_PROBES, _PROBES_FOUND = 8, 4  # words looked up, and found
_MISSING = 0.25  # of the different words
_WORD = re.compile(r"[\w%$€£¥]+|[-−±](?=\d)")
_NEGATIONS = frozenset({"not", "no", "never", "none", "neither", "nor", "without", "cannot", "t"})  # t: don't

Folded = tuple[PassageRow, tuple[PassageRow, ...]]  # a passage, and those that are folded into it


@dataclass(slots=True)
class _Kept:
    """A passage that says something of its own, its words as a first glance takes them, and what is folded into it."""

    row: PassageRow
    words: list[str]
    different: frozenset[str]
    folded: list[PassageRow] = field(default_factory=list)

    def covers(self, other: _Kept) -> bool:
        """Whether it says all that another passage says."""
        probes = other.words[:: max(1, len(other.words) // _PROBES)]
        if sum(map(self.different.__contains__, probes)) * _PROBES < _PROBES_FOUND * len(probes):
            return False
        if len(other.different - self.different) > _MISSING * len(other.different):
            return False
        return other.words == self.words or covers(self.row.text, other.row.text)


class Folds:
    """Passages taken in order, best first, until there are enough that say something of their own.

    Args:
        enough: how many are wanted.
    """

    def __init__(self, enough: int) -> None:
        self._enough = enough
        self._kept: list[_Kept] = []

    @property
    def full(self) -> bool:
        """Whether there are enough."""
        return len(self._kept) >= self._enough

    def add(self, row: PassageRow) -> None:
        """Fold a passage into the best one that says the same, or keep it if there is none and it is still wanted."""
        words = row.text.casefold().split()
        added = _Kept(row, words, frozenset(words))
        compared = self._kept[:COMPARED_HITS] if len(row.text) >= SHORTEST else ()
        better = next((kept for kept in compared if kept.covers(added)), None)
        if better is not None:
            better.folded.append(row)
        elif not self.full:
            self._kept.append(added)

    def kept(self) -> list[Folded]:
        """The passages that say something of their own, each with those that are folded into it, best first."""
        return [(kept.row, tuple(kept.folded)) for kept in self._kept]


def covers(text: str, other: str) -> bool:
    """Whether a text says all that another says, in nearly the same words."""
    words, others = _WORD.findall(text), _WORD.findall(other)
    if [word.casefold() for word in words] == [word.casefold() for word in others]:
        return True
    width = min(RUN, len(others))
    if not width or len(words) < width:
        return False
    places = {run: place for place, run in reversed(list(enumerate(_runs(words, width))))}
    runs = _runs(others, width)
    found = [places[run] for run in runs if run in places]
    if len(found) < CONTAINED * len(runs):
        return False
    return _telling(words[min(found) : max(found) + width]) == _telling(others)


def _runs(words: list[str], width: int) -> list[tuple[str, ...]]:
    plain = [word.casefold() for word in words]
    return list(zip(*(plain[start:] for start in range(width)), strict=False))


def _telling(words: list[str]) -> list[str]:
    """The words that may not differ: numbers, names and whatever is not written in small letters, and negations."""
    return [
        word.casefold() for word in words if not (word.isalpha() and word.islower()) or word.casefold() in _NEGATIONS
    ]
