"""Reading in processes that a file may crash, fill or stop."""

import os
import re
import select
import subprocess
import sys
import tracemalloc

import pytest

from corpus import CorpusError, Entry, Reading, UnreadableFile, read, scan
from corpus.reading import _added
from corpus.workers import LOOK_AHEAD_FILES
from tests.corpus import odd_readers


@pytest.fixture(autouse=True)
def _odd_readers(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("package")
    odd_readers.install(folder)
    monkeypatch.syspath_prepend(folder)
    _added.cache_clear()
    yield
    _added.cache_clear()


@pytest.fixture
def file(tmp_path):
    def make(name, content=b"words"):
        path = tmp_path / name
        path.write_bytes(content)
        return Entry(name, path, len(content), path.stat().st_mtime_ns)

    return make


def reason(reading, entry):
    with pytest.raises(UnreadableFile) as failure:
        reading.read(entry)
    assert failure.value.reason.endswith(".")
    assert "\n" not in failure.value.reason
    return failure.value.reason


def test_a_worker_reads_what_this_process_would_read(repository):
    entries = list(scan(repository / "corpus" / "documents"))
    with Reading() as reading:
        assert list(reading.read_all(entries)) == [(entry, read(entry)) for entry in entries]


def test_a_long_text_arrives_as_it_is_and_is_held_once(file):
    text = "A harbour é lamp burns.\r\n" * 3_000_000
    entry = file("a.txt", text.encode())
    with Reading(workers=1) as reading:
        tracemalloc.start()
        document = reading.read(entry)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert document.text == text
    assert held < 1.5 * sys.getsizeof(text)


def test_the_sentence_of_a_reader_arrives_as_it_is(file):
    with Reading() as reading:
        assert reason(reading, file("a.words", b"none")) == "There are no words in it; write some, then sync."
        assert "empty" in reason(reading, file("a.pdf", b""))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.crash", r"The reader broke down on this file \(SIG"),
        ("a.broken", r"The reader failed on this file \(ZeroDivisionError\)"),
        ("a.unpicklable", "The reader failed on this file"),
        pytest.param(
            "a.hungry",
            "ran out of memory",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="macOS does not enforce a limit of memory"),
        ),
    ],
)
def test_a_file_that_ends_its_reader_is_one_sentence_and_the_next_is_read(file, name, sentence):
    with Reading(workers=1) as reading:
        assert re.search(sentence, reason(reading, file(name)))
        assert reading.read(file("a.words")).text == "words"


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(file):
    with Reading(workers=1, time_limit_seconds=3) as reading:
        assert reason(reading, file("a.hang")).startswith("Reading took longer than 3 s and was given up")
        assert reading.read(file("a.words")).text == "words"


def test_others_are_read_while_one_hangs(file):
    entries = [file("a.hang"), *(file(f"{number}.words") for number in range(5))]
    with Reading(workers=2, time_limit_seconds=3) as reading:
        outcomes = [outcome for _, outcome in reading.read_all(entries)]
    assert isinstance(outcomes[0], UnreadableFile)
    assert [document.id for document in outcomes[1:]] == [f"{number}.words" for number in range(5)]


def test_results_come_in_the_order_of_the_entries(file):
    names = ["a.words", "b.broken", "c.words", "d.crash", "e.words", "f.txt", "g.words"]
    with Reading(workers=3) as reading:
        results = list(reading.read_all(file(name) for name in names))
    assert [entry.id for entry, _ in results] == names
    assert [entry.id for entry, outcome in results if isinstance(outcome, UnreadableFile)] == ["b.broken", "d.crash"]


def test_a_crash_that_an_earlier_file_may_have_caused_is_tried_again_in_a_fresh_worker(file):
    with Reading(workers=1) as reading:
        assert reading.read(file("a.words")).text == "words"
        assert reading.read(file("a.after")).text == "The reader was fresh."


def test_one_worker_reads_many_files_apart_from_the_callers_process_group(file):
    with Reading(workers=1) as reading:
        first, second = (reading.read(file(f"{number}.process")).text.split() for number in range(2))
    assert first == second
    assert int(first[0]) != os.getpid()
    assert int(first[1]) != os.getpgid(0)  # so that Ctrl-C reaches the caller alone


