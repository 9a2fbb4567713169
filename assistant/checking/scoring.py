"""How well a source bears a statement out, as one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from math import exp

from assistant.checking.aligning import Alignment
from assistant.checking.finding import Finding

MOST_COUNTED = 2  # findings of a sort; a third says little more


@dataclass(frozen=True, slots=True)
class Signals:
    """What a score is made of.

    `coverage`: the share of the statement's words of meaning that the source has, 0 to 1. `phrases`: of its pairs of
    words that stand beside each other, one of meaning among them, the share that do so in the source.
    `contradicted`: what the source says otherwise, 0 to `MOST_COUNTED`, times `phrases`, since such a finding means
    less the freer a statement is worded. `unsaid`: what the source does not say, 0 to `MOST_COUNTED`. `judge`: the
    judge's logit, 0 without one.
    """

    coverage: float
    phrases: float
    contradicted: float
    unsaid: float
    judge: float = 0.0


# fitted by a logistic regression over statements that people judged (docs/checking.md); the last is the constant
WEIGHTS = (1.3, 1.6, -1.5, -0.2, 0.0, -0.9)
WEIGHTS_WITH_JUDGE = (0.5, 1.4, -1.0, -0.1, 0.21, -0.15)


def signals(alignment: Alignment, found: Sequence[Finding], judged: float | None) -> Signals:
    """The signals of a statement beside its source; `judged` is the judge's logit, None without one."""
    against = sum(finding.contradicts for finding in found)
    phrases = _phrases(alignment)
    return Signals(
        alignment.coverage,
        phrases,
        phrases * min(against, MOST_COUNTED),
        float(min(len(found) - against, MOST_COUNTED)),
        judged or 0.0,
    )


def score(weighed: Signals, *, with_judge: bool) -> float:
    """A score, 0 to 1: higher for what is better borne out."""
    *weights, constant = WEIGHTS_WITH_JUDGE if with_judge else WEIGHTS
    logit = constant + sum(weight * value for weight, value in zip(weights, astuple(weighed), strict=True))
    return 1 / (1 + exp(-logit))


def _phrases(alignment: Alignment) -> float:
    own, there = (
        [(one.stem, other.stem) for one, other in pairwise(side.tokens) if one.is_content or other.is_content]
        for side in (alignment.statement, alignment.source)
    )
    known = set(there)
    return sum(pair in known for pair in own) / len(own) if own else 1.0
