"""Nearest passages from the active generation of the vector store, with what it lacks scored from the ledger.

Candidates that Chroma returns are scored with the ledger's vectors, so that it and the exact search give a passage the
same score. A generation that is older than the ledger is still right: what it does not hold yet has a larger id than
its mark, and what the ledger no longer knows is dropped.
"""

from __future__ import annotations

import threading
import time

import numpy as np

from index.chroma import Collection, check_sealed, chroma_version, open_folder, open_server
from index.errors import VectorsUnavailable
from index.exact import best
from index.generations import FOLDER, collection_name, is_server
from index.ledger import Ledger
from index.rows import Generation

MOST_STALE = 2_000  # deleted vectors that are asked for besides, lest they crowd out the living
RETRY_SECONDS = 15.0  # a server that did not answer is left alone for so long: each try would keep a question waiting


class ChromaVectors:
    """The active generation, opened when it is first asked; for many threads at once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._opened: tuple[Generation, Collection] | None = None
        self._failed: tuple[int, float, VectorsUnavailable] | None = None

    def nearest(self, query: np.ndarray, k: int) -> dict[int, float]:
        """The cosines of about the `k` passages nearest to `query`, a unit vector, by passage id.

        Raises:
            VectorsUnavailable: there is no generation, it is damaged, or Chroma cannot read it.
        """
        generation, collection = self._generation()
        stale = min(max(generation.held - self._ledger.counts()[1], 0), MOST_STALE)
        candidates = set(self._asked(generation, collection, query, min(k + stale, generation.held)))
        pending = self._ledger.passage_ids(after=generation.mark)
        # what the ledger does not know has no row here: a stale id of Chroma's is dropped
        ids, matrix = self._ledger.passage_vectors(ids=candidates | pending)
        return best(ids, matrix @ query, k) if len(ids) else {}

    def close(self) -> None:
        """Let go of the generation's files."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
                self._opened = None

    def _asked(self, generation: Generation, collection: Collection, query: np.ndarray, k: int) -> list[int]:
        try:
            return collection.nearest(query, k) if k else []
        except VectorsUnavailable as error:
            with self._lock:
                self._failed = (generation.number, time.monotonic(), error)
                self._opened = None
            raise

    def _generation(self) -> tuple[Generation, Collection]:
        active = self._ledger.generation()
        if active is None:
            raise VectorsUnavailable(str(self._ledger.folder / FOLDER), "it is not filled yet")
        with self._lock:
            if self._opened is not None and self._opened[0].number == active.number:
                self._opened = (active, self._opened[1])  # a server's grows under its number
                return self._opened
            if self._failed is not None and self._failed[0] == active.number and not self._may_try_again(active):
                raise self._failed[2]
            try:
                collection = open_generation(self._ledger, active)
            except VectorsUnavailable as error:
                self._failed = (active.number, time.monotonic(), error)
                raise
            if self._opened is not None:
                self._opened[1].close()
            self._opened = (active, collection)
            return self._opened

    def _may_try_again(self, active: Generation) -> bool:
        # a folder is never mended in its place: a new one takes over under a new number
        return (
            is_server(active.place)
            and self._failed is not None
            and (time.monotonic() - self._failed[1] > RETRY_SECONDS)
        )


def open_generation(ledger: Ledger, generation: Generation) -> Collection:
    """Open a generation for searching, after seeing that it is what it was when it was filled.

    Raises:
        VectorsUnavailable: it is missing, damaged, or made by another version of Chroma.
    """
    if is_server(generation.place):
        return open_server(generation.place, collection_name(ledger, generation.number))
    folder = ledger.folder / FOLDER / generation.place
    if generation.chroma != chroma_version():
        raise VectorsUnavailable(str(folder), f"chromadb {generation.chroma} filled it, not {chroma_version()}")
    check_sealed(folder, generation.files)
    return open_folder(folder)
