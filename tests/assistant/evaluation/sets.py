"""Judged sets of a few lines, written as their users write them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

DOCUMENTS = [
    {"id": "ferry", "title": "Ferry", "text": "The ferry to Norholm leaves the northern pier at seven."},
    {"id": "mill", "title": "", "text": "The miller Jonas Berg carved a new oak wheel after the flood."},
    {"id": "orchard", "title": "Orchard", "text": "The apples are picked in September. Ladders stay in the shed."},
]
QUESTIONS = [
    {"id": "q1", "text": "When does the ferry to Norholm leave?", "answerable": True, "answers": ["at seven"],
     "evidence": [{"doc": "ferry", "start": 0, "end": 55}]},
    {"id": "q2", "text": "Who carved the oak wheel?", "answerable": None},
    {"id": "q3", "text": "How deep is the harbour?", "answerable": False},
]  # fmt: skip
JUDGEMENTS = "q1\tferry\t2\nq1\torchard\t0\nq2\tmill\t1\nq3\tferry\t1\n"


def write_set(
    folder: Path, documents=DOCUMENTS, questions=QUESTIONS, judgements=JUDGEMENTS, *, compressed=False
) -> Path:
    """A folder of these; without documents where `documents` is None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("corpus", documents), ("queries", questions)):
        text = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows or ())
        if rows is not None and compressed:
            (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        elif rows is not None:
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels.tsv").write_text(judgements, encoding="utf-8")
    return folder
