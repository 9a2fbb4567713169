"""Silence where no model can read the question: the rule of its words, and letters that the models do not know.

    python -m tests.benchmarks.by_words SETS_FOLDER WORK_FOLDER [FOLDER]

Fits the probability that the documents answer to how many of a question's words stand around the best sentence, over
development sets as though no model were at hand, and prints what each strictness declines of each set's answerable
questions and of those of other sets. Then, with FOLDER, a folder of real files, asks the questions of
tests/index/spoken.jsonl and unspoken.jsonl of an index of the notices and of one of FOLDER.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant import Assistant
from assistant.evaluation.judged import JudgedQuestion
from assistant.evidence import gather
from assistant.followups import with_history
from assistant.silence import weigh
from index import DEFAULT_MODEL, sync
from tests.benchmarks.fit_answering import DECLINED_SHARES, SETS
from tests.benchmarks.sets import prepare

ANSWERABLE, MISSING, OF_EACH_OTHER = 80, 60, 10  # questions of a set
RANDOM = Random(5)
NOTICES = Path(__file__).parents[1] / "index"


def around(desk: Assistant, question: JudgedQuestion) -> float:
    """How many of a question's words, by rarity, stand around the sentence that is best by words alone."""
    query = with_history(question.text, question.history)
    analyzer = desk.index.analyzer(query)
    rarity, absent = desk._rarity(query, analyzer)
    evidence = gather(query, desk.index.search(query, 12).hits, None, rarity, analyzer, None)
    return weigh(evidence, rarity, absent).around if evidence else 0.0


def report_fit(bench: Path, work: Path) -> None:
    judged = [prepare(bench / name, work) for name in SETS]
    own = {one.name: [each for each in one.questions if each.answerable] for one in judged}
    rows = {}
    for one in judged:
        others = [each for name, asked in own.items() if name != one.name for each in first_turns(asked)]
        with Assistant.open(one.index) as desk:
            missing = [each for each in one.questions if each.answerable is False]
            rows[one.name] = [
                np.array([around(desk, each) for each in asked])
                for asked in (
                    RANDOM.sample(own[one.name], ANSWERABLE),
                    others,
                    RANDOM.sample(missing, min(MISSING, len(missing))),
                )
            ]
        print("read", one.name, flush=True)
    shares = np.concatenate([np.concatenate(row) for row in rows.values()])
    labels = np.concatenate([np.repeat([1, 0, 0], [len(part) for part in row]) for row in rows.values()])
    weights = np.concatenate([np.full(n, 1 / n) for n in (sum(map(len, row)) for row in rows.values())])
    model = LogisticRegression(C=10.0).fit(shares[:, None], labels, sample_weight=weights / weights.mean())
    print(f"weight {model.coef_[0][0]:.2f}, constant {model.intercept_[0]:.2f}")
    for share in DECLINED_SHARES:
        limit = np.quantile(shares[labels == 1], share)
        probability = model.predict_proba([[limit]])[0][1]
        print(f"below {probability:.2f}, {limit:.2f} of the words: answerable of each set and of others declined")
        declined = np.array([[np.mean(part < limit) for part in row[:2]] for row in rows.values()])
        for name, told in zip([*rows, "mean"], [*declined, declined.mean(axis=0)], strict=True):
            print(f"  {name:24} {told[0]:.2f} {told[1]:.2f}")


def first_turns(questions: Sequence[JudgedQuestion]) -> list[JudgedQuestion]:
    return RANDOM.sample([each for each in questions if not each.history], OF_EACH_OTHER)


def report_writings(work: Path, folder: Path) -> None:
    notices, absent = defaultdict(list), defaultdict(list)
    for line in (NOTICES / "spoken.jsonl").read_text(encoding="utf-8").splitlines():
        notices[json.loads(line)["language"]].append(json.loads(line))
    for line in (NOTICES / "unspoken.jsonl").read_text(encoding="utf-8").splitlines():
        absent[json.loads(line)["language"]].append(json.loads(line)["question"])
    for language, told in notices.items():
        (work / "notices" / language).mkdir(parents=True, exist_ok=True)
        for number, notice in enumerate(told):
            (work / "notices" / language / f"{number}.txt").write_text(notice["notice"], encoding="utf-8")
    sync(work / "notices", work / "notices.index", model=DEFAULT_MODEL)
    sync(folder, work / "files.index", model=DEFAULT_MODEL)
    print("language: first citation right; declined: absent of notices, absent of files, the notices' of files")
    with Assistant.open(work / "notices.index") as desk, Assistant.open(work / "files.index") as files:
        for language, told in notices.items():
            asked = [one["question"] for one in told]
            first = [[each.document_id for each in desk.ask(question).citations[:1]] for question in asked]
            right = sum(one == [f"{language}/{number}.txt"] for number, one in enumerate(first))
            declined = [
                sum(of.ask(question).abstained for question in questions)
                for of, questions in ((desk, absent[language]), (files, absent[language]), (files, asked))
            ]
            print(f"  {language} {right} of {len(told)}; {declined} of {len(told)} each", flush=True)


if __name__ == "__main__":
    report_fit(Path(sys.argv[1]), Path(sys.argv[2]))
    if len(sys.argv) > 3:
        report_writings(Path(sys.argv[2]), Path(sys.argv[3]))
