"""Does the evidence answer? Decided here, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from math import exp

from assistant.evidence import Evidence, asks_how_many, holds_quantity
from index import Term


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the documents answering; each 0 to 1 but the cosines (-1 to 1).

    `sentence`, `passage`: the highest cosines of the question with a sentence and a passage.
    `coverage`, `around`: of the best sentence, and of its passage with title and headings.
    `unknown`: the share, by rarity, of the question's words that stand nowhere in the documents.
    """

    sentence: float
    passage: float
    coverage: float
    around: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence answers, how likely it is (0 to 1), and why not, in one sentence."""

    answers: bool
    probability: float
    reason: str


# Fitted by logistic regression over development sets; see tests/benchmarks/fit_answering.py, docs/answering.md.
WEIGHTS = Signals(sentence=6.0, passage=2.9, coverage=0.5, around=2.8, unknown=-0.8)
BIAS = -6.75
# declines 5 % of the answerable questions of those sets
THRESHOLD = 0.29
UNANSWERED = "No sentence in the documents answers this."
SENTENCES_LOOKED_AT = 5  # for a quantity: those an answer is made of, and one to spare


def decide(
    question: str, evidence: Sequence[Evidence], rarity: Mapping[Term, float], absent: Mapping[Term, str]
) -> Verdict:
    """Whether the evidence answers the question.

    Args:
        question: as it was asked.
        evidence: sentences, the likeliest answer first.
        rarity: how much each term of the question tells.
        absent: those that stand nowhere in the documents, each with its word as written.
    """
    if not evidence:
        return Verdict(False, 0.0, "The documents hold no passage near this question.")
    signals = weigh(evidence, rarity, absent)
    probability = 1 / (1 + exp(-(sum(w * s for w, s in zip(astuple(WEIGHTS), astuple(signals), strict=True)) + BIAS)))
    if probability < THRESHOLD:
        return Verdict(False, probability, _reason(absent))
    if asks_how_many(question) and not any(holds_quantity(one.text) for one in evidence[:SENTENCES_LOOKED_AT]):
        return Verdict(False, probability, "The passages nearest to this question give no number for it.")
    return Verdict(True, probability, "")


def weigh(evidence: Sequence[Evidence], rarity: Mapping[Term, float], absent: Mapping[Term, str]) -> Signals:
    """The signals of a question and its evidence, which is not empty."""
    best = evidence[0]
    total = sum(rarity.values())
    return Signals(
        sentence=max(one.features.similarity for one in evidence),
        passage=max(one.features.passage_similarity for one in evidence),
        coverage=best.features.coverage,
        around=best.features.around,
        unknown=sum(weight for term, weight in rarity.items() if term in absent) / total if total else 0.0,
    )


def _reason(absent: Mapping[Term, str]) -> str:
    if not absent:
        return UNANSWERED
    listed = ", ".join(f"“{word}”" for word in absent.values())
    return f"No sentence in the documents answers this, and none mentions {listed}."
