"""Search by langchain, LlamaIndex and txtai over the files that Despatch has: nDCG@10 and recall@10 a judged set.

    python -m tests.benchmarks.retrieve_peers SETS_FOLDER WORK_FOLDER OUT_FOLDER PEERS_PYTHON [PEER[,PEER] [SET ...]]

WORK_FOLDER is that of `retrieve_sets`, which writes the files. PEERS_PYTHON is the interpreter of an environment made
as `peers` says, where every peer is set up. Writes OUT_FOLDER/PEER/SET.json; what is there already is left as it is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from tests.benchmarks.retrieval import SETS, figures, file_names, judged, save

PEERS = ("langchain", "llamaindex", "txtai", "langchain-1000", "txtai-paragraphs")
DEEP = 50  # passages a question, so that ten documents come


class PeerEnded(Exception):
    """A peer's process ended before it had answered."""


class PeerProcess:
    """A process of `peers`, told what to do."""

    def __init__(self, python: str) -> None:
        script = str(Path(__file__).with_name("peers.py"))
        self._process = Popen([python, "-P", script], stdin=PIPE, stdout=PIPE, text=True)

    def __call__(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise PeerEnded(f"ended with {self._process.wait()}")
        return dict(json.loads(line))

    def close(self) -> None:
        self._process.communicate()


def measure(tell: PeerProcess, peer: str, folder: Path, work: Path, out: Path) -> None:
    names, questions = file_names(folder), judged(folder)
    store = {"files": str(work / folder.name / "files"), "store": str(out / peer / "stores" / folder.name)}
    stored = tell(open=peer, **store, k=DEEP, kept=str(out / "vectors.sqlite"))
    answers = tell(rank=[question.text for question in questions])["ranked"]
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for question, ranked in zip(questions, answers, strict=True):
        for ranker, files in ranked.items():
            found.setdefault(ranker, {})[question.id] = figures((names[file] for file in files), question.grades)
    save(out / peer / f"{folder.name}.json", folder.name, found, passages=stored["passages"])


def main(sets: Path, work: Path, out: Path, python: str, peers: tuple[str, ...], names: tuple[str, ...]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tell = PeerProcess(python)
    for name in names:
        for peer in peers:
            if not (out / peer / f"{name}.json").exists():
                print(peer, end="  ", flush=True)
                measure(tell, peer, sets / name, work, out)
    tell.close()


if __name__ == "__main__":
    chosen = tuple(sys.argv[5].split(",")) if sys.argv[5:] else PEERS
    main(*map(Path, sys.argv[1:4]), sys.argv[4], chosen, tuple(sys.argv[6:]) or SETS)
