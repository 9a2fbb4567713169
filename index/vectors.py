"""Nearest passages by meaning: exactly from the ledger, or from a Chroma generation of it.

A generation is a Chroma collection in a folder of its own, disposable and made again from the
ledger's vectors. Only this module knows Chroma and its errors. Candidates that Chroma returns are
scored again with the ledger's vectors, so both ways give a passage the same score.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.errors import VectorsUnavailable
from index.ledger import Ledger

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

COLLECTION = "passages"
FOLDER = "generations"
BATCH = 2_000  # Chroma refuses more than 5,461 at once
# recall@10 .996 against exact search at 100,000 passages, where Chroma's default of 100 gives .991
CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
MARK, GENERATION, SEEN_STATE = "generation_mark", "generation", "generation_state"


class Vectors(Protocol):
    """Something that finds the passages nearest to a vector."""

    def nearest(self, query: np.ndarray, k: int, within: set[int] | None) -> dict[int, float]:
        """The cosines of the `k` passages nearest to `query`, a unit vector, by passage id."""


class ExactVectors:
    """One matrix product over all of the ledger's vectors, kept in memory while the ledger stays as it is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._loaded: tuple[int, np.ndarray, np.ndarray] | None = None

    def nearest(self, query: np.ndarray, k: int, within: set[int] | None) -> dict[int, float]:
        """See `Vectors`."""
        ids, matrix = self._matrix()
        if not len(ids):
            return {}
        cosines = matrix @ query
        if within is not None:
            keep = np.isin(ids, np.fromiter(within, np.int64, len(within)))
            ids, cosines = ids[keep], cosines[keep]
        # stable, and ids ascend: equal cosines stay in order of id
        best = np.argsort(-cosines, kind="stable")[:k]
        return {int(ids[row]): float(cosines[row]) for row in best}

    def _matrix(self) -> tuple[np.ndarray, np.ndarray]:
        state = self._ledger.state()
        with self._lock:
            if self._loaded is None or self._loaded[0] != state:
                self._loaded = (state, *self._ledger.passage_vectors())
            return self._loaded[1], self._loaded[2]


class ChromaVectors:
    """The active Chroma generation, with what it lacks scored from the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._opened: tuple[int, Generation] | None = None

    def nearest(self, query: np.ndarray, k: int, within: set[int] | None) -> dict[int, float]:
        """See `Vectors`.

        Raises:
            VectorsUnavailable: there is no generation, or Chroma cannot read it.
        """
        # a filter is exact: Chroma's own filters cost more than scoring what is left
        candidates = set(self._generation().nearest(query, k)) if within is None else within
        pending, _ = self._ledger.passage_vectors(after=int(self._ledger.get(MARK) or 0))
        candidates = candidates | {int(number) for number in pending if within is None or int(number) in within}
        # what the ledger does not know has no row here: a stale id of Chroma's is dropped
        ids, matrix = self._ledger.passage_vectors(ids=candidates)
        if not len(ids):
            return {}
        cosines = matrix @ query
        best = np.argsort(-cosines, kind="stable")[:k]
        return {int(ids[row]): float(cosines[row]) for row in best}

    def close(self) -> None:
        """Let go of the generation's files."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
                self._opened = None

    def _generation(self) -> Generation:
        state = self._ledger.state()
        with self._lock:
            # a reader never sees another process's writes: it opens the files anew once the ledger has moved
            if self._opened is None or self._opened[0] != state:
                if self._opened is not None:
                    self._opened[1].close()
                self._opened = (state, Generation(active_folder(self._ledger), create=False))
            return self._opened[1]


