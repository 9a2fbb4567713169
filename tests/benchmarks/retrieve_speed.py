"""How fast a warm search is, and how soon an opened index answers, beside langchain, LlamaIndex and txtai in one run.

    python -m tests.benchmarks.retrieve_speed SET_FOLDER WORK_FOLDER OUT_FOLDER PEERS_PYTHON [PEER[,PEER]]

SET_FOLDER is a judged set whose index below WORK_FOLDER `retrieve_sets` has made, and whose stores below OUT_FOLDER
`retrieve_peers`; scifact makes some 10,000 passages. Every search is of a text never asked before, so no cache helps,
and includes its embedding. Latency: each question of the set is put to all systems in turn, a different one first each
time; beside the clock's the processor's time, which other work on the machine changes little. Throughput: titles of
documents, the same number by one thread and by 16, in alternating rounds. Opening, for Despatch, in fresh processes
after the imports: until the ledger's words answer, and until the first whole search does.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from assistant import read_set
from index import Index
from tests.benchmarks.peers import timed
from tests.benchmarks.retrieval import judged
from tests.benchmarks.retrieve_peers import PeerEnded, PeerProcess

K, WARM_UP, SEED = 10, 20, 11
THREADS, ROUNDS, A_ROUND = 16, 5, 100
OPENINGS = 9
OPENING = """
import sys, time
from pathlib import Path
import numpy, onnxruntime, tokenizers
from index import Index
from index.search import _match, _Opened, _word_query
folder, question = Path(sys.argv[1]), sys.argv[2]
started = time.perf_counter()
opened = _Opened(folder)
assert _match(opened.ledger, _word_query(opened.ledger, opened.analyzer(), question), None)
words = time.perf_counter() - started
opened.close()
started = time.perf_counter()
assert Index(folder).search(question, 10).hits
print(words, time.perf_counter() - started)
"""
Timed = Callable[[list[str], int], dict[str, Any]]


def despatch(index: Index) -> Timed:
    class Searched:
        def search(self, question: str) -> None:
            assert index.search(question, K).hits

    return lambda questions, threads: timed(Searched(), questions, threads)


def peer(tell: PeerProcess, name: str, folder: Path, work: Path, out: Path) -> Timed:
    stores = {"files": str(work / folder.name / "files"), "store": str(out / name / "stores" / folder.name)}
    opened = tell(open=name, **stores, k=K, kept=None)
    print(f"{name}: {opened['passages']} passages, opened in {opened['seconds']:.1f} s with its imports", flush=True)
    return lambda questions, threads: tell(time=questions, threads=threads)


def latencies(systems: dict[str, Timed], questions: list[str]) -> dict[str, np.ndarray]:
    """Milliseconds of each question by the clock and of processor, shape [questions, 2]."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in systems}
    names = list(systems)
    for number, question in enumerate(questions):
        for place in range(len(names)):
            name = names[(number + place) % len(names)]
            answer = systems[name]([question], 1)
            found[name].append((answer["ms"][0], answer["cpu"] * 1000))
    return {name: np.array(costs[WARM_UP:]) for name, costs in found.items()}


def throughput(system: Timed, titles: list[str]) -> tuple[float, float]:
    """Questions a second by one thread and by many."""
    seconds = {1: 0.0, THREADS: 0.0}
    for turn in range(ROUNDS):
        for place, threads in enumerate(seconds):
            start = (turn * 2 + place) * A_ROUND
            seconds[threads] += system(titles[start : start + A_ROUND], threads)["seconds"]
    return ROUNDS * A_ROUND / seconds[1], ROUNDS * A_ROUND / seconds[THREADS]


def opening(index: Path, question: str) -> tuple[float, float]:
    """Median milliseconds until words answer, and until a whole search does."""
    command = [sys.executable, "-c", OPENING, str(index), question]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(OPENINGS)]
    words, whole = np.median([list(map(float, run.split())) for run in runs], axis=0) * 1000
    return float(words), float(whole)


def main(folder: Path, work: Path, out: Path, python: str, peers: tuple[str, ...]) -> None:
    place = work / folder.name / "index"
    index = Index(place)
    print(f"despatch: {index.status().passages} passages", flush=True)
    systems, children = {"despatch": despatch(index)}, [PeerProcess(python) for _ in peers]
    for name, child in zip(peers, children, strict=True):
        systems[name] = peer(child, name, folder, work, out)
    titles = [document.title for document in read_set(folder).documents if document.title]
    random.Random(SEED).shuffle(titles)
    titles = list(dict.fromkeys(titles))
    if len(titles) < 2 * ROUNDS * A_ROUND + WARM_UP:
        sys.exit(f"{folder.name} has too few titles")
    warm, asked = titles[-WARM_UP:], [question.text for question in judged(folder)]
    found = latencies(systems, warm + asked)
    print(f"{len(asked)} questions, k = {K}\n")
    head = ("p50 ms", "processor", "p95 ms", "processor", "questions a second, 1 thread", f"{THREADS} threads", "ratio")
    print(f"| system | {' | '.join(head)} |\n| --- |{' --: |' * len(head)}")
    for name, system in systems.items():
        cells = [f"{cost:.1f}" for cost in np.percentile(found[name], [50, 95], axis=0).flat]
        try:
            one, many = throughput(system, titles)
            cells += [f"{one:.1f}", f"{many:.1f}", f"{many / one:.2f}"]
        except PeerEnded as error:  # not every peer bears to be asked by many threads
            cells += ["", str(error), ""]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    for child in children:
        child.close()
    words, whole = opening(place, asked[0])
    print(f"\nopened: words answer after {words:.0f} ms, a whole search after {whole:.0f} ms")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), sys.argv[4], tuple(sys.argv[5].split(",")) if sys.argv[5:] else ())
