"""The corpus in a real browser, by role and label."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, resolve
from index import DEFAULT_MODEL, sync
from tests.ui.conftest import HOSTILE_TITLE, served
from tests.ui.test_chat_accessibility import AXE, violations
from tests.ui.test_chat_page import FERRY, MILL, ask
from ui.chat.tending import Tending

pytestmark = pytest.mark.browser


def to_corpus(page: Page) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Corpus").click()
    expect(page.get_by_role("region", name="Corpus")).to_be_visible()


def test_the_corpus_is_listed_searched_and_put_in_order(open_page):
    page = open_page()
    to_corpus(page)
    expect(page.get_by_role("textbox", name="Your question")).to_be_hidden()
    expect(page.get_by_role("table", name="Showing 4 of 4")).to_be_visible()
    expect(page.get_by_text("4 documents from 4 files, ")).to_be_visible()
    row = page.get_by_role("row", name="Ferry timetable")
    expect(row.get_by_role("cell", name="2 May 2024")).to_be_visible()
    expect(row.get_by_role("cell", name="Ready")).to_be_visible()
    expect(page.get_by_role("rowheader", name=HOSTILE_TITLE, exact=True)).to_be_visible()
    assert page.evaluate("window.hacked") is None
    page.get_by_role("button", name="Date").click()
    expect(page.get_by_role("columnheader", name="Date")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("rowheader").first).to_have_text("Ferry timetable")
    page.keyboard.press("/")
    page.keyboard.type("orchard rules")
    expect(page.get_by_role("rowheader")).to_have_text(["Orchard rules"])
    expect(page.get_by_role("status").filter(has_text="Showing 1 of 1 found, of 4")).to_be_attached()
    page.reload()
    expect(page.get_by_role("table", name="Showing 4 of 4")).to_be_visible()
    page.get_by_role("link", name="Chat").click()
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()


def test_the_example_documents_say_how_to_get_others(open_page, pack_index):
    settings = resolve(index=pack_index)
    with Assistant.open(pack_index) as desk, Tending(settings) as tending, served(desk, tending=tending) as address:
        page = open_page(address=address)
        to_corpus(page)
        expect(page.get_by_text("The example documents stay as they are")).to_be_visible()
        expect(page.get_by_role("code")).to_have_text("despatch sync FOLDER")


def test_chosen_documents_are_asked_shown_kept_and_cleared(open_page):
    page = open_page(width=390, height=844)
    to_corpus(page)
    use = page.get_by_role("button", name="Use for next question")
    expect(use).to_have_attribute("aria-disabled", "true")
    page.get_by_role("checkbox", name="Ask in “Orchard rules”").check()
    page.get_by_role("checkbox", name="Ask in “Ferry timetable”").check()
    page.get_by_role("button", name="Ask in 2 documents").click()
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    expect(page.get_by_text("Asking in 2 of 4 documents").first).to_be_visible()
    ask(page, FERRY)
    to_corpus(page)
    page.get_by_role("link", name="Chat").click()
    log = page.get_by_role("log")
    only = "Only: document = 'orchard.txt' or document = 'ferry.md'"
    expect(log).to_contain_text("Searched 2 documents,")
    expect(log).to_contain_text(only)
    page.get_by_role("button", name="Clear filter").click()
    expect(page.get_by_role("textbox", name="Filter")).to_have_value("")
    ask(page, MILL)
    expect(log).to_contain_text("Searched 4 documents,")
    page.reload()
    expect(log).to_contain_text(only)


def test_folder_type_and_words_make_a_filter_too_and_a_wrong_one_is_said_before_it_is_asked(open_page):
    page = open_page()
    to_corpus(page)
    page.get_by_role("combobox", name="Folder").select_option("notes")
    expect(page.get_by_role("rowheader")).to_have_text(["Chronicle of the mill"])
    page.get_by_role("combobox", name="Type").select_option("txt")
    page.get_by_label("Since").fill("2024-01-01")
    expect(page.get_by_text("No document is like that.")).to_be_visible()
    page.get_by_label("Since").fill("")
    page.get_by_role("button", name="Use for next question").click()
    box = page.get_by_role("textbox", name="Filter")
    expect(box).to_have_value("folder = 'notes/**' and type = 'txt'")
    expect(page.get_by_text("Asking in 1 of 4 documents").first).to_be_visible()
    box.fill("type = txt folder")
    expect(page.get_by_text("`and` or `or` should stand")).to_be_visible()


@pytest.fixture(scope="module")
def tended(tmp_path_factory):
    """A chat whose documents may be changed on the page: its address, the folder of the documents and its assistant."""
    papers, index = tmp_path_factory.mktemp("tended papers"), tmp_path_factory.mktemp("tended") / "index"
    (papers / "toll.txt").write_text("The toll of the bridge is two crowns.\n")
    settings = replace(resolve(index=index), model=DEFAULT_MODEL, precision="fp32")
    sync(papers, index, model=DEFAULT_MODEL)
    with (
        Assistant.of(settings, resident=True) as desk,
        Tending(settings) as tending,
        served(desk, tending=tending) as address,
    ):
        yield address, papers, desk


def test_a_sync_is_started_on_the_page_and_told_in_words(open_page, tended):
    address, papers, _ = tended
    page = open_page(address=address)
    to_corpus(page)
    (papers / "ferry.txt").write_text("The ferry leaves at seven in the morning.\n")
    (papers / "odd.xyz").write_bytes(b"\x00")
    page.get_by_role("button", name="Sync now").click()
    outcome = page.get_by_role("region", name="Sync", exact=True)
    expect(outcome).to_contain_text("3 files: 1 added, 1 unchanged, 1 file could not be read. It took ")
    expect(page.get_by_role("table", name="Showing 2 of 2")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="odd.xyz")).to_contain_text(
        "Files ending in .xyz cannot be read"
    )
    expect(page.get_by_text("2 documents", exact=True)).to_be_visible()  # in the masthead
    page.evaluate(AXE)
    assert violations(page) == {"dark": [], "light": []}
    page.get_by_role("button", name="Sync now").click()
    expect(outcome).to_contain_text("Nothing has changed in the 3 files. 1 file could not be read.")


def test_documents_are_added_by_choosing_and_dropping_and_refused_in_a_sentence(open_page, tended, tmp_path):
    address, papers, _ = tended
    page = open_page(address=address)
    to_corpus(page)
    (tmp_path / "box" / "deep").mkdir(parents=True)
    (tmp_path / "box" / "deep" / "lighthouse.txt").write_text("The lighthouse was built of granite by Ada Stone.\n")
    adding = page.get_by_role("region", name="Add documents")
    with page.expect_file_chooser() as chooser:
        adding.get_by_role("button", name="Choose folder").click()
    chooser.value.set_files(tmp_path / "box")
    expect(adding).to_contain_text("1 file was added.")
    expect(page.get_by_role("cell", name="box/deep/lighthouse.txt")).to_be_visible()
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            for (const [name, text] of [["toll.txt", "other words"], ["<b>bell</b>.md", "The bell rings twice."]])
                carried.items.add(new File([text], name));
            for (const kind of ["dragover", "drop"]) document.querySelector("#corpus .drop").dispatchEvent(
                new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""
    )
    expect(adding).to_contain_text("The file 'toll.txt' is not added (the folder holds one of that name)")
    expect(page.get_by_role("cell", name="<b>bell</b>.md")).to_be_visible()
    assert (papers / "toll.txt").read_text().startswith("The toll")
    page.get_by_role("link", name="Chat").click()
    ask(page, "Who built the lighthouse?")
    expect(page.get_by_role("log")).to_contain_text("granite")


def test_a_document_is_removed_after_a_question_back_and_erased_from_conversations(open_page, tended):
    address, papers, _ = tended
    (papers / "harbour.txt").write_text("The harbour master of Norholm is called Peer Lund.\n")
    page = open_page(address=address)
    to_corpus(page)
    page.get_by_role("button", name="Sync now").click()
    remove = page.get_by_role("button", name="Remove “harbour.txt”")
    expect(remove).to_be_visible()
    page.get_by_role("link", name="Chat").click()
    ask(page, "Who is the harbour master of Norholm?")
    expect(page.get_by_role("log")).to_contain_text("Peer Lund")
    to_corpus(page)
    remove.click()
    dialog = page.get_by_role("dialog", name="Remove “harbour.txt”?")
    expect(dialog).to_contain_text("The file harbour.txt is deleted from the folder of documents")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    page.evaluate(AXE)
    assert violations(page) == {"dark": [], "light": []}
    page.keyboard.press("Escape")
    expect(remove).to_be_focused()
    assert (papers / "harbour.txt").exists()
    remove.click()
    dialog.get_by_role("checkbox", name="Also erase it from stored conversations").check()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    outcome = page.get_by_role("region", name="Sync", exact=True)
    expect(outcome).to_contain_text("harbour.txt is erased from the index and from 1 kept answer.")
    expect(remove).to_have_count(0)
    assert not (papers / "harbour.txt").exists()
    page.get_by_role("link", name="Chat").click()
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("erased with the document that it quoted")
    expect(page.get_by_role("log")).not_to_contain_text("Peer Lund")


def test_where_the_documents_may_not_be_changed_that_is_said(open_page):
    page = open_page()
    to_corpus(page)
    expect(page.get_by_text("Whoever runs this server keeps its documents.")).to_be_visible()
    expect(page.get_by_role("button", name="Sync now")).to_be_hidden()
