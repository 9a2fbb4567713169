"""Files added and removed on the page: what a name may be, what may come, what is deleted and what forgets it."""

from __future__ import annotations

import asyncio
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from assistant import Assistant, Conversations, KeptExchange, bundled_corpus, new_id, resolve
from index import DEFAULT_MODEL, sync
from tests.ui.test_corpus_tab import ADDRESS
from tests.ui.test_tending import ended
from ui.chat import corpus_files, receiving
from ui.chat.receiving import FileRefused, NotRemoved, parts_of, receive, remove
from ui.chat.tending import Tending
from ui.corpora import Corpora
from ui.records import Records
from ui.server import build
from ui.shapes import answer_shape

REFUSED = [
    "../out.txt", "/etc/out.txt", "a/../../out.txt", "a//b.txt", "./a.txt", "a/./b.txt", "", "a/", "..", "a\\..\\b.txt",
    "C:\\a.txt", "a\0.txt", "a\n.txt", "a\u2028.txt", "a\u202etxt.md", "a\ud800.txt", ".hidden.txt", ".despatchignore",
    "a/.git/b.txt", "~$a.docx", "a.txt~", "a.exe", "a", "a.sh", f"{'a/' * 16}b.txt", f"{'ä' * 130}.txt",
]  # fmt: skip


def in_a_loop(work):
    with ThreadPoolExecutor(1) as aside:  # the browser's driver may have its own loop running in this thread
        aside.submit(asyncio.run, work).result()


@pytest.fixture
def papers(tmp_path):
    made = tmp_path / "papers"
    made.mkdir()
    return made


def added(folder, name: str, *pieces: bytes, size: int | None = None) -> None:
    async def sent():
        for piece in pieces:
            yield piece

    in_a_loop(receive(folder, name, size, sent()))


def held(folder) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if not each.is_dir())


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_a_name_that_leads_elsewhere_or_is_no_documents_is_refused_in_a_sentence(name):
    with pytest.raises(FileRefused, match=r"^The file .* is not added \(.*\); .*\.$"):
        parts_of(name)


@pytest.mark.parametrize(
    "name", ["a.txt", "Bücher/Ärger & Co. (2).PDF", "<img src=x onerror=alert(1)>.md", "a/b/c.docx"]
)
def test_an_ordinary_name_is_taken_as_it_is(name):
    assert "/".join(parts_of(name)) == name


def test_a_file_is_there_once_it_is_whole_in_its_folder_and_cannot_be_executed(papers):
    added(papers, "deep/er/new.txt", b"The toll ", b"is due.")
    file = papers / "deep" / "er" / "new.txt"
    assert file.read_bytes() == b"The toll is due."
    assert not stat.S_IMODE(file.stat().st_mode) & 0o111
    assert held(papers) == ["deep/er/new.txt"]


def test_what_is_there_is_not_overwritten(papers):
    (papers / "toll.txt").write_text("old")
    with pytest.raises(FileRefused, match="the folder holds one of that name"):
        added(papers, "toll.txt", b"new")
    (papers / "link.txt").symlink_to(papers / "nowhere.txt")
    with pytest.raises(FileRefused, match="the folder holds one of that name"):
        added(papers, "link.txt", b"new")
    assert (papers / "toll.txt").read_text() == "old"
    assert held(papers) == ["link.txt", "toll.txt"]


