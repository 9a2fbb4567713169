"""How well passages cover exact evidence: token recall, precision and IoU of the five nearest, beside other splitters.

    python -m tests.benchmarks.split_recall CHROMA_CHUNKING_FOLDER

Needs `pip install langchain-text-splitters`. Every splitter's pieces are embedded by the same model and ranked
twice: by cosine alone, and as `Index.search` ranks, by vectors and words together; so only the splitting differs.
"As it runs" has the document's own title and headings before the text. "With surroundings" is a trial: a passage's
vector is 65 parts its own and 35 parts the mean of the two before and the two after it.
Method: Smith and Troynikov, "Evaluating Chunking Strategies for Retrieval", Chroma 2024.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter
from semantic_text_splitter import TextSplitter

from assistant import JudgedSet, read_set
from corpus import Entry, SplitOptions, read, split
from index import DEFAULT_MODEL
from index.context import contexts_of, counter
from index.embedding import open_embedder
from index.fusion import fuse
from index.search import DEPTH
from index.storing import PASSAGE_TOKENS
from index.words import Analyzer, fts_query, search_form

NEAREST = 5
SMALL_TOKENS = 100
SURROUNDINGS, REACH = 0.35, 2
Piece = tuple[int, int, str]  # start and end in the document, and what is embedded

embedder = open_embedder(DEFAULT_MODEL)


def despatch(path: Path, *, context: bool, tokens: int = PASSAGE_TOKENS) -> list[Piece]:
    status = path.stat()
    document = read(Entry(path.name, path, status.st_size, status.st_mtime_ns))
    count, found = counter(embedder.measure), []
    for passage in split(document, embedder.measure, options=SplitOptions(passage_tokens=tokens)):
        contexts = contexts_of(document, passage.heading_path, count)
        text = contexts.embedded_text(passage.text) if context else passage.text
        found.append((passage.span.start, passage.span.end, text))
    return found


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
    "Despatch, 100 tokens": lambda path: despatch(path, context=True, tokens=SMALL_TOKENS),
}


def token_starts(path: Path) -> np.ndarray:
    encoding = embedder.measure.encode(path.read_text(encoding="utf-8"), add_special_tokens=False)
    return np.array([start for start, _ in encoding.offsets])


def main(folder: Path) -> None:
    paths = sorted((folder / "documents").glob("*.md"))
    starts = {path.stem: token_starts(path) for path in paths}
    judged = read_set(folder)
    questions = [question for question in judged.questions if question.evidence]
    vectors = np.stack([embedder.embed_query(question.text) for question in questions])
    names = document_names(judged, paths)
    print(f"{'':40} pieces  recall  precision  IoU; ranked with words, too: the same ({len(questions)} questions)")
    for name, splitter in SPLITTERS.items():
        pieces = [(path.stem, *piece) for path in paths for piece in splitter(path)]
        own = embedder.embed([piece[3] for piece in pieces])
        words = Words([piece[3] for piece in pieces])
        for ending, matrix in (
            ("", own),
            (", with surroundings", with_surroundings(own, [piece[0] for piece in pieces])),
        ):
            if ending and not name.startswith("Despatch"):
                continue
            cosines = vectors @ matrix.T
            scores = []
            for question, line in zip(questions, cosines, strict=True):
                gold = [(names[place.document], place.start, place.end) for place in question.evidence]
                best = np.argsort(-line)[:DEPTH].tolist()
                fused = fuse({number: float(line[number]) for number in best}, *words.match(question.text))
                for numbers in (best[:NEAREST], [number for number, _ in fused[:NEAREST]]):
                    scores.append(overlap(gold, [pieces[number][:3] for number in numbers], starts))
            by_cosine, by_both = (np.mean(scores[first::2], axis=0) for first in (0, 1))
            figures = "   ".join(f"{value:.3f}" for value in (*by_cosine, *by_both))
            print(f"{name + ending:40} {len(pieces):6}  {figures}", flush=True)


def with_surroundings(own: np.ndarray, documents: list[str]) -> np.ndarray:
    """Unit vectors [n, d] of passages in order, each mixed with the mean of those around it in its document."""
    around = np.zeros_like(own)
    for distance in range(1, REACH + 1):
        same = np.array(documents[distance:]) == np.array(documents[:-distance])
        around[:-distance][same] += own[distance:][same]
        around[distance:][same] += own[:-distance][same]
    lengths = np.linalg.norm(around, axis=1, keepdims=True)
    mixed = np.where(lengths > 0, (1 - SURROUNDINGS) * own + SURROUNDINGS * around / np.maximum(lengths, 1e-9), own)
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


class Words:
    """The words of pieces, searched as an index searches them."""

    def __init__(self, texts: list[str]) -> None:
        self.pieces = len(texts)
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("CREATE VIRTUAL TABLE words USING fts5(body, tokenize='unicode61 remove_diacritics 0')")
        self.connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')")
        rows = [(number, search_form(text)) for number, text in enumerate(texts)]
        self.connection.executemany("INSERT INTO words(rowid, body) VALUES (?, ?)", rows)

    def frequencies(self, terms: tuple[str, ...]) -> dict[str, int]:
        found = dict.fromkeys(terms, 0)
        for term in terms:
            found[term] = sum(
                row[0] for row in self.connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,))
            )
        return found

    def match(self, question: str) -> tuple[dict[int, float], dict[int, float], float]:
        """Pieces with their BM25, with the share of the question's pairs held close together, and the highest BM25."""
        terms, pairs = Analyzer().question(question), Analyzer().pairs(question)
        query = fts_query(terms, self.pieces, self.frequencies, pairs)
        select = "SELECT rowid, -bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY score DESC, rowid LIMIT ?"
        scores = self.connection.execute(select, (query.whole, DEPTH)) if query.whole else ()
        close: Counter[int] = Counter()
        for pair in query.pairs:
            close.update(
                row for (row,) in self.connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (pair,))
            )
        return dict(scores), {row: held / len(query.pairs) for row, held in close.items()}, query.highest


def document_names(judged: JudgedSet, paths: list[Path]) -> dict[str, str]:
    """The file that holds each document's text; spans count from the text's own start there."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    names = {}
    for document in judged.documents:
        names[document.id] = next(stem for stem, text in texts.items() if text == document.text)
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
