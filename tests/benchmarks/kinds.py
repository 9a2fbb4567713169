"""How often a question of the judged sets is taken for one that is not answered from passages.

    python -m tests.benchmarks.kinds SETS

Prints a line a set: how many questions, and each that is taken for talk or for a question to the ledger. All of them
are questions to the text.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant import read_set
from assistant.ledger_questions import read
from assistant.small_talk import kind_of_talk


def main(sets: Path) -> None:
    for folder in sorted(each.parent for each in sets.glob("*/queries.jsonl.gz")):
        questions = read_set(folder).questions
        taken = [(kind, one.text) for one in questions if (kind := kind_of_talk(one.text) or read(one.text))]
        print(f"{folder.name:24} {len(questions):5} questions, {len(taken)} taken for another kind", *taken, sep="\n  ")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
