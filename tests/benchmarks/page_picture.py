"""How long a page of a long PDF takes as a picture: `python -m tests.benchmarks.page_picture [FILE.pdf]`."""

from __future__ import annotations

import hashlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

from reportlab.pdfgen import canvas

from corpus import page_picture

PAGES, LINES, EVERY = 500, 40, 10


def main(file: Path | None) -> None:
    """Draw every tenth page, each as the chat does when it is first asked for it."""
    with tempfile.TemporaryDirectory() as folder:
        path = file or _made(Path(folder) / "long.pdf")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        seconds, sizes = [], []
        for page in range(1, PAGES + 1, EVERY):
            started = time.perf_counter()
            sizes.append(len(page_picture(path, sha256, page)))
            seconds.append(time.perf_counter() - started)
        p95 = statistics.quantiles(seconds, n=20)[-1]
        print(f"{len(seconds)} of {PAGES} pages, {path.stat().st_size / 1e6:.1f} MB: ", end="")
        print(f"median {statistics.median(seconds):.2f} s, p95 {p95:.2f} s, {statistics.median(sizes) / 1e3:.0f} kB")


def _made(path: Path) -> Path:
    drawn = canvas.Canvas(str(path))
    for page in range(PAGES):
        for line in range(LINES):
            drawn.drawString(
                60, 800 - 18 * line, f"Page {page + 1}, line {line}: the harbour's budget of {1500 + page}."
            )
        drawn.showPage()
    drawn.save()
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
