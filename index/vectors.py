"""Nearest passages from the active generation of the vector store, with what it lacks scored from the ledger.

Chroma holds each vector once, under its id in the ledger, however many passages say the same. Candidates that it
returns are scored with the ledger's vectors, so that it and the exact search give a passage the same score. A
generation that is older than the ledger is still right: what it does not hold yet has a larger id than its mark, and
what no passage has any more is dropped.
"""

from __future__ import annotations

import threading
import time

import numpy as np

from index.chroma import SEARCHING_SECONDS, Collection, check_sealed, chroma_version, open_folder, open_server
from index.errors import VectorsUnavailable
from index.exact import best, best_passages, cosines_of
from index.generations import FOLDER, collection_name
from index.ledger import Ledger
from index.rows import Generation, Selection
from index.vector_server import is_address

MOST_STALE = 2_000  # deleted vectors that are asked for besides, lest they crowd out the living
MOST_PENDING = 5_000  # vectors that no generation holds yet: beyond, one matrix in memory is quicker than their rows
# recall@10 at 520,000 vectors: .961 when 200 are asked for, .981 when 400, .994 when 800 (6 ms)
VECTORS_A_PLACE = 1_000
# under a filter: so many times the passages are asked for that a filter of that share should leave, deeper each time
# it leaves too few, until scoring all that it leaves (7 microseconds each; one place deeper costs 10) is cheaper.
# Chroma's own filters cost more than either.
SPARE, DEEPER, DEEPER_COST = 2, 4, 1.5
RETRY_SECONDS = 15.0  # a server that did not answer is left alone for so long: each try would keep a question waiting


class ChromaVectors:
    """The active generation, opened when it is first asked; for many threads at once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._opened: tuple[Generation, Collection] | None = None
        self._failed: tuple[Generation, float, VectorsUnavailable] | None = None

    def nearest(self, query: np.ndarray, k: int, within: Selection | None = None) -> dict[int, float] | None:
        """The cosines of about the `k` passages nearest to `query`, a unit vector, by passage id.

        Args:
            query: float32 of shape [dimension].
            k: at most so many.
            within: only the passages of these documents; None is all.

        Returns:
            None where so much has changed since the generation was filled that only an exact search is sure to find
            them, and quick.

        Raises:
            VectorsUnavailable: there is no generation, it is damaged, or Chroma cannot read it.
        """
        if within is not None and self._depth(k, within) * DEEPER_COST >= within.passages:
            return self._scored(query, k, within)
        generation, collection = self._generation()
        pending = self._ledger.vector_ids(after=generation.mark)
        stale = generation.held - self._ledger.used_up_to(generation.mark)
        if len(pending) > MOST_PENDING or stale > MOST_STALE:
            return None

        def asked(depth: int) -> set[int]:
            return self._asked(generation, collection, query, min(depth + stale, generation.held))

        if within is None:
            return self._scored(query, k, None, pending | asked(max(k, generation.held // VECTORS_A_PLACE)))
        depth = self._depth(k, within)
        while depth * DEEPER_COST < within.passages:
            inside = self._ledger.used_vectors(asked(depth), within=within)
            if len(inside) >= k:
                return self._scored(query, k, within, pending | inside)
            depth *= DEEPER  # the question is far from what the filter leaves
        return self._scored(query, k, within)

    def _depth(self, k: int, within: Selection) -> int:
        return SPARE * k * self._ledger.counts()[1] // max(within.passages, 1)

    def _scored(
        self, query: np.ndarray, k: int, within: Selection | None, candidates: set[int] | None = None
    ) -> dict[int, float]:
        """The best passages by these vectors, or (None) by all of those that the filter leaves."""
        # what no passage has any more must not take a living one's place
        ids, matrix = self._ledger.vectors(self._ledger.used_vectors(candidates, within=within))
        cosines = best(ids, cosines_of(matrix, query), k) if len(ids) else {}
        return best_passages(self._ledger, cosines, k, within)

    def close(self) -> None:
        """Let go of the generation's files."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
                self._opened = None

    def _asked(self, generation: Generation, collection: Collection, query: np.ndarray, k: int) -> set[int]:
        try:
            return set(collection.nearest(query, k)) if k else set()
        except VectorsUnavailable as error:
            self._let_go(generation, collection, None if is_address(generation.place) else error)
            if not is_address(generation.place):
                raise
        # a server that was started anew has closed the connection, and answers on another
        generation, collection = self._generation()
        try:
            return set(collection.nearest(query, k))
        except VectorsUnavailable as error:
            self._let_go(generation, collection, error)
            raise

    def _let_go(self, generation: Generation, collection: Collection, error: VectorsUnavailable | None) -> None:
        with self._lock:
            if self._opened is not None and self._opened[1] is collection:
                self._opened = None
                collection.close()
            if error is not None:
                self._failed = (generation, time.monotonic(), error)

    def _generation(self) -> tuple[Generation, Collection]:
        active = self._ledger.generation()
        if active is None:
            raise VectorsUnavailable(str(self._ledger.folder / FOLDER), "it is not filled yet")
        with self._lock:
            if self._opened is not None and self._opened[0].number == active.number:
                self._opened = (active, self._opened[1])  # a server's grows under its number
                return self._opened
            if self._failed is not None and self._failed[0] == active and not self._may_try_again(active):
                raise self._failed[2]
            try:
                collection = open_generation(self._ledger, active)
            except VectorsUnavailable as error:
                self._failed = (active, time.monotonic(), error)
                raise
            if self._opened is not None:
                self._opened[1].close()
            self._opened = (active, collection)
            return self._opened

    def _may_try_again(self, active: Generation) -> bool:
        # a folder is never mended in its place: a new one takes over under a new number
        return (
            is_address(active.place)
            and self._failed is not None
            and (time.monotonic() - self._failed[1] > RETRY_SECONDS)
        )


def open_generation(ledger: Ledger, generation: Generation) -> Collection:
    """Open a generation for searching, after seeing that it is what it was when it was filled.

    Raises:
        VectorsUnavailable: it is missing, damaged, or made by another version of Chroma.
    """
    if is_address(generation.place):
        return _open_on_server(ledger, generation)
    folder = ledger.folder / FOLDER / generation.place
    if generation.chroma != chroma_version():
        raise VectorsUnavailable(str(folder), f"chromadb {generation.chroma} filled it, not {chroma_version()}")
    check_sealed(folder, generation.files)
    return open_folder(folder)


def _open_on_server(ledger: Ledger, generation: Generation) -> Collection:
    name = collection_name(ledger, generation.number)
    collection = open_server(generation.place, name, seconds=SEARCHING_SECONDS)
    if generation.ids_sha256 not in collection.states():
        collection.close()
        raise VectorsUnavailable(generation.place, "what it holds is not what was written, but older or newer")
    return collection
