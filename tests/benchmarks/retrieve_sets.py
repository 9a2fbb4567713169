"""Search by Despatch as people call it, from Python: nDCG@10 and recall@10 a judged set, of the result and its parts.

    python -m tests.benchmarks.retrieve_sets SETS_FOLDER WORK_FOLDER OUT_FOLDER [SET ...]

Documents become files, and the files an index, below WORK_FOLDER, as `despatch eval --work` makes them.
Words and vectors are the rankers' own orders, as the hits tell them. Writes OUT_FOLDER/SET.json.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from assistant import keep_set, read_set
from index import Hit, Index
from tests.benchmarks.retrieval import SETS, Figures, figures, judged, save

ALL = 1_000  # more than the candidates of both rankers together


def documents(hits: Iterable[Hit]) -> list[str]:
    return [document_id for hit in hits for document_id in (hit.document_id, *(one.document_id for one in hit.also_in))]


def rankings(index: Index, question: str) -> dict[str, list[str]]:
    hits = index.search(question, ALL).hits
    by_words = sorted((hit for hit in hits if hit.word_rank is not None), key=lambda hit: hit.word_rank or 0)
    by_vectors = sorted((hit for hit in hits if hit.vector_rank is not None), key=lambda hit: hit.vector_rank or 0)
    return {"words": documents(by_words), "vectors": documents(by_vectors), "result": documents(hits)}


def measure(folder: Path, work: Path, out: Path) -> None:
    kept, found = keep_set(read_set(folder), work), dict[str, Figures]()
    index = Index(kept.index)
    for question in judged(folder):
        for ranker, ranked in rankings(index, question.text).items():
            found.setdefault(ranker, {})[question.id] = figures((kept.names[one] for one in ranked), question.grades)
    save(out / f"{folder.name}.json", folder.name, found, passages=index.status().passages)
    index.close()


def main(sets: Path, work: Path, out: Path, names: tuple[str, ...]) -> None:
    for name in names:
        measure(sets / name, work, out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), tuple(sys.argv[4:]) or SETS)
