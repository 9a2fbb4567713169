"""Judged sets (folders with corpus, queries, qrels) written out as files and indexed as users have them."""

from __future__ import annotations

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


def prepare(folder: Path, work: Path) -> PreparedSet:
    """Write a set's documents as Markdown files below `work`, index them, and move its spans along."""
    judged = read_set(folder)
    kept = keep_set(judged, work)
    with Assistant.open(kept.index) as desk:
        questions = tuple(
            replace(question, evidence=evidence_places(desk, judged, question, kept.names))
            for question in judged.questions
        )
    return PreparedSet(judged.name, kept.index, questions)
