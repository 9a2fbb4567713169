"""A small corpus, its real index and the real chat over it, for the tests of the faces."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import pytest
from uvicorn import Server

from assistant import Assistant
from index import DEFAULT_MODEL, sync
from ui.access import Entries, key_hash, new_key, password_hash
from ui.chat.tending import Tending
from ui.corpora import Corpora
from ui.sessions import Access
from ui.terminal import main

PATIENCE_MS = 30_000  # for what must come to be seen: a busy machine takes its time, and no test is about that
# A document's words that try everything a document can try on a page.
HOSTILE = (
    "The harbour beacon log holds <script>window.hacked = 1</script> and <img src=x onerror=window.hacked=2> "
    "and <img src=https://evil.example/a.png> and </mark> and ${window.hacked = 3} and "
    "[a link](https://evil.example/b) and ![a picture](https://evil.example/c.png) and [1](#cite-x-1) and "
    "$$x$$ and *stars* and <form action=https://evil.example/d><input name=q></form> every night."
)
HOSTILE_TITLE = "Beacon </script><script>window.hacked = 4</script> <b>log</b> *now*"
FERRY = """---
title: Ferry timetable
date: 2024-05-02
---

# Ferry timetable

This note is about the ferry between the two islands and about nothing else.

## Departures

The ferry to Norholm leaves the northern pier at seven in the morning. Its captain rings the bell twice.

## Prices

A single ticket for the ferry costs four crowns. Children under six travel without a ticket.

## Who sells the ferry tickets?

The tobacconist at the market square sells the ferry tickets.
"""
LONG = "\n\n".join(
    [
        "Chronicle of the mill",
        *(f"In the year {1500 + n} the mill was quiet and its wheel stood still." for n in range(120)),
    ]
    + ["In the great flood the mill lost its oak wheel and the miller Jonas Berg carved a new one. 🌊 It still turns."]
    + [f"In the year {1700 + n} the mill was busy and its wheel turned." for n in range(120)]
)
DOCUMENTS = {
    "ferry.md": FERRY,
    "notes/mill.txt": LONG,
    "beacon.md": f"---\ntitle: '{HOSTILE_TITLE}'\n---\n\n{HOSTILE}\n",
    "orchard.txt": "Orchard rules\n\nThe apples of the orchard are picked in September. Ladders stay in the shed.\n",
}


@pytest.fixture(scope="session")
def harbour_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real index over `DOCUMENTS`."""
    corpus, index = tmp_path_factory.mktemp("harbour papers"), tmp_path_factory.mktemp("index")
    for name, text in DOCUMENTS.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sync(corpus, index, model=DEFAULT_MODEL)
    return index


@pytest.fixture(scope="session")
def harbour(harbour_index: Path) -> Iterator[Assistant]:
    """The real assistant over that index."""
    opened = Assistant.open(harbour_index, resident=True)
    yield opened
    opened.close()


@contextmanager
def running(web: Server, listener: socket) -> Iterator[None]:
    """A server on a thread of its own, ended at the end."""
    thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        web.should_exit = True
        thread.join(20)


@contextmanager
def served(
    desk: Assistant | Mapping[str, Assistant],
    access: Access | None = None,
    tending: Tending | Mapping[str, Tending] | None = None,
) -> Iterator[str]:
    """The chat on a free port of this machine; gives its address."""
    from ui.server import address, build, listening, server

    with listening("127.0.0.1", 0) as listener:
        desks = desk if isinstance(desk, Mapping) else {"harbour": desk}
        corpora = Corpora(desks, access, tending if isinstance(tending, Mapping) else {"harbour": tending})
        try:
            with running(server(build(corpora)), listener):
                yield address(listener)
        finally:
            corpora.records.close()


@pytest.fixture(scope="session")
def site(harbour: Assistant) -> Iterator[str]:
    """The address of the chat over the small corpus."""
    with served(harbour) as address:
        yield address


@dataclass(frozen=True)
class Closed:
    """A chat where people sign in and programs have keys."""

    address: str
    folder: Path
    key: str
    user: str = "ada"
    password: str = "a long enough password"


@pytest.fixture(scope="session")
def closed_site(harbour: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    """The chat over the small corpus as other machines would reach it, with one user and one key."""
    folder, key = tmp_path_factory.mktemp("access"), new_key()
    keys, users = Entries("key", folder), Entries("user", folder)
    keys.add("bot", key_hash(key))
    users.add(Closed.user, password_hash(Closed.password))
    with served(harbour, Access(keys, users, beyond=True)) as address:
        yield Closed(address, folder, key)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    if program is None:
        pytest.fail(
            "No Chromium was found; install one: apt-get install chromium (Debian), brew install chromium (macOS)."
        )
    quiet = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    contained = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=[*contained, *quiet])
        yield running
        running.close()


@pytest.fixture
def despatch(capfdbinary):
    """Runs a command line in this process: its status, what it wrote and what it complained of."""

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        written = capfdbinary.readouterr()
        return status, written.out.decode(), written.err.decode()

    return run


@pytest.fixture
def given(despatch):
    """The JSON object that a command line writes."""

    def run(*arguments):
        status, out, err = despatch(*arguments, "--json")
        assert (status, err, out.count("\n")) == (0, "", 1)
        return json.loads(out)

    return run


@pytest.fixture
def open_page(browser, site) -> Iterator[Callable[..., object]]:
    """Opens the chat in a fresh browser window: `open_page(width=390, height=844, address=..., dark=True)`."""
    with ExitStack() as windows:

        def opened(*, width: int = 1440, height: int = 900, address: str = site, dark: bool = False):
            window = browser.new_context(
                viewport={"width": width, "height": height},
                locale="en-GB",
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            windows.callback(window.close)
            page = window.new_page()
            page.goto(address)
            page.get_by_role("textbox", name="Your question").wait_for()
            page.get_by_role("link", name="Skip to the question").wait_for(state="attached")
            return page

        yield opened
