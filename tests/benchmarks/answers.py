"""The whole pipeline over judged sets: is the right sentence said first, and is nothing said where nothing answers?

    python -m tests.benchmarks.answers SETS_FOLDER WORK_FOLDER [MOST] [SET,SET...] [FOREIGN]

The documents of each set are written as files and indexed through `sync` below WORK_FOLDER; every question is asked by
`Assistant.ask_stream` as users ask it. MOST (150 unless given) questions of each kind and set are asked, and FOREIGN (a
seventh of that unless given) of each other set, which this one cannot answer. Beside the silence of Despatch stands
what a fixed limit of the cosine of question and best passage would decline. Intervals are 95 %, bootstrapped over
questions.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import Answer, Assistant, Citation
from assistant.evaluation.intervals import bootstrap_interval
from assistant.evaluation.judged import JudgedQuestion
from corpus import sentences
from tests.benchmarks.sets import PreparedSet, prepare

SETS = ("clapnq_dev", "squad2_dev_half", "us_diplomatic_history", "mtrag_dev", "gov_uk", "covidqa", "hotpotqa_sample")
WIKIPEDIA = frozenset({"clapnq_dev", "squad2_dev_half", "mtrag_dev", "hotpotqa_sample"})  # may answer each other's
LIMITS = (0.25, 0.5)  # of the cosine: usual defaults of rivals
MOST = 150
FOREIGN_SHARE = 7  # of each other set
ANSWERABLE, UNANSWERABLE, FOREIGN_KIND = "answerable", "unanswerable", "foreign"


@dataclass(frozen=True)
class Asked:
    question: JudgedQuestion
    kind: str
    source: str  # the set that the question is of
    cosine: float  # of the question and the best passage
    answer: Answer


def ask_all(judged: PreparedSet, others: Sequence[PreparedSet], most: int, foreign: int) -> list[Asked]:
    chance = random.Random(judged.name)

    def some(questions: Sequence[JudgedQuestion], count: int) -> list[JudgedQuestion]:
        return chance.sample(questions, min(count, len(questions)))

    rows = [(ANSWERABLE, judged.name, one) for one in some([q for q in judged.questions if q.answerable], most)]
    rows += [
        (UNANSWERABLE, judged.name, one) for one in some([q for q in judged.questions if q.answerable is False], most)
    ]
    for other in others:
        first_turns = [q for q in other.questions if q.answerable and not q.history]
        rows += [(FOREIGN_KIND, other.name, one) for one in some(first_turns, foreign)]
    with Assistant.open(judged.index, resident=True) as desk:
        return [Asked(question, kind, source, *heard(desk, question)) for kind, source, question in rows]


def heard(desk: Assistant, question: JudgedQuestion) -> tuple[float, Answer]:
    cosine = 0.0
    for event in desk.ask_stream(question.text, history=question.history):
        cosine = max((hit.similarity for hit in event.hits), default=cosine)
        if event.answer is not None:
            return cosine, event.answer
    raise AssertionError("a stream ends with its answer")


def touches(one: Citation, question: JudgedQuestion, end: int | None = None) -> bool:
    """Whether a citation, or its beginning up to `end`, overlaps the evidence."""
    return any(
        one.document_id == place.document
        and one.span.start < place.end
        and place.start < (one.span.end if end is None else end)
        for place in question.evidence
    )


def holds(one: Citation, question: JudgedQuestion) -> bool:
    """Whether a citation holds one of the answers as it is written."""
    told = " ".join(one.quote.lower().split())
    return any(" ".join(answer.lower().split()) in told for answer in question.answers)


def first_sentence_end(one: Citation) -> int:
    return one.span.start + next(iter(sentences(one.quote))).end


def shown(values: Sequence[float]) -> str:
    if not len(values):
        return "-"
    low, high = bootstrap_interval(np.array(values, float))
    return f"{np.mean(values):.3f} ({low:.3f}-{high:.3f}, n {len(values)})"


def report_sentences(judged: PreparedSet, asked: Sequence[Asked]) -> None:
    own = [one for one in asked if one.kind == ANSWERABLE]
    groups = {"": [one for one in own if one.question.evidence]}
    if "written" in judged.kinds.values():
        groups[" (written)"] = [one for one in groups[""] if judged.kinds[one.question.id] == "written"]
    for name, rows in groups.items():
        answered = [one for one in rows if not one.answer.abstained]
        if not answered:
            continue
        first = [touches(one.answer.citations[0], one.question) for one in answered]
        some = [any(touches(each, one.question) for each in one.answer.citations) for one in answered]
        alone = [
            touches(one.answer.citations[0], one.question, first_sentence_end(one.answer.citations[0]))
            for one in answered
        ]
        missing = [False] * (len(rows) - len(answered))
        count = [sum(len(sentences(each.quote)) for each in one.answer.citations) for one in answered]
        print(f"{judged.name}{name}: first statement overlaps the evidence, of answered {shown(first)}")
        print(f"    of all {shown(first + missing)}; first sentence alone, of answered {shown(alone)}")
        print(f"    some statement, of answered {shown(some)}, of all {shown(some + missing)}")
        told = [holds(one.answer.citations[0], one.question) for one in answered if one.question.answers]
        print(f"    first statement holds the answer as written, of answered {shown(told)}")
        print(
            f"    sentences shown {shown(count)}, in the first statement "
            f"{shown([len(sentences(one.answer.citations[0].quote)) for one in answered])}"
        )
    pairs = [one for one in own if len(judged.right.get(one.question.id, ())) == 2]
    if len(pairs) > len(own) / 2:
        both = [judged.right[one.question.id] <= {each.document_id for each in one.answer.citations} for one in pairs]
        print(f"{judged.name}: both right documents cited, of all {shown(both)}")


def report_silence(asked: dict[str, list[Asked]]) -> None:
    print("\ndeclined: by Despatch | by a cosine below " + " | below ".join(map(str, LIMITS)))
    for kind in (ANSWERABLE, UNANSWERABLE, FOREIGN_KIND):
        means = []
        for name, rows in asked.items():
            of_kind = [one for one in rows if one.kind == kind]
            if not of_kind:
                continue
            columns = [[one.answer.abstained for one in of_kind]]
            columns += [[one.cosine < limit for one in of_kind] for limit in LIMITS]
            means.append([np.mean(column) for column in columns])
            print(f"  {kind:13} {name:24} {' | '.join(map(shown, columns))}")
        print(f"  {kind:13} {'mean of the sets':24} {' | '.join(f'{mean:.3f}' for mean in np.mean(means, axis=0))}")
    print("\nforeign questions declined, by pairing (documents of, questions of); * Wikipedia beside Wikipedia")
    for name, rows in asked.items():
        shares = {}
        for one in rows:
            if one.kind == FOREIGN_KIND:
                shares.setdefault(one.source, []).append(one.answer.abstained)
        told = (
            f"{source}{'*' if {name, source} <= WIKIPEDIA else ''} {np.mean(each):.2f}"
            for source, each in shares.items()
        )
        print(f"  {name}: {', '.join(told)}")


def report_time(asked: dict[str, list[Asked]]) -> None:
    seconds = [one.answer.seconds for rows in asked.values() for one in rows if not one.answer.abstained]
    print(f"\nseconds of an answer: p50 {np.percentile(seconds, 50):.3f}, p95 {np.percentile(seconds, 95):.3f}")


def main(bench: Path, work: Path, most: int, names: Sequence[str], foreign: int) -> None:
    judged = [prepare(bench / name, work) for name in SETS]
    asked = {}
    for one in judged:
        if one.name in names:
            started = time.monotonic()
            asked[one.name] = ask_all(one, [other for other in judged if other is not one], most, foreign)
            print(f"# {one.name}: {len(asked[one.name])} asked in {time.monotonic() - started:.0f} s", flush=True)
            report_sentences(one, asked[one.name])
    report_silence(asked)
    report_time(asked)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    asked_of_each = int(arguments[2]) if len(arguments) > 2 else MOST
    main(
        Path(arguments[0]),
        Path(arguments[1]),
        asked_of_each,
        arguments[3].split(",") if len(arguments) > 3 else SETS,
        int(arguments[4]) if len(arguments) > 4 else asked_of_each // FOREIGN_SHARE,
    )
