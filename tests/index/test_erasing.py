"""What is forgotten leaves no byte behind in the folder of the index."""

from __future__ import annotations

import os
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index import (
    DEFAULT_MODEL,
    Index,
    IndexBusy,
    IndexMissing,
    NothingToForget,
    StillOpen,
    backup,
    connecting,
    doctor,
    forget,
    restore,
    sync,
)
from index.chroma import open_folder, seal
from index.layout import active_ledger
from index.ledger import Ledger
from index.locking import writer
from index.words import stem
from tests.index.chroma_server import chroma_server
from tests.index.state import assert_equal_to_a_fresh_index

LONG_AGO_NS = 1_600_000_000_000_000_000
SECRET = """Subject: Operation Zephyranthes
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

The quixotic hovercrafts were marmaladed by Wilhelmina.
--x
Content-Type: text/plain
Content-Disposition: attachment; filename=blueprints.txt

Perpendicular zeppelins are xylographed nightly.
--x--
"""
TRACES = ("quixotic", "hovercrafts", "marmaladed", "Wilhelmina", "zeppelins", "xylographed", "Zephyranthes")
NAMES = ("covert", "blueprints")
ALIKE = 0.999  # the ledger keeps float16, Chroma float32


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, text in {
        "lamps.md": "# Lamps\n\nThe harbour lamps are lit at dusk.\n",
        "tides.txt": "Tides\n\nThe spring tide reached the quay wall.\n",
        "dossier/covert.eml": SECRET,
        # more that stays than goes: a vector store that is mostly deleted is filled anew in any case
        **{f"{number}.txt": f"Lamp {number} is lit at dusk.\n" for number in range(9)},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return folder


@pytest.fixture
def index(corpus: Path, tmp_path: Path) -> Path:
    sync(corpus, tmp_path / "index", model=DEFAULT_MODEL)
    return tmp_path / "index"


def traces_of_the_secret(index: Path) -> list[bytes]:
    """Its words, their stems, its names, its hashes and its vectors, as the ledger and as Chroma keep them."""
    with closing(sqlite3.connect(active_ledger(index))) as db:
        rows = db.execute(
            "SELECT v.text_hash, v.data, d.sha256, p.id FROM passage p JOIN vector v ON v.id = p.vector "
            "JOIN document d ON d.number = p.document WHERE d.file = 'dossier/covert.eml'"
        ).fetchall()
    assert rows
    words = [word for trace in TRACES for word in (trace, trace.lower(), stem(trace))]
    hashes = [value for text_hash, data, sha256, _ in rows for value in (text_hash, data, sha256.encode())]
    with closing(Ledger(index)) as ledger:
        hashes += [vector.tobytes() for vector in ledger.passage_vectors([row[3] for row in rows])[1]]
    return [*(word.encode() for word in (*words, *NAMES)), *hashes]


def vectors_of_the_secret(index: Path) -> np.ndarray:
    with closing(sqlite3.connect(active_ledger(index))) as db:
        ids = db.execute(
            "SELECT p.id FROM passage p JOIN document d ON d.number = p.document WHERE d.file = 'dossier/covert.eml'"
        ).fetchall()
    with closing(Ledger(index)) as ledger:
        return ledger.passage_vectors([row[0] for row in ids])[1]


def held_in_graphs(vectors: np.ndarray, index: Path) -> np.ndarray:
    """How near each comes to some vector, deleted or not, in the graphs of the vector store, as a cosine."""
    held = [np.zeros((1, 384), np.float32)]
    for header in index.rglob("header.bin"):
        *_, size, _, offset = struct.unpack("<i6Q", header.read_bytes()[:52])
        rows = np.frombuffer(header.with_name("data_level0.bin").read_bytes(), np.uint8).reshape(-1, size)
        held.append(np.ascontiguousarray(rows[:, offset : offset + 384 * 4]).view(np.float32))
    return (vectors @ np.concatenate(held).T).max(axis=1)


def found_in_files(index: Path, traces: list[bytes]) -> set[tuple[str, bytes]]:
    contents = {path.name: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    return {(name, trace[:40]) for name, content in contents.items() for trace in traces if trace in content}


def test_no_trace_of_a_forgotten_document_stays_in_any_file_of_the_index(corpus: Path, index: Path, tmp_path: Path):
    traces = traces_of_the_secret(index)
    # older copies of it: a version that changed, a ledger before a migration, one that a rebuild left
    (corpus / "dossier" / "covert.eml").write_text(SECRET.replace("nightly", "daily and nightly"))
    sync(None, index, model=DEFAULT_MODEL)
    content = active_ledger(index).read_bytes()
    for left in ("ledger.db.schema-1", "ledger-2.db"):
        (index / left).write_bytes(content)
    traces += traces_of_the_secret(index)
    secret = vectors_of_the_secret(index)
    assert (held_in_graphs(secret, index) > ALIKE).all()
    assert {name for name, _ in found_in_files(index, traces)} >= {"ledger.db"}
    with closing(Index(index)) as reader:
        assert any("zeppelins" in hit.text for hit in reader.search("zeppelins xylographed", 10).hits)
        (corpus / "dossier" / "covert.eml").unlink()
        done = forget("dossier/covert.eml", index)
        assert not any("zeppelins" in hit.text for hit in reader.search("zeppelins xylographed", 10).hits)
        assert reader.document("dossier/covert.eml") is None
    assert found_in_files(index, traces) == set()
    assert (held_in_graphs(secret, index) < ALIKE).all()
    assert done.documents == ("dossier/covert.eml", "dossier/covert.eml/blueprints.txt")
    assert (done.passages, done.still_there) == (2, False)
    assert doctor(index).findings == ()
    sync(corpus, tmp_path / "fresh", model=DEFAULT_MODEL)
    assert_equal_to_a_fresh_index(index, tmp_path / "fresh")


def test_a_file_that_is_still_there_is_told_unless_it_is_left_out(corpus: Path, index: Path):
    assert forget("tides.txt", index).still_there
    assert sync(None, index, model=DEFAULT_MODEL).added == ("tides.txt",)
    (corpus / ".despatchignore").write_text("tides.txt\n")
    assert not forget("tides.txt", index).still_there
    assert sync(None, index, model=DEFAULT_MODEL).added == ()


def test_a_file_that_could_not_be_read_is_forgotten_with_its_name(corpus: Path, index: Path):
    (corpus / "unmentionable.docx").write_text("this is no document of that kind")
    assert sync(None, index, model=DEFAULT_MODEL).failures
    assert found_in_files(index, [b"unmentionable"])
    done = forget("unmentionable.docx", index)
    assert (done.documents, done.still_there) == ((), True)
    assert found_in_files(index, [b"unmentionable"]) == set()


def test_what_the_index_does_not_hold_or_holds_within_a_mail_is_refused(index: Path, tmp_path: Path):
    with pytest.raises(NothingToForget, match="does not hold it"):
        forget("nothing.txt", index)
    with pytest.raises(NothingToForget, match="it lies in dossier/covert.eml"):
        forget("dossier/covert.eml/blueprints.txt", index)
    with pytest.raises(IndexMissing):
        forget("lamps.md", tmp_path / "none")
    with writer(index), pytest.raises(IndexBusy):
        forget("lamps.md", index)


def test_a_reader_in_the_way_is_told_and_erasing_goes_on_afterwards(
    index: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_SECONDS", 0.1)
    traces = traces_of_the_secret(index)
    (corpus / "dossier" / "covert.eml").unlink()
    with closing(Ledger(index)) as reader, reader.reading():
        reader.counts()
        with pytest.raises(StillOpen):
            forget("dossier/covert.eml", index)
    assert [(one.check, one.state) for one in doctor(index).findings] == [("leftovers", "wrong")]
    forget("dossier/covert.eml", index)
    assert found_in_files(index, traces) == set()
    assert doctor(index).findings == ()


def test_the_doctor_ends_an_erasing_that_was_interrupted(index: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_SECONDS", 0.1)
    traces = traces_of_the_secret(index)
    with closing(Ledger(index)) as reader, reader.reading():
        reader.counts()
        with pytest.raises(StillOpen):
            forget("dossier/covert.eml", index)
    assert doctor(index, repair=True).sound
    assert found_in_files(index, traces) == set()


def test_on_a_server_what_is_forgotten_or_replaced_leaves_no_collection_behind(index: Path, tmp_path: Path):
    with chroma_server(tmp_path / "server") as server:
        sync(None, index, model=DEFAULT_MODEL, vectors=server.address)
        backup(tmp_path / "backup.db", index)
        before = server.collections()
        forget("tides.txt", index)
        after = server.collections()
        assert (len(before), len(after), set(before) & set(after)) == (1, 1, set())
        assert doctor(index).findings == ()
        restore(tmp_path / "backup.db", tmp_path / "copy")
        assert len(server.collections()) == 2, "a copy of an index has vectors of its own"
        restore(tmp_path / "backup.db", tmp_path / "copy", force=True)
        assert len(server.collections()) == 2
        assert doctor(index).findings == () == doctor(tmp_path / "copy").findings
    assert [one.check for one in doctor(index).findings] == ["generation"]


@pytest.mark.parametrize("count", [1, 30])
def test_a_filled_folder_holds_nothing_of_the_memory_of_who_filled_or_reads_it(tmp_path: Path, count: int):
    folder, vectors = tmp_path / "filled", np.eye(count, 384, dtype=np.float32)
    with closing(open_folder(folder, create=True)) as collection:
        collection.add(range(count), vectors)
    (stored,) = folder.glob("*/data_level0.bin")
    room = stored.stat().st_size // 100  # of the hundred vectors that Chroma makes room for at first
    with stored.open("r+b") as file:  # as Chroma leaves it now and then
        file.seek(-room, os.SEEK_END)
        file.write(b"quixotic".ljust(room, b"."))
    seal(folder)
    left = stored.read_bytes()
    assert left.count(0, room * count) == len(left) - room * count
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with closing(open_folder(folder)) as collection:
        assert collection.nearest(vectors[-1], 1) == [count - 1]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
