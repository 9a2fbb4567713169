"""What the default model loses in search when its weights are int8: nDCG@10 a judged set, with fp32 and with int8.

    python -m tests.benchmarks.precision SETS_FOLDER [CHARACTERS [SET ...]]

Everything is Despatch as it runs, splitting and fused search; only the compiled graph differs. From each set at most
200 questions are drawn with a fixed seed, with the documents that are right for them, and other documents are added
until CHARACTERS of text are indexed. Intervals are 95 %, from a paired bootstrap over questions.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant import Assistant, JudgedSet, evaluate, keep_set, read_set
from assistant.evaluation.intervals import bootstrap_interval
from index import DEFAULT_MODEL
from index.compiling import COMPILER_VERSION, compile_model
from index.embedding import fingerprint_of, locate

SETS = (
    "clapnq_dev", "us_diplomatic_history", "mtrag_dev", "covidqa", "gov_uk", "nih_consumer", "scifact", "pubmedqa",
    "hotpotqa_sample", "squad2_dev_half",
)  # fmt: skip
QUESTIONS, MEASURE, SEED = 200, "ndcg@10", 11


@contextmanager
def cache(folder: Path | None):
    """Compiled models come from `folder`, None is the user's, here and in children; where caches follow XDG."""
    before = dict(os.environ)
    if folder:
        os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def int8_by_default(folder: Path) -> None:
    """Make `folder` a cache in which the default model's graph is the int8 one."""
    source = locate(DEFAULT_MODEL)
    target = folder / "despatch" / "models" / f"{fingerprint_of(source)}-{COMPILER_VERSION}"
    compile_model(DEFAULT_MODEL, source, target, precision="int8")


def choose(judged: JudgedSet, characters: int) -> JudgedSet:
    """Some of the questions, and documents of `characters` in all, among them those that are right for them."""
    chance = random.Random(SEED)
    corpus = {document.id: document for document in judged.documents}
    asked = list(judged.to_find)
    chance.shuffle(asked)
    kept, questions, held = {}, [], 0
    for question in asked:
        right = [name for name, grade in judged.grades[question.id].items() if grade]
        new = {name for name in right if name not in kept}
        size = sum(len(corpus[name].text) for name in new)
        if len(questions) < QUESTIONS and held + size <= characters:
            kept |= {name: corpus[name] for name in sorted(new)}
            questions.append(question)
            held += size
    others = [name for name in corpus if name not in kept]
    chance.shuffle(others)
    for name in others:
        if held + len(corpus[name].text) <= characters:
            kept[name] = corpus[name]
            held += len(corpus[name].text)
    return replace(judged, documents=tuple(kept[name] for name in sorted(kept)), questions=tuple(questions))


def scores(judged: JudgedSet, work: Path) -> np.ndarray:
    kept = keep_set(judged, work)
    with Assistant.open(kept.index) as desk:
        print(f"  {desk.status().passages} passages", file=sys.stderr, flush=True)
        return np.array([row[MEASURE] for row in evaluate(desk, judged, kept.names).scores.values()])


def measure(folder: Path, int8: Path, work: Path, characters: int) -> float:
    judged = choose(read_set(folder), characters)
    full = scores(judged, work / "fp32")
    with cache(int8):
        small = scores(judged, work / "int8")
    difference = small - full
    low, high = bootstrap_interval(difference)
    print(
        f"{folder.name:24} {len(judged.documents):6} {len(judged.questions):9}   {full.mean():.4f}  "
        f"{small.mean():.4f}  {difference.mean():+.4f}  {low:+.4f} to {high:+.4f}",
        flush=True,
    )
    return float(difference.mean())


def main(sets: Path, characters: int, names: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        int8_by_default(Path(scratch) / "cache")
        print("set                   documents questions    fp32    int8  difference, 95 %")
        differences = [
            measure(sets / name, Path(scratch) / "cache", Path(scratch) / name, characters) for name in names
        ]
        print(f"mean difference over {len(differences)} sets {np.mean(differences):+.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int((sys.argv[2:] or [600_000])[0]), tuple(sys.argv[3:]) or SETS)
