"""How often what the judge sees in a sentence by itself should count for which sentence opens the answer.

    python -m tests.benchmarks.openings SETS_FOLDER WORK_FOLDER

Prints for each factor and set how often the first statement overlaps gold evidence, and how often its best sentence
does, and for each set the factor that is best on the others. Over the evidence of answerable questions, whether or not
they would be answered.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path
from random import Random

import numpy as np

from assistant.evaluation.judged import JudgedQuestion
from assistant.evidence import SENTENCE_WEIGHTS, Evidence
from assistant.extracting import opening
from assistant.judge import Judge
from index import Index
from tests.benchmarks.fit_answering import evidence_of, overlaps
from tests.benchmarks.sets import prepare

SETS = ("us_diplomatic_history", "covidqa", "clapnq_dev", "squad2_dev_half")
MOST = 260  # questions of a set
FACTORS = (1, 2, 3, 4, 5, 6, 8)


def right(evidence: Sequence[Evidence], question: JudgedQuestion, factor: int) -> tuple[bool, bool]:
    """Whether the first statement and its best sentence overlap the evidence of a question."""
    weights = replace(SENTENCE_WEIGHTS, alone=factor * SENTENCE_WEIGHTS.alone, marked=factor * SENTENCE_WEIGHTS.marked)
    best = max(evidence, key=lambda one: float(np.dot(astuple(weights), astuple(one.features))))
    first = opening([best, *(one for one in evidence if one is not best)])
    return any(overlaps(one, question) for one in first), overlaps(best, question)


def shares(folder: Path, work: Path, judge: Judge) -> np.ndarray:
    """Of one set [factors, 2]: shares of first statements and of best sentences that are right."""
    judged = prepare(folder, work)
    index = Index(judged.index)
    questions = [question for question in judged.questions if question.answerable and question.evidence]
    found = []
    for question in Random(2).sample(questions, min(MOST, len(questions))):
        if evidence := evidence_of(question, index, judge)[0]:
            found.append([right(evidence, question, factor) for factor in FACTORS])
    print(folder.name, len(found), "questions", flush=True)
    return np.mean(found, axis=0)


def main(bench: Path, work: Path) -> None:
    judge = Judge.load()
    table = np.array([shares(bench / name, work, judge) for name in SETS])  # [sets, factors, 2]
    print("factor", *SETS, "mean")
    for row, factor in enumerate(FACTORS):
        told = [*table[:, row], table[:, row].mean(axis=0)]
        print(factor, *(f"{statement:.3f} ({sentence:.3f})" for statement, sentence in told), sep="  ")
    for place, name in enumerate(SETS):
        others = np.delete(table[..., 0], place, axis=0).mean(axis=0)
        print(f"{name}: best on the others {FACTORS[int(others.argmax())]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
