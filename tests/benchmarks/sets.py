"""Judged sets (folders with corpus, queries, qrels) written out as files and indexed as users have them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant import Assistant, keep_set, read_set
from assistant.evaluation.judged import JudgedQuestion
from assistant.evaluation.measuring import evidence_places


@dataclass(frozen=True)
class PreparedSet:
    name: str
    index: Path
    questions: tuple[JudgedQuestion, ...]  # their evidence in the ids and texts of the index
    right: Mapping[str, frozenset[str]]  # the documents of the index that are right for a question, by its id
    kinds: Mapping[str, str]  # what the source says of how a question came about, by its id


def prepare(folder: Path, work: Path) -> PreparedSet:
    """Write a set's documents as Markdown files below `work`, index them, and move its spans along."""
    judged = read_set(folder)
    kept = keep_set(judged, work)
    with Assistant.open(kept.index) as desk:
        questions = tuple(
            replace(question, evidence=evidence_places(desk, judged, question, kept.names))
            for question in judged.questions
        )
    ids = {name: document for document, name in kept.names.items()}
    right = {
        question: frozenset(ids[document] for document, grade in grades.items() if grade > 0)
        for question, grades in judged.grades.items()
    }
    with gzip.open(folder / "queries.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    kinds = {row["id"]: str(row.get("kind", "")) for row in rows}
    return PreparedSet(judged.name, kept.index, questions, right, kinds)
