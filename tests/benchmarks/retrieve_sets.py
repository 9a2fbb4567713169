"""Search by Despatch as people call it, from Python: nDCG@10 and recall@10 a judged set, of the result and its parts.

    python -m tests.benchmarks.retrieve_sets SETS_FOLDER WORK_FOLDER OUT_FOLDER [SET ...]

Documents become files, and the files an index, below WORK_FOLDER, as `despatch eval --work` makes them.
Words and vectors are the orders of the two rankers before anything is made of them; unfolded is what both make together
before passages that say the same are folded into one hit. In the result a document that is "also in" a hit stands
right behind it, at most 200 hits deep. Writes OUT_FOLDER/SET.json.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant import keep_set, read_set
from assistant.evaluation.measuring import PASSAGES, ranked_documents
from index import Index, Query
from tests.benchmarks.retrieval import SETS, Figures, figures, judged, save


def rankings(index: Index, question: str, names: Mapping[str, str]) -> dict[str, Sequence[str]]:
    with index._using() as opened, opened.ledger.reading():
        found = index._candidates(opened, Query(question), None, exact=False)
        rows = opened.ledger.passages(found.words.keys() | found.vectors.keys())
    parts = {"words": found.words, "vectors": found.vectors, "unfolded": dict(found.ranked)}
    return {
        name: [names[rows[number].document_id] for number in sorted(scores, key=lambda one: (-scores[one], one))]
        for name, scores in parts.items()
    } | {"result": ranked_documents(index.search(question, PASSAGES).hits, names)}


def measure(folder: Path, work: Path, out: Path) -> None:
    kept, found = keep_set(read_set(folder), work), dict[str, Figures]()
    index = Index(kept.index)
    for question in judged(folder):
        for ranker, ranked in rankings(index, question.text, kept.names).items():
            found.setdefault(ranker, {})[question.id] = figures(ranked, question.grades)
    save(out / f"{folder.name}.json", folder.name, found, passages=index.status().passages)
    index.close()


def main(sets: Path, work: Path, out: Path, names: tuple[str, ...]) -> None:
    for name in names:
        measure(sets / name, work, out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), tuple(sys.argv[4:]) or SETS)
