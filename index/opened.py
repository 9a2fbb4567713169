"""One ledger, opened for searches, with what each search of it can share."""

from __future__ import annotations

from pathlib import Path

from index.doubts import doubts
from index.exact import ExactVectors
from index.filters import Condition, meets, needed
from index.ledger import Ledger
from index.rows import Selection
from index.spelling import Speller
from index.terms import Doubt
from index.vectors import ChromaVectors


class Opened:
    """One ledger with what searches it; each search that uses it counts among its users until it is done.

    Attributes:
        users: how many searches are using it; the last one closes it once it has been replaced.
    """

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger(folder)
        self.identity = file_identity(self.ledger.path)
        self.exact = ExactVectors(self.ledger)
        self.chroma = ChromaVectors(self.ledger)
        self.users = 0
        self._selected: tuple[tuple[int, Condition], Selection] | None = None
        self._doubted: tuple[int, tuple[Doubt, ...]] | None = None
        self.speller = Speller(self.ledger)

    def selection(self, condition: Condition) -> Selection:
        """The documents that a filter leaves."""
        asked = (self.ledger.state(), condition)
        kept = self._selected
        if kept is None or kept[0] != asked:  # a conversation asks all its questions with one filter
            labels = self.ledger.labels(needed(condition))
            chosen = self.ledger.selection(one.number for one in labels if meets(one, condition))
            kept = self._selected = (asked, chosen)
        return kept[1]

    def doubts(self) -> tuple[Doubt, ...]:
        """What may be wrong with the documents; they are looked through again once something has changed."""
        state, kept = self.ledger.state(), self._doubted
        if kept is None or kept[0] != state:  # a page asks for the status with every question
            kept = self._doubted = (state, doubts(self.ledger.documents(), self.ledger.get("model") or ""))
        return kept[1]

    def close(self) -> None:
        """Let go of its files."""
        self.ledger.close()
        self.chroma.close()


def file_identity(path: Path) -> tuple[Path, int, int]:
    """Which file a path names: the path, its device and its inode; two zeros where there is none."""
    try:
        status = path.stat()
    except OSError:
        return path, 0, 0
    return path, status.st_dev, status.st_ino
