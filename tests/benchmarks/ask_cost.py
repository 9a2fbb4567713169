"""What one `despatch ask` costs as a whole process, beside importing sentence-transformers, in pairs.

python -m tests.benchmarks.ask_cost [PAIRS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant import bundled_corpus
from index import DEFAULT_MODEL, sync

ASK = "import sys; from ui.terminal import main; sys.exit(main())"
IMPORT = "import sentence_transformers"


def seconds(*command: str) -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    return time.monotonic() - started


def main(pairs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        sync(bundled_corpus(), index, model=DEFAULT_MODEL)
        ask = ("-c", ASK, "ask", "When did the dialogue end?", "--index", str(index))
        seconds(*ask), seconds("-c", IMPORT)  # once each, so that both find their files in memory
        rows = [(seconds(*ask), seconds("-c", IMPORT)) for _ in range(pairs)]
    for name, column in (("despatch ask", 0), ("import sentence_transformers", 1)):
        times = [row[column] for row in rows]
        print(f"{name}: median {statistics.median(times):.2f} s, {min(times):.2f} to {max(times):.2f}")
    print(f"ratio: median of {pairs} pairs {statistics.median(one / other for one, other in rows):.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
