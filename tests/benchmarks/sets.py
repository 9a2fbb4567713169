"""Judged sets (folders with corpus, queries, qrels) written out as files and indexed as users have them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index import DEFAULT_MODEL, sync


@dataclass(frozen=True)
class Question:
    id: str
    text: str
    answerable: bool | None
    history: tuple[dict[str, str], ...]
    answers: tuple[str, ...]
    evidence: tuple[tuple[str, int, int], ...]  # document id, start, end in the text of its file


@dataclass(frozen=True)
class JudgedSet:
    name: str
    index: Path
    questions: tuple[Question, ...]


def lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def prepare(folder: Path, work: Path) -> JudgedSet:
    """Write a set's documents as Markdown files below `work`, index them, and move its spans along."""
    files, index = work / folder.name / "files", work / folder.name / "index"
    files.mkdir(parents=True, exist_ok=True)
    shifts, names = {}, {}
    for number, row in enumerate(lines(folder / "corpus.jsonl.gz"), start=1):
        head = f"# {row['title']}\n\n" if row["title"] else ""
        names[row["id"]], shifts[row["id"]] = f"{number:06}.md", len(head)
        path = files / names[row["id"]]
        if not path.exists():
            path.write_text(head + row["text"], encoding="utf-8", newline="")
    sync(files, index, model=DEFAULT_MODEL)
    questions = tuple(
        Question(
            row["id"],
            row["text"],
            row["answerable"],
            tuple(row.get("history", ())),
            tuple(row.get("answers", ())),
            tuple(
                (names[e["doc"]], e["start"] + shifts[e["doc"]], e["end"] + shifts[e["doc"]])
                for e in row.get("evidence", ())
            ),
        )
        for row in lines(folder / "queries.jsonl.gz")
    )
    return JudgedSet(folder.name, index, questions)
