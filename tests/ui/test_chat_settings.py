"""What a person may choose on the page: it holds from the next question on, and is there after a reload."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from tests.ui.conftest import served
from tests.ui.test_chat_accessibility import AXE, RULES, RUN
from tests.ui.test_chat_page import FERRY, UNKNOWN, ask
from ui.chat.choices import Choices, chosen

COOKIE = "despatch_choices"


@pytest.mark.parametrize(
    ("cookie", "choices"),
    [
        ("", Choices()),
        ("answers=search&strictness=strict&passages=24", Choices("search", "strict", 24)),
        ("answers=written&strictness=none&passages=7", Choices()),
        ("passages=%F0%9F%A6%80&answers=", Choices()),
    ],
)
def test_what_cannot_be_had_takes_its_default(harbour, cookie, choices):
    assert chosen({"Cookie": f"{COOKIE}={cookie}"}, harbour) == choices


def test_what_whoever_runs_the_server_decided_is_fixed(harbour_index):
    from index import Index

    with Assistant(Index(harbour_index), strictness="strict") as desk, served(desk) as address:
        assert chosen({"cookie": f"{COOKIE}=strictness=generous"}, desk).strictness == "strict"
        told = httpx.get(f"{address}/ui/settings", cookies={COOKIE: "strictness=generous"}).json()
    assert told["strictness"] == {"value": "strict", "options": ["generous", "normal", "strict"], "fixed": True}
    assert told["answers"] == {"value": "quoted", "model": ""}


@pytest.fixture
def page(open_page) -> Iterator[Page]:
    return open_page(width=1100)


def settings(page: Page):
    page.get_by_role("button", name="Settings").click()
    return page.get_by_role("dialog", name="Settings")


@pytest.mark.browser
def test_answers_strictness_and_passages_hold_from_the_next_question_on_and_after_a_reload(page):
    dialog = settings(page)
    expect(dialog.get_by_role("radio", name="Write with a model")).to_be_disabled()
    expect(dialog).to_contain_text("No language model is set up on this server.")
    dialog.get_by_label("Passages to search for").select_option("6")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Settings")).to_be_focused()
    ask(page, UNKNOWN)
    expect(page.get_by_role("log")).to_contain_text("Also found, not used: 3 passages")
    page.get_by_role("textbox", name="Your question").fill("A draft")
    dialog = settings(page)
    dialog.get_by_role("radio", name="Search only").check()
    page.keyboard.press("Escape")
    expect(page.locator("#under")).to_contain_text("Only passages are shown, no answers.")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("A draft")
    expect(page.get_by_role("heading", name=UNKNOWN)).to_be_visible()
    ask(page, FERRY)
    log = page.get_by_role("log")
    expect(log).to_contain_text("6 passages found")
    expect(page.locator("#status")).to_have_text("6 passages found")
    expect(log.get_by_role("link", name="Source")).to_have_count(0)
    log.get_by_role("link").last.click()
    expect(page.locator("mark")).to_have_count(1)
    page.reload()
    expect(log).to_contain_text("6 passages found")
    expect(settings(page).get_by_role("radio", name="Search only")).to_be_checked()


@pytest.mark.browser
def test_language_and_theme_are_chosen_kept_and_accessible(page):
    dialog = settings(page)
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []
    dialog.get_by_label("Theme").select_option("dark")
    dialog.get_by_label("Language").select_option("fr")
    page.keyboard.press("Escape")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", name="Interroger 4 documents")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(19, 21, 23)")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Réglages").click()
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []
    page.get_by_label("Thème").select_option("light")
    page.emulate_media(color_scheme="dark")
    with page.expect_navigation():  # the page draws itself anew
        page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_css("background-color", "rgb(246, 246, 244)")
    page.reload()
    expect(page.get_by_role("textbox", name="Votre question")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(246, 246, 244)")
