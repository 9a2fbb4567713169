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
from pathlib import Path

import numpy as np

from index import DEFAULT_MODEL, Index, sync
from index.compiling import COMPILER_VERSION, compile_model
from index.embedding import fingerprint_of, locate
from tests.benchmarks.sets import lines

SETS = (
    "clapnq_dev", "us_diplomatic_history", "mtrag_dev", "covidqa", "gov_uk", "nih_consumer", "scifact", "pubmedqa",
    "hotpotqa_sample", "squad2_dev_half",
)  # fmt: skip
QUESTIONS, DEPTH, CUT, RESAMPLES, SEED = 200, 200, 10, 10_000, 11


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


def choose(folder: Path, characters: int) -> tuple[dict[str, dict], list[tuple[str, dict[str, int]]]]:
    """Documents by id, and questions with their grades by document."""
    chance = random.Random(SEED)
    corpus = {row["id"]: row for row in lines(folder / "corpus.jsonl.gz")}
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        question, document, grade = line.split("\t")
        if int(grade):
            grades.setdefault(question, {})[document] = int(grade)
    rows = [row for row in lines(folder / "queries.jsonl.gz") if row["answerable"] is not False and row["id"] in grades]
    chance.shuffle(rows)
    kept, questions, held = {}, [], 0
    for row in rows:
        new = {name for name in grades[row["id"]] if name not in kept}
        size = sum(len(corpus[name]["text"]) for name in new)
        if len(questions) < QUESTIONS and held + size <= characters:
            kept |= {name: corpus[name] for name in sorted(new)}
            questions.append((row["text"], grades[row["id"]]))
            held += size
    others = [name for name in corpus if name not in kept]
    chance.shuffle(others)
    for name in others:
        if held + len(corpus[name]["text"]) <= characters:
            kept[name] = corpus[name]
            held += len(corpus[name]["text"])
    return kept, questions


def ndcg(ranked: list[str], grades: dict[str, int]) -> float:
    def gain(found: list[int]) -> float:
        return sum((2**grade - 1) / np.log2(place + 2) for place, grade in enumerate(found[:CUT]))

    return gain([grades.get(name, 0) for name in ranked]) / gain(sorted(grades.values(), reverse=True))


def scores(files: Path, index: Path, names: dict[str, str], questions: list[tuple[str, dict[str, int]]]) -> np.ndarray:
    sync(files, index, model=DEFAULT_MODEL)
    opened = Index(index)
    found = []
    for text, grades in questions:
        ranked = list(dict.fromkeys(names[hit.document_id] for hit in opened.search(text, DEPTH).hits))
        found.append(ndcg(ranked, grades))
    passages = opened.status().passages
    opened.close()
    print(f"  {passages} passages", file=sys.stderr, flush=True)
    return np.array(found)


def measure(folder: Path, int8: Path, work: Path, characters: int) -> float:
    corpus, questions = choose(folder, characters)
    files, names = work / "files", {}
    files.mkdir(parents=True)
    for number, (name, row) in enumerate(sorted(corpus.items()), start=1):
        path = files / f"{number:06}.md"
        names[path.name] = name
        path.write_text((f"# {row['title']}\n\n" if row["title"] else "") + row["text"], encoding="utf-8", newline="")
    full = scores(files, work / "fp32", names, questions)
    with cache(int8):
        small = scores(files, work / "int8", names, questions)
    difference = small - full
    draws = np.random.default_rng(SEED).integers(0, len(questions), (RESAMPLES, len(questions)))
    low, high = np.percentile(difference[draws].mean(axis=1), [2.5, 97.5])
    print(
        f"{folder.name:24} {len(corpus):6} {len(questions):9}   {full.mean():.4f}  {small.mean():.4f}  "
        f"{difference.mean():+.4f}  {low:+.4f} to {high:+.4f}",
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
