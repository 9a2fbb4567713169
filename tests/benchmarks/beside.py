"""Speed and room of this tree beside an earlier one, by turns in one run.

    python -m tests.benchmarks.beside BEFORE SETS WORK PASSAGES [ROUNDS]

BEFORE is a checkout of the earlier commit, SETS a folder of judged sets. The index is that of `scaling.py`, so nothing
is embedded but questions. Each step of a round runs in a process of its own, this tree and the earlier one in turn.
Printed are medians of the rounds, and the median of their ratios: this tree over the earlier one.

- fill: texts, words and vectors into the ledger, 500 documents a transaction;
- search: milliseconds a question, embedding aside, 50th and 99th percentile;
- change: one document of ten passages replaced in the ledger, a transaction each;
- forget: one document erased, the vector store filled anew;
- bytes a passage, of the ledger and of all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

FILL = """
from tests.benchmarks.scaling import *
folder = work / "index"
folder.mkdir(parents=True)
ledger = Ledger(folder, write=True)
anchors([sentence for _, found in pools(sets).values() for sentence in found], work.parent)
started = time.perf_counter()
fill(ledger, sets, work.parent, passages)
seconds = time.perf_counter() - started
with ledger.writing():
    ledger.put("corpus", "/corpus")
    ledger.put("model", DEFAULT_MODEL)
    ledger.put("model_fingerprint", fingerprint_of(locate(DEFAULT_MODEL)))
catch_up(ledger)
ledger.close()
files = [path for path in folder.rglob("*") if path.is_file()]
print(json.dumps({
    "fill, s": seconds,
    "ledger, bytes a passage": (folder / "ledger.db").stat().st_size / passages,
    "all, bytes a passage": sum(path.stat().st_size for path in files) / passages,
}))
"""
SEARCH = """
from tests.benchmarks.scaling import *
questions = questions_of(sets)
with closing(Index(work / "index", resident=True)) as index:
    for question in questions:
        index.search(question, 10)
    found = []
    for question in questions * 3:
        started = time.perf_counter()
        index.search(question, 10)
        found.append(1_000 * (time.perf_counter() - started))
print(json.dumps({"search p50, ms": np.percentile(found, 50), "search p99, ms": np.percentile(found, 99)}))
"""
CHANGE = """
from tests.benchmarks.scaling import *
ledger, base = Ledger(work / "index", write=True), np.load(work.parent / "anchors.npy")
(titles, pool), found = pools(sets)["scifact"], []
for number in range(60):
    chance = np.random.default_rng((7, number, turn))
    texts = passages_of(chance, pool, PASSAGES_A_DOCUMENT)
    made, stems = document(number, "scifact", titles[number], texts), [stems for _, stems in texts]
    vectors = vectors_near(chance, base, len(texts))
    started = time.perf_counter()
    with ledger.writing():
        store(ledger, made, stems, vectors)
        ledger.drop_unused_vectors()
    found.append(1_000 * (time.perf_counter() - started))
ledger.close()
print(json.dumps({"change, ms": np.median(found)}))
"""
FORGET = """
from tests.benchmarks.scaling import *
from index import forget
with closing(Ledger(work / "index")) as ledger:
    wanted = sorted(ledger.files())[turn]
started = time.perf_counter()
forget(wanted, work / "index")
print(json.dumps({"forget, s": time.perf_counter() - started}))
"""
HEAD = """
import json, sys, time
from pathlib import Path
sets, work, passages, turn = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
"""


def run(tree: Path, step: str, *named: object) -> dict[str, float]:
    """Run one step in a process that imports from a tree."""
    command = [sys.executable, "-c", HEAD + step, *map(str, named)]
    ended = subprocess.run(
        command, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def main(before: Path, sets: Path, work: Path, passages: int, rounds: int) -> None:
    trees = {"now": Path(__file__).parents[2], "before": before.resolve()}
    measured: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(rounds):
        order = list(trees)[:: 1 if turn % 2 else -1]
        for step in (FILL, SEARCH, CHANGE, FORGET):
            for name in order:
                place = work / name
                if step is FILL:
                    shutil.rmtree(place, ignore_errors=True)
                for what, figure in run(trees[name], step, sets.resolve(), place.resolve(), passages, turn).items():
                    measured[what][name].append(figure)
    print(f"{passages} passages, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for what, found in measured.items():
        ratios = np.array(found["now"]) / np.array(found["before"])
        spread = f"{ratios.min():.3f} to {ratios.max():.3f}"
        medians = {name: float(np.median(figures)) for name, figures in found.items()}
        print(
            f"{what}: now {medians['now']:.2f}, before {medians['before']:.2f}, "
            f"ratio {np.median(ratios):.3f} ({spread})",
            flush=True,
        )


if __name__ == "__main__":
    earlier, judged, scratch, count, *rest = sys.argv[1:]
    main(Path(earlier), Path(judged), Path(scratch), int(count), int(rest[0]) if rest else 3)
