"""An index opened for asking: question → hits."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from corpus import document_path
from index.doubts import doubts
from index.embedding import Embedder, open_embedder
from index.errors import ModelUnavailable, VectorsUnavailable
from index.filters import meets, parse
from index.fusion import fuse
from index.ledger import Ledger
from index.terms import DocumentSummary, Found, Hit, Status, StoredDocument
from index.vectors import ChromaVectors, ExactVectors
from index.words import fts_query, question_stems

DEPTH = 200  # candidates a ranker: min-max scaling depends on it, so it never varies
EXACT_UP_TO_PASSAGES = 50_000  # one matrix product of 4 ms; Chroma's import alone takes seconds


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Scores of the two rankers by passage id, and the question's vector where there is one."""

    vectors: dict[int, float]
    words: dict[int, float]
    degraded: tuple[str, ...]


class Index:
    """One index, read-only; safe for many threads at once.

    Args:
        folder: the index's folder.
        resident: the process stays for many questions, so Chroma's slow import pays.

    Raises:
        IndexMissing: there is none.
        IndexDamaged: it cannot be read.
    """

    def __init__(self, folder: Path, *, resident: bool = False) -> None:
        self.folder = folder
        self._ledger = Ledger(folder)
        self._resident = resident
        self._exact = ExactVectors(self._ledger)
        self._chroma = ChromaVectors(self._ledger)
        self._embedder: Embedder | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the files."""
        self._ledger.close()
        self._chroma.close()

    def search(self, question: str, k: int, *, where: str | None = None) -> Found:
        """The `k` passages that fit a question best.

        Args:
            question: in natural language; no operator means anything.
            k: at least 1.
            where: a filter in the language of `index.filters`.

        Raises:
            InvalidFilter: the filter cannot be read.
        """
        with self._ledger.reading():
            documents = self._ledger.documents() if where else ()
            comparisons = parse(where) if where else ()
            within = [document.id for document in documents if meets(document, comparisons)] if where else None
            found = self._candidates(question, within)
            ranked = fuse(found.vectors, found.words)[:k]
            searched = len(within) if within is not None else self._ledger.counts()[0]
            return Found(self._hits(ranked, found), searched, found.degraded)

    def _candidates(self, question: str, within: Sequence[str] | None) -> _Candidates:
        query = fts_query(question_stems(question), self._ledger.counts()[1], self._ledger.frequencies)
        words = dict(self._ledger.match(query, DEPTH, within)) if query else {}
        try:
            vector = self.embedder().embed_query(question)
        except ModelUnavailable as error:
            return _Candidates({}, words, (f"Only words were searched: {error}",))
        allowed = None if within is None else self._ledger.passages_of(within)
        nearest, degraded = self._nearest(vector, allowed)
        return _Candidates(nearest, words, degraded)

    def _nearest(self, vector: np.ndarray, allowed: set[int] | None) -> tuple[dict[int, float], tuple[str, ...]]:
        if not self._resident and self._ledger.counts()[1] <= EXACT_UP_TO_PASSAGES:
            return self._exact.nearest(vector, DEPTH, allowed), ()
        try:
            return self._chroma.nearest(vector, DEPTH, allowed), ()
        except VectorsUnavailable as error:
            return self._exact.nearest(vector, DEPTH, allowed), (f"Meaning was searched without Chroma: {error}",)

    def _hits(self, ranked: Sequence[tuple[int, float]], found: _Candidates) -> tuple[Hit, ...]:
        rows = self._ledger.passages(number for number, _ in ranked)
        return tuple(
            Hit(
                rank=rank,
                score=round(score, 6),
                similarity=round(found.vectors.get(number, 0.0), 6),
                word_score=round(found.words.get(number, 0.0), 6),
                passage_id=number,
                document_id=rows[number].document_id,
                title=rows[number].title,
                date=rows[number].date,
                span=rows[number].span,
                page=rows[number].page,
                page_number=rows[number].page_number,
                heading_path=rows[number].heading_path,
                text=rows[number].text,
            )
            for rank, (number, score) in enumerate(ranked, start=1)
        )

    def embedder(self) -> Embedder:
        """The model that the index was made with.

        Raises:
            ModelUnavailable: it is not on this machine.
        """
        with self._lock:
            fingerprint = self._ledger.get("model_fingerprint")
            if self._embedder is None or self._embedder.fingerprint != fingerprint:
                self._embedder = open_embedder(self._ledger.get("model") or "", fingerprint=fingerprint)
            return self._embedder

    def frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages each stem stands."""
        return self._ledger.frequencies(stems)

    def rarity(self, stems: Sequence[str]) -> Mapping[str, float]:
        """How much each stem tells, as BM25 weighs it: ln(1 + (N - n + .5) / (n + .5)), N passages, n with it.

        Source: Robertson and Zaragoza, Foundations and Trends in Information Retrieval 2009.
        """
        passages = self._ledger.counts()[1]
        found = self.frequencies(stems)
        return {term: float(np.log1p((passages - n + 0.5) / (n + 0.5))) for term, n in found.items()}

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Every document by id, without its text."""
        return self._ledger.documents()

    def document(self, document_id: str) -> StoredDocument | None:
        """One document with its text, None where there is none of that id."""
        return self._ledger.document(document_id)

    def path_of(self, document_id: str) -> str:
        """Where a document's file stands, whether or not it is still there."""
        return str(document_path(Path(self._ledger.get("corpus") or ""), document_id))

    def status(self) -> Status:
        """The state of the index."""
        with self._ledger.reading():
            documents, passages = self._ledger.counts()
            last = self._ledger.get("last_sync")
            return Status(
                corpus=self._ledger.get("corpus") or "",
                index=str(self.folder),
                model=self._ledger.get("model") or "",
                documents=documents,
                passages=passages,
                last_sync=datetime.fromisoformat(last) if last else None,
                failures=self._ledger.failures(),
                warnings=doubts(self._ledger.documents(), self._ledger.get("model") or ""),
            )
