from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from index import (
    DEFAULT_MODEL,
    BackupRefused,
    Index,
    IndexBusy,
    IndexInPlace,
    IndexMissing,
    IndexOutdated,
    InvalidBackup,
    backup,
    doctor,
    restore,
    sync,
)
from index.layout import active_ledger
from index.ledger import Ledger
from index.locking import writer
from tests.index.state import assert_equal_to_a_fresh_index

OLD = Path(__file__).parent / "old" / "schema-1.db"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, an index of it and a backup of that."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "lamps.md").write_text("# Lamps\n\nThe harbour lamps are lit at dusk.\n")
    (folder / "corpus" / "tides.txt").write_text("Tides\n\nThe spring tide reached the quay wall.\n")
    sync(folder / "corpus", folder / "index", model=DEFAULT_MODEL)
    backup(folder / "backup.db", folder / "index")
    return folder


def test_an_index_restored_from_its_backup_equals_it_and_nothing_is_embedded(made: Path, tmp_path: Path):
    done = restore(made / "backup.db", tmp_path / "index")
    assert (done.documents, done.passages) == (2, 2)
    assert_equal_to_a_fresh_index(tmp_path / "index", made / "index")
    assert doctor(tmp_path / "index").findings == ()
    report = sync(None, tmp_path / "index", model=DEFAULT_MODEL)
    assert (report.files, report.embedded) == (2, 0)


def test_a_backup_is_one_file_that_a_disk_without_writing_can_hold(made: Path):
    assert not [path.name for path in made.iterdir() if path.name.startswith("backup.db") and path.name != "backup.db"]
    with closing(sqlite3.connect(f"{(made / 'backup.db').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_holds_one_moment_although_others_write_meanwhile(made: Path, tmp_path: Path):
    index = tmp_path / "index"
    shutil.copytree(made / "index", index)
    going, stop = threading.Event(), threading.Event()

    def write() -> None:
        with closing(Ledger(index, write=True)) as ledger:
            number = 0
            while not stop.is_set():
                with ledger.writing():  # two lines that always agree
                    ledger.put("left", str(number))
                    ledger.put("right", str(number))
                number += 1
                going.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert going.wait(60)
        for turn in range(5):
            backup(tmp_path / f"{turn}.db", index)
    finally:
        stop.set()
        thread.join()
    for turn in range(5):
        with closing(Ledger(tmp_path, file=tmp_path / f"{turn}.db")) as copy:
            assert copy.get("left") == copy.get("right")


def test_no_file_is_overwritten_unasked_and_none_put_into_the_index(made: Path, tmp_path: Path):
    file = tmp_path / "here.db"
    file.write_text("mine")
    with pytest.raises(BackupRefused, match="there already"):
        backup(file, made / "index")
    assert file.read_text() == "mine"
    backup(file, made / "index", force=True)
    assert file.read_bytes()[:15] == b"SQLite format 3"
    with pytest.raises(BackupRefused, match="in the index itself"):
        backup(active_ledger(made / "index"), made / "index", force=True)
    with pytest.raises(BackupRefused, match="name another place"):
        backup(tmp_path / "no such folder" / "x.db", made / "index")
    with pytest.raises(IndexMissing):
        backup(tmp_path / "y.db", tmp_path / "none")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here.db"]


def test_an_index_is_replaced_only_by_force_and_open_readers_follow(made: Path, tmp_path: Path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "buoys.md").write_text("# Buoys\n\nNine buoys are red.\n")
    index = tmp_path / "index"
    sync(tmp_path / "corpus", index, model=DEFAULT_MODEL)
    with closing(Index(index)) as reader:
        assert "buoys" in reader.search("Which buoys are red?", 1).hits[0].text
        with pytest.raises(IndexInPlace):
            restore(made / "backup.db", index)
        with writer(index), pytest.raises(IndexBusy):
            restore(made / "backup.db", index, force=True)
        restore(made / "backup.db", index, force=True)
        assert "spring tide" in reader.search("What reached the quay wall?", 1).hits[0].text
        assert not any("buoys" in hit.text for hit in reader.search("Which buoys are red?", 10).hits)
    assert doctor(index).findings == ()
    assert [path.name for path in index.glob("ledger*.db")] == [active_ledger(index).name]
    assert_equal_to_a_fresh_index(index, made / "index")


@pytest.mark.parametrize("damage", ["missing", "text", "another database", "cut", "in use"])
def test_what_is_no_sound_ledger_is_refused_and_leaves_nothing(damage: str, made: Path, tmp_path: Path):
    file = tmp_path / "file.db"
    content = (made / "backup.db").read_bytes()
    if damage == "text":
        file.write_text("no ledger" * 1000)
    elif damage == "another database":
        with closing(sqlite3.connect(file)) as db:
            db.execute("CREATE TABLE other (x)")
    elif damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "in use":
        file.write_bytes(content)
        (tmp_path / "file.db-wal").write_bytes(b"changes")
    with pytest.raises(InvalidBackup):
        restore(file, tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_a_later_versions_backup_is_refused_and_an_earlier_ones_brought_up_to_date(made: Path, tmp_path: Path):
    later = tmp_path / "later.db"
    shutil.copy(made / "backup.db", later)
    with closing(sqlite3.connect(later)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(IndexOutdated, match="install the later version"):
        restore(later, tmp_path / "index")
    before = OLD.read_bytes()
    done = restore(OLD, tmp_path / "index")
    assert (done.documents, OLD.read_bytes()) == (2, before)
    assert not list((tmp_path / "index").glob("*.schema-*"))
    with closing(Index(tmp_path / "index")) as opened:
        assert "spring tide" in opened.search("What reached the quay wall?", 1).hits[0].text
