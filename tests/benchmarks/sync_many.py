"""Time and peak memory of syncing many small files and one long text, as whole processes.

    python -m tests.benchmarks.sync_many WORD_SOURCE [FILES] [MEGABYTES]

The words come from WORD_SOURCE, any text file; the files hold 600 characters each, drawn with a fixed seed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SYNC = """
import resource, sys
from pathlib import Path
from index import DEFAULT_MODEL, sync
report = sync(Path(sys.argv[1]), Path(sys.argv[2]), model=DEFAULT_MODEL)
peak = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(f"{report.documents} documents, {report.passages} passages, {len(report.failures)} failed, "
      f"peak {peak[0]} MiB, largest child {peak[1]} MiB")
"""
CHARACTERS = 600


def text(chance: random.Random, words: list[str], characters: int) -> str:
    sentences, held = [], 0
    while held < characters:
        sentence = " ".join(chance.choices(words, k=chance.randint(6, 24))).capitalize() + "."
        sentences.append(sentence)
        held += len(sentence) + 1
    paragraphs = [" ".join(sentences[start : start + 6]) for start in range(0, len(sentences), 6)]
    return "\n\n".join(paragraphs)


def timed(name: str, corpus: Path, index: Path) -> None:
    started = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", SYNC, str(corpus), str(index)], capture_output=True, text=True, check=True
    )
    print(f"{name}: {time.monotonic() - started:.1f} s, {ran.stdout.strip()}", flush=True)


def main(source: Path, files: int, megabytes: int) -> None:
    chance, words = random.Random(7), source.read_text(encoding="utf-8").split()
    with tempfile.TemporaryDirectory() as scratch:
        many, one = Path(scratch) / "many", Path(scratch) / "one"
        for folder in (many, one):
            folder.mkdir()
        for number in range(files):
            path = many / f"{number // 100:03}" / f"{number:05}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text(chance, words, CHARACTERS), encoding="utf-8")
            os.utime(path, (1_600_000_000, 1_600_000_000))
        (one / "long.txt").write_text(text(chance, words, megabytes * 1_000_000), encoding="utf-8")
        timed(f"{files} files", many, Path(scratch) / "index-many")
        timed(f"{files} files again, none changed", many, Path(scratch) / "index-many")
        timed(f"one text of {megabytes} MB", one, Path(scratch) / "index-one")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *([int(number) for number in sys.argv[2:]] or [10_000, 50]))
