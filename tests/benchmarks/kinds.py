"""How often a question of the judged sets is taken for one of another kind, asked back, or said to have rival sources.

    python -m tests.benchmarks.kinds SETS                    every question, by its words alone
    python -m tests.benchmarks.kinds SETS WORK NAME ...      asks of these sets, indexed through `sync` below WORK

All questions of the sets are English and to the text, so all that the first form prints is mistaken; it also counts
which language each seems to be in. The second form asks
up to 100 questions of each set as a user would, without a language model; a difference that it prints has to be judged
by a reader. Labels are those of the set where it has any (mtrag_dev), else whether the question is answerable.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter
from pathlib import Path

from assistant import Assistant, read_set
from assistant.ledger_questions import read
from assistant.recognising import language_of
from assistant.small_talk import kind_of_talk
from tests.benchmarks.sets import prepare

ASKED = 100
RANDOM = random.Random(5)


def by_words(sets: Path) -> None:
    languages: Counter[str] = Counter()
    for folder in sorted(each.parent for each in sets.glob("*/queries.jsonl.gz")):
        questions = read_set(folder).questions
        taken = [(kind, one.text) for one in questions if (kind := kind_of_talk(one.text) or read(one.text))]
        print(f"{folder.name:24} {len(questions):5} questions, {len(taken)} taken for another kind", *taken, sep="\n  ")
        languages.update(language_of(one.text) or "none" for one in questions)
    print(f"{languages.total():,} questions, by the language that each seems to be in: {dict(languages)}")


def asked(folder: Path, work: Path) -> None:
    with gzip.open(folder / "queries.jsonl.gz", "rt", encoding="utf-8") as rows:
        labels = {row["id"]: row.get("label") or str(row["answerable"]) for row in map(json.loads, rows)}
    prepared = prepare(folder, work)
    questions = RANDOM.sample(prepared.questions, min(ASKED, len(prepared.questions)))
    counts: dict[str, Counter[str]] = {}
    with Assistant.open(prepared.index) as desk:
        for one in questions:
            answer = desk.ask(one.text, history=one.history)
            counts.setdefault(labels[one.id], Counter()).update([answer.outcome])
            if answer.outcome not in ("answered", "declined") or answer.note:
                print(f"  {labels[one.id]}, {answer.outcome}: {one.text!r} {answer.note} {answer.choices}")
    for label, outcomes in sorted(counts.items()):
        shares = ", ".join(f"{outcome} {count / outcomes.total():.3f}" for outcome, count in sorted(outcomes.items()))
        print(f"{prepared.name:24} {label:16} {outcomes.total():4} questions: {shares}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        for name in sys.argv[3:]:
            asked(Path(sys.argv[1]) / name, Path(sys.argv[2]))
    else:
        by_words(Path(sys.argv[1]))
