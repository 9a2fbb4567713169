"""What the server tells the page of a document that is read by itself, and of the places of words in it."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from corpus import Page, Span
from tests.ui.conftest import FERRY, served
from tests.ui.test_chat_panel import DOCUMENT, TEXT
from ui.access import Entries
from ui.chat import panel
from ui.chat.panel import AROUND, MOST_PLACES, more, read
from ui.rules import FILE, Rules
from ui.sessions import Access


def test_a_document_opens_at_its_beginning_with_a_window_of_its_text():
    shown = read(replace(DOCUMENT, pages=(Page(1, "1", Span(0, 9)), Page(2, "2", Span(9, 99)))))
    assert (shown["quote"], shown["before"], shown["window_start"], shown["found"]) == ("", "", 0, 0)
    assert shown["after"] == TEXT[: shown["window_end"]]
    assert len(shown["after"]) <= AROUND < shown["length"] == len(TEXT)
    assert (shown["title"], shown["page_count"], shown["document_id"]) == ("Mill", 2, "notes/mill.txt")
    assert "/home/someone" not in str(shown)


@given(st.text("aAßİ b\n🌊", max_size=200), st.text("aAsß b", max_size=3), st.integers(1, 9))
def test_a_place_of_words_comes_with_the_text_around_it(text, words, number):
    document = replace(DOCUMENT, text=text, pages=(), headings=())
    with pytest.MonkeyPatch.context() as shorter:
        shorter.setattr(panel, "AROUND", 20)
        shorter.setattr(panel, "MOST_PLACES", 3)
        shown = read(document, words, number)
    assert (shown["number"], shown["found"] <= 3) == (min(number, shown["found"]), True)
    assert shown["quote"] == text[shown["start"] : shown["end"]]
    assert shown["quote"].casefold().split() == (words.casefold().split() if shown["found"] else [])
    assert shown["before"] + shown["quote"] + shown["after"] == text[shown["window_start"] : shown["window_end"]]
    assert more(document, shown["window_end"], back=False)["start"] == shown["window_end"]


def test_no_more_places_are_counted_than_anyone_steps_through():
    shown = read(replace(DOCUMENT, text="sea " * (MOST_PLACES + 1)), "SEA", 10**9)
    assert (shown["found"], shown["number"], shown["and_more"]) == (MOST_PLACES, MOST_PLACES, True)
    shown = read(replace(DOCUMENT, text="sea " * MOST_PLACES), "sea")
    assert (shown["found"], shown["number"], shown["and_more"]) == (MOST_PLACES, 1, False)


@pytest.fixture(scope="module")
def client(site):
    with httpx.Client(base_url=site) as opened:
        yield opened


def test_the_page_gets_a_document_its_places_and_more_of_its_text(client, harbour: Assistant):
    told = client.get("/ui/corpus/document", params={"name": "ferry.md", "q": "the  FERRY", "number": 2}).json()
    assert (told["title"], told["date"], told["number"]) == ("Ferry timetable", "2024-05-02", 2)
    assert told["found"] == FERRY.casefold().count("the ferry")
    assert harbour.document("ferry.md").text[told["start"] : told["end"]] == told["quote"] == "The ferry"
    asked = {"name": "ferry.md", "place": 9, "back": False, "sha256": told["sha256"]}
    assert client.get("/ui/corpus/text", params=asked).json()["text"] == harbour.document("ferry.md").text[9:]
    changed = client.get("/ui/corpus/text", params={**asked, "sha256": "a" * 64})
    assert (changed.status_code, "changed meanwhile" in changed.text) == (409, True)


@pytest.mark.parametrize("name", ["nowhere.md", "../ferry.md", "", "/etc/hostname", "ferry.md\0"])
@pytest.mark.parametrize("path", ["document", "text", "original"])
def test_what_is_no_document_is_refused_in_a_sentence(client, path, name):
    answer = client.get(f"/ui/corpus/{path}", params={"name": name, "place": 0, "back": False, "sha256": "a" * 64})
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "There is no such document any more.")


def test_the_original_of_a_document_is_given_only_where_that_is_allowed(harbour, tmp_path):
    rules = tmp_path / FILE
    rules.write_text("")
    access = Access(Entries("key", tmp_path), Entries("user", tmp_path), beyond=False, rules=Rules(tmp_path))
    with (
        served(harbour, access) as address,
        httpx.Client(base_url=address, params={"name": "notes/mill.txt"}) as client,
    ):
        assert client.get("/ui/corpus/original").status_code == 403
        assert client.get("/ui/corpus/document").json()["has_original"] is False
        rules.write_text("[originals]\ncorpora = ['harbour']\n")
        assert client.get("/ui/corpus/original", params={"check": True}).json() == {}
        answer = client.get("/ui/corpus/original")
        assert answer.text == harbour.document("notes/mill.txt").text
        assert client.get("/ui/corpus/document").json()["has_original"] is True
