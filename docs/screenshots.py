"""Takes the pictures in docs/images: `python docs/screenshots.py`.

Indexes the bundled pack in a temporary folder, opens the real chat over it and looks at it with a headless Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from assistant import Assistant, bundled_corpus, resolve
from index import DEFAULT_MODEL, sync
from ui.chat.tending import Tending
from ui.corpora import Corpora
from ui.server import address, build, listening, server

IMAGES = Path(__file__).parent / "images"
ANSWERED = "What assistance for Ukraine was explored?"
UNANSWERED = "How many people attended the dialogue?"
COLOURS = 128
DESKTOP, PHONE = (1440, 900), (390, 844)


def main() -> None:
    """Write every picture, over those of last time."""
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    if program is None:
        sys.exit(
            "No Chromium was found; install one: apt-get install chromium (Debian), brew install chromium (macOS)."
        )
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, listening("127.0.0.1", 0) as listener:
        papers = Path(folder) / "Briefing pack"  # a copy, for the example itself cannot be changed on the page
        shutil.copytree(bundled_corpus(), papers)
        settings = replace(resolve(index=Path(folder) / "index"), model=DEFAULT_MODEL, precision="fp32")
        sync(papers, settings.index, model=DEFAULT_MODEL)
        desk = Assistant.of(settings, resident=True)
        web = server(build(Corpora({"briefing": desk}, tending={"briefing": Tending(settings)})))
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]})
        thread.start()
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
            take(browser, address(listener))
            browser.close()
        web.should_exit = True
        thread.join()
        desk.close()


def take(browser: Browser, at: str) -> None:
    """The pictures of the chat and of the corpus."""
    picture(browser, at, "first")
    picture(browser, at, "answer", question=ANSWERED)
    picture(browser, at, "answer-dark", question=ANSWERED, dark=True)
    picture(browser, at, "answer-phone", question=ANSWERED, size=PHONE)
    picture(browser, at, "not-found", question=UNANSWERED)
    picture(browser, at, "page", question=ANSWERED, then=to_page)
    picture(browser, at, "corpus", then=to_corpus)
    picture(browser, at, "corpus-dark", then=to_corpus, dark=True)
    picture(browser, at, "corpus-phone", then=to_corpus, size=PHONE)
    picture(browser, at, "reader", then=to_reader)
    picture(browser, at, "conversations-phone", question=UNANSWERED, size=PHONE, then=to_list)
    picture(browser, at, "next-phone", question=ANSWERED, size=PHONE, then=to_next)
    picture(browser, at, "settings", then=to_settings)
    picture(browser, at, "german-dark", question=ANSWERED, dark=True, language="de-DE")


def picture(  # noqa: PLR0913  each says what is seen
    browser: Browser,
    at: str,
    name: str,
    *,
    question: str = "",
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    language: str = "en-GB",
    then: Callable[[Page], None] | None = None,
) -> None:
    """One picture: of the first screen, or of a question with its first source open where it has one, and then more."""
    window = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale=language,
        reduced_motion="reduce",
    )
    page = window.new_page()
    page.goto(at)
    page.locator("a.skip").wait_for(state="attached")
    page.locator("#welcome h2").wait_for()
    page.locator("#question textarea").wait_for()
    if question:
        ask(page, question)
    if then:
        then(page)
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as taken:
        taken.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)  # a third of the size
    window.close()


def ask(page: Page, question: str) -> None:
    """Ask, wait for the whole answer, open its second source or its only one."""
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator('[role="log"][aria-busy="false"]').wait_for()
    chips = page.locator("a.cite")
    if chips.count():
        chips.nth(min(1, chips.count() - 1)).click()
        page.locator("mark").wait_for()
        page.evaluate("document.activeElement.blur()")


def to_page(page: Page) -> None:
    """Switch to the first source in a PDF, and there to its page."""
    page.locator("a.cite").first.click()
    page.get_by_role("button", name="Page", exact=True).click()
    page.locator(".sheet img[src]").evaluate("image => image.decode()")
    page.wait_for_timeout(200)
    page.evaluate("document.activeElement.blur()")


def to_corpus(page: Page) -> None:
    """Open the corpus, with two documents chosen."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Corpus").click()
    page.get_by_role("table").wait_for()
    for box in (1, 2):
        page.get_by_role("checkbox").nth(box).check()
    page.evaluate("document.activeElement.blur()")


def to_reader(page: Page) -> None:
    """Read a document of the corpus, at the second place of some words."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Corpus").click()
    page.get_by_role("link", name="Russia and Iran").click()
    page.get_by_role("searchbox", name="Search in this document").fill("Ukraine")
    page.locator("mark").wait_for()
    page.get_by_role("button", name="Next place").click()
    page.get_by_role("search").get_by_text("2 of 3").wait_for()
    page.evaluate("document.activeElement.blur()")


def to_list(page: Page) -> None:
    """Open the list of conversations."""
    page.get_by_role("button", name="Conversations").click()
    page.evaluate("document.activeElement.blur()")


def to_next(page: Page) -> None:
    """Close the source, wait for the questions to ask next, and scroll to them."""
    page.keyboard.press("Escape")
    page.get_by_role("region", name="You could ask next").get_by_role("link").first.wait_for()
    page.get_by_role("log").evaluate("log => log.scrollTo(0, log.scrollHeight)")
    page.evaluate("document.activeElement.blur()")


def to_settings(page: Page) -> None:
    """Open the settings."""
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("dialog", name="Settings").get_by_label("Theme").wait_for()
    page.evaluate("document.activeElement.blur()")


if __name__ == "__main__":
    main()
