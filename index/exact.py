"""Nearest passages by the cosines of all of the ledger's vectors, each of which is scored once for all its passages."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from heapq import nsmallest

import numpy as np

from index.ledger import Ledger
from index.rows import Selection


class ExactVectors:
    """The ledger's vectors, kept in memory while the ledger stays as it is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._loaded: tuple[int, np.ndarray, np.ndarray] | None = None

    def nearest(self, query: np.ndarray, k: int, within: Selection | None = None) -> dict[int, float]:
        """The cosines of the `k` passages nearest to `query`, a unit vector, by passage id.

        Args:
            query: float32 of shape [dimension].
            k: at most so many.
            within: only the passages of these documents; None is all.
        """
        ids, matrix = self._matrix()
        if not len(ids):
            return {}
        cosines = cosines_of(matrix, query)
        if within is not None:
            keep = np.isin(ids, np.fromiter(self._ledger.used_vectors(within=within), np.int64))
            ids, cosines = ids[keep], cosines[keep]
        return best_passages(self._ledger, best(ids, cosines, k), k, within)

    def _matrix(self) -> tuple[np.ndarray, np.ndarray]:
        state = self._ledger.state()
        with self._lock:
            if self._loaded is None or self._loaded[0] != state:
                self._loaded = (state, *self._ledger.vectors())
            return self._loaded[1], self._loaded[2]


def cosines_of(matrix: np.ndarray, query: np.ndarray) -> np.ndarray:
    """The cosine of each row of `matrix`, float32 of shape [n, dimension], and `query`: all of them unit vectors.

    A product of matrix and vector would share the work among BLAS's threads, and these wait for each other: on a busy
    machine, or where many search at once, for up to a hundred times as long as the work itself takes.
    """
    found: np.ndarray = np.vecdot(matrix, query)
    return found


def best_passages(ledger: Ledger, cosines: Mapping[int, float], k: int, within: Selection | None) -> dict[int, float]:
    """The `k` passages with the largest cosines by id, largest first; equal ones in order of id, so that reruns agree.

    Args:
        ledger: that knows which passages have a vector.
        cosines: of the best `k` vectors, by their ids.
        k: at most so many.
        within: only the passages of these documents; None is all.
    """
    passages = ((number, cosines[vector]) for number, vector in ledger.passages_with(cosines, within))
    return dict(nsmallest(k, passages, key=lambda one: (-one[1], one[0])))


def best(ids: np.ndarray, cosines: np.ndarray, k: int) -> dict[int, float]:
    """The `k` largest cosines by id, largest first; equal ones in order of id, so that reruns agree.

    Args:
        ids: int64 of shape [n], ascending.
        cosines: float32 of shape [n].
        k: at most so many.
    """
    rows = np.arange(len(ids))
    if k < len(ids):  # sorting a few is ten times as quick as sorting all
        rows = np.flatnonzero(cosines >= np.partition(cosines, -k)[-k])
    order = rows[np.argsort(-cosines[rows], kind="stable")][:k]
    return {int(ids[row]): float(cosines[row]) for row in order}
