"""The starting point of search, before anything was tuned: nDCG@10 and recall@10 of words, of vectors and of both.

    python -m tests.benchmarks.retrieve_start SETS_FOLDER OUT_FOLDER [SET ...]

Passages by semantic-text-splitter, at most 220 tokens of MiniLM's tokenizer. Words: SQLite FTS5's bm25 over title and
passage, without stemming, stop words out, the others quoted and joined by OR. Vectors: all-MiniLM-L6-v2 over the
passage alone. Fused: scores of the best 200 of each scaled to 0 to 1, half and half. It leans on nothing of Despatch
that may be tuned: only on the embedder, whose vectors are those of sentence-transformers. Writes OUT_FOLDER/SET.json.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path

import numpy as np
from semantic_text_splitter import TextSplitter

from assistant import read_set
from index import DEFAULT_MODEL
from index.embedding import Embedder, open_embedder
from tests.benchmarks.retrieval import SETS, figures, judged, save

TOKENS, DEPTH, BATCH = 220, 200, 256
# NLTK's English list, but for what its apostrophes leave over
STOP_WORDS_TEXT = """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it
    its itself they them their theirs themselves what which who whom this that these those am is are was were be been
    being have has had having do does did doing a an the and but if or because as until while of at by for with about
    against between into through during before after above below to from up down in out on off over under again
    further then once here there when where why how all any both each few more most other some such no nor not only own
    same so than too very s t can will just don should now
"""
STOP_WORDS = frozenset(STOP_WORDS_TEXT.split())


class Start:
    """A set's passages, for words in SQLite and for vectors in a matrix."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        splitter = TextSplitter.from_huggingface_tokenizer(embedder.measure, TOKENS)
        self._embedder = embedder
        self._words = sqlite3.connect(":memory:")
        self._words.execute("CREATE VIRTUAL TABLE passage USING fts5 (title, text)")
        self.documents: list[str] = []
        texts: list[str] = []
        for document in read_set(folder).documents:
            for text in splitter.chunks(document.text):
                values = (len(texts), document.title, text)
                self._words.execute("INSERT INTO passage (rowid, title, text) VALUES (?, ?, ?)", values)
                self.documents.append(document.id)
                texts.append(text)
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        self._matrix = np.concatenate([embedder.embed(batch) for batch in batches])

    def words(self, question: str) -> dict[int, float]:
        spoken = list(dict.fromkeys(re.findall(r"\w+", question.lower())))
        telling = [word for word in spoken if word not in STOP_WORDS] or spoken
        rows = self._words.execute(
            "SELECT rowid, -bm25(passage) FROM passage WHERE passage MATCH ? ORDER BY bm25(passage), rowid LIMIT ?",
            (" OR ".join(f'"{word}"' for word in telling) or '""', DEPTH),
        )
        return dict(rows.fetchall())

    def vectors(self, question: str) -> dict[int, float]:
        cosines = self._matrix @ self._embedder.embed_query(question)
        return {int(row): float(cosines[row]) for row in np.argsort(-cosines, kind="stable")[:DEPTH]}


def fused(words: dict[int, float], vectors: dict[int, float]) -> dict[int, float]:
    total = dict.fromkeys([*vectors, *words], 0.0)
    for scores in (vectors, words):
        low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
        for row, score in scores.items():
            total[row] += 0.5 * ((score - low) / (high - low) if high > low else 1.0)
    return total


def main(sets: Path, out: Path, names: tuple[str, ...]) -> None:
    embedder = open_embedder(DEFAULT_MODEL)
    for name in names:
        start = Start(sets / name, embedder)
        found: dict[str, dict[str, tuple[float, float]]] = {"words": {}, "vectors": {}, "fused": {}}
        for question in judged(sets / name):
            words, vectors = start.words(question.text), start.vectors(question.text)
            for ranker, scores in (("words", words), ("vectors", vectors), ("fused", fused(words, vectors))):
                ranked = sorted(scores, key=lambda row: (-scores[row], row))
                found[ranker][question.id] = figures((start.documents[row] for row in ranked), question.grades)
        save(out / f"{name}.json", name, found, passages=len(start.documents))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3:]) or SETS)
