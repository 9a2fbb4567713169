"""Everything an index knows, in a form in which two indexes can be compared; and what no index may hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from index.generations import FOLDER
from index.journal import FILE_NAME
from index.layout import POINTER, active_ledger, unfinished_ledgers
from index.ledger import Ledger
from index.locking import LOCK_FILE
from index.search_forms import register
from index.syncing import REBUILDING
from index.upkeep import CHECK_WORDS
from index.vectors import open_generation

# Rows that nothing leads to: each query counts those of one kind.
ORPHANS = {
    "passages without document": "SELECT count(*) FROM passage WHERE document NOT IN (SELECT number FROM document)",
    "passages without vector": "SELECT count(*) FROM passage WHERE vector NOT IN (SELECT id FROM vector)",
    "passages without words": "SELECT count(*) FROM passage WHERE id NOT IN (SELECT passage FROM search_form)",
    "words without passage": "SELECT count(*) FROM search_form WHERE passage NOT IN (SELECT id FROM passage)",
    "vectors without passage": "SELECT count(*) FROM vector WHERE id NOT IN (SELECT vector FROM passage)",
    "documents without file": "SELECT count(*) FROM document WHERE file NOT IN (SELECT id FROM document)",
    "documents that failed": "SELECT count(*) FROM document WHERE file IN (SELECT path FROM failure)",
    "generations that do not answer": "SELECT count(*) FROM generation WHERE state != 'active'",
    "generations beside the one that answers": "SELECT count(*) - 1 FROM generation",
}


def state_of(index: Path) -> dict[str, list[tuple]]:
    """Documents, passages, words, failures; passage ids are left out, for they differ with the order of events."""
    with closing(sqlite3.connect(active_ledger(index))) as db:
        register(db)
        db.execute(CHECK_WORDS)  # raises where words, or what BM25 counts of them, are not those stored
        db.execute("CREATE VIRTUAL TABLE temp.occurrence USING fts5vocab(main, words, 'instance')")
        return {
            "documents": db.execute(
                "SELECT id, file, sha256, size, media_type, title, date, date_found_in, pages, headings, metadata, "
                "language, rules, text FROM document ORDER BY id"
            ).fetchall(),
            "passages": db.execute(
                "SELECT d.id, p.start, p.end, p.first_byte, p.bytes, p.heading_path, p.page, p.page_number, "
                "hex(v.text_hash) FROM passage p JOIN document d ON d.number = p.document "
                "JOIN vector v ON v.id = p.vector ORDER BY d.id, p.start"
            ).fetchall(),
            "words": db.execute(
                "SELECT d.id, p.start, o.col, o.offset, o.term FROM occurrence o JOIN passage p ON p.id = o.doc "
                "JOIN document d ON d.number = p.document ORDER BY d.id, p.start, o.col, o.offset"
            ).fetchall(),
            "vocabulary": db.execute("SELECT term, doc, cnt FROM vocabulary ORDER BY term").fetchall(),
            "failures": db.execute("SELECT path, reason, size FROM failure ORDER BY path").fetchall(),
        }


def orphans_of(index: Path) -> dict[str, object]:
    """What nothing leads to after a sync that ended well: rows, ledgers, folders of Chroma's."""
    ledger = active_ledger(index)
    begun = [path for path in unfinished_ledgers(index) if _is_being_rebuilt(path)]  # to be gone on with, so no orphan
    with closing(sqlite3.connect(ledger)) as db:
        found: dict[str, object] = {what: db.execute(query).fetchone()[0] for what, query in ORPHANS.items()}
        place = db.execute("SELECT place FROM generation").fetchone()[0]
    found["folders"] = [
        path.name
        for path in (index / FOLDER).glob("*")
        if path.name != place and not any(path.name.startswith(f"{one.stem}.") for one in begun)
    ]
    known = {FOLDER, POINTER, LOCK_FILE, FILE_NAME} | {
        f"{one.name}{suffix}" for one in (ledger, *begun) for suffix in ("", "-wal", "-shm")
    }
    known |= {f"{POINTER}.new"} if begun else set()
    found["files"] = [path.name for path in index.iterdir() if path.name not in known]
    return {what: count for what, count in found.items() if count}


def _is_being_rebuilt(ledger: Path) -> bool:
    with closing(sqlite3.connect(ledger)) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'card'").fetchone():
            return False
        row = db.execute("SELECT value FROM card WHERE name = ?", (REBUILDING,)).fetchone()
    return bool(row and row[0])


def vectors_of(index: Path) -> np.ndarray:
    """The vectors of all passages, in order of document and place; each once also in Chroma, or this fails."""
    ledger = Ledger(index)
    try:
        ids, vectors = ledger.vectors()
        generation = ledger.generation()
        assert generation is not None
        with closing(open_generation(ledger, generation)) as collection:
            assert collection.ids() == set(ids.tolist())
            np.testing.assert_allclose(collection.vectors(ids.tolist()), vectors, atol=1e-3)
            for vector in vectors:  # by its cosine: texts that stand in several places have one vector
                nearest = collection.vectors(collection.nearest(vector, min(5, len(ids))))
                assert (nearest @ vector).max() > 0.999
        rows = ledger.passages(number for number, _ in ledger.passages_with(ids.tolist()))
        numbers, each = ledger.passage_vectors(rows)
        order = sorted(
            range(len(rows)), key=lambda row: (rows[numbers[row]].document_id, rows[numbers[row]].span.start)
        )
        return each[order]
    finally:
        ledger.close()


def assert_equal_to_a_fresh_index(index: Path, fresh: Path) -> None:
    found, expected = state_of(index), state_of(fresh)
    for part, rows in expected.items():
        for row, other in zip(found[part], rows, strict=False):  # the first that differs is enough to be shown
            assert row == other
        assert len(found[part]) == len(rows), part
    assert orphans_of(index) == {}
    # float16 of vectors from differently composed batches: equal but for the last bit
    np.testing.assert_allclose(vectors_of(index), vectors_of(fresh), atol=2e-3)
