"""A judged set asked of an index: the values of each question, and the figures over all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.desk import Assistant
from assistant.errors import InvalidQuestion, UnreadableSet
from assistant.evaluation.answers import answer_values
from assistant.evaluation.curve import CurvePoint, Told, risk_coverage, told_of
from assistant.evaluation.filing import head_of
from assistant.evaluation.intervals import bootstrap_interval
from assistant.evaluation.judged import EvidencePlace, JudgedDocument, JudgedQuestion, JudgedSet
from assistant.evaluation.measures import ANSWER_MEASURES, USUAL, Measure
from assistant.versions import despatch_version
from index import Hit, Status

PASSAGES = 200  # retrieved a question: a document's score is its best passage's, and 20 documents have many

Listener = Callable[[int, int], None]


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

    `configuration` says what was measured: Despatch's version, the model, its precision and revision, how many
    documents and passages, the cross-encoder and the language model that worded the answers, if any. `scores` holds
    each question's values, by its id and then by measure. `degraded` names what was not at hand for some question, a
    sentence each. `curve` says how many answers would be right were only the surest given; empty where answers were not
    measured, or the set does not tell which are right.
    """

    name: str
    index: str
    configuration: Mapping[str, str]
    figures: tuple[Figure, ...]
    scores: Mapping[str, Mapping[str, float]] = field(repr=False)
    degraded: tuple[str, ...] = ()
    curve: tuple[CurvePoint, ...] = ()

    def figure(self, measure: str) -> Figure:
        """The figure of one measure.

        Raises:
            UnreadableSet: no question of the set tells it.
        """
        for figure in self.figures:
            if figure.measure == measure:
                return figure
        raise UnreadableSet(self.name, f"no question of it tells {measure}")


def documents_named(judged: JudgedSet, desk: Assistant) -> Mapping[str, str]:
    """For a set without documents of its own: how it calls each document that it names, by the id in the index.

    Raises:
        UnreadableSet: it names a document that the index does not hold, neither by id nor by path.
    """
    summaries = desk.documents()
    by_path = {summary.path: summary.id for summary in reversed(summaries)}  # a mail before what is attached to it
    by_name = by_path | {summary.id: summary.id for summary in summaries}
    named = dict.fromkeys(document for grades in judged.grades.values() for document in grades)
    named |= dict.fromkeys(place.document for question in judged.questions for place in question.evidence)
    found = {name: by_name.get(name) or by_name.get(str(Path(name).absolute())) for name in named}
    if missing := [name for name, document_id in found.items() if document_id is None]:
        count = f"{len(missing)} documents" if len(missing) > 1 else "a document"
        raise UnreadableSet(judged.name, f"it names {count} that the index does not hold: {missing[0]!r}")
    return {document_id: name for name, document_id in found.items() if document_id is not None}


def ranked_documents(hits: Sequence[Hit], names: Mapping[str, str]) -> tuple[str, ...]:
    """The documents of passages, each at its best one.

    One whose passage is folded into another's comes right behind it, as it does before a reader.

    Args:
        hits: best first.
        names: how the set calls a document, by its id in the index; others keep theirs.
    """
    found = (
        document_id for hit in hits for document_id in (hit.document_id, *(same.document_id for same in hit.also_in))
    )
    return tuple(dict.fromkeys(names.get(document_id, document_id) for document_id in found))


def evidence_places(
    desk: Assistant, judged: JudgedSet, question: JudgedQuestion, names: Mapping[str, str]
) -> tuple[EvidencePlace, ...]:
    """The evidence of a question, in the ids and texts of the index.

    Raises:
        UnreadableSet: a document's text, as it was read, does not hold it.
    """
    if not question.evidence:
        return ()
    ids = {name: document_id for document_id, name in names.items()}
    own = {document.id: document for document in judged.documents or ()}
    return tuple(_place(desk, ids[place.document], place, own.get(place.document)) for place in question.evidence)


