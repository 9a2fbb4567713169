"""Tables in the source panel: rows and columns to the eye, and exactly the quote marked."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from index import DEFAULT_MODEL, sync
from tests.corpus.readers.office_files import rows, workbook
from tests.corpus.readers.test_opendocument import DECLARED
from tests.ui import test_chat_accessibility as accessibility
from tests.ui.conftest import served
from tests.ui.test_chat_page import SIZES, ask, chip, opened, panel

pytestmark = pytest.mark.browser

NAMES = ("Region", "Capital", "Harvest in tonnes")
# One region a format, which only its document knows.
FORMATS = {
    "csv": "Zembla", "tsv": "Ruritania", "xlsx": "Graustark", "ods": "Freedonia", "md": "Syldavia", "html": "Borduria",
}  # fmt: skip
BEYOND = "Ulqoma"  # stands in a table that is wide and long
WIDE = 30  # columns


def lines(region: str, count: int = 40) -> list[tuple[str, str, str]]:
    around = [(f"Shire {number}", f"Village {number}", str(number * 37)) for number in range(count)]
    return [*around[: count // 2], (region, f"Port {region}", "4711"), *around[count // 2 :]]


def delimited(separator: str, region: str) -> bytes:
    return "\n".join(separator.join(each) for each in (NAMES, *lines(region))).encode()


def excel(region: str) -> bytes:
    return workbook({"Yields": rows(list(NAMES), *map(list, lines(region)))})


def opendocument(region: str) -> bytes:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    made = "".join(f"<table:table-row>{''.join(map(cell, each))}</table:table-row>" for each in (NAMES, *lines(region)))
    content = (
        f"<office:document-content {DECLARED}><office:body><office:spreadsheet><table:table table:name='Yields'>{made}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:  # not packed tighter: its type is read off the first bytes
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
    return file.getvalue()


def markdown(region: str) -> bytes:
    made = [f"| {' | '.join(each)} |" for each in (NAMES, ["---"] * 3, *lines(region, 8))]
    return "\n".join(["# Yields", "", "What was brought in:", "", *made, "", "So it was.", ""]).encode()


def html(region: str) -> bytes:
    made = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in each)}</tr>" for each in (NAMES, *lines(region, 8)))
    return f"<html><body><h1>Yields</h1><p>What was brought in:</p><table>{made}</table></body></html>".encode()


MADE = {
    "csv": lambda region: delimited(",", region),
    "tsv": lambda region: delimited("\t", region),
    "xlsx": excel,
    "ods": opendocument,
    "md": markdown,
    "html": html,
}


def wide() -> bytes:
    head = [f"Column {number}" for number in range(WIDE)]
    around = [[f"field {number} {column}" for column in range(WIDE)] for number in range(60)]
    around[50] = [BEYOND, "the harbour master keeps the lighthouse", *around[50][2:]]
    return "\n".join(",".join(each) for each in (head, *around)).encode()


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Assistant]:
    folder, index = tmp_path_factory.mktemp("yields"), tmp_path_factory.mktemp("index")
    for suffix, region in FORMATS.items():
        (folder / f"{region}.{suffix}").write_bytes(MADE[suffix](region))
    (folder / "wide.csv").write_bytes(wide())
    assert sync(folder, index, model=DEFAULT_MODEL).failures == ()
    with Assistant.open(index, resident=True) as made:
        yield made


@pytest.fixture(scope="module")
def tables(desk) -> Iterator[str]:
    with served(desk) as address:
        yield address


def asked_of(page: Page, region: str) -> dict[str, object]:
    """Ask for a region's harvest and open the source; gives what the server says of it."""
    ask(page, f"What is the harvest in tonnes of {region}?")
    chip(page).click()
    expect(page.locator("#source mark")).to_have_count(1)
    return opened(page)


def marked_row(page: Page):
    return panel(page).locator("tr[aria-current=true]")


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_the_row_stands_out_in_a_table_and_exactly_the_quote_is_marked_and_in_view(
    open_page, tables, desk, suffix, width, height
):
    region = FORMATS[suffix]
    page = open_page(address=tables, width=width, height=height)
    told = asked_of(page, region)
    mark = page.locator("#source mark")
    assert told["document_id"] == f"{region}.{suffix}"
    document = desk.document(told["document_id"])
    assert mark.evaluate("mark => mark.textContent") == document.text[told["start"] : told["end"]]
    expect(mark).to_be_in_viewport(ratio=0.9)
    row = marked_row(page).filter(has_text=region)  # of a page, the lines beside it are quoted along
    expect(row).to_be_in_viewport()
    expect(row.get_by_role("cell")).to_have_text([region, f"Port {region}", "4711"])
    if suffix != "html":  # its reader keeps the cells alone
        expect(panel(page).get_by_role("columnheader")).to_have_text(list(NAMES))
    assert row.locator("td").first.evaluate("cell => getComputedStyle(cell).borderBottomWidth") == "2px"


