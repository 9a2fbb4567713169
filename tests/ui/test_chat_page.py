"""The chat in a real browser, by role and label."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from index import DEFAULT_MODEL, sync
from tests.ui.conftest import HOSTILE, HOSTILE_TITLE, served
from ui.chat import app, talking

pytestmark = pytest.mark.browser

FERRY = "When does the ferry to Norholm leave?"
MILL = "Who carved the new oak wheel of the mill after the great flood?"
BEACON = "What does the harbour beacon log hold every night?"
UNKNOWN = "How many submarines does Portugal own?"
SIZES = [(1440, 900), (390, 844)]


def ask(page: Page, question: str) -> None:
    """Ask and wait until the answer is finished."""
    expect(page.get_by_role("button", name="Send")).to_be_visible()  # the answer before may just have ended
    box = page.get_by_role("textbox", name="Your question")
    box.fill(question)
    box.press("Enter")  # into the box, wherever a source that was just opened has taken the focus
    expect(page.get_by_role("heading", name=question.replace("  ", " ")).last).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")


def chip(page: Page, number: int = 1):
    return page.get_by_role("log").get_by_role("link", name=f"Source {number}", exact=True).last


def panel(page: Page):
    return page.get_by_role("dialog", name="Source").or_(page.get_by_role("region", name="Source", exact=True))


def opened(page: Page) -> dict[str, object]:
    """What the server says of the source that the last answer's first number opens."""
    href = chip(page).get_attribute("href")
    _, answer, number = re.fullmatch(r"#(cite)-(.+)-(\d+)", href).groups()
    origin = page.evaluate("location.origin")
    return page.request.get(f"{origin}/v1/citations/{answer}/{number}").json()


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("question", [FERRY, MILL, BEACON], ids=["short document", "long document", "hostile document"])
def test_a_number_opens_its_document_with_exactly_the_quote_marked_and_in_view(open_page, width, height, question):
    page = open_page(width=width, height=height)
    ask(page, question)
    chip(page).click()
    mark = page.locator("mark")
    expect(mark).to_have_count(1)
    assert mark.evaluate("mark => mark.textContent") == opened(page)["quote"]
    expect(mark).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_mark_comes_to_rest_in_the_upper_half_of_the_panel_and_the_page_does_not_scroll(open_page, width, height):
    page = open_page(width=width, height=height)
    ask(page, MILL)
    chip(page).click()
    place = page.locator("mark").evaluate(
        """mark => { const box = mark.closest('.doc').getBoundingClientRect();
                     return (mark.getBoundingClientRect().top - box.top) / box.height; }"""
    )
    assert 0.25 <= place <= 0.6
    assert page.evaluate("[scrollY, document.body.scrollTop]") == [0, 0]


def test_the_text_around_the_quote_is_the_documents_own(open_page, harbour):
    page = open_page()
    ask(page, MILL)
    chip(page).click()
    expect(page.locator("mark")).to_be_visible()
    shown = page.locator(".doc").evaluate(
        "doc => [...doc.querySelectorAll('p')].map(p => [...p.childNodes]"
        ".filter(n => n.nodeType === 3 || n.tagName === 'MARK').map(n => n.textContent).join('')).join(' ')"
    )
    assert shown.split() == harbour.document("notes/mill.txt").text.split()


def test_the_panel_names_the_other_documents_that_say_the_same(open_page):
    page = open_page()
    others = [
        {"document_id": f"{n}.md", "title": f"<b>Copy {n}</b>", "date": "2024-09-11" if n else None} for n in range(7)
    ]

    def copied(route):
        route.fulfill(json=route.fetch().json() | {"also_in": others})

    page.route("**/v1/citations/**", copied)
    ask(page, FERRY)
    chip(page).click()
    expect(panel(page)).to_contain_text("Also in <b>Copy 0</b>; <b>Copy 1</b>, 11 September 2024;")
    expect(panel(page)).to_contain_text("<b>Copy 4</b>, 11 September 2024; 2 more")


def test_a_filter_narrows_every_question_until_it_is_emptied(open_page):
    page = open_page()
    box = page.get_by_role("textbox", name="Filter")
    box.fill("type = txt and not folder = notes")
    ask(page, FERRY)
    expect(page.get_by_role("log")).to_contain_text("Searched 1 document,")
    box.fill("")
    ask(page, MILL)
    expect(page.get_by_role("log")).to_contain_text("Searched 4 documents,")


def test_a_filter_that_cannot_be_read_is_one_sentence_that_says_where(open_page):
    page = open_page()
    page.get_by_role("textbox", name="Filter").fill("type = txt folder = notes")
    ask(page, FERRY)
    expect(page.get_by_role("log")).to_contain_text("at character 12, 'folder': `and` or `or` should stand")


