"""A judged set asked of an index: the ranking of each question, and the figures over all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from assistant.desk import Assistant
from assistant.errors import InvalidQuestion, UnreadableSet
from assistant.evaluation.intervals import bootstrap_interval
from assistant.evaluation.judged import JudgedQuestion, JudgedSet
from assistant.evaluation.measures import USUAL, Measure
from assistant.settings import APPLICATION
from index import Status

PASSAGES = 200  # retrieved a question: a document's score is its best passage's, and 20 documents have many

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a measure over its questions, and the ends of its interval of 95 %."""

    measure: str
    value: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out for a set on the index in the folder `index`.

    `configuration` says what was measured: Despatch's version, the model, its precision and revision, and how many
    documents and passages. `scores` holds each question's values, by its id and then by measure.
    """

    name: str
    index: str
    configuration: Mapping[str, str]
    figures: tuple[Figure, ...]
    scores: Mapping[str, Mapping[str, float]] = field(repr=False)

    def figure(self, measure: str) -> Figure:
        """The figure of one measure."""
        return next(figure for figure in self.figures if figure.measure == measure)


def documents_named(judged: JudgedSet, desk: Assistant) -> Mapping[str, str]:
    """For a set without documents of its own: how it calls each document that it judges, by the id in the index.

    Raises:
        UnreadableSet: it names a document that the index does not hold, neither by id nor by path.
    """
    summaries = desk.documents()
    by_path = {summary.path: summary.id for summary in reversed(summaries)}  # a mail before what is attached to it
    by_name = by_path | {summary.id: summary.id for summary in summaries}
    named = dict.fromkeys(document for grades in judged.grades.values() for document in grades)
    found = {name: by_name.get(name) or by_name.get(str(Path(name).absolute())) for name in named}
    if missing := [name for name, document_id in found.items() if document_id is None]:
        count = f"{len(missing)} documents" if len(missing) > 1 else "a document"
        raise UnreadableSet(judged.name, f"it names {count} that the index does not hold: {missing[0]!r}")
    return {document_id: name for name, document_id in found.items() if document_id is not None}


def ranked_documents(desk: Assistant, question: JudgedQuestion, names: Mapping[str, str]) -> tuple[str, ...]:
    """The documents that `retrieve` finds for a question in the light of its history, each at its best passage.

    Args:
        desk: over the index that is measured.
        question: one of a set.
        names: how the set calls a document, by its id in the index; others keep theirs.

    Raises:
        InvalidQuestion: it is too long.
    """
    hits = desk.retrieve(question.text, PASSAGES, history=question.history)
    return tuple(dict.fromkeys(names.get(hit.document_id, hit.document_id) for hit in hits))


def evaluate(
    desk: Assistant,
    judged: JudgedSet,
    names: Mapping[str, str],
    *,
    besides: Sequence[Measure] = (),
    told: Told = lambda done, total: None,
) -> Evaluation:
    """Retrieve for each question of a set and measure the rankings.

    Args:
        desk: over the index that is measured.
        judged: the set; its unanswerable questions and those without a right document are left out.
        names: how the set calls a document, by its id in the index.
        besides: measures to compute besides the usual ones.
        told: called after each question with how many are done, of how many.

    Raises:
        UnreadableSet: it has no question to measure, or one that cannot be asked.
    """
    asked = judged.to_find
    if not asked:
        raise UnreadableSet(judged.name, "no question of it has a right document")
    measures = tuple(dict.fromkeys((*USUAL, *besides)))
    scores: dict[str, Mapping[str, float]] = {}
    for done, question in enumerate(asked, start=1):
        try:
            ranked = ranked_documents(desk, question, names)
        except InvalidQuestion as error:
            raise UnreadableSet(judged.name, f"its question {question.id!r} {error.reason}") from error
        grades = judged.grades[question.id]
        scores[question.id] = {str(measure): measure.of(ranked, grades) for measure in measures}
        told(done, len(asked))
    status = desk.status()
    return Evaluation(judged.name, status.index, configuration_of(status), figures_of(scores), scores)


def configuration_of(status: Status) -> Mapping[str, str]:
    """What bears on how an index is searched, for people to tell two runs apart."""
    try:
        number = version(APPLICATION)
    except PackageNotFoundError:
        number = "run from its source"
    return {
        "despatch": number,
        "model": status.model,
        "precision": status.precision,
        "revision": status.revision,
        "documents": str(status.documents),
        "passages": str(status.passages),
    }


def figures_of(scores: Mapping[str, Mapping[str, float]]) -> tuple[Figure, ...]:
    """The figure of each measure that a question has a value of, in the order of their first."""
    named = dict.fromkeys(measure for values in scores.values() for measure in values)
    return tuple(_figure(name, np.array([row[name] for row in scores.values() if name in row])) for name in named)


def _figure(measure: str, values: np.ndarray) -> Figure:
    low, high = bootstrap_interval(values)
    return Figure(measure, float(values.mean()), low, high, len(values))
