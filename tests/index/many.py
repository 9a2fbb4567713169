"""An index large enough that Chroma stores its graph in files, without embedding a thousand texts."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from corpus import Span, read, scan
from index import DEFAULT_MODEL
from index.comparing import rules_of
from index.embedding import open_embedder
from index.generations import catch_up
from index.ledger import Ledger
from index.rows import NewPassage
from index.words import search_form

PASSAGES = 1_100  # Chroma stores the graph after a thousand
COLOURS = ("red", "green", "blue", "amber", "white", "violet")
PLACES = ("quay", "cellar", "tower", "bridge", "ferry", "mill", "chapel", "market", "school", "garden")
QUESTIONS = (
    "Which lamp by the mill burns amber?",
    "When is the violet lamp lit?",
    "lamp 777",
    "the bell of the chapel",
)
NOISE = 0.6  # enough that the texts of one place are not all equally near, little enough that they stay together


def make_index_of_many(base: Path, passages: int = PASSAGES) -> Path:
    """Make `base/corpus` of one document of so many passages, and `base/index` of it."""
    (base / "corpus").mkdir(parents=True)
    lines = [
        f"Lamp {number} by the {PLACES[number % 10]} burns {COLOURS[number // 10 % 6]} from hour {number // 60} on.\n"
        for number in range(passages)
    ]
    file = base / "corpus" / "lamps.txt"
    file.write_text("".join(lines), encoding="utf-8")
    os.utime(file, ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))
    index = base / "index"
    index.mkdir()
    (entry,) = scan(file.parent)
    ledger = Ledger(index, write=True)
    embedder = open_embedder(DEFAULT_MODEL)
    kinds = embedder.embed([f"A lamp by the {place} burns {colour}." for place in PLACES for colour in COLOURS])
    chance = np.random.default_rng(20240911)
    vectors = kinds[[number % 10 * 6 + number // 10 % 6 for number in range(passages)]]
    noise = chance.normal(size=vectors.shape).astype(np.float32)
    vectors = vectors + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    hashes = [b"vector %d" % number for number in range(passages)]
    with ledger.writing():
        for name, value in (
            ("model", DEFAULT_MODEL),
            ("model_fingerprint", embedder.fingerprint),
            ("corpus", str(file.parent)),
        ):
            ledger.put(name, value)
        ledger.add_vectors(dict(zip(hashes, vectors, strict=True)))
        ids = ledger.embedded(hashes)
        starts = np.cumsum([0, *map(len, lines)]).tolist()
        rows = [
            NewPassage(Span(start, start + len(line)), (), None, "", search_form(line), ids[text_hash])
            for start, line, text_hash in zip(starts, lines, hashes, strict=False)
        ]
        ledger.replace([(read(entry), "en", rows)], mtime_ns=entry.mtime_ns, rules=rules_of(entry.id))
    catch_up(ledger)
    ledger.close()
    return base