def test_no_link_in_the_folder_is_followed(papers, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept.txt").write_text("kept")
    (papers / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(FileRefused):
        added(papers, "link/new.txt", b"new")
    with pytest.raises(NotRemoved):
        remove(papers, "link/kept.txt")
    assert held(tmp_path / "outside") == ["kept.txt"]


def test_what_is_too_large_is_refused_before_and_while_it_comes_and_leaves_nothing(papers, monkeypatch):
    monkeypatch.setattr(receiving, "LARGEST", 10)
    for size in (11, None, 3):
        with pytest.raises(FileRefused, match="it is larger than"):
            added(papers, "a.txt", b"12345678", b"901", size=size)
    assert held(papers) == []


def test_a_full_disk_and_a_broken_connection_leave_nothing(papers, monkeypatch):
    async def broken():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(FileRefused):
        in_a_loop(receive(papers, "a.txt", None, broken()))
    monkeypatch.setattr(receiving, "ROOM_KEPT", 1 << 62)
    with pytest.raises(FileRefused, match="the disk is nearly full"):
        added(papers, "a.txt", b"whole")
    assert held(papers) == []


@contextmanager
def serving(settings):
    """An assistant over an index, what tends its documents, and a client of their server."""
    with (
        Assistant.of(settings) as desk,
        Tending(settings) as tending,
        TestClient(
            build(Corpora({"papers": desk}, tending={"papers": tending})), base_url=ADDRESS, headers={"origin": ADDRESS}
        ) as client,
    ):
        yield desk, tending, client


@pytest.fixture
def site(papers, tmp_path):
    """The folder, the index, an assistant, what tends them, and a client of their server."""
    (papers / "toll.txt").write_text("The toll of the bridge is two crowns.\n")
    (papers / "ferry.txt").write_text("The ferry leaves at seven in the morning.\n")
    (papers / "broken.docx").write_bytes(b"PK\x03\x04 no more")
    settings = replace(resolve(index=tmp_path / "index"), model=DEFAULT_MODEL, precision="fp32")
    sync(papers, settings.index, model=DEFAULT_MODEL)
    with serving(settings) as (desk, tending, client):
        yield settings.index, desk, tending, client


def test_a_file_that_is_added_answers_after_the_sync(site, papers):
    _, desk, tending, client = site
    body = b"The lighthouse was built of granite by Ada Stone.\n" + b" " * (
        2 * 1024 * 1024
    )  # more than other bodies may
    assert client.post("/ui/corpus/files", params={"name": "notes/light.txt"}, content=body).status_code == 200
    assert (papers / "notes" / "light.txt").read_bytes() == body
    client.post("/ui/corpus/work")
    ended(tending)
    assert "granite" in desk.ask("Who built the lighthouse?").text


def test_what_is_refused_is_said_and_another_sites_page_adds_and_removes_nothing(site, papers):
    client = site[3]
    before = held(papers)
    answer = client.post("/ui/corpus/files", params={"name": "../out.txt"}, content=b"x")
    assert answer.status_code == 409
    assert answer.json()["error"]["message"].startswith("The file '../out.txt' is not added")
    for method, name in (("POST", "new.txt"), ("DELETE", "toll.txt")):
        foreign = client.request(
            method, "/ui/corpus/files", params={"name": name}, headers={"origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
    assert held(papers) == before


def test_more_files_than_a_minute_may_bring_are_refused(site, papers, monkeypatch):
    _, desk, tending, _ = site
    monkeypatch.setattr(corpus_files, "MOST_FILES", 1)
    with TestClient(
        build(Corpora({"papers": desk}, tending={"papers": tending})), base_url=ADDRESS, headers={"origin": ADDRESS}
    ) as client:
        assert client.post("/ui/corpus/files", params={"name": "zero.txt"}, content=b"x").status_code == 200
        answer = client.post("/ui/corpus/files", params={"name": "one.txt"}, content=b"x")
    assert "more than 1 came in a minute" in answer.json()["error"]["message"]
    assert not (papers / "one.txt").exists()


def test_who_adds_and_removes_is_noted_where_that_is_wanted(site, tmp_path):
    _, desk, tending, _ = site
    records = Records(tmp_path / "audit.jsonl")
    corpora = Corpora({"papers": desk}, tending={"papers": tending})
    corpora.records = records
    with TestClient(build(corpora), base_url=ADDRESS, headers={"origin": ADDRESS}) as client:
        client.post("/ui/corpus/files", params={"name": "new.txt"}, content=b"x")
        client.post("/ui/corpus/files", params={"name": "../new.txt"}, content=b"x")
        client.delete("/ui/corpus/files", params={"name": "toll.txt"})
        client.delete("/ui/corpus/files", params={"name": "ferry.txt", "erase": True})
    records.close()
    noted = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert [(each["did"], each["what"]) for each in noted] == [
        ("added", "new.txt"), ("removed", "toll.txt"), ("forgot", "ferry.txt"),
    ]  # fmt: skip


def test_a_removed_document_and_a_removed_failure_are_gone_from_folder_and_index(site, papers):
    _, desk, tending, client = site
    for name in ("toll.txt", "broken.docx"):
        assert client.delete("/ui/corpus/files", params={"name": name}).status_code == 200
    ended(tending)
    assert held(papers) == ["ferry.txt"]
    assert ([each.id for each in desk.documents()], desk.status().failures) == (["ferry.txt"], ())
    assert desk.ask("What is the toll of the bridge?").abstained


@pytest.mark.parametrize("name", ["../index/ledger.db", "none.txt", "", "/etc/passwd", "..", "."])
def test_only_what_the_index_knows_is_removed(site, name):
    answer = site[3].delete("/ui/corpus/files", params={"name": name})
    assert answer.status_code == 409
    assert "the corpus holds none of that name" in answer.json()["error"]["message"]


def test_what_is_erased_stays_in_no_file_of_the_index_and_in_no_kept_answer(site, papers):
    index, desk, tending, client = site
    answer = desk.ask("What is the toll of the bridge?")
    asked, kept = datetime(2024, 9, 11, tzinfo=UTC), Conversations(index)
    exchange = KeptExchange(new_id(), new_id(), asked, answer.question, None, "done", answer_shape(answer, str))
    kept.keep(exchange)
    assert b"two crowns" in b"".join(each.read_bytes() for each in index.rglob("*") if each.is_file())
    client.delete("/ui/corpus/files", params={"name": "toll.txt", "erase": True})
    ended(tending)
    told = client.get("/ui/corpus/work").json()
    assert (told["erased"], told["error"]) == ([{"document_id": "toll.txt", "answers": 1}], "")
    assert b"two crowns" not in b"".join(each.read_bytes() for each in index.rglob("*") if each.is_file())
    assert held(papers) == ["broken.docx", "ferry.txt"]


def test_the_example_documents_stay_as_they_are(tmp_path):
    settings = replace(resolve(index=tmp_path / "index"), model=DEFAULT_MODEL, precision="fp32")
    sync(bundled_corpus(), settings.index, model=DEFAULT_MODEL)
    with serving(settings) as (_, _, client):
        offered = client.get("/ui/corpus").json()
        assert (offered["may_sync"], offered["may_change"]) == (True, False)
        assert client.post("/ui/corpus/files", params={"name": "a.txt"}, content=b"x").status_code == 403
        assert client.delete("/ui/corpus/files", params={"name": "glossary.txt"}).status_code == 403
    assert (bundled_corpus() / "glossary.txt").is_file()


def test_where_nobody_may_change_the_documents_nothing_is_added_or_removed(site, papers):
    desk = site[1]
    with TestClient(build(Corpora({"papers": desk})), base_url=ADDRESS, headers={"origin": ADDRESS}) as client:
        assert client.post("/ui/corpus/files", params={"name": "a.txt"}, content=b"x").status_code == 403
        assert client.delete("/ui/corpus/files", params={"name": "toll.txt"}).status_code == 403
    assert "toll.txt" in held(papers)
