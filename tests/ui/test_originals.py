"""The files of documents, downloaded: where it is allowed, as they were indexed, from the corpus's folder alone."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import expect

from assistant import Assistant
from index import DEFAULT_MODEL, StoredDocument, sync
from tests.ui import test_chat_accessibility as accessibility
from tests.ui.conftest import served
from tests.ui.gradio_page import GradioPage
from tests.ui.test_chat_page import ask, chip, panel
from tests.ui.test_chat_panel import DOCUMENT
from ui.access import Entries
from ui.chat.originals import PIECE, Original, has_original, original
from ui.rules import FILE, Rules
from ui.sessions import Access

NAME = "notes/lever ünd.txt"
TEXT = "Engine notes\n\nThe cobalt lever starts the old engine of the mill.\n"
QUESTION = "What does the cobalt lever start?"
MAIL = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Signals\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSee the list.\r\n--x\r\n"
    b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=list.txt\r\n\r\n"
    b"The amber semaphore means that the harbour is closed.\r\n--x--\r\n"
)
ALLOWED = "[originals]\ncorpora = ['harbour']\n"


@dataclass(frozen=True)
class Harbour:
    """A server over a folder, its rules, and the address of the file behind the last answer."""

    address: str
    papers: Path
    rules: Path
    client: httpx.Client

    def asked(self, question: str = QUESTION) -> str:
        GradioPage(self.client, {}).ask(question)
        (newest, *_) = self.client.get("/ui/conversations").json()["conversations"]
        exchange = self.client.get(f"/ui/conversations/{newest['id']}.json").json()["exchanges"][0]["id"]
        return f"cite/{exchange}/1"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[Harbour]:
    papers, rules = tmp_path_factory.mktemp("papers"), tmp_path_factory.mktemp("access")
    (papers / NAME).parent.mkdir()
    (papers / NAME).write_text(TEXT, encoding="utf-8")
    (papers / "signals.eml").write_bytes(MAIL)
    index = tmp_path_factory.mktemp("index")
    assert sync(papers, index, model=DEFAULT_MODEL).failures == ()
    (rules / FILE).write_text(f"{ALLOWED}[audit]\nfile = '{rules / 'audit.jsonl'}'\n")
    access = Access(Entries("key", rules), Entries("user", rules), beyond=False, rules=Rules(rules))
    with (
        Assistant.open(index, resident=True) as desk,
        served(desk, access) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield Harbour(address, papers, rules, client)


@pytest.fixture
def harbour_server(made) -> Iterator[Harbour]:
    """The same, with its file and its rules as they were at first."""
    rules = (made.rules / FILE).read_text()
    yield made
    (made.rules / FILE).write_text(rules)
    for path in (made.papers / NAME, made.papers / "notes"):
        if path.is_symlink():
            path.unlink()
    (made.papers / "notes").mkdir(exist_ok=True)
    (made.papers / NAME).write_text(TEXT, encoding="utf-8")


def test_the_very_bytes_that_were_indexed_come_as_a_file_to_be_kept(harbour_server):
    source = harbour_server.asked()
    answer = harbour_server.client.get(f"/ui/originals/{source}")
    assert (answer.status_code, answer.content) == (200, (harbour_server.papers / NAME).read_bytes())
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"original.txt\"; filename*=UTF-8''lever%20%C3%BCnd.txt"
    )
    assert harbour_server.client.get(f"/v1/citations/{source[5:]}").json()["has_original"] is True


def test_a_download_is_noted_and_a_question_whether_it_would_be_given_is_not(harbour_server):
    source = harbour_server.asked()
    notes = harbour_server.rules / "audit.jsonl"

    def noted() -> int:
        lines = [json.loads(line) for line in notes.read_text().splitlines()]
        return sum((each["did"], each["what"]) == ("downloaded", NAME) for each in lines)

    before = noted()
    assert harbour_server.client.get(f"/ui/originals/{source}", params={"check": True}).json() == {}
    assert noted() == before
    harbour_server.client.get(f"/ui/originals/{source}").raise_for_status()
    assert noted() == before + 1


@pytest.mark.parametrize("rules", ["", "[originals]\ncorpora = ['another']\n"], ids=["none", "of another corpus"])
def test_nothing_is_given_unless_it_is_allowed_and_that_holds_at_once(harbour_server, rules):
    source = harbour_server.asked()
    (harbour_server.rules / FILE).write_text(rules)
    refused = harbour_server.client.get(f"/ui/originals/{source}")
    assert (refused.status_code, "cobalt" in refused.text) == (403, False)
    assert harbour_server.client.get(f"/v1/citations/{source[5:]}").json()["has_original"] is False
    (harbour_server.rules / FILE).write_text("[originals]\ncorpora = ['*']\n")
    assert harbour_server.client.get(f"/ui/originals/{source}").status_code == 200


def changed(path: Path, elsewhere: Path) -> None:
    path.write_text(TEXT.replace("cobalt", "copper"), encoding="utf-8")


def gone(path: Path, elsewhere: Path) -> None:
    path.unlink()


def linked(path: Path, elsewhere: Path) -> None:
    path.rename(elsewhere / path.name)
    path.symlink_to(elsewhere / path.name)


def linked_inside(path: Path, elsewhere: Path) -> None:
    path.rename(path.parent.parent / "moved.txt")
    path.symlink_to(path.parent.parent / "moved.txt")


def in_a_linked_folder(path: Path, elsewhere: Path) -> None:
    path.rename(elsewhere / path.name)
    path.parent.rmdir()
    path.parent.symlink_to(elsewhere, target_is_directory=True)


def a_pipe(path: Path, elsewhere: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path, elsewhere: Path) -> None:
    path.unlink()
    path.mkdir()


def document(folder: Path) -> StoredDocument:
    path = folder / NAME
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(DOCUMENT, id=NAME, path=str(path), sha256=digest, text=TEXT)


@pytest.mark.parametrize(
    ("meddle", "found"),
    [
        (changed, "changed"),
        (gone, "gone"),
        (linked, "gone"),
        (linked_inside, "gone"),
        (in_a_linked_folder, "gone"),
        (a_pipe, "gone"),
        (a_folder, "gone"),
    ],
)
def test_what_is_not_the_indexed_file_in_its_folder_is_not_given(tmp_path, meddle, found):
    folder, elsewhere = tmp_path / "papers", tmp_path / "elsewhere"
    elsewhere.mkdir()
    stored = document(folder)
    given = original(folder, stored)
    assert isinstance(given, Original)
    assert b"".join(given.pieces()) == TEXT.encode()
    meddle(folder / NAME, elsewhere)
    assert original(folder, stored) == found


def test_a_name_that_leads_out_of_the_folder_leads_nowhere(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    stored = replace(document(tmp_path / "papers"), id="../secret.txt", path=str(tmp_path / "papers" / "../secret.txt"))
    assert original(tmp_path / "papers", stored) == "gone"


def test_a_file_that_changes_while_it_is_sent_does_not_arrive_whole(tmp_path):
    path, content = tmp_path / "large.txt", b"a" * (3 * PIECE)
    path.write_bytes(content)
    stored = replace(DOCUMENT, id="large.txt", path=str(path), sha256=hashlib.sha256(content).hexdigest())
    given = original(tmp_path, stored)
    assert isinstance(given, Original)
    with path.open("r+b") as file:
        file.seek(2 * PIECE)
        file.write(b"b")
    assert len(b"".join(given.pieces())) < given.size_bytes


def test_what_is_attached_to_a_mail_is_not_given_and_the_page_does_not_offer_it(harbour_server):
    source = harbour_server.asked("What does the amber semaphore mean?")
    told = harbour_server.client.get(f"/v1/citations/{source[5:]}").json()
    assert (told["document_id"], told["has_original"]) == ("signals.eml/list.txt", False)
    refused = harbour_server.client.get(f"/ui/originals/{source}")
    assert (refused.status_code, "amber" in refused.text) == (404, False)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.html", "attachment; filename=\"original.html\"; filename*=UTF-8''a.html"),
        ('"; x=".md', "attachment; filename=\"original.md\"; filename*=UTF-8''%22%3B%20x%3D%22.md"),
        ("\u202etxt.exe", "attachment; filename=\"original.exe\"; filename*=UTF-8''_txt.exe"),
        ("plain", "attachment; filename=\"original\"; filename*=UTF-8''plain"),
        ("a.\r\nX: y", "attachment; filename=\"original.Xy\"; filename*=UTF-8''a.__X%3A%20y"),
    ],
)
def test_a_files_name_breaks_no_header_and_turns_no_writing(tmp_path, name, told):
    (tmp_path / "a").write_bytes(b"")
    with (tmp_path / "a").open("rb", buffering=0) as file:
        assert Original(file, 0, "", name).disposition == told


def test_a_document_has_an_original_only_where_it_is_a_file():
    assert has_original(DOCUMENT)
    assert not has_original(replace(DOCUMENT, id="notes/mill.txt/a.pdf"))


@pytest.mark.browser
def test_the_original_is_downloaded_from_the_panel_or_the_page_says_why_not(open_page, harbour_server):
    page = open_page(address=harbour_server.address)
    ask(page, QUESTION)
    chip(page).click()
    link = panel(page).get_by_role("link", name="Download original")
    page.evaluate(accessibility.AXE)
    assert accessibility.violations(page) == {"dark": [], "light": []}
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == Path(NAME).name
    assert Path(download.value.path()).read_bytes() == TEXT.encode()
    (harbour_server.papers / NAME).write_text("Another text.")
    link.click()
    expect(panel(page).get_by_role("alert")).to_have_text(
        "The file has changed since it was read; sync, then open the document again."
    )
    expect(page.locator("#source mark")).to_have_count(1)
    page.evaluate(f"location.hash = '#corpus?{urlencode({'document': NAME})}'")
    reader = page.get_by_role("region", name="Document", exact=True)
    reader.get_by_role("link", name="Download original").click()
    expect(reader.get_by_role("alert")).to_contain_text("The file has changed since it was read")
    (harbour_server.papers / NAME).write_text(TEXT, encoding="utf-8")
    with page.expect_download() as again:
        reader.get_by_role("link", name="Download original").click()
    assert Path(again.value.path()).read_bytes() == TEXT.encode()
