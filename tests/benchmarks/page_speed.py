"""How soon the chat is there and a passage in view: `python -m tests.benchmarks.page_speed start|click|stream`.

`start`: from the command to a page in Chromium whose text box takes a question, and the memory of the server at rest,
beside a bare `gr.ChatInterface` in the same run, by turns. The memory of the assistant without a page, which has the
models and Chroma, is stated apart.

`click`: from the click on a number to the quote in view, for a text of 1 MB, its quotes all over it.

`stream`: how long after an answer is finished in the server it stands whole on the page, at the begin and the end of a
conversation of 100 answers.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant import Assistant, bundled_corpus
from index import DEFAULT_MODEL, sync
from tests.benchmarks.crowd import chat, resident
from tests.ui.conftest import served
from tests.ui.test_chat_page import ask, chip
from ui.chat.keeping import Keeper
from ui.chat.render import Reply
from ui.chat.talking import Asked

ROUNDS, CLICKS = 5, 20
LONG_CHARACTERS = 1_000_000
ANSWERS = 100
SETTLED_SECONDS = 5  # after which a server is at rest
BARE = """
import gradio as gr
chat = gr.ChatInterface(lambda message, history: message, fill_height=True)
chat.launch(server_name="127.0.0.1", quiet=True, prevent_thread_lock=True)
print(chat.local_url, flush=True)
chat.block_thread()
"""
ALONE = """
import sys
from assistant import Assistant
desk = Assistant.open(sys.argv[1], resident=True)
desk.ask("What is the Dialogue about?")
print("ready", flush=True)
sys.stdin.read()
"""
IN_VIEW = """([link]) => new Promise((done) => {
    const started = performance.now();
    const look = () => {
        const mark = document.querySelector('#source mark')?.getBoundingClientRect();
        const doc = document.querySelector('#source .doc')?.getBoundingClientRect();
        if (mark && doc && mark.height && mark.top >= doc.top && mark.bottom <= doc.bottom) {
            requestAnimationFrame(() => done(performance.now() - started));
        } else requestAnimationFrame(look);
    };
    link.click();
    look();
})"""

WHOLE = """() => {
    let begun = false;
    window.whole = new Promise((done) => new MutationObserver((_, watch) => {
        const busy = document.querySelector('[role=log]')?.getAttribute('aria-busy') === 'true';
        begun ||= busy;
        if (begun && !busy) { watch.disconnect(); done(true); }
    }).observe(document.body, { attributes: true, childList: true, subtree: true }));
}"""
LONG_QUESTIONS = (
    "What do the documents say about energy?",
    "What do the documents say about trade?",
    "What do the documents say about security?",
    "Summarise the documents",
)


@contextmanager
def running(code: str, *arguments: str) -> Iterator[tuple[str, int]]:
    """A Python process: the first line that it writes, and its number."""
    command = [sys.executable, "-c", code, *arguments]
    env = os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=env) as process:
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()


def start(browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        sync(bundled_corpus(), index, model=DEFAULT_MODEL)
        kinds: dict[str, Callable[[], object]] = {
            "bare gr.ChatInterface": lambda: running(BARE),
            "despatch chat": lambda: chat(index, Path(folder)),
        }
        seconds: dict[str, list[float]] = {name: [] for name in kinds}
        memory: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(ROUNDS):
            for name, begin in kinds.items():
                started = time.perf_counter()
                with begin() as (address, process):
                    page = browser.new_page()
                    page.goto(address)
                    page.locator("textarea").first.fill("usable")
                    seconds[name].append(time.perf_counter() - started)
                    time.sleep(SETTLED_SECONDS)
                    memory[name].append(resident(process))
                    page.close()
        with running(ALONE, str(index)) as (_, process):
            alone = resident(process)
    for name in kinds:
        print(
            f"{name}: usable after {statistics.median(seconds[name]):.2f} s (median of {ROUNDS}), "
            f"{statistics.median(memory[name]):.0f} MiB at rest"
        )
    print(f"the assistant without a page: {alone:.0f} MiB")


def click(browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus, index = Path(folder) / "corpus", Path(folder) / "index"
        corpus.mkdir()
        (corpus / "chronicle.txt").write_text(_chronicle(), encoding="utf-8")
        sync(corpus, index, model=DEFAULT_MODEL)
        with Assistant.open(index, resident=True) as desk, served(desk) as address:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            page.goto(address)
            taken = []
            for number in range(CLICKS):
                ask(page, f"Who carved the wheel of mill number {1000 + 300 * number}?")
                taken.append(page.evaluate(IN_VIEW, [chip(page).element_handle()]))
                page.keyboard.press("Escape")
    high = statistics.quantiles(taken, n=20)[-1]
    print(
        f"{CLICKS} clicks, {LONG_CHARACTERS / 1e6:.0f} MB: median {statistics.median(taken):.0f} ms, p95 {high:.0f} ms"
    )


def _chronicle() -> str:
    names = ("Jonas Berg", "Mara Lund", "Piet Aalto", "Nela Dorn")
    said, number = "", 0
    while len(said) < LONG_CHARACTERS:
        number += 1
        said += (
            f"The wheel of mill number {number} was carved by {names[number % len(names)]} in a dry summer. "
            "The miller wrote it down, and nobody asked about it again for a very long time.\n\n"
        )
    return said


def stream(browser: Browser) -> None:
    ready: list[float] = []
    keep = Keeper.keep

    def noted(self: Keeper, asked: Asked, reply: Reply) -> Reply:
        ready.append(time.perf_counter())
        return keep(self, asked, reply)

    Keeper.keep = noted
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        sync(bundled_corpus(), index, model=DEFAULT_MODEL)
        with Assistant.open(index, resident=True) as desk, served(desk) as address:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            page.goto(address)
            page.get_by_role("textbox", name="Your question").wait_for()
            lags = [_lag(page, number, ready) for number in range(ANSWERS)]
            shown = page.get_by_role("log").get_by_role("heading", level=2).count()
    tenth = ANSWERS // 10
    print(f"{shown} answers; from the finished answer in the server to its end on the page, medians:")
    print(f"the first {tenth}: {_median(lags[:tenth])}, the last {tenth}: {_median(lags[-tenth:])}")


def _median(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f} ms"


def _lag(page: Page, number: int, ready: list[float]) -> float:
    """Seconds from the answer's being finished in the server to its standing whole on the page."""
    page.evaluate(WHOLE)
    page.get_by_role("textbox", name="Your question").fill(LONG_QUESTIONS[number % len(LONG_QUESTIONS)])
    page.keyboard.press("Enter")
    page.evaluate("() => window.whole")
    lag = time.perf_counter() - ready[-1]
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    return lag


def main(what: str) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        {"start": start, "click": click, "stream": stream}[what](browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
