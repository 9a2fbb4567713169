"""What folding repetitions costs a search for ten hits: reading twice as many passages, and comparing them.

python -m tests.benchmarks.folding
"""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from assistant import bundled_corpus
from index import DEFAULT_MODEL, Index, sync
from index.folding import Folds
from index.ledger import Ledger

K, ROUNDS = 10, 200
QUESTIONS = ("When did the dialogue end?", "What was said on Ukraine and Iran?", "Which targets are there for energy?")


def folded(ledger: Ledger, ids: list[int]) -> int:
    folds, rows = Folds(K), ledger.passages(ids)
    for number in ids:
        folds.add(rows[number])
    return len(folds.kept())


def milliseconds(ledger: Ledger, ids: list[int]) -> tuple[float, float]:
    plain, more = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ledger.passages(ids[:K])
        plain.append(time.perf_counter() - started)
        started = time.perf_counter()
        folded(ledger, ids)
        more.append(time.perf_counter() - started)
    return 1_000 * statistics.median(plain), 1_000 * statistics.median(more)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "index"
        sync(bundled_corpus(), place, model=DEFAULT_MODEL)
        with closing(Index(place)) as index, closing(Ledger(place)) as ledger:
            for question in QUESTIONS:
                ids = [hit.passage_id for hit in index.search(question, 2 * K).hits]
                plain, more = milliseconds(ledger, ids)
                print(
                    f"{question} {K} passages {plain:.2f} ms, {2 * K} folded into {folded(ledger, ids)}: {more:.2f} ms"
                )
                again = [*ids[: K // 2], *ids[: K // 2], *ids[:K]]
                print(f"  each twice and more: {milliseconds(ledger, again)[1]:.2f} ms")


if __name__ == "__main__":
    main()