def _place(desk: Assistant, document_id: str, place: EvidencePlace, own: JudgedDocument | None) -> EvidencePlace:
    text = desk.document(document_id).text
    if own is None:
        start, wanted = place.start, text[place.start : place.end]
    else:
        start, wanted = place.start + len(head_of(own)), own.text[place.start : place.end]
    if text[start : start + len(wanted)] != wanted:
        start = text.find(wanted)  # reading a file may change white space before it
    if start < 0 or len(wanted) < place.end - place.start:
        raise UnreadableSet(document_id, f"its text, as it was read, does not hold {place.start}:{place.end}")
    return EvidencePlace(document_id, start, start + len(wanted))


def evaluate(
    desk: Assistant,
    judged: JudgedSet,
    names: Mapping[str, str],
    *,
    besides: Sequence[Measure] = (),
    answers: bool = False,
    told: Listener = lambda done, total: None,
) -> Evaluation:
    """Ask each question of a set and measure what comes.

    Args:
        desk: over the index that is measured.
        judged: the set; retrieval leaves out its unanswerable questions and those without a right document.
        names: how the set calls a document, by its id in the index.
        besides: measures of retrieval besides the usual ones.
        answers: measure the answers of `ask`, too, which takes longer.
        told: called after each question with how many are done, of how many.

    Raises:
        UnreadableSet: it has no question to measure, or one that cannot be asked.
    """
    measures = tuple(dict.fromkeys((*USUAL, *besides)))
    to_find = {question.id for question in judged.to_find}
    scores: dict[str, Mapping[str, float]] = {}
    degraded: dict[str, None] = {}
    reranker = ""
    surest: list[Told | None] = []
    asked = judged.questions if answers else judged.to_find
    for done, question in enumerate(asked, start=1):
        values: dict[str, float] = {}
        try:
            if question.id in to_find:
                found = desk.search(question.text, PASSAGES, history=question.history)
                ranked, grades = ranked_documents(found.hits, names), judged.grades[question.id]
                values |= {str(measure): measure.of(ranked, grades) for measure in measures}
                degraded |= dict.fromkeys(found.degraded)
                reranker = found.reranking.model if found.reranking else ""
            if answers:
                answer = desk.ask(question.text, history=question.history)
                places = evidence_places(desk, judged, question, names)
                values |= answer_values(answer, question, places)
                surest.append(told_of(answer, question, places, _right(judged, question, names)))
                degraded |= dict.fromkeys(answer.degraded)
        except InvalidQuestion as error:
            raise UnreadableSet(judged.name, f"its question {question.id!r} {error.reason}") from error
        if values:
            scores[question.id] = values
        told(done, len(asked))
    if not scores:
        raise UnreadableSet(judged.name, "no question of it tells anything: none has a right document")
    status = desk.status()
    worded_by = desk.model.name if answers and desk.model else ""
    configuration = {**configuration_of(status), "rerank": reranker, "llm": worded_by}
    curve = risk_coverage([one for one in surest if one])
    return Evaluation(judged.name, status.index, configuration, figures_of(scores), scores, tuple(degraded), curve)


def _right(judged: JudgedSet, question: JudgedQuestion, names: Mapping[str, str]) -> frozenset[str]:
    """The ids in the index of the documents that are right for a question."""
    grades = judged.grades.get(question.id, {})
    return frozenset(document_id for document_id, name in names.items() if grades.get(name, 0) > 0)


def configuration_of(status: Status) -> Mapping[str, str]:
    """What bears on how an index is searched, for people to tell two runs apart."""
    return {
        "despatch": despatch_version(),
        "model": status.model,
        "precision": status.precision,
        "revision": status.revision,
        "documents": str(status.documents),
        "passages": str(status.passages),
    }


def figures_of(scores: Mapping[str, Mapping[str, float]]) -> tuple[Figure, ...]:
    """The figure of each measure that a question has a value of, those of retrieval before those of answers."""
    named = dict.fromkeys(measure for values in scores.values() for measure in values)
    ordered = sorted(named, key=lambda name: ANSWER_MEASURES.index(name) if name in ANSWER_MEASURES else -1)
    return tuple(_figure(name, np.array([row[name] for row in scores.values() if name in row])) for name in ordered)


def _figure(measure: str, values: np.ndarray) -> Figure:
    low, high = bootstrap_interval(values)
    return Figure(measure, float(values.mean()), low, high, len(values))
