"""A document of the corpus that is read by itself, in a real browser: opened, searched, and left again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import LONG
from tests.ui.test_chat_corpus import to_corpus

pytestmark = pytest.mark.browser

MILL = "Chronicle of the mill"
HELD = LONG.count("the mill was quiet")


def reader(page: Page) -> Locator:
    return page.get_by_role("region", name="Document", exact=True)


def search(page: Page) -> Locator:
    return reader(page).get_by_role("searchbox", name="Search in this document")


def marked(page: Page, count: str) -> str:
    """The words that are marked once the page counts so."""
    expect(reader(page).get_by_role("search")).to_contain_text(count)
    expect(page.get_by_role("status").filter(has_text=count)).to_be_attached()
    expect(page.locator("mark")).to_have_count(1)
    expect(page.locator("mark")).to_be_in_viewport(ratio=0.9)
    return page.locator("p:has(> mark)").inner_text()


def test_a_document_is_read_searched_and_left_by_the_keyboard(open_page):
    page = open_page()
    to_corpus(page)
    link = page.get_by_role("link", name=MILL)
    link.focus()
    page.keyboard.press("Enter")
    expect(reader(page).get_by_role("heading", name=MILL)).to_be_visible()
    expect(page.get_by_role("table")).to_be_hidden()
    expect(reader(page).get_by_role("button", name="Back to the list")).to_be_focused()
    expect(reader(page).get_by_role("region", name="Text of the document")).to_contain_text(LONG.split("\n\n")[-1])
    expect(reader(page).get_by_role("button", name="Next place")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("/")
    expect(search(page)).to_be_focused()
    page.keyboard.type("THE  mill was quiet")
    assert marked(page, f"1 of {HELD}").startswith("In the year 1500 the mill was quiet")
    page.keyboard.press("Enter")
    assert marked(page, f"2 of {HELD}").startswith("In the year 1501")
    page.keyboard.press("Shift+Enter")
    marked(page, f"1 of {HELD}")
    page.keyboard.press("Shift+Enter")
    assert marked(page, f"{HELD} of {HELD}").startswith(f"In the year {1499 + HELD}")
    reader(page).get_by_role("button", name="Next place").click()
    marked(page, f"1 of {HELD}")
    search(page).fill("submarine")
    expect(reader(page)).to_contain_text("Not in this document")
    expect(page.locator("mark")).to_have_count(0)
    search(page).focus()
    page.keyboard.press("Escape")
    expect(search(page)).to_have_value("")
    page.reload()
    expect(reader(page).get_by_role("heading", name=MILL)).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(reader(page)).to_be_hidden()


def test_documents_are_found_by_their_text_and_open_on_a_phone_where_the_words_stand(open_page):
    page = open_page(width=390, height=844)
    to_corpus(page)
    page.get_by_label("Search in", exact=True).select_option("Text")
    page.get_by_role("searchbox", name="Search in documents").fill("the ferry")
    expect(page.get_by_role("rowheader")).to_have_text(["Ferry timetable5 places"])
    link = page.get_by_role("link", name="Ferry timetable")
    link.click()
    expect(search(page)).to_have_value("the ferry")
    assert marked(page, "1 of 5").startswith("This note is about the ferry")
    boxes = [each.bounding_box() for each in reader(page).get_by_role("button").all()]
    assert all(box["width"] >= 40 <= box["height"] and box["x"] + box["width"] <= 390 for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.go_back()
    expect(link).to_be_focused()
    page.get_by_role("button", name="Use for next question").click()
    expect(page.get_by_role("textbox", name="Filter")).to_have_value("document = 'ferry.md'")


def test_a_document_that_is_gone_is_said_and_the_list_is_at_hand(open_page):
    page = open_page()
    page.evaluate("location.hash = '#corpus?document=nowhere.md&q=ferry'")
    expect(page.get_by_role("alert")).to_have_text("There is no such document any more.")
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("table", name="Showing 4 of 4")).to_be_visible()
