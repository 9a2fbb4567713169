"""An index is damaged in every way that a disk or a fault of ours could; the doctor names it and mends it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Diagnosis, Index, IndexBusy, IndexMissing, doctor, sync
from index.chroma import copy_folder, open_folder, seal
from index.generations import FOLDER
from index.layout import active_ledger
from index.ledger import Ledger
from index.locking import writer
from index.search_forms import register
from tests.index.state import assert_equal_to_a_fresh_index

LONG_AGO_NS = 1_600_000_000_000_000_000
FILES = {
    "lamps.md": "# Lamps\n\nThe harbour lamps are lit at dusk.\n\n## Oil\n\nWhale oil is kept in the cellar: 12 °C.\n",
    "notes/tides.txt": "Tides\n\nThe spring tide on 3 March reached the quay wall.\n",
    "letter.eml": (
        "Subject: Buoys\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\nThe buoys were painted.\n"
        "--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=list.txt\n\nNine buoys are red.\n"
        "--x--\n"
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and an index of it, to be copied."""
    folder = tmp_path_factory.mktemp("sound")
    for name, text in FILES.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    sync(folder / "corpus", folder / "index", model=DEFAULT_MODEL)
    return folder


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound / "index", tmp_path / "index")
    return tmp_path / "index"


def change(index: Path, *statements: str) -> None:
    with closing(sqlite3.connect(active_ledger(index), isolation_level=None)) as db:
        register(db)
        for statement in statements:
            db.execute(statement)


def checks(diagnosis: Diagnosis, state: str = "wrong") -> list[str]:
    return [finding.check for finding in diagnosis.findings if finding.state == state]


def files_of(index: Path) -> dict[str, bytes]:
    kept = (path for path in index.iterdir() if path.is_file() and not path.name.endswith(("-shm", "-wal")))
    return {path.name: path.read_bytes() for path in kept}


def test_nothing_is_found_in_a_sound_index(index: Path):
    assert doctor(index) == Diagnosis(str(index), 4, 5, ())


