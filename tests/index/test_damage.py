"""Whatever happens to the files of an index: an answer as before or exact, or one sentence, and never a dead process.

The readers live in a process of their own, which a crash of Chroma's would kill.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from index import (
    DEFAULT_MODEL,
    Index,
    IndexDamaged,
    IndexingError,
    IndexNotWritable,
    IndexOutdated,
    IndexUnavailable,
    VectorsUnavailable,
    chroma,
    connecting,
    doctor,
    sync,
)
from index.generations import FILLED, FOLDER
from index.ledger import Ledger
from tests.forgoing import bound_by_modes
from tests.index.many import QUESTIONS, make_index_of_many
from tests.index.test_syncing import write

FEW_FLIPS, ALL_FLIPS = 20, 200
# What one question was answered with: what was not at hand, and the passages found with their words.
Answered = tuple[tuple[str, ...], list[tuple[int, str]]]
_kept_open: list[Index] = []  # in the readers' process


def answers_of(opened: Index) -> list[Answered]:
    answers = []
    for question in QUESTIONS:
        found = opened.search(question, 10)
        answers.append((found.degraded, [(hit.passage_id, hit.text) for hit in found.hits]))
    return answers


def ask(index: Path, *, resident: bool = True) -> list[Answered]:
    opened = Index(index, resident=resident)
    try:
        return answers_of(opened)
    finally:
        opened.close()


def keep_open(index: Path) -> list[Answered]:
    _kept_open[:] = [Index(index, resident=True)]
    return answers_of(_kept_open[0])


def ask_again() -> list[Answered]:
    return answers_of(_kept_open[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index_of_many(tmp_path_factory.mktemp("many"))


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy" / "index"


@pytest.fixture(scope="module")
def readers() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def exact(made: Path, readers: ProcessPoolExecutor) -> list[Answered]:
    answers = readers.submit(ask, made / "index", resident=False).result()
    assert answers == readers.submit(ask, made / "index").result()
    assert all(hits and not degraded for degraded, hits in answers)
    return answers


def generation_folder(index: Path) -> Path:
    (folder,) = (index / FOLDER).iterdir()
    return folder


def graph(index: Path) -> Path:
    (record,) = generation_folder(index).rglob("index_metadata.pickle")
    return record.parent


def cut(path: Path, keep: float) -> None:
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * keep))


def flip(path: Path, bits: int, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for bit in chance.sample(range(len(content) * 8), min(bits, len(content) * 8)):
        content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def zero(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(4096)
    path.write_bytes(content)


def seeded() -> random.Random:
    return random.Random(20240911)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "vectors cut to half": lambda index: cut(graph(index) / "data_level0.bin", 0.5),
    "vectors empty": lambda index: cut(graph(index) / "data_level0.bin", 0),
    "vectors missing": lambda index: (graph(index) / "data_level0.bin").unlink(),
    "one bit of the vectors": lambda index: flip(graph(index) / "data_level0.bin", 1, seeded()),
    "200 bits of the vectors": lambda index: flip(graph(index) / "data_level0.bin", 200, seeded()),
    "5,000 bits of the vectors": lambda index: flip(graph(index) / "data_level0.bin", 5_000, seeded()),
    "4 KB of the vectors zeroed": lambda index: zero(graph(index) / "data_level0.bin"),
    "graph missing": lambda index: shutil.rmtree(graph(index)),
    "record missing": lambda index: (graph(index) / "index_metadata.pickle").unlink(),
    "record cut": lambda index: cut(graph(index) / "index_metadata.pickle", 0.5),
    "header cut": lambda index: cut(graph(index) / "header.bin", 0.5),
    "header's bits": lambda index: flip(graph(index) / "header.bin", 20, seeded()),
    "lengths cut": lambda index: cut(graph(index) / "length.bin", 0.5),
    "links cut": lambda index: cut(graph(index) / "link_lists.bin", 0.5),
    "links' bits": lambda index: flip(graph(index) / "link_lists.bin", 200, seeded()),
    "database cut to half": lambda index: cut(generation_folder(index) / "chroma.sqlite3", 0.5),
    "200 bits of the database": lambda index: flip(generation_folder(index) / "chroma.sqlite3", 200, seeded()),
    "database missing": lambda index: (generation_folder(index) / "chroma.sqlite3").unlink(),
    "another file in it": lambda index: (graph(index) / "data_level1.bin").write_bytes(b"?"),
    "all missing": lambda index: shutil.rmtree(index / FOLDER),
}


def assert_as_before_or_exact(answers: list[Answered], exact: list[Answered], *, degraded: bool) -> None:
    assert [hits for _, hits in answers] == [hits for _, hits in exact]
    for said, _ in answers:
        assert bool(said) == degraded, said
        assert all(line.startswith("Meaning was searched without Chroma: ") for line in said)


def mend(index: Path) -> None:
    report = sync(None, index, model=DEFAULT_MODEL)
    assert report.mended
    assert (report.embedded, report.unchanged, report.failures) == (0, 1, ())


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_generation_is_found_answered_without_and_mended(
    damage: str, copy: Path, readers: ProcessPoolExecutor, exact: list[Answered]
):
    DAMAGES[damage](copy)
    assert_as_before_or_exact(readers.submit(ask, copy).result(), exact, degraded=True)
    mend(copy)
    assert_as_before_or_exact(readers.submit(ask, copy).result(), exact, degraded=False)


def flips_of_a_generation(
    index: Path, readers: ProcessPoolExecutor, exact: list[Answered], chance: random.Random
) -> None:
    """One bit somewhere, each file as often as the others: most bytes are those of the vectors."""
    folder = generation_folder(index)
    flip(chance.choice(sorted(path for path in folder.rglob("*") if path.is_file())), 1, chance)
    assert_as_before_or_exact(readers.submit(ask, index).result(), exact, degraded=True)
    mend(index)


def test_single_flipped_bits_of_a_generation_are_found_and_mended(
    copy: Path, readers: ProcessPoolExecutor, exact: list[Answered]
):
    chance = seeded()
    for _ in range(FEW_FLIPS):
        flips_of_a_generation(copy, readers, exact, chance)
    assert_as_before_or_exact(readers.submit(ask, copy).result(), exact, degraded=False)


@pytest.mark.prove
def test_two_hundred_flipped_bits_of_a_generation_are_found_and_mended(
    copy: Path, readers: ProcessPoolExecutor, exact: list[Answered]
):
    chance = random.Random(11)
    for _ in range(ALL_FLIPS):
        flips_of_a_generation(copy, readers, exact, chance)
    assert_as_before_or_exact(readers.submit(ask, copy).result(), exact, degraded=False)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_an_open_generation_never_ends_the_process_and_never_shows(
    damage: str, copy: Path, readers: ProcessPoolExecutor, exact: list[Answered]
):
    assert_as_before_or_exact(readers.submit(keep_open, copy).result(), exact, degraded=False)
    DAMAGES[damage](copy)
    for degraded, hits in readers.submit(ask_again).result():
        # it goes on with what it has in memory, or says that it cannot
        assert degraded or (degraded, hits) in exact
    mend(copy)
    assert_as_before_or_exact(readers.submit(ask_again).result(), exact, degraded=False)


def ledgers_answers(index: Path) -> object:
    """All that an index tells from its ledger, or the sentence that it cannot."""
    try:
        opened = Index(index)
        try:
            document = opened.documents()[0].id
            return (
                answers_of(opened),
                opened.documents(),
                opened.document(document),
                opened.path_of(document),
                opened.rarity({("lamp",): 1.0, ("amber",): 1.0, ("cellar",): 1.0}),
                opened.status(),
            )
        finally:
            opened.close()
    except (IndexDamaged, IndexOutdated) as error:  # a version is a number in the ledger, too
        return str(error)


def ledger_again(index: Path, content: bytes) -> None:
    for file in index.glob("ledger*"):
        file.unlink()
    (index / "ledger.db").write_bytes(content)


def flips_of_a_ledger(index: Path, readers: ProcessPoolExecutor, times: int, chance: random.Random) -> None:
    sound, before = (index / "ledger.db").read_bytes(), readers.submit(ledgers_answers, index).result()
    refused = 0
    for attempt in range(times):
        flip(index / "ledger.db", 30 if attempt % 2 else 1, chance)
        found = readers.submit(ledgers_answers, index).result()
        # SQLite has no checksums: a flipped letter of a text, or bit of a vector, cannot be told from a written one
        assert isinstance(found, str | tuple)
        refused += isinstance(found, str)
        try:
            sync(None, index, model=DEFAULT_MODEL)
        except IndexingError as error:
            assert not isinstance(error, IndexNotWritable), error
        ledger_again(index, sound)
    assert refused
    assert readers.submit(ledgers_answers, index).result() == before


def test_a_damaged_ledger_answers_or_says_that_it_is_damaged(copy: Path, readers: ProcessPoolExecutor):
    flips_of_a_ledger(copy, readers, FEW_FLIPS, seeded())


@pytest.mark.prove
def test_a_ledger_damaged_in_two_hundred_ways_answers_or_says_that_it_is_damaged(
    copy: Path, readers: ProcessPoolExecutor
):
    flips_of_a_ledger(copy, readers, ALL_FLIPS, random.Random(11))


def test_what_was_replaced_does_not_crowd_out_what_still_stands(copy: Path):
    """More passages than are asked for were replaced, all of them nearer than any that stands, and Chroma not told."""
    ledger = Ledger(copy, write=True)
    opened = Index(copy, resident=True)
    vector = opened.embedder().embed_query(QUESTIONS[0])
    ids, vectors = ledger.vectors()
    farthest, *_ = nearest = ids[np.argsort(vectors @ vector)].tolist()
    replaced = [number for number, _ in ledger.passages_with(nearest[-300:])]
    with ledger.writing():
        for number in replaced:
            ledger._connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
            ledger._connection.execute("DELETE FROM search_form WHERE passage = ?", (number,))
            ledger._connection.execute(
                "UPDATE passage SET id = id + 10000, vector = ? WHERE id = ?", (farthest, number)
            )
    expected, found = Index(copy), opened.search(QUESTIONS[0], 10)
    assert {hit.passage_id for hit in found.hits} == {hit.passage_id for hit in expected.search(QUESTIONS[0], 10).hits}
    assert len(opened._opened.chroma.nearest(vector, 200) or {}) == 200
    expected.close()
    opened.close()
    ledger.close()


def test_a_ledger_whose_schema_makes_no_sense_is_damaged_and_not_a_disk_that_refuses(copy: Path):
    with closing(sqlite3.connect(copy / "ledger.db")) as database:
        database.execute("ALTER TABLE document RENAME COLUMN mtime_ns TO mtime_xs")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        sync(None, copy, model=DEFAULT_MODEL)


@contextmanager
def closed_to_us(ledger: Path) -> Iterator[None]:
    ledger.chmod(0)
    with bound_by_modes():
        yield
    ledger.chmod(0o600)


@contextmanager
def locked_by_another(ledger: Path) -> Iterator[None]:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def without_a_free_file(_: Path) -> Iterator[None]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with open(os.devnull, "rb") as first_free:  # noqa: PTH123  only its number is wanted
        number = first_free.fileno()
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, most[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)


@pytest.mark.parametrize("in_the_way", [closed_to_us, locked_by_another, without_a_free_file])
def test_a_sound_ledger_that_cannot_be_opened_is_not_called_damaged(
    in_the_way: Callable[[Path], AbstractContextManager[None]], copy: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_SECONDS", 0.1)
    with in_the_way(copy / "ledger.db"):
        for opens in (Index, doctor):
            with pytest.raises(IndexUnavailable, match=r"cannot be opened \((unable to open|database is locked)"):
                opens(copy)
        if in_the_way is not without_a_free_file:  # then not even the writer's lock can be had
            with pytest.raises(IndexNotWritable, match=r"cannot be written \((unable to open|database is locked)"):
                doctor(copy, repair=True)
    Index(copy).close()


def test_a_graph_that_loses_vectors_is_filled_again_and_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number in range(200):
        mill = f"# Mill {number}\n\nThe mill number {number} grinds {number * 7} sacks of rye.\n"
        write(tmp_path / "corpus", f"{number}.md", mill)
    poor = {"hnsw": {**chroma.CONFIGURATION["hnsw"], "max_neighbors": 2, "ef_construction": 2, "ef_search": 1}}
    with monkeypatch.context() as patched:
        patched.setattr(chroma, "CONFIGURATION", poor)
        with pytest.raises(VectorsUnavailable, match="does not find vector"):
            sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
    with closing(Index(tmp_path / "index", resident=True)) as index:
        assert index.search("Which mill grinds 84 sacks of rye?", 3).hits[0].document_id in {"12.md", "84.md"}
        sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
        assert index.search("Which mill grinds 84 sacks of rye?", 3).hits[0].document_id in {"12.md", "84.md"}
    with closing(Ledger(tmp_path / "index")) as ledger:
        assert ledger.generation().number == FILLED + 1
