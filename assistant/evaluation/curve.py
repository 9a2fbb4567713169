"""The risk-coverage curve: were only the surest answers given, how many of them would be right?"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evaluation.answers import overlaps, says_accepted

if TYPE_CHECKING:
    from assistant.evaluation.judged import EvidencePlace, JudgedQuestion
    from assistant.terms import Answer

STEPS = 10  # points of a curve; more tell little apart over the hundreds of questions that a set has
SURE = 1.0  # of an answer that no probability was asked of, such as a count: no strictness declines it


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What would be said if silence began below `probability`.

    `answered` is the share of the questions that would be answered, and `right` the share of these answers that are
    right, each 0 to 1.
    """

    answered: float
    right: float
    probability: float


@dataclass(frozen=True, slots=True)
class Told:
    """How likely the documents answered a question, None where it was declined, and whether the answer was right."""

    probability: float | None
    right: bool


def told_of(answer: Answer, question: JudgedQuestion, places: Sequence[EvidencePlace], right: Set[str]) -> Told | None:
    """Whether an answer is right, None where the set does not tell.

    It is where a citation overlaps the evidence; without evidence, where an accepted answer stands in what was said;
    without either, where a right document is cited. An answer to what cannot be answered never is.

    Args:
        answer: what `ask` said to the question.
        question: of the set.
        places: its evidence, in documents and texts as the index has them.
        right: the ids of its right documents in the index.
    """
    if question.answerable is False:
        is_right = False
    elif places:
        is_right = any(overlaps(citation, place) for citation in answer.citations for place in places)
    elif question.answers:
        is_right = says_accepted(answer, question)
    elif right:
        is_right = any(citation.document_id in right for citation in answer.citations)
    else:
        return None
    return Told(None if answer.abstained else SURE if answer.probability is None else answer.probability, is_right)


def risk_coverage(asked: Sequence[Told]) -> tuple[CurvePoint, ...]:
    """The curve over the questions of a set, from the surest tenth of them to all that were answered.

    Answers of one probability come together, so each point is what a limit would give; what was declined stays so.

    Source: El-Yaniv and Wiener, JMLR 2010.
    """
    answered = sorted(
        ((one.probability, one.right) for one in asked if one.probability is not None), key=lambda one: -one[0]
    )
    limits = [
        answered[min(-(-len(asked) * step // STEPS), len(answered)) - 1][0] for step in range(1, STEPS + 1) if answered
    ]
    points = []
    for limit in dict.fromkeys(limits):
        said = [right for probability, right in answered if probability >= limit]
        points.append(CurvePoint(len(said) / len(asked), sum(said) / len(said), limit))
    return tuple(points)
