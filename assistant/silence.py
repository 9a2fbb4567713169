"""Does the evidence answer? Decided here, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from math import exp

from assistant.evidence import Evidence, kinds_wanted
from assistant.followups import Query
from index import stem, tokens


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the documents answering; each 0 to 1 but the cosines (-1 to 1).

    `sentence`, `passage`: the highest cosines of the question with a sentence and a passage.
    `coverage`, `around`: of the best sentence, and of its passage with title and headings.
    `unknown`: the share, by rarity, of the question's words that stand nowhere in the documents.
    `names`: the share of the question's names that stand around the best sentence; 1 where it has none.
    `kind`: some sentence among the best few holds the kind of thing asked for.
    """

    sentence: float
    passage: float
    coverage: float
    around: float
    unknown: float
    names: float
    kind: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence answers, how likely it is (0 to 1), and why not, in one sentence."""

    answers: bool
    probability: float
    reason: str


# Fitted by logistic regression over development sets; see tests/benchmarks/fit_answering.py, docs/answering.md.
WEIGHTS = Signals(sentence=6.0, passage=3.0, coverage=2.0, around=2.0, unknown=-2.0, names=1.0, kind=1.0)
BIAS = -7.0
# declines 5 % of the answerable questions of those sets
THRESHOLD = 0.30
SENTENCES_LOOKED_AT = 3


def decide(query: Query, evidence: Sequence[Evidence], rarity: Mapping[str, float], absent: Sequence[str]) -> Verdict:
    """Whether the evidence answers the question.

    Args:
        query: the question.
        evidence: sentences, the likeliest answer first.
        rarity: how much each stem of the question tells.
        absent: words of the question, as written, that stand nowhere in the documents.
    """
    if not evidence:
        return Verdict(False, 0.0, "The documents hold no passage near this question.")
    signals = weigh(query, evidence, rarity, absent)
    probability = 1 / (1 + exp(-(sum(w * s for w, s in zip(astuple(WEIGHTS), astuple(signals), strict=True)) + BIAS)))
    if probability >= THRESHOLD:
        return Verdict(True, probability, "")
    return Verdict(False, probability, _reason(absent))


def weigh(query: Query, evidence: Sequence[Evidence], rarity: Mapping[str, float], absent: Sequence[str]) -> Signals:
    """The signals of a question and its evidence, which is not empty."""
    best = evidence[0]
    total = sum(rarity.values())
    missing = {stem(word) for word in absent}
    return Signals(
        sentence=max(one.features.similarity for one in evidence),
        passage=max(one.features.passage_similarity for one in evidence),
        coverage=best.features.coverage,
        around=best.features.around,
        unknown=sum(weight for term, weight in rarity.items() if term in missing) / total if total else 0.0,
        names=_names_held(query.question, best),
        kind=float(
            all(
                any(pattern.search(one.text) for one in evidence[:SENTENCES_LOOKED_AT])
                for pattern in kinds_wanted(query.question)
            )
        ),
    )


def names_in(question: str) -> list[str]:
    """The names of a question: its capitalised words but the first, which is always capitalised."""
    spoken = tokens(question)
    first_alone = [word for word in spoken[:1] if word.isupper() and len(word) > 1]
    return first_alone + [word for word in spoken[1:] if word[0].isupper()]


def _names_held(question: str, best: Evidence) -> float:
    names = {stem(name) for name in names_in(question)}
    held = {stem(word) for word in tokens(" ".join((best.hit.title, *best.hit.heading_path, best.hit.text)))}
    return len(names & held) / len(names) if names else 1.0


def _reason(absent: Sequence[str]) -> str:
    if not absent:
        return "No sentence in the documents answers this."
    listed = ", ".join(f"“{word}”" for word in absent)
    return f"No sentence in the documents answers this, and none mentions {listed}."