class Generation:
    """One Chroma collection of passage ids and vectors in a folder of its own.

    Raises:
        VectorsUnavailable: Chroma cannot open it; every method raises it too.
    """

    def __init__(self, folder: Path, *, create: bool) -> None:
        self.folder = folder
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        import chromadb  # noqa: PLC0415  one to three seconds that an exact search need not pay

        if not create and not folder.is_dir():
            raise VectorsUnavailable(str(folder), "it is missing")
        with _chromas_errors(folder):
            self._client: Any = chromadb.PersistentClient(path=str(folder))  # its types lack `close`
            self._collection: Collection = (
                # embedding_function None: Chroma's default would fetch a model from the network
                self._client.get_or_create_collection(COLLECTION, configuration=CONFIGURATION, embedding_function=None)
                if create
                else self._client.get_collection(COLLECTION, embedding_function=None)
            )

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def ids(self) -> set[int]:
        """Every passage id in the collection."""
        with _chromas_errors(self.folder):
            return {int(number) for number in self._collection.get(include=[])["ids"]}

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """Store vectors, float32 of shape [ids, dimension]."""
        with _chromas_errors(self.folder):
            for start in range(0, len(ids), BATCH):
                part = [str(number) for number in ids[start : start + BATCH]]
                self._collection.upsert(ids=part, embeddings=vectors[start : start + BATCH])

    def delete(self, ids: Iterable[int]) -> None:
        """Forget these ids; unknown ones are no error."""
        gone = [str(number) for number in sorted(ids)]
        with _chromas_errors(self.folder):
            for start in range(0, len(gone), BATCH):
                self._collection.delete(ids=gone[start : start + BATCH])

    def nearest(self, query: np.ndarray, k: int) -> list[int]:
        """The ids of about the `k` nearest vectors."""
        with _chromas_errors(self.folder):
            found = self._collection.query(query_embeddings=[query], n_results=k, include=[])
            return [int(number) for number in found["ids"][0]]


@contextmanager
def _chromas_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # Chroma's errors share no base but this
        raise VectorsUnavailable(str(folder), f"{type(error).__name__}: {error}".splitlines()[0]) from error


def active_folder(ledger: Ledger) -> Path:
    """The folder of the generation that answers."""
    return ledger.folder / FOLDER / (ledger.get(GENERATION) or "1")


def catch_up(ledger: Ledger) -> None:
    """Bring the active generation to hold exactly the ledger's passages; where it fails, make a new one.

    Raises:
        VectorsUnavailable: a new one fails too; the ledger answers exactly meanwhile.
    """
    if ledger.get(SEEN_STATE) == str(ledger.state()) and active_folder(ledger).is_dir():
        return
    try:
        _fill(ledger, active_folder(ledger))
    except VectorsUnavailable:
        start_generation(ledger)
        _fill(ledger, active_folder(ledger))
    with ledger.writing():
        ledger.put(MARK, str(max(ledger.passage_ids(), default=0)))
        ledger.put(SEEN_STATE, str(ledger.state() + 1))  # this very transaction moves it on
    _drop_others(active_folder(ledger))


def start_generation(ledger: Ledger) -> None:
    """Make a new, empty generation the active one; its folder's name is never used twice."""
    with ledger.writing():
        ledger.put(GENERATION, str(int(ledger.get(GENERATION) or 1) + 1))
        ledger.put(MARK, "0")


def _fill(ledger: Ledger, folder: Path) -> None:
    generation = Generation(folder, create=True)
    try:
        wanted, held = ledger.passage_ids(), generation.ids()
        generation.delete(held - wanted)
        missing = sorted(wanted - held)
        for start in range(0, len(missing), BATCH):
            ids, vectors = ledger.passage_vectors(ids=missing[start : start + BATCH])
            generation.add(ids.tolist(), vectors)
        if generation.ids() != wanted:  # a write counts once it was seen
            raise VectorsUnavailable(str(folder), "it does not hold what was written")
    finally:
        generation.close()


def _drop_others(active: Path) -> None:
    for folder in active.parent.iterdir():
        if folder != active:
            shutil.rmtree(folder, ignore_errors=True)  # a reader may still hold it; the next sync tries again
