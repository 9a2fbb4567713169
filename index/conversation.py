"""What is searched: a question, and what was said before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest

import numpy as np

from index.embedding import Embedder
from index.terms import Exchange, Term
from index.words import Analyzer


@dataclass(frozen=True, slots=True)
class Query:
    """A question, which counts 1, and the exchanges before it, each with its weight, the latest first.

    Without earlier exchanges it is searched exactly as the question alone.
    """

    question: str
    earlier: tuple[Exchange, ...] = ()

    @property
    def questions(self) -> tuple[tuple[float, str], ...]:
        """The questions whose words are searched, this one first, each with its weight."""
        return ((1.0, self.question), *((each.weight, each.question) for each in self.earlier))

    def terms(self, analyzer: Analyzer) -> Mapping[Term, float]:
        """The terms of its questions, each with the highest weight of a question that has it."""
        found: dict[Term, float] = {}
        for weight, question in self.questions:
            for term in analyzer.question(question):
                found[term] = max(found.get(term, 0.0), weight)
        return found

    @property
    def joined(self) -> str:
        """The question behind the latest one before it, for a reader of one text."""
        return " ".join((*(each.question for each in self.earlier[:1]), self.question))

    def vector(self, embedder: Embedder) -> np.ndarray:
        """What is meant: the weighted sum of the vectors, float32 of shape [dimension], of length 1."""
        question = embedder.embed_query(self.question)
        if not self.earlier:
            return question
        weighed = (np.float32(each.weight) * embedder.embed_query(each.text) for each in self.earlier)
        total: np.ndarray = reduce(np.add, weighed, question)
        unit: np.ndarray = total / np.linalg.norm(total)
        return unit


def summed(rankings: Iterable[tuple[float, Mapping[int, float]]], most: int) -> dict[int, float]:
    """The weighted sum of scores by passage id, the `most` highest; a passage that a ranking lacks scores 0 in it."""
    total: dict[int, float] = {}
    for weight, scores in rankings:
        for number, score in scores.items():
            total[number] = total.get(number, 0.0) + weight * score
    return dict(nsmallest(most, total.items(), key=lambda item: (-item[1], item[0])))
