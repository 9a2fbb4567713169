"""Everything an index knows, in a form in which two indexes can be compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from index.layout import active_ledger
from index.ledger import Ledger
from index.vectors import open_generation


def state_of(index: Path) -> dict[str, object]:
    """Documents, passages, words, failures; passage ids are left out, for they differ with the order of events."""
    with closing(sqlite3.connect(active_ledger(index))) as db:
        db.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)")  # raises where it is out of step
        return {
            "documents": db.execute(
                "SELECT id, sha256, size, media_type, title, date, pages, headings, metadata, text FROM document "
                "ORDER BY id"
            ).fetchall(),
            "passages": db.execute(
                "SELECT d.id, p.start, p.end, p.heading_path, p.page, p.page_number FROM passage p "
                "JOIN document d ON d.number = p.document ORDER BY d.id, p.start"
            ).fetchall(),
            "words": db.execute("SELECT term, doc, cnt FROM vocabulary ORDER BY term").fetchall(),
            "failures": db.execute("SELECT path, reason FROM failure ORDER BY path").fetchall(),
            "unused vectors": db.execute(
                "SELECT count(*) FROM vector WHERE id NOT IN (SELECT vector FROM passage)"
            ).fetchone(),
            "words without passage": db.execute(
                "SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM passage)"
            ).fetchone(),
        }


def vectors_of(index: Path) -> np.ndarray:
    """The vectors of all passages, in order of document and place; also in Chroma, or this fails."""
    ledger = Ledger(index)
    try:
        ids, vectors = ledger.passage_vectors()
        generation = ledger.generation()
        assert generation is not None
        with closing(open_generation(ledger, generation)) as collection:
            assert collection.ids() == set(ids.tolist())
            np.testing.assert_allclose(collection.vectors(ids.tolist()), vectors, atol=1e-3)
            for vector in vectors:  # by its cosine: texts that stand in several places have one vector
                nearest = collection.vectors(collection.nearest(vector, min(5, len(ids))))
                assert (nearest @ vector).max() > 0.999
        rows = ledger.passages(ids.tolist())
        order = sorted(range(len(ids)), key=lambda row: (rows[ids[row]].document_id, rows[ids[row]].span.start))
        return vectors[order]
    finally:
        ledger.close()


def assert_equal_to_a_fresh_index(index: Path, fresh: Path) -> None:
    assert state_of(index) == state_of(fresh)
    # float16 of vectors from differently composed batches: equal but for the last bit
    np.testing.assert_allclose(vectors_of(index), vectors_of(fresh), atol=2e-3)
