from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus import DespatchError, FolderMissing
from index import DEFAULT_MODEL, Index, IndexDiffers, SyncReport, sync
from index.watching import watch
from tests.index.test_syncing import texts_found, write

PATIENCE_SECONDS = 120  # of the test, on a machine that is busy; nothing waits so long where all is well


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", "lamps.md", "# Lamps\n\nThe harbour lamps are lit at dusk.\n")
    return tmp_path / "corpus"


@contextmanager
def watching(corpus: Path, index: Path, *, model: str = DEFAULT_MODEL) -> Iterator[queue.Queue[object]]:
    """A watch in a thread of its own, its outcomes in a queue."""
    stop, outcomes = threading.Event(), queue.Queue[object]()

    def work() -> None:
        try:
            for outcome in watch(lambda: sync(corpus, index, model=model), index, stop=stop):
                outcomes.put(outcome)
        except DespatchError as error:
            outcomes.put(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield outcomes
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def next_with(outcomes: queue.Queue[object], wanted: str) -> SyncReport:
    """The next report in which something was `wanted`: added, changed, renamed or removed."""
    while True:
        outcome = outcomes.get(timeout=PATIENCE_SECONDS)
        if isinstance(outcome, SyncReport) and getattr(outcome, wanted):
            return outcome


def test_a_file_that_is_saved_edited_and_deleted_is_followed(corpus: Path, tmp_path: Path):
    index = tmp_path / "index"
    with watching(corpus, index) as outcomes:
        assert next_with(outcomes, "added").added == ("lamps.md",)
        opened = Index(index, resident=True)
        opened.search("lamps", 1)
        write(corpus, "deep/er/ferry.txt", "The ferry sails at noon.")
        assert next_with(outcomes, "added").added == ("deep/er/ferry.txt",)
        assert "noon" in opened.search("When does the ferry sail?", 1).hits[0].text
        write(corpus, "deep/er/ferry.txt", "The ferry sails at midnight.")
        assert next_with(outcomes, "changed").changed == ("deep/er/ferry.txt",)
        assert "midnight" in opened.search("When does the ferry sail?", 1).hits[0].text
        (corpus / "deep" / "er" / "ferry.txt").unlink()
        assert next_with(outcomes, "removed").removed == ("deep/er/ferry.txt",)
        opened.close()
    assert "ferry" not in texts_found(index, "When does the ferry sail?")


def test_an_index_inside_the_folder_that_is_followed_is_no_change(corpus: Path):
    index = corpus / ".index"
    with watching(corpus, index) as outcomes:
        next_with(outcomes, "added")
        outcomes.get(timeout=PATIENCE_SECONDS)  # the second look, when changes are listened to
        with pytest.raises(queue.Empty):
            outcomes.get(timeout=4)  # were its own files changes, it would sync for ever


def test_a_folder_that_vanishes_and_comes_back_is_followed_again(corpus: Path, tmp_path: Path):
    with watching(corpus, tmp_path / "index") as outcomes:
        next_with(outcomes, "added")
        corpus.rename(tmp_path / "away")
        while not isinstance(outcomes.get(timeout=PATIENCE_SECONDS), FolderMissing):
            pass
        assert "harbour lamps" in texts_found(tmp_path / "index", "When are the lamps lit?")
        write(tmp_path / "away", "new.txt", "The quay was mended.")
        (tmp_path / "away").rename(corpus)
        assert next_with(outcomes, "added").added == ("new.txt",)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS refuses names that are no UTF-8")
def test_a_folder_whose_path_is_not_utf_8_is_synced_and_not_followed(tmp_path: Path):
    corpus = tmp_path / os.fsdecode(b"caf\xe9")
    write(corpus, "lamps.txt", "The lamps are lit at dusk.")
    with watching(corpus, tmp_path / "index") as outcomes:
        next_with(outcomes, "added")
        assert "cannot be followed (its path is not UTF-8)" in str(outcomes.get(timeout=PATIENCE_SECONDS))


def test_an_error_that_does_not_pass_ends_the_watch(corpus: Path, tmp_path: Path):
    sync(corpus, tmp_path / "index", model=DEFAULT_MODEL)
    with watching(corpus, tmp_path / "index", model="another-model") as outcomes:
        assert isinstance(outcomes.get(timeout=PATIENCE_SECONDS), IndexDiffers)
