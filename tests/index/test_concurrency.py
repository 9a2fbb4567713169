"""Writers and readers at once, as processes and as threads: every search sees whole documents, old or new.

Each version of a document says its mark in every passage. What there must be is written beside the index: a document
goes onto the list before a sync can add it, and a removed one onto the list of the gone once that sync has ended.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Index, IndexBusy, sync
from tests.conftest import ROOT
from tests.index.chroma_server import chroma_server

SHORT_SECONDS, LONG_SECONDS = 6.0, 30.0
ALWAYS = ("harbour", "market")  # documents that are changed and never removed
PASSAGES = 3
LOOKED_AT = 200  # more than there are passages, so that what is missing is missing
QUESTIONS = ("What does the watch of the harbour say?", "Who has the watch at the market?", "the watch of the mill")


def write(corpus: Path, name: str, mark: int) -> None:
    text = "".join(f"# Part {part} of {name}\n\nThe watch of {name} says mark{mark}x.\n\n" for part in range(PASSAGES))
    scratch = corpus / f".{name}-{os.getpid()}-{mark}"  # two writers may write the same document at once
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(corpus / f"{name}.md")  # whole, as editors save


def gone(base: Path) -> set[str]:
    """What was removed by a sync that has ended, and will not come back."""
    return set((base / "gone").read_text(encoding="utf-8").split())


def run_writer(base: Path, seconds: float, seed: int) -> dict[str, int]:
    """Change documents and sync until the time is over; tells how many syncs passed and how many were refused."""
    chance, until, mark = random.Random(seed), time.monotonic() + seconds, seed * 100_000
    counts = {"synced": 0, "refused": 0, "rebuilt": 0, "removed": 0}
    while time.monotonic() < until:
        mark += 1
        write(base / "corpus", chance.choice(ALWAYS), mark)
        passing = f"passing{mark}"
        write(base / "corpus", passing, mark)
        rebuild = chance.random() < 0.15
        if not synced(base, counts, rebuild=rebuild):
            (base / "corpus" / f"{passing}.md").unlink()
            continue
        counts["rebuilt"] += rebuild
        (base / "corpus" / f"{passing}.md").unlink()
        if synced(base, counts):
            counts["removed"] += 1
            with (base / "gone").open("a", encoding="utf-8") as file:
                file.write(f"{passing}\n")
        time.sleep(0.3)  # the other writer is to have its turn
    return counts


def synced(base: Path, counts: dict[str, int], *, rebuild: bool = False) -> bool:
    try:
        sync(base / "corpus", base / "index", model=DEFAULT_MODEL, rebuild=rebuild)
    except IndexBusy as busy:
        assert re.search(r"is being written by (process \d+ on|another process)", str(busy)), str(busy)
        counts["refused"] += 1
        time.sleep(0.2)  # lest being refused is all that this process does
        return False
    counts["synced"] += 1
    return True


def check_one_search(opened: Index, base: Path, question: str) -> None:
    before = gone(base)
    found = opened.search(question, LOOKED_AT)
    assert found.degraded == (), found.degraded
    marks: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for hit in found.hits:
        name = hit.document_id.removesuffix(".md")
        marks.setdefault(name, set()).update(re.findall(r"mark\d+x", hit.text))
        parts.setdefault(name, set()).add(hit.heading_path[0] if hit.heading_path else hit.text)
    for name in ALWAYS:
        assert name in marks, f"{name} is missing"
    for name in marks:
        assert len(marks[name]) == 1, f"{name} is shown in two versions: {marks[name]}"
        assert len(parts[name]) == PASSAGES, f"{name} is not whole: {parts[name]}"
    assert not before & marks.keys(), f"these were gone before: {before & marks.keys()}"


def run_reader(base: Path, seconds: float, seed: int, *, resident: bool) -> dict[str, int]:
    chance, until, searches = random.Random(seed), time.monotonic() + seconds, 0
    with closing(Index(base / "index", resident=resident)) as opened:
        while time.monotonic() < until:
            check_one_search(opened, base, chance.choice(QUESTIONS))
            searches += 1
            time.sleep(0.01)  # two processors for six processes: the writers are to get somewhere
    return {"searches": searches}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "gone").write_text("", encoding="utf-8")
    for mark, name in enumerate(ALWAYS):
        write(tmp_path / "corpus", name, mark)
    sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
    return tmp_path


WORKER = """
import json, os, sys
from pathlib import Path
from tests.index import test_concurrency as here
kind, base, seconds, seed = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
if kind == "writer":
    counts = here.run_writer(base, seconds, seed)
else:
    counts = here.run_reader(base, seconds, seed, resident=kind == "resident")
print(json.dumps(counts), flush=True)
"""


def run_processes(base: Path, seconds: float) -> dict[str, list[dict[str, int]]]:
    kinds = ("writer", "writer", "resident", "resident", "exact", "exact")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, kind, str(base), str(seconds), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for seed, kind in enumerate(kinds, start=1)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    counts: dict[str, list[dict[str, int]]] = {}
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    ended = [process.communicate() for process in running]
    for kind, process, (said, complaint) in zip(kinds, running, ended, strict=True):
        assert process.returncode == 0, f"{kind}: {complaint}"
        counts.setdefault(kind, []).append(json.loads(said))
    return counts


def assert_all_took_part(counts: dict[str, list[dict[str, int]]]) -> None:
    assert sum(writer["synced"] for writer in counts["writer"]) > 0
    assert all(reader["searches"] > 0 for reader in counts["resident"] + counts["exact"])


def test_two_writers_and_four_readers_at_once_never_show_half_a_document(base: Path):
    assert_all_took_part(run_processes(base, SHORT_SECONDS))


def assert_that_much_happened(counts: dict[str, list[dict[str, int]]], index: Path) -> None:
    assert_all_took_part(counts)
    for what in ("refused", "removed"):
        assert sum(writer[what] for writer in counts["writer"]) > 0, what
    sync(None, index, model=DEFAULT_MODEL)
    assert len(list(index.glob("ledger*.db"))) == 1


@pytest.mark.prove
def test_two_writers_and_four_readers_for_half_a_minute(base: Path):
    assert_that_much_happened(run_processes(base, LONG_SECONDS), base / "index")
    assert len(list((base / "index" / "generations").iterdir())) == 1


@pytest.mark.prove
def test_two_writers_and_four_readers_of_a_server_for_half_a_minute(base: Path):
    with chroma_server(base / "server") as server:
        sync(base / "corpus", base / "index", model=DEFAULT_MODEL, vectors=server.address)
        assert_that_much_happened(run_processes(base, LONG_SECONDS), base / "index")
        assert len(server.collections()) == 1


def in_threads(tasks: list[Callable[[], object]]) -> None:
    failures: list[BaseException] = []

    def guarded(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001  of whatever kind, the test's own thread tells it
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("resident", [True, False], ids=["resident", "exact"])
def test_eight_threads_of_one_index_never_see_half_a_document_while_it_is_synced(base: Path, resident: bool):
    done = threading.Event()

    def read(number: int, opened: Index) -> None:
        chance = random.Random(number)
        while not done.is_set():
            check_one_search(opened, base, chance.choice(QUESTIONS))
            time.sleep(0.01)

    def write_and_end() -> None:
        try:
            run_writer(base, SHORT_SECONDS / 2, 7)
        finally:
            done.set()

    with closing(Index(base / "index", resident=resident)) as opened:
        in_threads([write_and_end, *(lambda number=number: read(number, opened) for number in range(8))])
