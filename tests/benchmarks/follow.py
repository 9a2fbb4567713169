"""How long after the save of a small document it answers, while its folder is followed.

    python -m tests.benchmarks.follow [DOCUMENTS]

One thread follows the folder, another asks until the new words are found.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from index import DEFAULT_MODEL, Index, sync, watch

SAVES = 10


def main(documents: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        corpus, index = Path(scratch) / "corpus", Path(scratch) / "index"
        corpus.mkdir()
        for number in range(documents):
            (corpus / f"{number}.txt").write_text(f"Watch {number}: wind from the west, rain over the bay.")
        stop, synced = threading.Event(), threading.Event()

        def follow() -> None:
            for _ in watch(lambda: sync(corpus, index, model=DEFAULT_MODEL), index, stop=stop):
                synced.set()

        thread = threading.Thread(target=follow)
        thread.start()
        synced.wait()
        opened = Index(index, resident=True)
        opened.search("warm up", 1)
        seconds = []
        for save in range(SAVES):
            word = f"beacon{save}x"
            started = time.monotonic()
            (corpus / "log.txt").write_text(f"The {word} was lit by the keeper.")
            while word not in " ".join(hit.text for hit in opened.search(f"Who lit the {word}?", 3).hits):
                time.sleep(0.02)
            seconds.append(time.monotonic() - started)
        print(f"{documents} documents, {SAVES} saves: " + ", ".join(f"{each:.2f}" for each in sorted(seconds)) + " s")
        stop.set()
        thread.join()
        opened.close()


if __name__ == "__main__":
    main(*[int(number) for number in sys.argv[1:]] or [200])
