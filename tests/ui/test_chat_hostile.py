"""Documents that try what a document can try: nothing runs or is fetched, no citation is forged, the page holds."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from index import DEFAULT_MODEL, sync
from tests.ui.conftest import served
from tests.ui.hostile import Trap, hostile_folder
from tests.ui.test_chat_page import ask

pytestmark = pytest.mark.browser

# What our own page draws in messages and panel; anything else there came out of a document.
FOREIGN = (
    "script, style, link, meta, base, iframe, object, embed, form, input, textarea, video, audio, template, "
    "dialog, math, img, [onclick], [onerror], [onload], [style*=fixed], svg script, svg animate"
)
OUR_LINKS = re.compile(r"#(cite|near)-[\w-]+-\d+|/ui/[a-z]+/[\w.-]*")
STANDS = """() => {
    const find = (path) => document.querySelector(path);
    const all = (path) => [...document.querySelectorAll(path)];
    const beyond = (box) => box.scrollWidth - box.clientWidth;
    const text = find('#question textarea').getBoundingClientRect();
    return {
        hacked: window.hacked ?? null,
        violations,
        foreign: all('#messages .message :is(FOREIGN), #source :is(FOREIGN)').map((each) => each.outerHTML),
        wide: ['html', '#messages', '#source'].map((path) => beyond(find(path))),
        reached: document.elementFromPoint(text.x + 20, text.y + 5).tagName,
        links: all('#messages a[href], #source a[href]').map((link) => link.getAttribute('href')),
    };
}""".replace("FOREIGN", FOREIGN)
READ = """() => ({
    hacked: window.hacked ?? null,
    violations,
    foreign: [...document.querySelectorAll('#reader :is(.doc, .src-head) :is(FOREIGN, a[href])')]
        .map((each) => each.outerHTML),
    wide: ['html', '#reader'].map((path) => document.querySelector(path))
        .map((box) => box.scrollWidth - box.clientWidth),
    marked: document.querySelectorAll('mark').length,
})""".replace("FOREIGN", FOREIGN)
STOOD = {"hacked": None, "violations": [], "foreign": [], "wide": [0, 0, 0], "reached": "TEXTAREA"}


def cited(page: Page) -> list[tuple[str, int]]:
    """The sources that the last answer names, as its links have them."""
    links = page.locator("#messages .message.bot").last.get_by_role("link", name=re.compile("^Source "))
    hrefs = [link.get_attribute("href") for link in links.all()]
    return sorted({(match[1], int(match[2])) for href in hrefs if (match := re.fullmatch(r"#cite-(.+)-(\d+)", href))})


def test_forty_hostile_documents_run_nothing_fetch_nothing_forge_nothing_and_break_nothing(open_page, tmp_path):
    folder, index = tmp_path / "papers", tmp_path / "index"
    traps = hostile_folder(folder)
    assert len(traps) >= 40
    assert sync(folder, index, model=DEFAULT_MODEL).failures == ()
    desk = Assistant.open(index, resident=True)
    with served(desk) as address:
        page = open_page(address=address)
        noticed: list[str] = []
        page.evaluate(
            "window.violations = []; addEventListener('securitypolicyviolation',"
            " (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))"
        )
        page.on(
            "request",
            lambda request: (
                noticed.append(request.url) if not request.url.startswith((address, "data:", "blob:")) else None
            ),
        )
        page.on("dialog", lambda dialog: (noticed.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: noticed.append(message.text))
        page.on("popup", lambda popup: noticed.append(popup.url))
        for trap in traps:
            ask(page, trap.question)
            _holds(page, trap, address)
            assert noticed == [], trap
        for trap in traps:
            _is_read(page, trap)
            assert noticed == [], trap
    desk.close()


def _holds(page: Page, trap: Trap, address: str) -> None:
    sources = cited(page)
    assert sources, trap
    documents = []
    for answer, number in sources:
        told = page.request.get(f"{address}/v1/citations/{answer}/{number}")
        assert told.ok, (trap, number)
        documents.append(told.json()["document_id"])
    assert trap.path in documents, (trap, documents)
    at = documents.index(trap.path)
    page.locator(f"#messages a[href='#cite-{sources[at][0]}-{sources[at][1]}']").first.click()
    expect(page.locator("#source mark")).to_be_in_viewport()
    stood = page.evaluate(STANDS)
    assert [each for each in stood.pop("links") if not OUR_LINKS.fullmatch(each)] == [], trap
    assert stood == STOOD, trap


def _is_read(page: Page, trap: Trap) -> None:
    """The document by itself, with its own word looked for."""
    page.evaluate("hash => { location.hash = hash; }", f"#corpus?{urlencode({'document': trap.path, 'q': trap.word})}")
    reader = page.get_by_role("region", name="Document", exact=True)
    expect(reader.get_by_role("searchbox")).to_have_value(trap.word)
    expect(reader.locator("mark")).to_be_in_viewport()
    stood = page.evaluate(READ)
    assert stood == {"hacked": None, "violations": [], "foreign": [], "wide": [0, 0], "marked": 2}, trap
