"""What a sync costs after one edit, after none, and after every folder was renamed, beside the first one.

    python -m tests.benchmarks.resync WORD_SOURCE [DOCUMENTS]

The words come from WORD_SOURCE, any text file; the documents hold 3,000 characters each, drawn with a fixed seed. One
process runs all of it, as a chat does that follows its folder.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from index import DEFAULT_MODEL, SyncReport, sync
from tests.benchmarks.sync_many import text

CHARACTERS = 3_000
LONG_AGO = (1_600_000_000, 1_600_000_000)


def timed(name: str, corpus: Path, index: Path) -> tuple[float, SyncReport]:
    started = time.monotonic()
    report = sync(corpus, index, model=DEFAULT_MODEL)
    seconds = time.monotonic() - started
    print(
        f"{name}: {seconds:.2f} s, {report.documents} documents, {report.passages} passages, "
        f"{report.embedded} embedded, {len(report.renamed)} renamed, {len(report.changed)} changed",
        flush=True,
    )
    return seconds, report


def main(source: Path, documents: int) -> None:
    chance, words = random.Random(11), source.read_text(encoding="utf-8").split()
    with tempfile.TemporaryDirectory() as scratch:
        corpus, index = Path(scratch) / "corpus", Path(scratch) / "index"
        for number in range(documents):
            path = corpus / f"{number // 50:02}" / f"{number:04}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(chance, words, CHARACTERS), encoding="utf-8")
            os.utime(path, LONG_AGO)
        first, _ = timed("first", corpus, index)
        for edit in range(3):
            path = corpus / f"{edit:02}" / f"{edit * 50:04}.txt"
            path.write_text(path.read_text(encoding="utf-8") + "\n\nOne more sentence.\n", encoding="utf-8")
            os.utime(path, LONG_AGO)
            seconds, _ = timed("one edit", corpus, index)
            print(f"    {seconds / first:.4f} of the first")
        for _ in range(3):
            timed("none", corpus, index)
        for folder in sorted(corpus.iterdir()):
            folder.rename(folder.with_name(f"renamed-{folder.name}"))
        timed("all folders renamed", corpus, index)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *[int(number) for number in sys.argv[2:]] or [1_000])