def test_the_same_source_is_shown_as_open_in_answer_and_list(open_page):
    page = open_page()
    ask(page, FERRY)
    expect(chip(page)).to_have_attribute("aria-expanded", "false")
    chip(page).click()
    expect(chip(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("log").get_by_role("listitem").first.get_by_role("link")).to_have_attribute(
        "aria-expanded", "true"
    )


def test_escape_closes_the_source_and_gives_the_focus_back(open_page):
    page = open_page()
    ask(page, FERRY)
    chip(page).click()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(chip(page)).to_be_focused()


def test_everything_can_be_done_with_the_keyboard_alone(open_page):
    page = open_page()
    page.get_by_role("link", name="Skip to the question").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.keyboard.type(FERRY)
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("log").get_by_role("listitem").first).to_be_visible()
    for _ in range(6):
        if chip(page).evaluate("chip => chip === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.get_by_role("log").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("log").get_by_role("link", name="Source 1", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("button", name="Close source")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.keyboard.type("a/[b]")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("a/[b]")


def test_brackets_and_arrows_walk_through_the_sources_and_stop_at_the_ends(open_page):
    page = open_page()
    ask(page, UNKNOWN)
    page.get_by_role("log").get_by_role("link").first.click()
    expect(panel(page)).to_contain_text("Passage 1 of 12")
    page.keyboard.press("[")
    expect(panel(page)).to_contain_text("Passage 1 of 12")
    page.keyboard.press("]")
    expect(panel(page)).to_contain_text("Passage 2 of 12")
    panel(page).get_by_role("button", name="Next passage").click()
    expect(panel(page)).to_contain_text("Passage 3 of 12")
    expect(page.locator("mark")).to_have_count(1)


def test_a_question_without_an_answer_gets_silence_no_number_and_the_nearest_passages(open_page):
    page = open_page()
    ask(page, UNKNOWN)
    log = page.get_by_role("log")
    expect(log).to_contain_text("The documents don’t say.")
    expect(log.get_by_role("heading", name="Nearest passages")).to_be_visible()
    expect(log.get_by_role("link", name="Source")).to_have_count(0)
    expect(page.locator("#status")).to_have_text("The documents don’t say. 3 nearest passages")
    log.get_by_role("link").first.click()
    expect(page.locator("mark")).to_have_count(1)


def test_hostile_text_runs_nothing_asks_no_other_host_and_shows_as_typed(open_page, site):
    page = open_page()
    asked, said, dialogs = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text))
    ask(page, BEACON)
    typed = f"And {HOSTILE}"
    ask(page, typed)
    expect(page.get_by_role("heading", name="<script>window.hacked = 1</script>")).to_be_visible()
    ask(page, BEACON)
    chip(page).click()
    expect(page.get_by_role("heading", name=HOSTILE_TITLE)).to_be_visible()
    expect(page.locator(".doc")).to_contain_text("<img src=x onerror=window.hacked=2>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#messages form, #messages img, #messages input, #source form, #source img").count() == 0
    assert dialogs == []
    assert said == []
    assert [url for url in asked if not url.startswith((site, "data:", "blob:"))] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_keeps_to_its_content_policy(browser, site, dark):
    window = browser.new_context(color_scheme="dark" if dark else "light")
    window.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation',"
        " e => broken.push(e.violatedDirective + ' ' + e.blockedURI))"
    )
    page = window.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(site)
    ask(page, FERRY)
    chip(page).click()
    expect(page.locator("mark")).to_be_visible()
    ask(page, UNKNOWN)
    assert page.evaluate("broken") == []
    assert problems == []
    window.close()


class Held(Assistant):
    """The real assistant, which waits for `go` before each event after the first."""

    go = threading.Event()

    def ask_stream(self, question, **how):
        for number, event in enumerate(super().ask_stream(question, **how)):
            if number:
                self.go.wait(30)
            yield event


class Watched(talking.Stops):
    """The real stop signals, which let the held answer go on once a stop has arrived."""

    def stop(self, session: str) -> None:
        super().stop(session)
        Held.go.set()


def test_stop_ends_an_answer_and_the_next_question_is_answered(open_page, harbour_index, monkeypatch):
    monkeypatch.setattr(talking, "Stops", Watched)
    desk = Held.open(harbour_index)
    Held.go.set()
    with served(desk) as address:
        page = open_page(address=address)
        Held.go.clear()
        page.get_by_role("textbox", name="Your question").fill(FERRY)
        page.keyboard.press("Enter")
        expect(page.get_by_role("log")).to_contain_text("Searching 4 documents…")
        expect(page.get_by_role("log")).to_have_attribute("aria-busy", "true")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("log")).to_contain_text("Stopped.")
        expect(page.get_by_role("log").get_by_role("link")).to_have_count(0)
        ask(page, FERRY)
        expect(chip(page)).to_be_visible()
    desk.close()


