"""Two runs of one set, question by question: kept in a file, and compared by paired tests."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.errors import UnusableRun
from assistant.evaluation.intervals import bootstrap_interval, randomisation_p
from assistant.evaluation.judged import JudgedSet
from assistant.evaluation.measuring import Evaluation

RUN_FORMAT = 1  # of the file; another number is another version's
NAME_A_RUN = "name a file that `despatch eval --save` wrote for this set"
MOST_CHANGED = 10  # questions that are shown: as many as are read

Scores = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Run:
    """What `--save` kept: the configuration, a fingerprint of the set, and each question's values by measure."""

    file: str
    configuration: Mapping[str, str]
    fingerprint: str
    scores: Scores = field(repr=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure's mean before and after over the same questions; the interval of 95 % and p are of the difference."""

    measure: str
    before: float
    after: float
    low: float
    high: float
    p: float

    @property
    def value(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose value of the first measure changed."""

    question: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from the run kept in the file `run`, whose own configuration is `configuration`.

    `questions` counts those in common; `changed` holds the most changed first, by the measure of `differences[0]`.
    """

    run: str
    configuration: Mapping[str, str]
    questions: int
    same_set: bool
    differences: tuple[Difference, ...]
    changed: tuple[Change, ...]


def compare(before: Run, evaluation: Evaluation, judged: JudgedSet) -> Comparison:
    """A run of before against one of now, over the questions that both asked.

    Raises:
        UnusableRun: they have no question and measure in common.
    """
    common = [question for question in evaluation.scores if question in before.scores]
    pairs = {
        measure: [
            (question, before.scores[question][measure], evaluation.scores[question][measure])
            for question in common
            if measure in before.scores[question] and measure in evaluation.scores[question]
        ]
        for measure in (figure.measure for figure in evaluation.figures)
    }
    pairs = {measure: found for measure, found in pairs.items() if found}
    if not pairs:
        raise UnusableRun(before.file, "it has no question of this set", NAME_A_RUN)
    first = next(iter(pairs.values()))
    # ties in the order of the set, so that two runs print the same
    changed = sorted(
        (Change(*pair) for pair in first if pair[1] != pair[2]), key=lambda one: -abs(one.after - one.before)
    )
    return Comparison(
        run=before.file,
        configuration=before.configuration,
        questions=len(common),
        same_set=before.fingerprint == fingerprint_of(judged),
        differences=tuple(
            _difference(measure, np.array([pair[1:] for pair in found])) for measure, found in pairs.items()
        ),
        changed=tuple(changed[:MOST_CHANGED]),
    )


def _difference(measure: str, pairs: np.ndarray) -> Difference:
    differences = pairs[:, 1] - pairs[:, 0]
    before, after = pairs.mean(axis=0)
    low, high = bootstrap_interval(differences)
    return Difference(measure, float(before), float(after), low, high, randomisation_p(differences))


def fingerprint_of(judged: JudgedSet) -> str:
    """SHA-256 of a set's questions and grades: another where a question or a judgement was changed."""
    told = [
        [question.id, question.text, question.answerable, [[turn.role, turn.text] for turn in question.history]]
        + [question.answers, sorted(judged.grades.get(question.id, {}).items())]
        for question in judged.questions
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def save_run(file: Path, evaluation: Evaluation, judged: JudgedSet) -> None:
    """Keep a run for later comparisons; a file of that name is replaced.

    Raises:
        UnusableRun: it cannot be written.
    """
    run = {
        "format": RUN_FORMAT,
        "set": evaluation.name,
        "configuration": evaluation.configuration,
        "fingerprint": fingerprint_of(judged),
        "scores": evaluation.scores,
    }
    written = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        written.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
        written.replace(file)
    except OSError as error:
        raise UnusableRun(str(file), error.strerror or str(error), "name another") from error
    finally:
        with contextlib.suppress(OSError):
            written.unlink(missing_ok=True)


def read_run(file: Path) -> Run:
    """What `save_run` kept.

    Raises:
        UnusableRun: it is not there, or is something else.
    """
    try:
        stored = json.loads(file.read_bytes())
    except OSError as error:
        raise UnusableRun(str(file), error.strerror or str(error), NAME_A_RUN) from error
    except (ValueError, RecursionError) as error:
        raise UnusableRun(str(file), "it is not JSON", NAME_A_RUN) from error
    if not isinstance(stored, dict) or stored.get("format") != RUN_FORMAT:
        raise UnusableRun(str(file), "no `--save` of this version wrote it", NAME_A_RUN)
    configuration, fingerprint, scores = (stored.get(key) for key in ("configuration", "fingerprint", "scores"))
    if (
        not isinstance(configuration, dict)
        or not all(isinstance(value, str) for value in configuration.values())
        or not isinstance(fingerprint, str)
        or not isinstance(scores, dict)
        or not all(isinstance(row, dict) and all(map(_is_score, row.values())) for row in scores.values())
    ):
        raise UnusableRun(str(file), "it was changed since `--save` wrote it", NAME_A_RUN)
    return Run(str(file), configuration, fingerprint, scores)


def _is_score(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
