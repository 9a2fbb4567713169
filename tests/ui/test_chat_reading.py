"""A long source in the panel: a window around the quote, and the rest as one scrolls, without the view jumping."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from index import DEFAULT_MODEL, sync
from tests.ui import test_chat_accessibility as accessibility
from tests.ui.conftest import served
from tests.ui.test_chat_page import ask, chip, opened, panel
from ui.chat.panel import AROUND, MORE

pytestmark = pytest.mark.browser

BOOK = "The keeper of the quartz lantern is Odile Marchand. 🌊"
ROW = "the quartz anvil"
# Where the blocks and rows in sight stand, by what they say.
READ = """() => { const doc = document.querySelector('#source .doc'), frame = doc.getBoundingClientRect();
    const places = [...doc.querySelectorAll('p, tbody tr')].map(e => [e.textContent, e.getBoundingClientRect().top]);
    return Object.fromEntries(places.filter(([, top]) => frame.top < top && top < frame.bottom)); }"""
# The next request for more text waits for `go()`; `asked` is there once it was made.
HOLD = """() => { const real = window.fetch; window.asked = new Promise(made => {
    window.fetch = (url, ...more) => {
        if (!String(url).includes('/ui/texts/')) return real(url, ...more);
        window.fetch = real;
        made();
        return new Promise(answer => { window.go = () => answer(real(url, ...more)); });
    }; }); }"""
SHOWN = "() => document.querySelectorAll('#source .doc p, #source .doc tbody tr').length"


def book() -> str:
    def part(name: str) -> str:
        return "\n\n".join(f"{name} {n}: the sea was calm and nothing was seen from the tower." for n in range(1_500))

    return f"{part('Night')}\n\n{BOOK}\n\n{part('Day')}\n"


def ledger() -> str:
    around = [f"item {n},shelf {n % 40},{n * 7}" for n in range(4_000)]
    around[2_000] = f"{ROW},shelf of the smith,4711"
    return "\n".join(["Article,Shelf,Weight in pounds", *around])


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Assistant]:
    folder, index = tmp_path_factory.mktemp("long"), tmp_path_factory.mktemp("index")
    (folder / "book.txt").write_text(book(), encoding="utf-8")
    (folder / "ledger.csv").write_text(ledger(), encoding="utf-8")
    sync(folder, index, model=DEFAULT_MODEL)
    with Assistant.open(index, resident=True) as made:
        yield made


@pytest.fixture(scope="module")
def library(desk) -> Iterator[str]:
    with served(desk) as address:
        yield address


QUESTIONS = {
    "book.txt": "Who is the keeper of the quartz lantern?",
    "ledger.csv": "What is the weight of the quartz anvil?",
}


def source(page: Page, document: str) -> dict[str, object]:
    ask(page, QUESTIONS[document])
    chip(page).click()
    expect(page.locator("#source mark")).to_be_in_viewport()
    told = opened(page)
    assert told["document_id"] == document
    return told


def scroll(page: Page, place: str) -> None:
    page.locator("#source .doc").evaluate(f"doc => {{ doc.scrollTop = {place}; }}")


@pytest.mark.parametrize("document", QUESTIONS)
def test_a_source_opens_with_a_window_and_the_rest_comes_as_one_scrolls(open_page, library, desk, document):
    page = open_page(address=library)
    told = source(page, document)
    text = desk.document(document).text
    assert len(text) > 2 * (AROUND + MORE)
    assert len(told["before"] + told["quote"] + told["after"]) <= 2 * AROUND + len(told["quote"])
    for button, place, end in (("before", "0", text.split()[0]), ("after", "1e9", text.split()[-1])):
        more = panel(page).get_by_role("button", name=f"Show the text {button} this")
        for _ in range(20):
            if not more.count():
                break
            count = page.evaluate(SHOWN)
            scroll(page, place)
            page.wait_for_function(f"count => ({SHOWN})() > count", arg=count)
        expect(more).to_have_count(0)
        expect(panel(page).locator(".doc")).to_contain_text(end)
    assert page.locator("#source mark").evaluate("mark => mark.textContent") == told["quote"]
    shown = page.locator("#source .doc").evaluate(
        "doc => [...doc.querySelectorAll('h3, p, th, td')].filter(e => !e.matches('.across, .across *'))"
        ".map(e => [...e.childNodes].filter(n => n.nodeType === 3 || n.tagName === 'MARK').map(n => n.textContent)"
        ".join('')).join(' ')"
    )
    names = {"Article:", "Shelf:", "Weight in pounds:"} if document == "ledger.csv" else set()
    for name in names:
        text = text.replace(f"{name} ", "")
    assert shown.split() == text.replace(" | ", " ").split()
    expect(panel(page).get_by_role("table")).to_have_count(1 if names else 0)


@pytest.mark.parametrize("document", QUESTIONS)
@pytest.mark.parametrize("way", ["before", "after"])
def test_what_is_read_stays_where_it_is_when_more_text_comes(open_page, library, document, way):
    page = open_page(address=library)
    source(page, document)
    page.evaluate(HOLD)
    scroll(page, "30" if way == "before" else "doc.scrollHeight - doc.clientHeight - 30")
    page.evaluate("asked")
    before, count = page.evaluate(READ), page.evaluate(SHOWN)
    page.evaluate("go()")
    page.wait_for_function(f"count => ({SHOWN})() > count", arg=count)
    after = page.evaluate(READ)
    stayed = [abs(place - after[words]) for words, place in before.items() if words in after]
    assert len(stayed) > 5
    assert max(stayed) <= 1


def test_more_text_comes_by_the_keyboard_and_the_focus_stays(open_page, library):
    page = open_page(address=library)
    source(page, "book.txt")
    count = page.evaluate(SHOWN)
    button = panel(page).get_by_role("button", name="Show the text before this")
    button.evaluate("button => button.focus({ preventScroll: true })")
    page.keyboard.press("Enter")
    page.wait_for_function(f"count => ({SHOWN})() > count", arg=count)
    expect(button).to_be_focused()
    expect(page.locator("#status")).to_have_text("More of the text is shown")


def test_the_way_to_more_text_violates_no_rule_of_accessibility(open_page, library):
    page = open_page(address=library)
    source(page, "ledger.csv")
    page.evaluate(HOLD)
    scroll(page, "0")
    page.evaluate("asked")
    page.evaluate(accessibility.AXE)
    assert accessibility.violations(page) == {"dark": [], "light": []}


def test_words_are_found_far_into_a_table_that_is_read_by_itself_and_the_rest_comes_as_one_scrolls(
    open_page, library, desk
):
    page = open_page(address=library)
    page.evaluate("location.hash = '#corpus?document=ledger.csv'")
    reader = page.get_by_role("region", name="Document", exact=True)
    reader.get_by_role("searchbox", name="Search in this document").fill("shelf of  THE smith")
    expect(reader.get_by_role("row").filter(has=page.locator("mark"))).to_contain_text(ROW)
    expect(page.locator("mark")).to_have_text("shelf of the smith")
    expect(page.locator("mark")).to_be_in_viewport()
    for button, place, end in (("before", "0", "item 0"), ("after", "1e9", "item 3999")):
        more = reader.get_by_role("button", name=f"Show the text {button} this")
        while more.count():
            before = reader.get_by_role("row").count()
            page.locator("#reader .doc").evaluate(f"doc => {{ doc.scrollTop = {place}; }}")
            page.wait_for_function("count => document.querySelectorAll('#reader tr').length > count", arg=before)
        expect(reader.get_by_role("cell", name=end, exact=True)).to_be_attached()
    reader.get_by_role("searchbox").fill("Weight in pounds: 4711")
    expect(reader.get_by_role("row").filter(has=page.locator("mark"))).to_have_text("Weight in pounds: 4711")
    reader.get_by_role("searchbox").fill("no such words")
    expect(reader).to_contain_text("Not in this document")
    expect(page.locator("mark, .hit")).to_have_count(0)
    expect(reader).not_to_contain_text("Weight in pounds: 4711")


def test_a_document_that_has_changed_meanwhile_gives_no_more_and_says_so(open_page, library, desk):
    page = open_page(address=library)
    told = source(page, "book.txt")
    page.route("**/ui/texts/**", lambda route: route.continue_(url=route.request.url.replace(told["sha256"], "a" * 64)))
    scroll(page, "0")
    said = panel(page).get_by_role("alert")
    expect(said).to_have_text("This document has changed meanwhile; open it again.")
    page.unroute("**/ui/texts/**")
    panel(page).get_by_role("button", name="Show the text before this").click()
    expect(said).to_have_count(0)
