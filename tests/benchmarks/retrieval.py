"""What the benchmarks of retrieval share: judged questions, the two figures of a ranking, and where figures are kept.

A question counts if it may have an answer and a document was judged right for it; a conversation is searched by its
last turn. Figures are kept a set and system in one JSON file, question by question, so that any two can be compared:

    {"set": "gov_uk", "rankers": {"fused": {"QUESTION ID": [nDCG@10, recall@10], ...}, ...}, ...}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant import read_set
from assistant.evaluation.measures import ndcg, recall

SETS = (
    "scifact", "hotpotqa_sample", "covidqa", "squad2_dev_half", "gov_uk", "us_diplomatic_history", "nih_consumer",
    "pubmedqa", "clapnq_dev", "mtrag_dev",
)  # fmt: skip
CUT = 10
Figures = dict[str, tuple[float, float]]  # question id to nDCG@10 and recall@10


@dataclass(frozen=True)
class Judged:
    id: str
    text: str
    grades: dict[str, int]  # document id to its grade, 1 and more


def judged(folder: Path) -> list[Judged]:
    found = read_set(folder)
    return [
        Judged(
            question.id,
            question.text,
            {document: grade for document, grade in found.grades[question.id].items() if grade > 0},
        )
        for question in found.to_find
    ]


def file_names(folder: Path) -> dict[str, str]:
    """The name of the file that `keep_set` makes of each document, to the document's id."""
    return {f"{number:06}.md": document.id for number, document in enumerate(read_set(folder).documents, start=1)}


def figures(passages: Iterable[str], grades: Mapping[str, int]) -> tuple[float, float]:
    """nDCG@10 with gains 2^grade - 1, and recall@10; a document stands where its first passage does.

    Args:
        passages: the document id of each passage, best first.
        grades: of the question, 1 and more.
    """
    ranked = list(dict.fromkeys(passages))
    return ndcg(ranked, grades, CUT), recall(ranked, grades, CUT)


def save(path: Path, name: str, rankers: Mapping[str, Figures], **more: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"set": name, **more, "rankers": rankers}, indent=1) + "\n", encoding="utf-8")
    shown = [
        f"{ranker} {np.mean([pair[0] for pair in found.values()]):.4f} / "
        f"{np.mean([pair[1] for pair in found.values()]):.4f}"
        for ranker, found in rankers.items()
    ]
    print(f"{name:24} {len(next(iter(rankers.values()))):4} questions   {'   '.join(shown)}", flush=True)