DAMAGES = {
    "words of a passage gone": ("words", ["DELETE FROM words WHERE rowid = 1"]),
    "words of no passage": ("words", ["INSERT INTO words (rowid, context, body) VALUES (999, 'a', 'b')"]),
    "other words of the same number": (
        "words",
        [
            "DELETE FROM words WHERE rowid = 3",
            "INSERT INTO words (rowid, context, body) VALUES (3, 'tide', 'tide spring the on 3 march reach the quay')",
        ],
    ),
    "more rows counted than there are": ("words", ["UPDATE words_data SET block = x'640a14' WHERE id = 1"]),
    "search forms that cannot be unpacked": ("words", ["UPDATE search_form SET packed = x'00' WHERE passage = 2"]),
    "search forms gone": ("words", ["DELETE FROM search_form WHERE passage = 2"]),
    "words malformed": ("words", ["UPDATE words_data SET block = zeroblob(length(block)) WHERE id > 10"]),
    "a vector of zeros": ("vectors", ["UPDATE vector SET data = zeroblob(768) WHERE id = 1"]),
    "a vector that is no number": ("vectors", ["UPDATE vector SET data = CAST(x'007E' || substr(data, 3) AS BLOB)"]),
    "a vector of another dimension": ("vectors", ["UPDATE vector SET data = substr(data, 1, 700) WHERE id = 2"]),
    "a vector gone": ("vectors", ["PRAGMA foreign_keys = OFF", "DELETE FROM vector WHERE id = 2"]),
    "the vector of another text": ("vectors", ["UPDATE passage SET vector = 2 WHERE id = 1"]),
    "no generation": ("generation", ["DELETE FROM generation"]),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_can_be_made_again_from_the_ledger_is_found_and_mended(name: str, index: Path, sound: Path):
    check, statements = DAMAGES[name]
    change(index, *statements)
    before = files_of(index)
    found = doctor(index)
    assert check in checks(found)
    assert not found.sound
    assert files_of(index) == before, "without repair nothing is written"
    repaired = doctor(index, repair=True)
    assert (check in checks(repaired, "mended"), repaired.sound) == (True, True)
    assert doctor(index).findings == ()
    assert_equal_to_a_fresh_index(index, sound / "index")


ROWS = {
    "a passage that begins elsewhere": ("passages", ["UPDATE passage SET start = start + 1 WHERE id = 1"]),
    "a passage that ends behind the text": ("passages", ["UPDATE passage SET end = 9999 WHERE id = 2"]),
    "a passage cut from other bytes": ("passages", ["UPDATE passage SET first_byte = first_byte + 1 WHERE id = 2"]),
    "a passage of no document": (
        "passages",
        [
            "PRAGMA foreign_keys = OFF",
            "UPDATE passage SET document = 99 WHERE id = 1",
            "UPDATE document SET rules = ''",
        ],
    ),
    "a text that is no UTF-8": (
        "documents",
        ["UPDATE document SET text = CAST(x'FF' || text AS BLOB) WHERE id = 'lamps.md'"],
    ),
    "pages that are no list": ("documents", ["UPDATE document SET pages = '{' WHERE id = 'lamps.md'"]),
    "a hash that is none": ("documents", ["UPDATE document SET sha256 = 'x' WHERE id = 'lamps.md'"]),
    "an attachment of no mail": (
        "documents",
        [
            "INSERT INTO document (id, file, sha256, size, mtime_ns, rules, media_type, title, pages, headings, "
            "metadata, text) SELECT 'gone.eml/a.txt', 'gone.eml', sha256, size, 0, rules, media_type, title, '[]', "
            "'[]', '{}', x'61' FROM document WHERE id = 'lamps.md'"
        ],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_wrong_document_answers_no_longer_and_is_read_again_at_the_next_sync(name: str, index: Path, sound: Path):
    check, statements = ROWS[name]
    change(index, *statements)
    assert check in checks(doctor(index))
    repaired = doctor(index, repair=True)
    assert check in checks(repaired, "mended")
    assert repaired.sound == (name == "an attachment of no mail")
    assert [finding.remedy for finding in repaired.findings if finding.check == "unread"] == (
        [] if repaired.sound else ["despatch sync"]
    )
    with closing(Index(index)) as opened:
        for hit in opened.search("harbour lamps oil cellar tide", 10).hits:
            stored = opened.document(hit.document_id)
            assert stored is not None
            assert hit.span.of(stored.text) == hit.text
    sync(None, index, model=DEFAULT_MODEL)
    assert doctor(index).findings == ()
    assert_equal_to_a_fresh_index(index, sound / "index")


def test_a_damaged_or_missing_generation_is_found_and_filled_again(index: Path, sound: Path):
    (folder,) = (index / FOLDER).iterdir()
    database = folder / "chroma.sqlite3"
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 1
    database.write_bytes(content)
    assert checks(doctor(index)) == ["generation"]
    shutil.rmtree(folder)
    assert checks(doctor(index)) == ["generation"]
    assert doctor(index, repair=True).sound
    assert doctor(index).findings == ()
    assert_equal_to_a_fresh_index(index, sound / "index")


def test_a_generation_that_was_filled_with_other_vectors_is_found_and_filled_again(index: Path, sound: Path):
    with closing(Ledger(index, write=True)) as ledger:
        active = ledger.generation()
        assert active is not None
        false = (index / FOLDER / "ledger.99", replace(active, number=99, place="ledger.99"))
        copy_folder(index / FOLDER / active.place, false[0])
        with closing(open_folder(false[0])) as collection:
            _, vectors = ledger.vectors([1, 2])
            collection.add([1, 2], vectors[::-1])
            collection.delete([3])
        with ledger.writing():
            ledger.activate_generation(replace(false[1], files=seal(false[0])))
    (finding,) = (one for one in doctor(index).findings if one.check == "generation")
    assert (finding.count, finding.state) == (3, "wrong")
    assert doctor(index, repair=True).sound
    assert doctor(index).findings == ()
    assert_equal_to_a_fresh_index(index, sound / "index")


def test_what_nobody_uses_is_told_and_removed(index: Path):
    (index / FOLDER / "ledger.77").mkdir()
    change(index, "INSERT INTO vector (text_hash, data) VALUES (x'00', zeroblob(768))")
    found = doctor(index)
    assert (checks(found, "noted"), found.sound) == (["leftovers", "leftovers"], True)
    repaired = doctor(index, repair=True)
    assert repaired.sound
    assert not (index / FOLDER / "ledger.77").exists()
    assert doctor(index).findings == ()


def test_a_ledger_that_sqlite_cannot_read_is_told_and_left_as_it_is(index: Path):
    ledger = active_ledger(index)
    change(index, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(ledger.read_bytes())
    content[4096 * 3 : 4096 * 4] = bytes(range(256)) * 16
    ledger.write_bytes(content)
    for repair in (False, True):
        (finding,) = doctor(index, repair=repair).findings
        assert (finding.check, finding.state) == ("ledger", "wrong")
        assert "despatch sync --rebuild" in finding.remedy
    ledger.write_bytes(b"no ledger at all" * 1000)
    assert checks(doctor(index)) == ["ledger"]


def test_documents_of_earlier_rules_and_a_changed_model_are_told(index: Path):
    change(index, "UPDATE document SET rules = 'reader 0' WHERE id = 'lamps.md'")
    assert [(one.check, one.count, one.state) for one in doctor(index).findings] == [("documents", 1, "noted")]
    change(index, "UPDATE card SET value = 'another' WHERE name = 'model_fingerprint'")
    assert checks(doctor(index)) == ["model"]


def test_looking_needs_no_lock_and_repairing_does(index: Path):
    with writer(index):
        (finding,) = doctor(index).findings
        assert (finding.check, finding.state) == ("words", "noted")
        assert "full-text index was not looked at: The index at" in finding.sentence
        with pytest.raises(IndexBusy):
            doctor(index, repair=True)


def test_where_the_lock_cannot_be_had_all_but_the_full_text_index_is_looked_at(index: Path):
    (index / "writer.lock").unlink()
    (index / "writer.lock").mkdir()
    (finding,) = doctor(index).findings
    assert (finding.check, finding.state) == ("words", "noted")
    assert "not looked at: The index's folder cannot be written to" in finding.sentence


def test_where_there_is_no_index_the_doctor_says_so(tmp_path: Path):
    with pytest.raises(IndexMissing):
        doctor(tmp_path / "none")


def test_a_stopped_rebuild_is_told_and_kept_and_what_it_replaced_is_removed(index: Path):
    change(index, "PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(index / "ledger.db", index / "ledger-2.db")
    shutil.copy(index / "ledger.db", index / "ledger-3.db")
    (index / "active").write_text("ledger-2.db\n")
    (index / FOLDER / "ledger-3.1").mkdir()
    repaired = doctor(index, repair=True)
    assert [finding.remedy for finding in repaired.findings if finding.state == "noted"] == ["despatch sync --rebuild"]
    assert sorted(path.name for path in index.glob("ledger*.db")) == ["ledger-2.db", "ledger-3.db"]
    assert (index / FOLDER / "ledger-3.1").is_dir()
