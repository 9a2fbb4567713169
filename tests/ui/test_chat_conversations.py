"""Conversations in a real browser: kept, found again, renamed, exported, deleted; asked again and judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reportlab.pdfgen import canvas

from assistant import Assistant, Conversations, KeptExchange, new_id
from corpus.picturing import WIDTH
from index import DEFAULT_MODEL, sync
from tests.ui.conftest import served
from tests.ui.test_chat_page import FERRY, MILL, UNKNOWN, ask, chip, panel

pytestmark = pytest.mark.browser

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)
HOSTILE = "<b>When</b> does ${x} the *ferry* to Norholm leave?"


@pytest.fixture(scope="module")
def pier(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A corpus of three files of its own and its index, both to be changed."""
    home = tmp_path_factory.mktemp("pier")
    corpus, index = home / "papers", home / "index"
    corpus.mkdir()
    ferry = (
        "Ferry\n\nThe ferry to Norholm leaves the northern pier at seven in the morning. The captain rings a bell.\n"
    )
    (corpus / "ferry.txt").write_text(ferry)
    (corpus / "mill.txt").write_text(
        "Mill\n\nThe miller Jonas Berg carved the new oak wheel of the mill after the flood.\n"
    )
    drawn = canvas.Canvas(str(corpus / "beam.pdf"), pagesize=(400, 500))
    drawn.drawString(40, 400, "The log of the northern light.")
    drawn.showPage()
    drawn.drawString(40, 200, "The beam of the northern light reaches nineteen miles.")
    drawn.save()
    sync(corpus, index, model=DEFAULT_MODEL)
    return corpus, index


@pytest.fixture(scope="module")
def pier_site(pier: tuple[Path, Path]) -> Iterator[str]:
    desk = Assistant.open(pier[1])
    with served(desk) as address:
        yield address
    desk.close()


@pytest.fixture
def kept(pier: tuple[Path, Path]) -> Iterator[Conversations]:
    """The conversations of that index, none of them older than the test."""
    yield (conversations := Conversations(pier[1]))
    for each in conversations.listed():
        conversations.delete(each.id)


@pytest.fixture
def page(open_page, pier_site: str, kept: Conversations) -> Page:
    return open_page(address=pier_site)


def rail(page: Page):
    return page.get_by_role("navigation", name="Conversations")


def test_a_conversation_is_there_after_a_reload_at_its_own_address_and_goes_on_from_where_it_was(page: Page, kept):
    ask(page, FERRY)
    expect(page).to_have_url(re.compile(r"\?c=[\w-]{22}$"))
    expect(rail(page).get_by_role("link", name=FERRY)).to_have_attribute("aria-current", "page")
    page.reload()
    expect(page.get_by_role("heading", level=2, name=FERRY)).to_be_visible()
    chip(page).click()
    expect(page.locator("mark")).to_have_text("The ferry to Norholm leaves the northern pier at seven in the morning.")
    page.keyboard.press("Escape")
    ask(page, "And what does the captain ring?")
    expect(page.get_by_test_id("bot")).to_have_count(2)
    (conversation,) = kept.listed()
    assert [each.question for each in kept.exchanges(conversation.id)] == [FERRY, "And what does the captain ring?"]
    rail(page).get_by_role("link", name="New conversation").click()
    expect(page.get_by_role("heading", name="Ask 3 documents")).to_be_visible()
    expect(page.get_by_test_id("bot")).to_have_count(0)


def test_a_conversation_is_renamed_searched_and_deleted_after_a_question(page: Page, kept):
    ask(page, HOSTILE)
    rail(page).get_by_role("button", name="Options for").click()
    dialog = page.get_by_role("dialog", name="Conversation")
    dialog.get_by_role("textbox", name="Title").fill("<i>Boats</i>")
    dialog.get_by_role("button", name="Rename").click()
    named = rail(page).get_by_role("link", name="<i>Boats</i>")
    expect(named).to_be_visible()
    search = rail(page).get_by_role("searchbox", name="Search conversations")
    search.fill("zeppelin")
    expect(rail(page)).to_contain_text("No conversation holds these words.")
    search.fill("NORHOLM leave")
    expect(named).to_be_visible()
    rail(page).get_by_role("button", name="Options for").click()
    page.get_by_role("button", name="Delete conversation").click()
    page.get_by_role("button", name="Keep").click()
    expect(named).to_be_visible()
    rail(page).get_by_role("button", name="Options for").click()
    page.get_by_role("button", name="Delete conversation").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Ask 3 documents")).to_be_visible()
    assert kept.listed() == ()


