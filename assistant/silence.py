"""Does the evidence answer? Decided here, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from math import exp, log1p
from typing import Literal

from assistant.evidence import Evidence, asks_how_many, holds_quantity
from assistant.terms import Strictness
from index import Term, is_unspaced


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the documents answering; each 0 to 1 but the cosines (-1 to 1) and `answering` (0 and up).

    `sentence`, `passage`: the highest cosines of the question with a sentence and a passage.
    `around`: how many of the question's words, by rarity, stand around the best sentence.
    `unknown`: the share, by rarity, of the question's words that stand nowhere in the documents.
    `answering`: log(1 + exp(logit)) of the passage that answers likeliest as the judge sees it, so that a "no" of
    the judge weighs little: where two passages answer together it says no to both. 0 where there is no judge.
    """

    sentence: float
    passage: float
    around: float
    unknown: float
    answering: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence answers, how likely it is (0 to 1), where silence begins, and what it lacks to answer."""

    answers: bool
    probability: float
    declines_below: float
    lacks: Literal["", "passage", "sentence", "number"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A logistic regression over the signals; below `declines_below`, by strictness, the documents are silent."""

    weights: Signals
    bias: float
    declines_below: Mapping[Strictness, float]

    def probability(self, signals: Signals) -> float:
        """How likely the documents answer, 0 to 1."""
        weighed = sum(w * s for w, s in zip(astuple(self.weights), astuple(signals), strict=True))
        return 1 / (1 + exp(-(weighed + self.bias)))


# Fitted over development sets, declining 2, 5 and 10 % of their answerable questions; see
# tests/benchmarks/fit_answering.py, docs/answering.md.
RULE = Rule(
    Signals(sentence=5.9, passage=2.8, around=1.8, unknown=-1.0, answering=1.5),
    -6.25,
    {"generous": 0.28, "normal": 0.39, "strict": 0.5},
)
RULE_WITHOUT_JUDGE = Rule(
    Signals(sentence=6.7, passage=3.3, around=3.4, unknown=-1.1),
    -7.1,
    {"generous": 0.28, "normal": 0.41, "strict": 0.53},
)
# Where no model can read the question, by the words around the best sentence; fitted likewise. In writing without
# spaces they are pairs of letters, most of which lie across the borders of words, so that fewer of them are found.
BY_WORDS = Signals(sentence=0.0, passage=0.0, around=6.5, unknown=0.0)
PAIRS_A_WORD = 2.5
RULE_BY_WORDS = Rule(BY_WORDS, -3.7, {"generous": 0.19, "normal": 0.27, "strict": 0.35})
RULE_BY_PAIRS = replace(RULE_BY_WORDS, weights=replace(BY_WORDS, around=PAIRS_A_WORD * BY_WORDS.around))
SENTENCES_LOOKED_AT = 5  # for a quantity: those an answer is made of, and one to spare


def decide(
    question: str,
    evidence: Sequence[Evidence],
    rarity: Mapping[Term, float],
    absent: Mapping[Term, str],
    strictness: Strictness = "normal",
) -> Verdict:
    """Whether the evidence answers the question.

    Args:
        question: as it was asked.
        evidence: sentences, the likeliest answer first.
        rarity: how much each term of the question tells.
        absent: those that stand nowhere in the documents, each with its word as written.
        strictness: how readily the question is declined.
    """
    if not evidence:
        return Verdict(False, 0.0, RULE.declines_below[strictness], "passage")
    signals = weigh(evidence, rarity, absent)
    rule = _rule(question, evidence, signals)
    limit, probability = rule.declines_below[strictness], rule.probability(signals)
    if probability < limit:
        return Verdict(False, probability, limit, "sentence")
    if asks_how_many(question) and not any(holds_quantity(one.text) for one in evidence[:SENTENCES_LOOKED_AT]):
        return Verdict(False, probability, limit, "number")
    return Verdict(True, probability, limit, "")


def _rule(question: str, evidence: Sequence[Evidence], signals: Signals) -> Rule:
    if not signals.sentence and not signals.passage:
        return RULE_BY_PAIRS if is_unspaced(question) else RULE_BY_WORDS
    return RULE_WITHOUT_JUDGE if evidence[0].reading is None else RULE


def weigh(evidence: Sequence[Evidence], rarity: Mapping[Term, float], absent: Mapping[Term, str]) -> Signals:
    """The signals of a question and its evidence, which is not empty."""
    best = evidence[0]
    total = sum(rarity.values())
    return Signals(
        sentence=max(one.features.similarity for one in evidence),
        passage=max(one.features.passage_similarity for one in evidence),
        around=best.features.around,
        unknown=sum(weight for term, weight in rarity.items() if term in absent) / total if total else 0.0,
        answering=max((log1p(exp(one.reading.answer)) for one in evidence if one.reading), default=0.0),
    )
