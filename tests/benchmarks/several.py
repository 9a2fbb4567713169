"""One question to two corpora beside the same question to all their documents in one index.

    python -m tests.benchmarks.several SETS_FOLDER WORK_FOLDER [SET ...]

The documents of a set are dealt out at random to two indexes below WORK_FOLDER, half and half and one to nine; then the
sets are asked side by side, each question among the documents of all. nDCG@10 of the order that Despatch makes of what
each index finds, and of other orders of the same: the indexes' own scores, ranks fused by reciprocal rank, cosines. Of
answers: is the first statement right, and how many answerable and unanswerable questions are declined.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant import Assistant, JudgedSet, Several, read_set
from assistant.evaluation.filing import FILES, INDEX, file_documents
from assistant.evaluation.judged import JudgedDocument, JudgedQuestion
from assistant.evaluation.measures import ndcg
from assistant.evaluation.measuring import evidence_places, ranked_documents
from index import DEFAULT_MODEL, Hit, sync
from tests.benchmarks.answers import touches

SETS = ("clapnq_dev", "us_diplomatic_history", "squad2_dev_half")
SHARES = (0.5, 0.1)
MOST, ANSWERED, CUT, DEPTH = 150, 60, 10, 12
RANK = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)
ORDERS: Mapping[str, Callable[[Hit], float]] = {
    "own scores": lambda hit: hit.score,
    "ranks": lambda hit: 1 / (RANK + hit.rank),
    "cosines": lambda hit: hit.similarity,
}
Names = Mapping[str, str]  # how a set calls a document, by its id in an index


def filed(documents: Sequence[JudgedDocument], folder: Path) -> tuple[Assistant, Names]:
    names = file_documents(documents, folder)
    sync(folder / FILES, folder / INDEX, model=DEFAULT_MODEL)
    return Assistant.open(folder / INDEX), names


def several(parts: Mapping[str, tuple[Assistant, Names]]) -> tuple[Several, Names]:
    names = {f"{part}/{file}": name for part, (_, own) in parts.items() for file, name in own.items()}
    return Several({part: desk for part, (desk, _) in parts.items()}), names


def found(judged: JudgedSet, one: tuple[Assistant, Names], parts: Mapping[str, tuple[Assistant, Names]]) -> None:
    figures: dict[str, list[float]] = {}
    chance = random.Random(judged.name)
    together, names = several(parts)
    for question in judged.to_find[:MOST]:
        grades = judged.grades[question.id]
        own = [
            replace(hit, document_id=f"{part}/{hit.document_id}")
            for part, (desk, _) in parts.items()
            for hit in desk.retrieve(question.text, DEPTH)
        ]
        chance.shuffle(own)  # of equal ranks neither corpus comes first
        orders = {name: sorted(own, key=order, reverse=True) for name, order in ORDERS.items()}
        orders = {"together": together.retrieve(question.text, DEPTH), **orders}
        ranked = {"one index": ranked_documents(one[0].retrieve(question.text, DEPTH), one[1])}
        ranked |= {name: ranked_documents(hits, names) for name, hits in orders.items()}
        for name, documents in ranked.items():
            figures.setdefault(name, []).append(ndcg(documents, grades, CUT))
    told = "   ".join(f"{name} {np.mean(values):.3f}" for name, values in figures.items())
    print(f"    nDCG@{CUT}, {len(figures['ranks'])} questions: {told}", flush=True)


def answered(judged: JudgedSet, name: str, desk: Assistant, names: Names) -> None:
    right, declined = [], {True: [], False: []}
    chosen: list[JudgedQuestion] = []
    for wanted in (True, False):
        chosen += [each for each in judged.questions if each.answerable is wanted and each.evidence][:ANSWERED]
    for question in chosen:
        placed = replace(question, evidence=evidence_places(desk, judged, question, names))
        answer = desk.ask(question.text, history=question.history)
        declined[bool(question.answerable)].append(answer.outcome != "answered")
        if question.answerable:
            right.append(bool(answer.citations) and touches(answer.citations[0], placed))
    silent = ", ".join(f"{np.mean(values):.3f} of {len(values)}" for values in declined.values() if values)
    print(f"    {name}: first statement right {np.mean(right):.3f}; not answered {silent}", flush=True)


def dealt(judged: JudgedSet, share: float) -> tuple[list[JudgedDocument], list[JudgedDocument]]:
    chance = random.Random(judged.name)
    hands: tuple[list[JudgedDocument], list[JudgedDocument]] = ([], [])
    for document in judged.documents or ():
        hands[chance.random() < share].append(document)
    return hands


def main(sets: Path, work: Path, names: tuple[str, ...]) -> None:
    judged = {name: read_set(sets / name) for name in names}
    whole = {name: filed(one.documents or (), work / name) for name, one in judged.items()}
    for name, one in judged.items():
        for share in SHARES:
            print(f"{name}, a share of {share} apart")
            hands = zip(("most", "few"), dealt(one, share), strict=True)
            parts = {part: filed(hand, work / f"{name}-{share}-{part}") for part, hand in hands}
            found(one, whole[name], parts)
            answered(one, "one index", *whole[name])
            answered(one, "together", *several(parts))
    every = [replace(each, id=f"{name}:{each.id}") for name, one in judged.items() for each in one.documents or ()]
    joint = filed(every, work / "-".join(names))
    parts = {
        name: (desk, {file: f"{name}:{own}" for file, own in files.items()}) for name, (desk, files) in whole.items()
    }
    for name, one in judged.items():
        print(f"{name}, among the documents of the others")
        grades = {
            question: {f"{name}:{each}": grade for each, grade in own.items()} for question, own in one.grades.items()
        }
        found(replace(one, grades=grades), joint, parts)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]), tuple(sys.argv[3:]) or SETS)
