"""How well passages cover exact evidence: token recall, precision and IoU of the five nearest, beside other splitters.

    python -m tests.benchmarks.split_recall CHROMA_CHUNKING_FOLDER

Needs `pip install langchain-text-splitters`. Every splitter's pieces are embedded by the same model and found by cosine
alone, so only the splitting differs; the last line is Despatch as it runs, with title and headings before the text.
Method: Smith and Troynikov, "Evaluating Chunking Strategies for Retrieval", Chroma 2024.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter
from semantic_text_splitter import TextSplitter

from corpus import Entry, SplitOptions, read, split
from index import DEFAULT_MODEL
from index.context import context_of, counter
from index.embedding import open_embedder
from index.syncing import PASSAGE_TOKENS
from tests.benchmarks.sets import lines

NEAREST = 5
Piece = tuple[int, int, str]  # start and end in the document, and what is embedded

embedder = open_embedder(DEFAULT_MODEL)


def despatch(path: Path, *, context: bool) -> list[Piece]:
    status = path.stat()
    document = read(Entry(path.name, path, status.st_size, status.st_mtime_ns))
    passages = split(document, embedder.measure, options=SplitOptions(passage_tokens=PASSAGE_TOKENS))
    count = counter(embedder.measure)
    return [
        (
            passage.span.start,
            passage.span.end,
            f"{context_of(document.title, passage.heading_path, count)}\n{passage.text}" if context else passage.text,
        )
        for passage in passages
    ]


def recursive(characters: int) -> Callable[[Path], list[Piece]]:
    splitter = RecursiveCharacterTextSplitter(chunk_size=characters, chunk_overlap=0, add_start_index=True)

    def pieces(path: Path) -> list[Piece]:
        found = splitter.create_documents([path.read_text(encoding="utf-8")])
        starts = [(piece.metadata["start_index"], piece.page_content) for piece in found]
        return [(start, start + len(text), text) for start, text in starts]

    return pieces


def semantic(path: Path) -> list[Piece]:
    splitter = TextSplitter.from_huggingface_tokenizer(embedder.measure, 254)
    pairs = splitter.chunk_indices(path.read_text(encoding="utf-8"))
    return [(start, start + len(text), text) for start, text in pairs]


SPLITTERS: dict[str, Callable[[Path], list[Piece]]] = {
    "langchain recursive, 400 characters": recursive(400),
    "langchain recursive, 800 characters": recursive(800),
    "semantic-text-splitter, 254 tokens": semantic,
    "Despatch, bare passages": lambda path: despatch(path, context=False),
    "Despatch, as it runs": lambda path: despatch(path, context=True),
}


def token_starts(path: Path) -> np.ndarray:
    encoding = embedder.measure.encode(path.read_text(encoding="utf-8"), add_special_tokens=False)
    return np.array([start for start, _ in encoding.offsets])


def main(folder: Path) -> None:
    paths = sorted((folder / "documents").glob("*.md"))
    starts = {path.stem: token_starts(path) for path in paths}
    questions = [row for row in lines(folder / "queries.jsonl.gz") if row.get("evidence")]
    vectors = np.stack([embedder.embed_query(row["text"]) for row in questions])
    names = document_names(folder, paths)
    print(f"{'':38} pieces  recall  precision  IoU   (mean over {len(questions)} questions)")
    for name, splitter in SPLITTERS.items():
        pieces = [(path.stem, *piece) for path in paths for piece in splitter(path)]
        nearest = np.argsort(-(vectors @ embedder.embed([piece[3] for piece in pieces]).T), axis=1)[:, :NEAREST]
        scores = [
            overlap(
                [(names[e["doc"]], e["start"], e["end"]) for e in row["evidence"]],
                [pieces[number][:3] for number in numbers],
                starts,
            )
            for row, numbers in zip(questions, nearest, strict=True)
        ]
        recall, precision, iou = np.mean(scores, axis=0)
        print(f"{name:38} {len(pieces):6}  {recall:.3f}   {precision:.3f}     {iou:.3f}", flush=True)


def document_names(folder: Path, paths: list[Path]) -> dict[str, str]:
    """The file that holds each document's text; spans count from the text's own start there."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    names = {}
    for row in lines(folder / "corpus.jsonl.gz"):
        names[row["id"]] = next(stem for stem, text in texts.items() if text == row["text"])
    return names


def overlap(
    wanted: list[tuple[str, int, int]], found: list[tuple[str, int, int]], starts: dict[str, np.ndarray]
) -> tuple[float, float, float]:
    """Recall, precision and IoU in tokens, of sets of (document, token)."""
    gold, held = tokens_of(wanted, starts), tokens_of(found, starts)
    both = len(gold & held)
    return both / len(gold), both / len(held), both / len(gold | held)


def tokens_of(spans: list[tuple[str, int, int]], starts: dict[str, np.ndarray]) -> set[tuple[str, int]]:
    return {
        (name, token)
        for name, start, end in spans
        for token in range(*np.searchsorted(starts[name], [start, end]).tolist())
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
