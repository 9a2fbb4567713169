"""How the chat serves many people at once.

    python -m tests.benchmarks.crowd SET_FOLDER WORK_FOLDER [PEOPLE] [MINUTES]

SET_FOLDER is a judged set, whose documents become files and an index below WORK_FOLDER; scifact makes some 10,000
passages. `despatch chat` runs as a process of its own; each of the people is a client that speaks Gradio's protocol as
the page's script does, opens the page, and asks a question every 30 s on average, at random (exponential) distances,
in one conversation of its own: the set's questions and, as it has too few, the titles of its documents, each once, so
that nothing kept from an earlier answer helps. After each answer it fetches what could be asked next. Times are the
client's: from the question sent to the message in which its first passage or statement stands, and to the end of the
answer. The clients run on the server's cores.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from assistant import read_set
from tests.benchmarks.sets import prepare
from tests.ui.gradio_page import PATIENCE_SECONDS, GradioPage

PEOPLE, MINUTES = 50, 10.0
BETWEEN_SECONDS = 30.0
SEED = 14
SHOWN = re.compile(r"class=\\\\?\"(st |pass)")  # a statement or a passage, in the JSON of a message
COPY = re.compile(r"copy-([\w-]+)")  # the button that copies an answer names it


@dataclass
class Told:
    """What the clients have seen: (seconds from the start, to the first passage, to the end) of each answer."""

    answers: list[tuple[float, float, float]] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def ask(page: GradioPage, question: str, conversation: str) -> tuple[float, float, str]:
    """Seconds to the first passage and to the end, and the conversation; raises RuntimeError where it failed."""
    started, first, drawn, exchange = time.perf_counter(), None, False, ""
    page.join(page.function("Your question", "submit"), question, "", conversation).raise_for_status()
    asked = {"session_hash": page.session}
    with page.client.stream("GET", "/gradio_api/queue/data", params=asked, timeout=PATIENCE_SECONDS) as sent:
        for line in sent.iter_lines():
            if not line.startswith("data: "):
                continue
            message = json.loads(line.removeprefix("data: "))
            if message.get("success") is False or "note bad" in line:
                raise RuntimeError(line[:300])
            if first is None and drawn and SHOWN.search(line):
                first = time.perf_counter() - started
            drawn |= message["msg"] == "process_generating"  # the first has the whole conversation
            said = (message.get("output") or {}).get("data") or [None] * 3
            conversation = said[2] if isinstance(said[2], str) and said[2] else conversation
            exchange = next(iter(COPY.findall(line)[-1:]), exchange)
            if message["msg"] == "process_completed":
                ended = time.perf_counter() - started
                if exchange:
                    page.client.get(f"/ui/next/{exchange}").raise_for_status()
                return first or ended, ended, conversation
    raise RuntimeError("the stream ended before the answer did")


def person(address: str, questions: list[str], chance: random.Random, end: float, told: Told) -> None:
    """Open the page, and ask until the time is over."""
    conversation = ""
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
        time.sleep(chance.uniform(0, BETWEEN_SECONDS))
        begun = time.perf_counter()
        try:
            page = GradioPage(client)
            page.opened()
            told.opened.append(time.perf_counter() - begun)
            while time.perf_counter() < end and questions:
                time.sleep(chance.expovariate(1 / BETWEEN_SECONDS))
                *seconds, conversation = ask(page, questions.pop(), conversation)
                told.answers.append((time.perf_counter(), *seconds))
        except (RuntimeError, httpx.HTTPError) as error:
            told.errors.append(repr(error)[:300])


@contextmanager
def chat(index: Path, home: Path) -> Iterator[tuple[str, int]]:
    """`despatch chat` over an index: its address, and its process."""
    env = os.environ | {"XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    command = [sys.executable, "-c", "from ui.terminal import main; import sys; sys.exit(main(sys.argv[1:]))"]
    asked = [*command, "chat", "--index", str(index), "--port", "0"]
    with subprocess.Popen(asked, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            found = next(filter(None, (re.search(r"http://\S+?:\d+", line) for line in running.stdout)))
            threading.Thread(target=running.stdout.read, daemon=True).start()  # what it says later is let go
            yield found[0], running.pid
        finally:
            running.terminate()


def resident(process: int) -> float:
    """The resident memory of a process, MiB."""
    told = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+) kB", told)[1]) / 1024


def open_files(process: int) -> int:
    """How many files and connections a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def main(folder: Path, work: Path, people: int, minutes: float) -> None:
    prepared = prepare(folder, work)
    questions = [question.text for question in prepared.questions if not question.history]
    questions += sorted({document.title for document in read_set(folder).documents or () if document.title})
    random.Random(SEED).shuffle(questions)
    told, held = Told(), []
    with tempfile.TemporaryDirectory() as home, chat(prepared.index, Path(home)) as (address, process):
        with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
            ask(GradioPage(client), questions.pop(), "")  # the models are there; the people come afterwards
        started = time.perf_counter()
        crowd = [
            threading.Thread(
                target=person,
                args=(address, questions, random.Random(f"{SEED} {one}"), started + 60 * minutes, told),
            )
            for one in range(people)
        ]
        for each in crowd:
            each.start()
        while any(each.is_alive() for each in crowd):
            held.append((time.perf_counter() - started, resident(process), open_files(process)))
            time.sleep(5)
    report(told, held, started, people)


def report(told: Told, held: list[tuple[float, float, int]], started: float, people: int) -> None:
    rows = np.array(told.answers)
    for what, values in (("page opened", told.opened), ("first passage", rows[:, 1]), ("whole answer", rows[:, 2])):
        low, high = np.percentile(values, [50, 95])
        print(f"{what}: {len(values)}, p50 {low * 1000:.0f} ms, p95 {high * 1000:.0f} ms, at most {max(values):.2f} s")
    minutes = (rows[:, 0].max() - started) / 60
    print(
        f"{people} people, {minutes:.1f} minutes, {len(rows) / minutes:.0f} answers a minute, {len(told.errors)} errors"
    )
    for each in told.errors[:5]:
        print(f"  {each}")
    looks = held[:: max(1, len(held) // 10)]
    print("memory, MiB:", ", ".join(f"{at / 60:.1f} min {size:.0f}" for at, size, _ in looks))
    print("open files:", ", ".join(f"{at / 60:.1f} min {files}" for at, _, files in looks))


if __name__ == "__main__":
    given = sys.argv[3:]
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        int(given[0]) if given else PEOPLE,
        float(given[1]) if len(given) > 1 else MINUTES,
    )