def test_a_worker_is_not_blamed_for_the_memory_of_its_caller(file):
    held = b"x" * (700 << 20)
    with Reading(workers=1) as reading:
        first, second = (reading.read(file(f"{number}.process")).text for number in range(2))
    assert first == second
    assert held


def test_a_worker_that_grew_large_is_replaced(file):
    with Reading(workers=1) as reading:
        before = reading.read(file("a.large")).text.split()[0]
        assert reading.read(file("a.process")).text.split()[0] != before


def test_workers_are_gone_after_the_block(file):
    with Reading(workers=1) as reading:
        pid = int(reading.read(file("a.process")).text.split()[0])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_process_is_started_for_nothing(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Reading() as reading:
        assert list(reading.read_all([])) == []


def test_a_worker_loads_only_the_reader_that_it_needs(file):
    with Reading() as reading:
        loaded = set(reading.read(file("a.modules")).text.split())
    assert not loaded & {"lxml", "pypdfium2", "docx", "numpy", "markdown_it", "pathspec", "charset_normalizer"}


def test_what_a_reader_prints_is_not_seen(file, capfd):
    with Reading() as reading:
        assert reading.read(file("a.noisy")).text == "said"
    assert capfd.readouterr() == ("", "")


def test_entries_are_drawn_no_further_than_the_look_ahead(file):
    drawn = []

    def entries():
        for number in range(3 * LOOK_AHEAD_FILES):
            drawn.append(number)
            yield file(f"{number:03}.words")

    with Reading() as reading:
        results = reading.read_all(entries())
        for asked in range(1, 6):
            next(results)
            assert len(drawn) <= asked + LOOK_AHEAD_FILES
        results.close()


def test_few_large_files_are_read_ahead(file, tmp_path):
    with (tmp_path / "a.broken").open("wb") as hole:
        hole.truncate(40 << 20)
    large = Entry("a.broken", tmp_path / "a.broken", 40 << 20, 0)
    drawn = []
    with Reading(workers=1) as reading:
        results = reading.read_all(drawn.append(number) or large for number in range(9))
        next(results)
        assert len(drawn) <= 2
        results.close()


def test_a_caller_that_stops_asking_can_go_on_with_other_files(file):
    with Reading(workers=2) as reading:
        for entry, _ in reading.read_all([file("a.words"), file("b.hang"), file("c.hang")]):
            assert entry.id == "a.words"
            break
        assert reading.read(file("d.words")).text == "words"


def test_a_script_without_a_guard_is_not_run_again_by_its_workers(file, tmp_path, repository):
    entry = file("a.txt")
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(repository)!r})\n"
        "from pathlib import Path\n"
        "from corpus import Entry, Reading\n"
        "with Reading() as reading:\n"
        f"    print(reading.read(Entry('a.txt', Path({str(entry.path)!r}), 5, 0)).text)\n"
    )
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert run.stdout == "words\n"


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux has pidfd, to wait for a process of others")
def test_workers_end_with_a_caller_that_is_killed(file, repository):
    entry = file("a.process")
    script = (
        f"import sys; sys.path[:] = {[str(repository), *sys.path]!r}\n"
        "from pathlib import Path\n"
        "from corpus import Entry, Reading\n"
        f"print(Reading(workers=1).read(Entry('a.process', Path({str(entry.path)!r}), 5, 0)).text, flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as caller:
        worker = os.pidfd_open(int(caller.stdout.readline().split()[0]))
        caller.kill()
    assert select.select([worker], [], [], 60)[0], "the worker outlived its caller"
    os.close(worker)


@pytest.mark.parametrize(
    ("program", "sentence"), [("/nowhere/python", "No process can be started"), ("/bin/false", "ends as it starts")]
)
def test_an_installation_that_cannot_start_workers_says_so_and_blames_no_file(file, monkeypatch, program, sentence):
    monkeypatch.setattr(sys, "executable", program)
    with Reading() as reading, pytest.raises(CorpusError, match=sentence) as failure:
        reading.read(file("a.words"))
    assert not isinstance(failure.value, UnreadableFile)
