"""Answers in a language model's words, in a real browser: doubts, what was left out, and that its text is text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from assistant import Assistant, LanguageModel
from tests.assistant.model_server import ModelServer, Script, model_server
from tests.ui.conftest import served
from tests.ui.test_chat_page import FERRY, ask, chip

pytestmark = pytest.mark.browser

TRUE = "The ferry to Norholm leaves the northern pier at seven in the morning."
PARTLY = "Its captain rings the bell twice on Sundays."
HOSTILE = (
    "The <b>ferry</b> was sold <script>window.hacked = 1</script><img src=https://evil.example/a.png "
    "onerror=window.hacked=2> to [Sweden](https://evil.example/b) in 1999."
)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="module")
def talking_site(harbour_index, server: ModelServer) -> Iterator[str]:
    model = LanguageModel(server.url, "scripted", show_unsupported=True)
    with Assistant.open(harbour_index, resident=True, model=model) as desk, served(desk) as address:
        yield address


def test_a_models_answer_shows_its_doubts_and_its_text_stays_text(open_page, talking_site, server):
    server.script = lambda asked: Script([f"{TRUE} {PARTLY} {HOSTILE}"])
    page = open_page(address=talking_site)
    elsewhere = []
    page.on("request", lambda request: request.url.startswith(talking_site) or elsewhere.append(request.url))
    expect(page.get_by_text("Written by scripted, each sentence checked.")).to_be_visible()
    ask(page, FERRY)
    log = page.get_by_role("log")
    expect(log).to_contain_text("Written by scripted, each sentence checked")
    expect(log).to_contain_text("Partly supported.")
    expect(log).to_contain_text("Not in the documents.")
    struck = log.locator("s")
    expect(struck).to_have_text(HOSTILE)
    assert struck.evaluate("text => getComputedStyle(text).textDecorationLine") == "line-through"
    assert page.evaluate("window.hacked") is None
    assert elsewhere == []
    chip(page).click()
    expect(page.locator("mark")).to_have_text(TRUE)


def test_an_answer_that_is_stopped_keeps_what_was_proven_and_ends_the_models_work(open_page, talking_site, server):
    server.left.clear()
    server.script = lambda asked: Script([f"{TRUE} Its captain"], "hang")
    page = open_page(address=talking_site)
    page.get_by_role("textbox", name="Your question").fill(FERRY)
    page.keyboard.press("Enter")
    log = page.get_by_role("log")
    expect(log).to_contain_text(TRUE)
    expect(log).to_contain_text("Writing, and checking each sentence")
    page.get_by_role("button", name="Stop").click()
    expect(log).to_contain_text("Stopped.")
    expect(log).to_contain_text(TRUE)
    assert server.left.wait(60)
