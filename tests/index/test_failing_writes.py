"""A write that fails, whichever it is: one sentence comes out of it, and the next sync makes the index whole."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Index, IndexMissing, IndexNotWritable, sync
from tests.index.changing import (
    Places,
    assert_each_document_is_as_it_was_or_as_it_is,
    assert_the_next_sync_ends_equal_to_a_fresh_index,
    records,
)
from tests.index.state import state_of
from tests.index.stoppable import Outcome, Stoppable

KIBIBYTE = 1024
ONE_SENTENCE = re.compile(r"The (index|vector store) at [^\n]* (cannot be written|fails) \([^\n]+\); [^\n]+\.")

pytestmark = pytest.mark.usefixtures("model_loaded_once")


def assert_one_sentence_or_done(outcome: Outcome, places: Places) -> None:
    if outcome.error:
        assert outcome.error in ("IndexNotWritable", "VectorsUnavailable"), outcome.traceback
        assert ONE_SENTENCE.fullmatch(outcome.sentence), outcome.sentence
    else:  # the write was none that the index needs
        assert state_of(places.index) == state_of(places.fresh)


def fail_each(stoppable: Stoppable, places: Places, numbers: Iterable[int], **options: bool) -> None:
    for number in numbers:
        places.go_back()
        outcome = stoppable.sync(places.corpus, places.index, failing_write=number, options=options)
        assert outcome.writes >= number
        assert_one_sentence_or_done(outcome, places)
        assert_each_document_is_as_it_was_or_as_it_is(places)
        assert_the_next_sync_ends_equal_to_a_fresh_index(places)


def writes_of(stoppable: Stoppable, places: Places, **options: bool) -> int:
    """How many writes a sync makes that is left alone."""
    places.go_back()
    outcome = stoppable.sync(places.corpus, places.index, options=options)
    assert outcome.error == ""
    return outcome.writes


def fail_each_of_the_first_sync(stoppable: Stoppable, places: Places, numbers: Iterable[int]) -> None:
    newer = records(places.fresh)
    for number in numbers:
        places.go_back(to_nothing=True)
        outcome = stoppable.sync(places.corpus, places.index, failing_write=number)
        assert_one_sentence_or_done(outcome, places)
        assert_what_is_there_is_whole(places, newer)
        assert_the_next_sync_ends_equal_to_a_fresh_index(places)


def assert_what_is_there_is_whole(places: Places, newer: dict[str, list[object]]) -> None:
    try:
        Index(places.index).close()
    except IndexMissing:
        return
    assert all(newer[document] == record for document, record in records(places.index).items())


def test_a_sync_survives_the_failure_of_some_of_its_writes(stoppable: Stoppable, places: Places):
    fail_each(stoppable, places, range(1, writes_of(stoppable, places), 61))


def test_a_rebuild_survives_the_failure_of_some_of_its_writes(stoppable: Stoppable, places: Places):
    fail_each(stoppable, places, range(5, writes_of(stoppable, places, rebuild=True), 149), rebuild=True)


@pytest.mark.prove
def test_a_sync_survives_the_failure_of_each_of_its_writes(stoppable: Stoppable, places: Places):
    fail_each(stoppable, places, range(1, writes_of(stoppable, places) + 1))


@pytest.mark.prove
def test_a_rebuild_survives_the_failure_of_each_of_its_writes(stoppable: Stoppable, places: Places):
    fail_each(stoppable, places, range(1, writes_of(stoppable, places, rebuild=True) + 1), rebuild=True)


@pytest.mark.prove
def test_a_first_sync_survives_the_failure_of_each_of_its_writes(stoppable: Stoppable, places: Places):
    fail_each_of_the_first_sync(stoppable, places, range(1, stoppable.sync(places.corpus, places.index).writes + 1))


def grow(stoppable: Stoppable, places: Places, limits: Iterable[int]) -> None:
    """Limit the size of files more and more generously, until the sync passes."""
    refused = 0
    for limit in limits:
        places.go_back()
        outcome = stoppable.sync(places.corpus, places.index, largest_file_bytes=limit)
        assert_one_sentence_or_done(outcome, places)
        assert_each_document_is_as_it_was_or_as_it_is(places)
        assert_the_next_sync_ends_equal_to_a_fresh_index(places)
        refused += bool(outcome.error)
        if not outcome.error:
            assert refused > 1
            return
    raise AssertionError(f"no limit was wide enough: {outcome.sentence}")


def test_files_that_may_not_grow_are_one_sentence_and_no_loss(stoppable: Stoppable, places: Places):
    grow(stoppable, places, (KIBIBYTE * 2**step for step in range(0, 16, 3)))


@pytest.mark.prove
def test_files_that_may_grow_to_any_size_but_not_further_are_no_loss(stoppable: Stoppable, places: Places):
    grow(stoppable, places, range(4 * KIBIBYTE, 4_096 * KIBIBYTE, 8 * KIBIBYTE))


@contextmanager
def small_disk(place: Path, kibibytes: int) -> Iterator[None]:
    place.mkdir(exist_ok=True)
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a disk of a few kilobytes")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "none", str(place)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def assert_it_answers_or_says_why_not(index: Path) -> None:
    try:
        opened = Index(index)
    except IndexMissing:
        return
    except IndexNotWritable as error:  # not even the 32 KiB are left in which SQLite's readers and writers meet
        assert ONE_SENTENCE.fullmatch(str(error))
        return
    hits = opened.search("Where does the crane stand?", 3).hits
    if opened.document("steady/crane.md"):  # a first sync may have been stopped before it
        assert hits[0].document_id == "steady/crane.md"
    opened.close()


def fill(stoppable: Stoppable, places: Places, disk: Path, sizes: Iterable[int], *, is_first: bool) -> None:
    """Sync onto larger and larger disks, until the index has room; each full one is then given room."""
    for size in sizes:
        with small_disk(disk, size):
            on_disk = Places(places.corpus, places.before, places.fresh, disk / "index")
            try:
                on_disk.go_back(to_nothing=is_first)
            except (OSError, shutil.Error):
                continue
            outcome = stoppable.sync(on_disk.corpus, on_disk.index, is_room_checked=False)
            assert_one_sentence_or_done(outcome, on_disk)
            assert_it_answers_or_says_why_not(on_disk.index)
            subprocess.run(["mount", "-o", f"remount,size={64 * KIBIBYTE}k", str(disk)], check=True)
            if is_first:
                assert_what_is_there_is_whole(on_disk, records(places.fresh))
            else:
                assert_each_document_is_as_it_was_or_as_it_is(on_disk)
            assert_the_next_sync_ends_equal_to_a_fresh_index(on_disk)
        if not outcome.error:
            return
    raise AssertionError(f"no disk was large enough: {outcome.sentence}")


def test_a_full_disk_is_one_sentence_and_no_loss(stoppable: Stoppable, places: Places, tmp_path: Path):
    fill(stoppable, places, tmp_path / "disk", range(200, 8_192, 900), is_first=False)


@pytest.mark.prove
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "later"])
def test_a_disk_that_fills_at_any_point_is_no_loss(
    stoppable: Stoppable, places: Places, tmp_path: Path, is_first: bool
):
    fill(stoppable, places, tmp_path / "disk", range(16, 8_192, 24), is_first=is_first)


def test_a_disk_that_became_read_only_refuses_a_sync_and_answers(places: Places, tmp_path: Path):
    with small_disk(tmp_path / "disk", 64 * KIBIBYTE):
        on_disk = Places(places.corpus, places.before, places.fresh, tmp_path / "disk" / "index")
        on_disk.go_back()
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        with pytest.raises(IndexNotWritable, match=os.strerror(errno.EROFS)):
            sync(places.corpus, on_disk.index, model=DEFAULT_MODEL)
        opened = Index(on_disk.index)
        found = opened.search("Where does the crane stand?", 3)
        opened.close()
        assert (found.hits[0].document_id, found.degraded) == ("steady/crane.md", ())
