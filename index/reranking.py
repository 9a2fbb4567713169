"""The best passages read again together with the question, by a cross-encoder that the user names."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from index.cross_encoders import open_cross_encoder
from index.errors import ModelUnavailable
from index.terms import Hit, Reranking

RERANKED = 20  # passages; each costs a forward pass of tens of milliseconds, and what stands lower seldom answers
REMEDY = "name one that was trained to score a question with a passage, such as those of sentence-transformers"


class Reranker:
    """A cross-encoder of sentence-transformers, loaded when it is first asked; on a GPU where torch finds one.

    Args:
        name: a folder, or a hub name that is already on this machine.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: Any = None

    def reorder(self, question: str, hits: Sequence[Hit]) -> tuple[tuple[Hit, ...], Reranking]:
        """The hits by how well each answers: the score of the best `RERANKED` grows by the model's, 0 to 1.

        Args:
            question: as it was asked.
            hits: best first.

        Raises:
            ModelUnavailable: the model is not on this machine, or is no cross-encoder.
        """
        model = self._loaded()
        started = time.monotonic()
        read, rest = hits[:RERANKED], hits[RERANKED:]
        texts = [(question, "\n".join((hit.title, hit.text))) for hit in read]
        with self._lock:  # a tokenizer that truncates is not made for several threads
            found = model.predict(texts, show_progress_bar=False) if texts else ()
        scored = [
            replace(hit, rerank_score=round(float(score), 6), score=round(hit.score + float(score), 6))
            for hit, score in zip(read, found, strict=True)
        ]
        ordered = sorted((*scored, *rest), key=lambda hit: (-hit.score, hit.rank))
        numbered = tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1))
        return numbered, Reranking(self.name, len(read), round(time.monotonic() - started, 3))

    def _loaded(self) -> Any:  # noqa: ANN401  torch is loaded only where a model is named
        with self._lock:
            if self._model is None:
                model, scores = open_cross_encoder(self.name, REMEDY)
                if len(scores) != 1:
                    raise ModelUnavailable(self.name, "is no cross-encoder with one score", REMEDY)
                self._model = model
            return self._model
