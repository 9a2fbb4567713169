"""The prepared training data: passages, questions on them, and statements beside quotes."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.training.rephrasing import sentences

Place = tuple[int, int]  # start and end, end exclusive


@dataclass(frozen=True, slots=True)
class Passage:
    source: str
    document: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question written on a passage; `evidence` and `span` are in characters of its text.

    `near` are passages near by words or meaning that do not hold the answer, the hardest first.
    """

    text: str
    passage: int
    answerable: bool
    answers: tuple[str, ...]
    evidence: tuple[Place, ...]
    span: Place | None
    near: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement and a quote, and whether the quote states it."""

    statement: str
    quote: str
    supported: bool
    source: str


class TrainingData:
    """What a folder holds in passages.jsonl.gz, qa.jsonl.gz and sup.jsonl.gz."""

    def __init__(self, folder: Path) -> None:
        self.passages = [
            Passage(row["s"], row["d"], row["t"] or "", row["x"]) for row in _rows(folder / "passages.jsonl.gz")
        ]
        self.questions = [
            Question(
                row["q"],
                row["p"],
                bool(row["a"]),
                tuple(row["ans"]),
                tuple((start, end) for start, end in row.get("e", [])),
                tuple(row["sp"]) if row.get("sp") else None,
                tuple(row.get("h") or ()),
            )
            for row in _rows(folder / "qa.jsonl.gz")
        ]
        self.pairs = [Pair(row["s"], row["q"], bool(row["y"]), row["src"]) for row in _rows(folder / "sup.jsonl.gz")]
        self.lowered = [passage.text.lower() for passage in self.passages]

    @cached_property
    def siblings(self) -> list[list[int]]:
        """Of each passage the passages of its document, itself among them."""
        of_document: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, passage in enumerate(self.passages):
            of_document[passage.source, passage.document].append(number)
        return [of_document[passage.source, passage.document] for passage in self.passages]

    @cached_property
    def sentences(self) -> list[list[Place]]:
        return [sentences(passage.text) for passage in self.passages]

    def holds_answer(self, passage: int, question: Question) -> bool:
        return any(answer.lower() in self.lowered[passage] for answer in question.answers)


def _rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
