"""One question and its answer, as the steps that the page shows."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol, Unpack

from assistant import Answer, Citation, Event, History, How, new_id
from corpus import DespatchError
from index import Hit, Status
from ui.chat import render
from ui.chat.choices import Choices
from ui.chat.shelf import Shelf, Sources
from ui.wording import ENGLISH, Words

PACE_SECONDS = 0.1  # between two steps shown: each redraws the conversation (10 a second keeps up at 40 messages)

log = logging.getLogger(__name__)


class Answering(Protocol):
    """What answers a question: an assistant, or a corpus as someone has it open."""

    def status(self) -> Status:
        """The state of the index."""

    def look_up(
        self, question: str, k: int, *, where: str | None = None, history: History = (), language: str | None = None
    ) -> Answer:
        """The passages alone."""

    def ask_stream(self, question: str, **how: Unpack[How]) -> Generator[Event, None, None]:
        """The answer step by step."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its filter, its conversation and, where it replaces one there, the id of that exchange.

    `words` are those of whoever asks, `choices` say how. `several` corpora are asked, or one.
    """

    question: str
    where: str | None = None
    conversation: str = ""
    instead_of: str = ""
    words: Words = ENGLISH
    choices: Choices = Choices()
    several: bool = False


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
    desk: Answering, shelf: Shelf, asked: Asked, history: Sequence[dict[str, str]], stopped: threading.Event
) -> Iterator[render.Reply]:
    """The reply as it grows; the last one is finished, stopped or failed. Raises nothing a user could meet."""
    shown = render.Reply(
        new_id(), conversation=asked.conversation, where=asked.where or "", several=asked.several, words=asked.words
    )
    try:
        shown = replace(shown, documents=desk.status().documents)
        yield shown
        with closing(_events(desk, asked, history)) as events:
            for event in events:
                shown = _after(shown, event)
                shelf.keep(shown.id, sources_of(shown))
                if stopped.is_set() and shown.answer is None:
                    yield replace(shown, phase="stopped", unused=_unused(shown.unused, shown.citations))
                    return
                yield shown
    except DespatchError as error:
        yield replace(shown, phase="failed", error=str(error), unused=())
    except Exception:  # the page must say one sentence, whatever broke; the log has the rest
        log.exception("an answer failed")
        yield replace(shown, phase="failed", error=asked.words("page.broken"), unused=())


def _events(desk: Answering, asked: Asked, history: Sequence[dict[str, str]]) -> Generator[Event, None, None]:
    """The steps of the answer that was chosen, or the passages alone."""
    how = asked.choices
    if how.answers == "search":
        found = desk.look_up(
            asked.question, how.passages, where=asked.where, history=history, language=asked.words.language
        )
        yield Event("answer", answer=found)
    else:
        yield from desk.ask_stream(
            asked.question,
            where=asked.where,
            history=history,
            extractive=how.answers == "quoted",
            strictness=how.strictness,
            passages=how.passages,
            language=asked.words.language,
        )


def sources_of(shown: render.Reply) -> Sources:
    """What a reply can open."""
    return Sources(shown.citations, (*(shown.answer.nearest if shown.answer else ()), *shown.unused))


def _after(shown: render.Reply, event: Event) -> render.Reply:
    if event.answer is not None:
        answer = event.answer
        return replace(
            shown,
            phase="done",
            answer=answer,
            statements=answer.statements,
            citations=answer.citations,
            unused=_unused(shown.unused, (*answer.citations, *answer.nearest)),
        )
    if event.hits:
        return replace(shown, unused=event.hits)
    if event.kind == "writing":
        return replace(shown, writing=True)
    if event.statement is not None:
        return replace(
            shown,
            statements=(*shown.statements, event.statement),
            citations=(*shown.citations, *event.citations),
        )
    return shown


def _unused(hits: Sequence[Hit], used: Sequence[Citation | Hit]) -> tuple[Hit, ...]:
    """The passages of which nothing is shown elsewhere."""
    return tuple(
        hit
        for hit in hits
        if not any(
            each.document_id == hit.document_id and each.span.start < hit.span.end and hit.span.start < each.span.end
            for each in used
        )
    )


def paced(
    steps: Iterator[render.Reply], *, gap_seconds: float = PACE_SECONDS, clock: Callable[[], float] = time.monotonic
) -> Iterator[render.Reply]:
    """The steps at most once every `gap_seconds`; always the first, what was found, and every finished one."""
    due, before = -1.0, False
    for step in steps:
        now, found = clock(), bool(step.unused)
        if step.phase != "searching" or now >= due or found > before:
            yield step
            due = now + gap_seconds
        before = found
