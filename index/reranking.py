"""The best passages read again together with the question, by a cross-encoder that the user names."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from index.cross_encoders import CrossEncoder
from index.terms import Hit, Reranking

RERANKED = 20  # passages; each costs a forward pass of tens of milliseconds, and what stands lower seldom answers
WRONG = "is no cross-encoder with one score"
REMEDY = "name one that was trained to score a question with a passage, such as those of sentence-transformers"


class Reranker:
    """A cross-encoder of sentence-transformers, loaded when it is first asked; on a GPU where torch finds one.

    Args:
        name: a folder, or a hub name that is already on this machine.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = CrossEncoder(name, REMEDY, lambda scores: "" if len(scores) == 1 else WRONG)

    def reorder(self, question: str, hits: Sequence[Hit]) -> tuple[tuple[Hit, ...], Reranking]:
        """The hits by how well each answers: the score of the best `RERANKED` grows by the model's, 0 to 1.

        Args:
            question: as it was asked.
            hits: best first.

        Raises:
            ModelUnavailable: the model is not on this machine, or is no cross-encoder.
        """
        self._model.load()
        started = time.monotonic()
        read, rest = hits[:RERANKED], hits[RERANKED:]
        texts = [(question, "\n".join((hit.title, hit.text))) for hit in read]
        found = self._model.scores(texts)
        scored = [
            replace(hit, rerank_score=round(score, 6), score=round(hit.score + score, 6))
            for hit, (score,) in zip(read, found, strict=True)
        ]
        ordered = sorted((*scored, *rest), key=lambda hit: (-hit.score, hit.rank))
        numbered = tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1))
        return numbered, Reranking(self.name, len(read), round(time.monotonic() - started, 3))
