"""Rankers side by side, from the files that `retrieve_sets`, `retrieve_start` and `retrieve_peers` have written.

    python -m tests.benchmarks.retrieve_compare FOLDER:RANKER [FOLDER:RANKER ...]

First a table of nDCG@10 / recall@10 a set. Then what the first ranker has more than each of the others in nDCG@10,
question by question: the mean difference, its 95 % interval from a paired bootstrap, and p of a paired randomisation
test, a set and over all questions; the mean over sets; and in how many sets the first is ahead.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from assistant.evaluation.intervals import bootstrap_interval, randomisation_p
from tests.benchmarks.retrieval import SETS, Figures


def load(name: str) -> dict[str, Figures]:
    folder, _, ranker = name.rpartition(":")
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["rankers"][ranker]
        for path in Path(folder).glob("*.json")
    }


def means(found: Figures) -> np.ndarray:
    return np.array(list(found.values())).mean(axis=0)


def table(systems: dict[str, dict[str, Figures]], sets: list[str]) -> None:
    print("| set | questions | " + " | ".join(systems) + " |")
    print("| --- | --: |" + " --: |" * len(systems))
    for name in sets:
        cells = ["{:.3f} / {:.3f}".format(*means(found[name])) for found in systems.values()]
        questions = len(next(iter(systems.values()))[name])
        print(f"| {name} | {questions} | " + " | ".join(cells) + " |")
    cells = ["{:.3f} / {:.3f}".format(*np.mean([means(found[name]) for name in sets], 0)) for found in systems.values()]
    print(f"| mean of {len(sets)} sets | | " + " | ".join(cells) + " |\n")


def differences(first: dict[str, Figures], other: dict[str, Figures], sets: list[str]) -> None:
    print("| set | difference | 95 % | p |\n| --- | --: | --: | --: |")
    apart = {
        name: np.array([first[name][question][0] - other[name][question][0] for question in first[name]])
        for name in sets
    }
    for name, values in [*apart.items(), ("all questions", np.concatenate(list(apart.values())))]:
        low, high = bootstrap_interval(values)
        print(f"| {name} | {values.mean():+.4f} | {low:+.4f} to {high:+.4f} | {randomisation_p(values):.4f} |")
    ahead = sum(values.mean() > 0 for values in apart.values())
    mean = np.mean([values.mean() for values in apart.values()])
    print(f"\nmean of {len(sets)} sets {mean:+.4f}, ahead in {ahead}\n")


def main(names: list[str]) -> None:
    systems = {name.rpartition("/")[2].replace(":", ": "): load(name) for name in names}
    sets = [name for name in SETS if all(name in found for found in systems.values())]
    table(systems, sets)
    (first, found), *others = systems.items()
    for other, its in others:
        print(f"{first} less {other}\n")
        differences(found, its, sets)


if __name__ == "__main__":
    main(sys.argv[1:])