def test_asking_again_keeps_the_first_answer_and_a_reader_hears_when_it_is_ready(open_page):
    page = open_page()
    ask(page, FERRY)
    expect(page.locator("#status")).to_have_text(re.compile(r"^Answer ready, \d statements?, \d sources?$"))
    ask(page, "And what does a single ticket cost?")
    expect(page.get_by_role("heading", level=2, name=FERRY)).to_be_visible()
    assert page.get_by_test_id("bot").count() == 2


def test_an_offered_question_is_asked_by_choosing_it(open_page):
    page = open_page()
    expect(page.get_by_role("heading", name="Ask 4 documents")).to_be_visible()
    page.get_by_role("button", name="Who sells the ferry tickets?").click()
    expect(page.get_by_role("log")).to_contain_text("tobacconist")
    expect(page.get_by_role("heading", name="Ask 4 documents")).to_be_hidden()


def test_a_source_that_is_no_longer_kept_says_so_in_one_sentence(open_page):
    page = open_page()
    ask(page, FERRY)
    chip(page).evaluate("link => link.setAttribute('href', '#cite-gone-1')")
    chip(page).click()
    expect(page.get_by_role("alert")).to_have_text("This answer is no longer kept; ask its question again.")


def test_on_a_phone_the_rest_of_the_page_is_out_of_reach_while_a_source_is_open(open_page):
    page = open_page(width=390, height=844)
    ask(page, FERRY)
    chip(page).click()
    expect(page.get_by_role("dialog", name="Source")).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#source')")
    page.keyboard.press("Escape")
    expect(chip(page)).to_be_focused()


def test_conversation_and_text_box_share_their_edges(open_page):
    page = open_page()
    ask(page, FERRY)
    chip(page).click()
    expect(page.locator("mark")).to_be_visible()
    edges = "e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right].map(Math.round)"
    assert page.locator(".st").first.evaluate(edges) == page.locator("#question label > div").evaluate(edges)


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_nothing_is_wider_than_the_window(open_page, width):
    page = open_page(width=width, height=800)
    wider = (
        "[...document.querySelectorAll('#masthead *, #talk *, #source *')]"
        ".filter(e => e.checkVisibility() && !e.closest('.sr-only'))"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))"
    )
    assert page.evaluate(wider) == []
    ask(page, BEACON)
    assert page.evaluate(wider) == []
    chip(page).click()
    expect(page.locator("mark")).to_be_visible()
    assert page.evaluate(wider) == []


@pytest.mark.parametrize(("width", "smallest"), [(1440, 24), (390, 28)])
def test_a_number_is_large_enough_to_hit_and_never_begins_a_line(open_page, width, smallest):
    page = open_page(width=width, height=844)
    ask(page, MILL)
    for each in page.locator("a.cite").all():
        box = each.bounding_box()
        assert min(box["width"], box["height"]) >= smallest
    begins = "chip => chip.getBoundingClientRect().left - chip.closest('.st').getBoundingClientRect().left < 4"
    assert not any(each.evaluate(begins) for each in page.locator("a.cite").all())


def test_gradios_markup_is_the_one_our_styles_stand_on(open_page):
    page = open_page()
    ask(page, FERRY)
    chip(page).click()
    expect(page.locator("mark")).to_be_visible()
    for hook in (
        ".gradio-container",
        "#messages [role=log] > div",
        "#messages .user-row",
        "#messages .bot-row",
        "#question label > div",
    ):
        assert page.locator(hook).count() == 1, hook
    for hook in (".message-content", ".flex-wrap", ".message-row"):
        assert page.locator(f"#messages {hook}").count() == 2, hook
    assert page.locator("#messages .prose").last.evaluate("e => getComputedStyle(e).opacity") == "1"
    assert page.locator("#source-column").evaluate("e => e.getBoundingClientRect().width") == 39 * 16
    assert page.get_by_role("heading", level=2, name=FERRY).count() == 1


def test_a_question_too_long_for_the_text_box_is_cut_there(open_page):
    page = open_page()
    box = page.get_by_role("textbox", name="Your question")
    assert box.get_attribute("maxlength") == str(app.QUESTION_CHARACTERS)


def test_a_question_that_is_asked_back_offers_its_choices_and_one_click_asks_it(open_page, tmp_path):
    (tmp_path / "corpus").mkdir()
    for name, year in (("East", 1901), ("West", 1926)):
        text = f"# {name} pier\n\nThe {name.lower()} pier was opened by the mayor in {year}.\n"
        (tmp_path / "corpus" / f"{name}.md").write_text(text, encoding="utf-8")
    sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
    with Assistant.open(tmp_path / "index") as desk, served(desk) as address:
        page = open_page(address=address)
        ask(page, "When was the pier opened?")
        expect(page.get_by_role("log")).to_contain_text("Which of these do you mean?")
        page.get_by_role("log").get_by_role("link", name="West pier").click()
        expect(page.get_by_role("log")).to_contain_text("The west pier was opened by the mayor in 1926.")
