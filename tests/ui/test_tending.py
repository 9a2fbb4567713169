"""The corpus brought up to date while people ask: on one thread of low priority, stopped and ended cleanly."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, field, replace

import pytest
from starlette.testclient import TestClient

from assistant import Assistant, resolve
from index import SyncReport, sync, writer
from tests.ui.test_corpus_tab import ADDRESS
from ui.chat import tending as module
from ui.chat.tending import NICENESS, Tending
from ui.corpora import Corpora
from ui.server import build

PATIENCE_S = 60.0


@pytest.fixture
def settings(tmp_path):
    """Of an index over two files, and of no file of settings that may lie on this machine."""
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "toll.txt").write_text("The toll of the bridge is two crowns.\n")
    (papers / "ferry.txt").write_text("The ferry leaves at seven in the morning.\n")
    made = replace(resolve(index=tmp_path / "index"), model="all-MiniLM-L6-v2", precision="fp32")
    sync(papers, made.index, model=made.model)
    return made


@dataclass
class Gate:
    """A real sync that tells when it begins, and waits until it may."""

    begun: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)
    niceness: int = 0

    def sync(self, *arguments, **named) -> SyncReport:
        self.niceness = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        self.begun.set()
        assert self.open.wait(PATIENCE_S)
        return sync(*arguments, **named)


@pytest.fixture
def gate(monkeypatch):
    made = Gate()
    monkeypatch.setattr(module, "sync", made.sync)
    return made


def ended(tending: Tending, after: int = 0) -> None:
    """Wait until all that was asked for has ended."""
    over = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        state = tending.state()
        if state.ended > after and not state.running:
            return
        over.wait(0.05)
    pytest.fail("the work did not end")


def test_what_changed_in_the_folder_is_asked_after_a_sync_by_an_assistant_that_was_open(settings, tmp_path, gate):
    (tmp_path / "papers" / "new.txt").write_text("The lighthouse was built of granite by Ada Stone.\n")
    (tmp_path / "papers" / "ferry.txt").unlink()
    gate.open.set()
    with Assistant.of(settings) as desk, Tending(settings) as tending:
        tending.start()
        ended(tending)
        report = tending.state().report
        assert (report.files, report.added, report.removed) == (2, ("new.txt",), ("ferry.txt",))
        assert "granite" in desk.ask("Who built the lighthouse?").text
    if sys.platform == "linux":
        assert gate.niceness == NICENESS
    assert os.getpriority(os.PRIO_PROCESS, 0) < NICENESS, "all other threads are as they were"


def test_while_one_runs_questions_are_answered_and_what_is_asked_for_is_done_after_it(settings, gate):
    with Assistant.of(settings) as desk, Tending(settings) as tending:
        tending.start()
        assert gate.begun.wait(PATIENCE_S)
        assert "two crowns" in desk.ask("What is the toll of the bridge?").text
        tending.start()
        tending.start()
        gate.open.set()
        ended(tending, after=1)
        assert tending.state().ended == 2


def test_a_sync_is_stopped_says_so_and_the_next_one_goes_on(settings, tmp_path, gate):
    (tmp_path / "papers" / "new.txt").write_text("A new file.\n")
    with Tending(settings) as tending:
        tending.start()
        assert gate.begun.wait(PATIENCE_S)
        tending.stop()
        assert tending.state().stopping
        gate.open.set()
        ended(tending)
        assert (tending.state().report, tending.state().stopped, tending.state().error) == (None, True, "")
        tending.start()
        ended(tending, after=1)
        assert tending.state().report.documents == 3


def test_leaving_waits_for_what_is_under_way_and_leaves_no_thread_behind(settings):
    with Tending(settings) as tending:
        tending.start()
    assert not [each for each in threading.enumerate() if each.name == "tending"]
    with Assistant.of(settings) as desk:
        assert len(desk.documents()) == 2


def test_where_another_process_writes_the_lock_says_who(settings):
    with writer(settings.index), Tending(settings) as tending:
        tending.start()
        ended(tending)
        assert f"process {os.getpid()}" in tending.state().error


def test_what_breaks_is_noted_and_said_in_a_sentence(settings, monkeypatch, caplog):
    monkeypatch.setattr(module, "sync", lambda *_, **__: [].pop())
    with Tending(settings) as tending, Assistant.of(settings) as desk:
        tending.start()
        ended(tending)
        with TestClient(
            build(Corpora({"papers": desk}, tending={"papers": tending})), base_url=ADDRESS, headers={"origin": ADDRESS}
        ) as client:
            assert client.get("/ui/corpus/work").json()["error"].startswith("Something failed inside Despatch")
    assert "a sync failed" in caplog.text


def test_the_page_starts_follows_and_stops_a_sync(settings):
    with (
        Tending(settings) as tending,
        Assistant.of(settings) as desk,
        TestClient(
            build(Corpora({"papers": desk}, tending={"papers": tending})), base_url=ADDRESS, headers={"origin": ADDRESS}
        ) as client,
    ):
        assert client.get("/ui/corpus").json()["may_sync"] is True
        assert client.get("/ui/corpus/work").json()["ended"] == 0
        assert client.post("/ui/corpus/work").status_code == 200
        ended(tending)
        told = client.get("/ui/corpus/work").json()
        assert (told["running"], told["report"]["unchanged"], told["error"]) == (False, 2, "")
        assert client.delete("/ui/corpus/work").status_code == 200


def test_where_nobody_may_change_the_documents_the_page_offers_nothing_and_the_server_refuses(settings):
    with (
        Assistant.of(settings) as desk,
        TestClient(build(Corpora({"papers": desk})), base_url=ADDRESS, headers={"origin": ADDRESS}) as client,
    ):
        assert client.get("/ui/corpus").json()["may_sync"] is False
        for method in ("POST", "DELETE"):
            answer = client.request(method, "/ui/corpus/work")
            assert answer.status_code == 403
            assert answer.json()["error"]["message"] == "Whoever runs this server keeps its documents."


def test_another_sites_page_starts_and_stops_nothing(settings):
    with (
        Tending(settings) as tending,
        Assistant.of(settings) as desk,
        TestClient(build(Corpora({"papers": desk}, tending={"papers": tending})), base_url=ADDRESS) as client,
    ):
        for method in ("POST", "DELETE"):
            foreign = client.request(method, "/ui/corpus/work", headers={"origin": "https://evil.example"})
            assert foreign.status_code == 403
    assert tending.state().ended == 0
