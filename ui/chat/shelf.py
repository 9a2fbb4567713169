"""Where the sources of an answer stand until it is kept: while it is given, and where it cannot be kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from copy import copy
from dataclasses import dataclass

from assistant import Citation
from index import Hit

CAPACITY = 1_000  # answers; some 10 kB each, so 10 MB at most


@dataclass(frozen=True, slots=True)
class Sources:
    """What one answer can open: its citations, and passages: the nearest of a declined question, those not used."""

    citations: tuple[Citation, ...] = ()
    passages: tuple[Hit, ...] = ()

    def citation(self, number: int) -> Citation | None:
        """The citation of that number, or None."""
        return next((each for each in self.citations if each.number == number), None)

    def passage(self, rank: int) -> Hit | None:
        """The passage of that rank (from 1, in the order shown), or None."""
        return self.passages[rank - 1] if 1 <= rank <= len(self.passages) else None


class Shelf:
    """Sources by answer id, in memory, the oldest dropped first; safe to use from several threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._owner = ""
        self._kept: OrderedDict[tuple[str, str], Sources] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, owner: str) -> Shelf:
        """The same for one owner, who sees nothing of what others keep there."""
        own = copy(self)
        own._owner = owner
        return own

    def keep(self, answer_id: str, sources: Sources) -> None:
        """Keep an answer's sources, in place of those kept for it so far."""
        with self._lock:
            self._kept[self._owner, answer_id] = sources
            self._kept.move_to_end((self._owner, answer_id))
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    def drop(self, answer_id: str) -> None:
        """Let go of an answer's sources, which are kept elsewhere now."""
        with self._lock:
            self._kept.pop((self._owner, answer_id), None)

    def sources(self, answer_id: str) -> Sources | None:
        """What was kept for that answer, or None where it is unknown or was dropped."""
        with self._lock:
            return self._kept.get((self._owner, answer_id))
