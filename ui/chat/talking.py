"""One question and its answer, as the steps that the page shows."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from assistant import Assistant, Event
from corpus import DespatchError
from ui.chat import render
from ui.chat.shelf import Shelf, Sources

PACE_SECONDS = 0.1  # between two steps shown: each redraws the conversation (10 a second keeps up at 40 messages)
SHOWN = 40  # exchanges that stay on the page
REMEMBERED = 10  # exchanges that a follow-up question is read with
BROKEN = "Something failed inside Despatch; the window it was started from has the details."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the filter that it is asked with."""

    question: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, the message that answers it and that answer's plain text."""

    question: str
    message: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Exchanges:
    """A conversation so far; frozen, so that sessions can share the empty one."""

    past: tuple[Exchange, ...] = ()

    def with_one_more(self, exchange: Exchange) -> Exchanges:
        """This conversation with `exchange` at its end, the oldest dropped beyond what is shown."""
        return Exchanges((*self.past, exchange)[-SHOWN:])

    def messages(self) -> list[dict[str, str]]:
        """The conversation as Gradio's chatbot takes it."""
        pairs = ((("user", render.question(each.question)), ("assistant", each.message)) for each in self.past)
        return [{"role": role, "content": content} for pair in pairs for role, content in pair]

    def history(self) -> list[dict[str, str]]:
        """The last exchanges as the assistant takes them."""
        turns = ((("user", each.question), ("assistant", each.text)) for each in self.past[-REMEMBERED:])
        return [{"role": role, "text": text} for pair in turns for role, text in pair if text]


class Stops:
    """A stop signal for each page that is being answered, by the page's session."""

    def __init__(self) -> None:
        self._signals: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def begin(self, session: str) -> threading.Event:
        """A fresh signal for a session whose answer begins."""
        with self._lock:
            return self._signals.setdefault(session, threading.Event())

    def stop(self, session: str) -> None:
        """Ask the answer under way in that session, if any, to end."""
        with self._lock:
            if session in self._signals:
                self._signals[session].set()

    def end(self, session: str) -> None:
        """Forget the session's signal."""
        with self._lock:
            self._signals.pop(session, None)


def replies(
    desk: Assistant, shelf: Shelf, asked: Asked, history: Sequence[dict[str, str]], stopped: threading.Event
) -> Iterator[render.Reply]:
    """The reply as it grows; the last one is finished, stopped or failed. Raises nothing a user could meet."""
    shown = render.Reply(shelf.new_id())
    try:
        shown = replace(shown, documents=desk.status().documents)
        yield shown
        with closing(desk.ask_stream(asked.question, where=asked.where, history=history)) as events:
            for event in events:
                shown = _after(shown, event)
                shelf.keep(shown.id, Sources(shown.citations, shown.answer.nearest if shown.answer else ()))
                if stopped.is_set() and shown.answer is None:
                    yield replace(shown, phase="stopped")
                    return
                yield shown
    except DespatchError as error:
        yield replace(shown, phase="failed", error=str(error))
    except Exception:  # the page must say one sentence, whatever broke; the log has the rest
        log.exception("an answer failed")
        yield replace(shown, phase="failed", error=BROKEN)


def _after(shown: render.Reply, event: Event) -> render.Reply:
    if event.answer is not None:
        answer = event.answer
        return replace(shown, phase="done", answer=answer, statements=answer.statements, citations=answer.citations)
    if event.kind == "writing":
        return replace(shown, writing=True)
    if event.statement is not None:
        return replace(
            shown,
            statements=(*shown.statements, event.statement),
            citations=(*shown.citations, *event.citations),
        )
    return shown


def paced(
    steps: Iterator[render.Reply], *, gap_seconds: float = PACE_SECONDS, clock: Callable[[], float] = time.monotonic
) -> Iterator[render.Reply]:
    """The steps at most once every `gap_seconds`; the first and every finished one are always kept."""
    due = -1.0
    for step in steps:
        now = clock()
        if step.phase != "searching" or now >= due:
            yield step
            due = now + gap_seconds


def exchange(question: str, shown: render.Reply) -> Exchange:
    """What stays of a reply in the conversation."""
    return Exchange(question, render.reply(shown), shown.answer.text if shown.answer else "")
