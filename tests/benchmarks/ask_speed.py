"""How long a whole extractive answer takes in a warm process, alone and with two people asking at once.

    python -m tests.benchmarks.ask_speed SET_FOLDER WORK_FOLDER

SET_FOLDER is a judged set, whose documents become files and an index below WORK_FOLDER; scifact makes some 10,000
passages. Each question is asked once, so no cache helps. Passages are there with the event `found`, the answer with the
last one. For two at once the questions are halved between two threads; who asks waits for the answer before the next.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from assistant import Assistant
from tests.benchmarks.sets import prepare

WARM_UP, A_ROUND = 10, 100


def asked(desk: Assistant, questions: list[str]) -> np.ndarray:
    """Milliseconds until the passages and until the answer, and whether it answers; shape [questions, 3]."""
    rows = []
    for question in questions:
        started = time.perf_counter()
        for event in desk.ask_stream(question):
            if event.kind == "found":
                passages = time.perf_counter() - started
            if event.answer is not None:
                rows.append((passages * 1000, (time.perf_counter() - started) * 1000, not event.answer.abstained))
    return np.array(rows)


def report(name: str, rows: np.ndarray) -> None:
    cells = [f"{len(rows)} asked, {int(rows[:, 2].sum())} answered"]
    for what, column in (
        ("passages", rows[:, 0]),
        ("answers", rows[rows[:, 2] == 1, 1]),
        ("declined", rows[rows[:, 2] == 0, 1]),
    ):
        if len(column):
            cells.append(f"{what} p50 {np.percentile(column, 50):.0f} ms, p95 {np.percentile(column, 95):.0f} ms")
    print(f"{name}: {'; '.join(cells)}", flush=True)


def main(folder: Path, work: Path) -> None:
    prepared = prepare(folder, work)
    questions = [question.text for question in prepared.questions if not question.history]
    with Assistant.open(prepared.index, resident=True) as desk:
        print(f"{desk.status().passages} passages")
        asked(desk, questions[:WARM_UP])
        left = questions[WARM_UP:]
        report("one", asked(desk, left[:A_ROUND]))
        pair = left[A_ROUND : 2 * A_ROUND : 2], left[A_ROUND + 1 : 2 * A_ROUND : 2]
        with ThreadPoolExecutor(2) as people:
            report("two at once", np.concatenate(list(people.map(lambda half: asked(desk, half), pair))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
