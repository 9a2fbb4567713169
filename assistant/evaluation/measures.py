"""How good a ranking is: nDCG, recall, reciprocal rank and hit, each of one question and from 0 to 1.

The formulas are those of trec_eval, but that a grade gains 2^grade - 1 (as in Burges et al., ICML 2005) instead of
itself. tests/assistant/test_measures.py compares them with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import UnknownMeasure

LARGEST_CUT = 100  # of some 200 passages seldom more documents come
# of an answer; `answers.py` says what each is
ANSWER_MEASURES = ("correct", "f1", "citation-precision", "citation-recall", "answered", "declined")
_NAMED = re.compile(r"([a-z]+)@([1-9][0-9]{0,2})")

Grades = Mapping[str, int]


def ndcg(ranked: Sequence[str], grades: Grades, cut: int) -> float:
    """Normalised discounted cumulative gain of the first `cut`.

    Args:
        ranked: ids of documents, best first, none twice.
        grades: by id; what is not in it is wrong. At least one is 1 or more.
        cut: how many places count.

    Source: Järvelin and Kekäläinen, TOIS 2002.
    """
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    return _gain([grades.get(document, 0) for document in ranked[:cut]]) / _gain(best[:cut])


def recall(ranked: Sequence[str], grades: Grades, cut: int) -> float:
    """The share of the right documents that stand among the first `cut`; arguments as for `ndcg`."""
    right = {document for document, grade in grades.items() if grade > 0}
    return len(right.intersection(ranked[:cut])) / len(right)


def mrr(ranked: Sequence[str], grades: Grades, cut: int) -> float:
    """1 / the place of the first right document, 0 where none is among the first `cut`; arguments as for `ndcg`."""
    places = (place for place, document in enumerate(ranked[:cut], start=1) if grades.get(document, 0) > 0)
    return 1 / place if (place := next(places, 0)) else 0.0


def hit(ranked: Sequence[str], grades: Grades, cut: int) -> float:
    """1 where a right document stands among the first `cut`, else 0; arguments as for `ndcg`."""
    return float(any(grades.get(document, 0) > 0 for document in ranked[:cut]))


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


_FORMULAS: Mapping[str, Callable[[Sequence[str], Grades, int], float]] = {
    formula.__name__: formula for formula in (ndcg, recall, mrr, hit)
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A formula and how many places count, such as ndcg@10."""

    formula: str
    cut: int

    def __str__(self) -> str:
        return f"{self.formula}@{self.cut}"

    def of(self, ranked: Sequence[str], grades: Grades) -> float:
        """Its value for one question; arguments as for `ndcg`."""
        return _FORMULAS[self.formula](ranked, grades, self.cut)


def measure_named(name: str) -> Measure:
    """The measure of this name, such as ndcg@10.

    Raises:
        UnknownMeasure: no formula has that name, or the cut is not from 1 to 100.
    """
    named = _NAMED.fullmatch(name.strip().lower())
    if named is None or named[1] not in _FORMULAS or int(named[2]) > LARGEST_CUT:
        raise UnknownMeasure(name)
    return Measure(named[1], int(named[2]))


USUAL = tuple(map(measure_named, ("ndcg@10", "recall@5", "recall@10", "recall@20", "mrr@10", "hit@1")))
