"""axe-core finds no violation of WCAG 2.2 AA in any state of the page, in light and dark."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.ui.test_chat_page import FERRY, UNKNOWN, ask, chip, panel

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async rules => (await axe.run({ runOnly: rules })).violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${node.html.slice(0, 120)} ${node.failureSummary.slice(0, 200)}`))"""


def violations(page: Page) -> dict[str, list[str]]:
    """What axe finds, in light and in dark."""
    found = {}
    for theme in ("dark", "light"):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
        found[theme] = page.evaluate(RUN, RULES)
    return found


def test_no_state_of_the_page_violates_a_rule(open_page):
    page, none = open_page(), {"dark": [], "light": []}
    page.evaluate(AXE)
    assert violations(page) == none, "first screen"
    ask(page, UNKNOWN)
    page.get_by_text("Also found, not used").click()
    assert violations(page) == none, "not found"
    page.get_by_role("button", name="Options for").first.click()
    assert violations(page) == none, "options of a conversation"
    page.keyboard.press("Escape")
    ask(page, FERRY)
    chip(page).click()
    expect(page.locator("mark")).to_be_visible()
    assert violations(page) == none, "a source"
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("dialog", name="Source")).to_be_visible()
    assert violations(page) == none, "a source on a phone"
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    page.get_by_role("button", name="Conversations").click()
    assert violations(page) == none, "drawer"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Corpus").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert violations(page) == none, "corpus on a phone"
    page.set_viewport_size({"width": 1440, "height": 900})
    assert violations(page) == none, "corpus"
    page.get_by_role("link", name="Ferry timetable").click()
    page.get_by_role("searchbox", name="Search in this document").fill("the ferry")
    expect(page.locator("mark")).to_be_visible()
    assert violations(page) == none, "a document that is read"
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page) == none, "a document that is read, on a phone"
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Back to the list").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Ask in 1 document").click()
    expect(page.get_by_role("button", name="Clear filter")).to_be_visible()
    assert violations(page) == none, "asking in one document"