def test_a_conversation_can_be_taken_away_as_a_file(page: Page):
    ask(page, FERRY)
    ask(page, UNKNOWN)
    rail(page).get_by_role("button", name="Options for").click()
    for name, holds in (("Markdown", "northern pier"), ("HTML", "The documents don"), ("JSON", "sha256")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert holds in Path(download.value.path()).read_text(encoding="utf-8")
    page.keyboard.press("Escape")
    expect(rail(page).get_by_role("button", name="Options for")).to_be_focused()


def test_the_last_question_is_asked_again_or_edited_and_takes_its_own_place(page: Page, kept):
    ask(page, FERRY)
    ask(page, MILL)
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("")
    page.get_by_role("button", name="Edit question").click()
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_have_value(MILL)
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    page.get_by_role("button", name="Edit question").click()
    ask(page, UNKNOWN)
    expect(page.get_by_test_id("user")).to_have_count(2)
    (conversation,) = kept.listed()
    assert [each.question for each in kept.exchanges(conversation.id)] == [FERRY, UNKNOWN]
    expect(page).to_have_url(re.compile(r"\?c=[\w-]{22}$"))


def test_a_question_is_asked_again_with_its_own_filter_and_edited_with_that_of_the_page(page: Page, kept):
    narrowed = page.get_by_role("textbox", name="Filter")
    narrowed.fill("type = md")
    ask(page, FERRY)
    narrowed.fill("type = txt")
    again = page.get_by_role("button", name="Retry")
    first = again.get_attribute("id")
    again.click()
    expect(again).not_to_have_attribute("id", first)
    expect(page.get_by_role("log")).to_contain_text("Only: type = md")
    expect(narrowed).to_have_value("type = txt")
    page.get_by_role("button", name="Edit question").click()
    ask(page, MILL)
    (conversation,) = kept.listed()
    assert [(each.question, each.where) for each in kept.exchanges(conversation.id)] == [(MILL, "type = txt")]
    expect(page).to_have_url(re.compile(r"\?c=[\w-]{22}$"))


def test_an_answer_is_judged_with_a_comment_which_a_reload_shows(page: Page, kept):
    ask(page, FERRY)
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_role("textbox", name="What was wrong with it?").fill("It left at <b>eight</b>.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("log")).to_contain_text("It left at <b>eight</b>.")
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "false")
    assert [each.helpful for each in kept.rated()] == [True]


def test_an_answer_is_copied_with_its_references(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, FERRY)
    page.get_by_role("button", name="Copy with references").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{FERRY}\n\nThe ferry to Norholm leaves the northern pier at seven in the morning. [1]")
    assert "[1] “The ferry to Norholm leaves the northern pier at seven in the morning.”\n" in copied
    assert copied.rstrip().endswith("ferry.txt")


def test_what_was_found_and_not_used_is_folded_with_why_it_was_found(page: Page):
    ask(page, FERRY)
    fold = page.get_by_text("Also found, not used:")
    expect(page.get_by_role("link", name="Jonas Berg")).to_be_hidden()
    fold.click()
    unused = page.get_by_role("link", name="Jonas Berg")
    expect(unused).to_contain_text(re.compile(r"Found (by .* and )?by its meaning, in place [23]"))
    unused.click()
    expect(page.locator("mark")).to_contain_text("Jonas Berg")


def test_a_pdf_is_shown_as_its_page_with_the_quote_boxed_and_as_its_text(page: Page):
    ask(page, "How far does the beam of the northern light reach?")
    chip(page).click()
    views = panel(page).get_by_role("group", name="View")
    expect(views.get_by_role("button", name="Text")).to_have_attribute("aria-pressed", "true")
    views.get_by_role("button", name="Page").click()
    image = panel(page).get_by_role("img", name="Page 2 of")
    expect(image).to_have_js_property("naturalWidth", WIDTH)
    expect(page.locator("mark")).to_have_text("The beam of the northern light reaches nineteen miles.")
    drawn, box = image.bounding_box(), page.locator(".box").bounding_box()
    assert abs((box["y"] + box["height"] / 2 - drawn["y"]) / drawn["height"] - 0.6) < 0.02
    assert abs((box["x"] - drawn["x"]) / drawn["width"] - 0.1) < 0.02
    panel(page).get_by_role("button", name="Previous page").click()
    expect(panel(page).get_by_role("img", name="Page 1 of")).to_have_js_property("complete", True)
    expect(page.locator(".box")).to_have_count(0)
    page.keyboard.press("p")
    expect(panel(page).get_by_role("region", name="Text of the document")).to_be_visible()
    ask(page, FERRY)
    chip(page).click()
    expect(page.locator("mark")).to_contain_text("ferry")
    expect(panel(page).get_by_role("group", name="View")).to_have_count(0)


def test_on_a_phone_the_list_is_a_drawer_that_escape_closes(open_page, pier_site: str, kept):
    page = open_page(width=390, height=844, address=pier_site)
    ask(page, FERRY)
    button = page.get_by_role("button", name="Conversations")
    expect(rail(page)).to_be_hidden()
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(rail(page).get_by_role("link", name=FERRY)).to_be_visible()
    expect(rail(page).get_by_role("link", name="New conversation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(rail(page)).to_be_hidden()
    expect(button).to_be_focused()


def test_an_older_answer_says_what_has_become_of_its_sources(page: Page, pier: tuple[Path, Path], kept, despatch):
    corpus, index = pier
    ask(page, FERRY)
    text = (corpus / "ferry.txt").read_text()
    (corpus / "ferry.txt").write_text("New edition.\n\n" + text)
    sync(corpus, index, model=DEFAULT_MODEL)
    page.reload()
    row = page.get_by_role("log").get_by_role("listitem").filter(has=page.get_by_role("link", name="Ferry"))
    expect(page.get_by_role("log")).to_contain_text("moved since")
    chip(page).click()
    expect(page.locator(".doc")).to_contain_text("New edition.")
    (corpus / "ferry.txt").write_text(text.replace("seven", "eight"))
    sync(corpus, index, model=DEFAULT_MODEL)
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("1 document has changed or gone since this answer")
    expect(page.get_by_role("log")).to_contain_text("changed since")
    chip(page).click()
    expect(page.locator("mark")).to_have_text("The ferry to Norholm leaves the northern pier at seven in the morning.")
    expect(panel(page)).to_contain_text("In its place it now says: The ferry to Norholm leaves")
    assert json.loads(despatch("forget", "ferry.txt", "--index", index, "--json")[1])["answers"] == 1
    page.reload()
    expect(page.get_by_role("log")).to_contain_text(
        "What this answer said was erased with the document that it quoted."
    )
    expect(row).to_have_count(0)
    sync(corpus, index, model=DEFAULT_MODEL)


def test_what_cannot_be_kept_is_still_answered_and_says_so(page: Page, kept):
    for file in kept.file.parent.glob("conversations.db*"):
        file.unlink()
    kept.file.mkdir()
    try:
        ask(page, MILL)
        expect(page.get_by_role("log")).to_contain_text("The conversations cannot be read or written")
        expect(rail(page)).to_contain_text("The conversations cannot be read or written")
    finally:
        kept.file.rmdir()


def test_more_conversations_than_one_list_holds_are_reached(page: Page, kept):
    for number in range(203):
        kept.keep(KeptExchange(new_id(), f"c{number}", NOON, f"Question {number}?", None, "failed", None, "No."))
    page.reload()
    listed = rail(page).get_by_role("listitem")
    expect(listed).to_have_count(200)
    rail(page).get_by_role("button", name="Show earlier ones").click()
    expect(listed).to_have_count(203)
    expect(rail(page).get_by_role("link", name="Question 2?")).to_be_focused()
    expect(rail(page).get_by_role("button", name="Show earlier ones")).to_have_count(0)
