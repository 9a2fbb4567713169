"""Indexes of earlier and later versions: `old/` holds a ledger of each schema that was, see its README."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.readers import ocr
from index import DEFAULT_MODEL, Index, IndexDamaged, IndexOutdated, doctor, sync
from index.ledger import Ledger
from index.migrations import SCHEMA
from index.rows import WordQuery
from tests.index.state import assert_equal_to_a_fresh_index
from tests.index.stoppable import Stoppable

OLD = Path(__file__).parent / "old"
MADE_NS = 1_600_000_000_000_000_000
# what the old indexes were made of
FILES = {
    "lamps.md": "# Lamps\n\nThe harbour lamps are lit at dusk.\n\n## Oil\n\nWhale oil is kept in the cellar.\n",
    "notes/tides.txt": "Tides\n\nThe spring tide on 3 March reached the quay wall.\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(MADE_NS, MADE_NS))
    return folder


def test_an_old_ledger_of_each_earlier_schema_is_kept_and_small():
    assert [path.name for path in sorted(OLD.glob("*.db"))] == [f"schema-{number}.db" for number in range(1, SCHEMA)]
    assert all(path.stat().st_size < 100_000 for path in OLD.glob("*.db"))


# Since schema 1 the rules of reading, context and hashing have changed: all is read again and embedded. Since schema 2
# those of reading have: all is read again, and what stayed the same is not embedded. Since schema 3 that of text.
EARLIER = [
    (1, ("lamps.md", "notes/tides.txt"), 3),
    (2, ("lamps.md", "notes/tides.txt"), 0),
    (3, ("notes/tides.txt",), 0),
]


@pytest.mark.parametrize(("schema", "changed", "embedded"), EARLIER)
def test_a_reader_is_told_to_sync_and_a_sync_makes_of_it_what_a_fresh_one_is(
    schema: int, changed: tuple[str, ...], embedded: int, corpus: Path, tmp_path: Path
):
    index = tmp_path / "index"
    index.mkdir()
    shutil.copy(OLD / f"schema-{schema}.db", index / "ledger.db")
    with pytest.raises(IndexOutdated, match="an earlier version.*bring it up to date: `despatch sync"):
        Index(index)
    report = sync(corpus, index, model=DEFAULT_MODEL)
    assert (report.files, report.failures, report.removed) == (2, (), ("broken.pdf",))
    assert (report.changed, report.embedded) == (changed, embedded)
    kept = index / f"ledger.db.schema-{schema}"
    with closing(sqlite3.connect(kept)) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (schema,)
        assert copy.execute("SELECT count(*) FROM document").fetchone() == (2,)
    kept.unlink()
    sync(corpus, tmp_path / "fresh", model=DEFAULT_MODEL)
    assert_equal_to_a_fresh_index(index, tmp_path / "fresh")
    assert doctor(index).findings == ()


def test_the_words_of_schema_3_are_stored_in_place_and_all_else_stays(tmp_path: Path):
    shutil.copy(OLD / "schema-3.db", tmp_path / "ledger.db")
    rows = ("SELECT * FROM document", "SELECT * FROM passage", "SELECT * FROM vector", "SELECT * FROM card")

    def stored() -> list[list[tuple]]:
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as db:
            return [db.execute(query).fetchall() for query in rows]

    before = stored()
    with closing(Ledger(tmp_path, write=True)) as ledger:
        ledger.check_words()
        assert ledger.frequencies(("lamp", "tide", "whale", "the")) == {"lamp": 2, "tide": 1, "whale": 1, "the": 3}
        assert [number for number, _ in ledger.match(WordQuery('"cellar"', '"cellar"'), 5)] == [2]
    assert stored() == before


def test_a_folder_with_a_backslash_in_its_path_is_still_known_after_a_migration(tmp_path: Path):
    shutil.copy(OLD / "schema-3.db", tmp_path / "ledger.db")
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as db:
        db.execute("UPDATE card SET value = ? WHERE name = 'corpus'", (r"/home/ada/odd\x41name",))
    with closing(Ledger(tmp_path, write=True)) as ledger:
        assert ledger.corpus() == Path(r"/home/ada/odd\x41name")


@pytest.mark.parametrize("most", [8, pytest.param(100, marks=pytest.mark.prove)])
def test_a_migration_that_is_killed_loses_nothing_and_is_done_by_the_next_sync(
    most: int, stoppable: Stoppable, corpus: Path, tmp_path: Path
):
    index, fresh = tmp_path / "index", tmp_path / "fresh"

    def begin() -> None:
        shutil.rmtree(index, ignore_errors=True)
        index.mkdir()
        shutil.copy(OLD / "schema-3.db", index / "ledger.db")

    (corpus / "broken.pdf").write_bytes(b"\x7fELF")
    sync(corpus, fresh, model=DEFAULT_MODEL)
    begin()
    labels = stoppable.sync(corpus, index).moments
    migration = labels[: next(place for place, label in enumerate(labels) if label.startswith("sql SELECT id, size"))]
    moments = [(label, migration[: place + 1].count(label)) for place, label in enumerate(migration)]
    for place in range(most):
        begin()
        killed = stoppable.sync(corpus, index, at=moments[place * len(moments) // most]).killed
        report = sync(corpus, index, model=DEFAULT_MODEL)
        assert (killed, report.embedded, report.removed) == (True, 0, ())
        (index / "ledger.db.schema-3").unlink(missing_ok=True)
        assert_equal_to_a_fresh_index(index, fresh)


def test_of_the_copies_made_before_migrations_the_last_one_is_kept(tmp_path: Path):
    shutil.copy(OLD / "schema-1.db", tmp_path / "ledger.db")
    for name in ("ledger.db.schema-0", "ledger-2.db.schema-1"):
        (tmp_path / name).write_bytes(b"older")
    Ledger(tmp_path, write=True).close()
    assert sorted(path.name for path in tmp_path.glob("*.schema-*")) == ["ledger-2.db.schema-1", "ledger.db.schema-1"]


def test_a_migration_that_is_stopped_in_the_middle_leaves_the_ledger_as_it_was(tmp_path: Path):
    shutil.copy(OLD / "schema-1.db", tmp_path / "ledger.db")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as db:
        db.execute("CREATE TABLE generation (x)")  # in the way of the second change
    for _ in range(2):
        with pytest.raises(IndexDamaged, match="already exists"):
            Ledger(tmp_path, write=True)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert "file" not in [row[1] for row in db.execute("PRAGMA table_info(document)")]


def test_a_ledger_of_a_later_schema_is_refused_by_readers_and_by_sync(corpus: Path, tmp_path: Path):
    index = tmp_path / "index"
    sync(corpus, index, model=DEFAULT_MODEL)
    with closing(sqlite3.connect(index / "ledger.db")) as db:
        db.execute("PRAGMA user_version = 99")
    for opens in (lambda: Index(index), lambda: sync(corpus, index, model=DEFAULT_MODEL), lambda: doctor(index)):
        with pytest.raises(IndexOutdated, match=r"a later version of Despatch \(schema 99.*install the later version"):
            opens()


def test_of_an_index_of_before_readers_had_versions_only_files_of_changed_readers_are_read_again(tmp_path: Path):
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    text = "The harbour lamps are lit at dusk."
    for name in ("lamps.md", "lamps.html", "lamps.txt"):
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / "lamps.eml").write_text(f"Subject: Lamps\nMIME-Version: 1.0\n\n{text}\n", encoding="utf-8")
    written = docx.Document()
    written.add_paragraph(text)
    written.save(str(corpus / "lamps.docx"))
    page = Canvas(str(corpus / "lamps.pdf"))
    page.drawString(72, 700, text)
    page.save()
    for path in corpus.iterdir():
        os.utime(path, ns=(MADE_NS, MADE_NS))
    sync(corpus, index, model=DEFAULT_MODEL)
    # splitter, context and words have not changed since
    before = f"reader 3{' with OCR' if ocr.is_installed() else ''}, splitter 2, context 2, words 3"
    with closing(sqlite3.connect(index / "ledger.db", isolation_level=None)) as db:
        db.execute("UPDATE document SET rules = ?", (before,))
    assert [(one.check, one.count, one.state) for one in doctor(index).findings] == [("documents", 2, "noted")]
    report = sync(corpus, index, model=DEFAULT_MODEL)
    assert (report.changed, report.unchanged, report.embedded) == (("lamps.eml", "lamps.txt"), 4, 0)
    assert doctor(index).findings == ()
    assert sync(corpus, index, model=DEFAULT_MODEL).changed == ()