def test_every_word_of_the_document_stands_in_the_panel(open_page, tables, desk):
    page = open_page(address=tables)
    told = asked_of(page, FORMATS["md"])
    shown = page.locator("#source .doc").evaluate(
        "doc => [...doc.querySelectorAll('h3, p, th, td')].filter(e => !e.matches('.across, .across *'))"
        ".map(e => e.textContent).join(' ')"
    )
    assert re.findall(r"\w+", shown) == re.findall(r"\w+", desk.document(told["document_id"]).text)


def test_copying_gives_the_exact_quote_with_its_reference(open_page, tables):
    page = open_page(address=tables)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    told = asked_of(page, FORMATS["xlsx"])
    panel(page).get_by_role("button", name="Copy quote with reference").click()
    expect(panel(page).get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{told['quote']}”\n")
    assert told["document_id"] in copied


def test_a_quote_inside_one_cell_is_marked_there_and_nowhere_else(open_page, tables):
    page = open_page(address=tables)
    region = FORMATS["csv"]
    words = f"Port {region}"

    def narrowed(route):
        told = route.fetch().json()
        place = told["quote"].index(words)
        before, after = told["quote"][:place], told["quote"][place + len(words) :]
        told |= {"before": told["before"] + before, "quote": words, "after": after + told["after"]}
        told |= {"start": told["start"] + place, "end": told["start"] + place + len(words)}
        route.fulfill(json=told)

    page.route("**/v1/citations/**", narrowed)
    asked_of(page, region)
    expect(marked_row(page).get_by_role("cell").nth(1).locator("mark")).to_have_text(words)
    expect(page.locator("#source .across")).to_have_count(0)


def test_a_quote_of_many_rows_is_marked_whole_and_each_of_its_rows_stands_out(open_page, tables):
    page = open_page(address=tables)
    widened = {}

    def more(route):
        told = route.fetch().json()
        length = told["after"].index("\n\n", len("\n\n"))
        widened["quote"] = told["quote"] + told["after"][:length]
        told |= {"quote": widened["quote"], "after": told["after"][length:], "end": told["end"] + length}
        route.fulfill(json=told)

    page.route("**/v1/citations/**", more)
    asked_of(page, FORMATS["tsv"])
    assert page.locator("#source mark").evaluate("mark => mark.textContent") == widened["quote"]
    assert marked_row(page).count() == 2


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_wide_table_scrolls_inside_the_panel_with_its_columns_names_in_sight(open_page, tables, width, height):
    page = open_page(address=tables, width=width, height=height)
    ask(page, f"Who keeps the lighthouse of {BEYOND}?")
    chip(page).click()
    expect(page.locator("#source mark")).to_be_in_viewport()
    expect(marked_row(page)).to_contain_text(BEYOND)
    place = page.locator("#source .doc").evaluate(
        """doc => { doc.scrollLeft = 1e6;
            const frame = doc.getBoundingClientRect(), head = doc.querySelector('thead th').getBoundingClientRect();
            const mark = doc.querySelector('mark').getBoundingClientRect();
            const beyond = (box) => box.scrollWidth - box.clientWidth;
            return { scrolled: doc.scrollLeft > 1000, head: head.top - frame.top,
                     mark: mark.left >= frame.left && mark.right <= frame.right,
                     page: beyond(document.documentElement), panel: beyond(document.querySelector('#source')) }; }"""
    )
    assert place == {"scrolled": True, "head": 0, "mark": True, "page": 0, "panel": 0}


def test_a_table_violates_no_rule_of_accessibility(open_page, tables):
    page, none = open_page(address=tables), {"dark": [], "light": []}
    page.evaluate(accessibility.AXE)
    asked_of(page, FORMATS["csv"])
    assert accessibility.violations(page) == none
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("dialog", name="Source")).to_be_visible()
    assert accessibility.violations(page) == none
