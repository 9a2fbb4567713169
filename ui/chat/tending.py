"""The corpus brought up to date while people chat: one piece of work after another, on a thread of low priority."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from assistant import Settings, forget_answers, named_indexes
from corpus import DespatchError
from index import NothingToForget, Progress, SyncReport, SyncStopped, forget, sync

# Of 19: where questions and a sync want the same core, the questions get some ten times as much of it. What the thread
# starts (readers, embedding) is as nice as it is.
NICENESS = 10

log = logging.getLogger(__name__)

Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class State:
    """What is under way, and how the last piece of work ended.

    Attributes:
        ended: how many pieces of work have ended, so that a page sees that one has.
        running: whether one is under way.
        stopping: whether it was asked to end.
        progress: how far it is, None before its first step.
        seconds: how long it has been running, or ran.
        report: what the last sync found and did, None where it did not come to its end.
        error: why it did not, in a sentence.
        stopped: whether it was stopped before it came to it.
        is_broken: whether it did not for a reason that only the log has.
        erased: the documents that were erased since the last sync ended, and how many kept answers held of them.
    """

    ended: int = 0
    running: bool = False
    stopping: bool = False
    progress: Progress | None = None
    seconds: float = 0.0
    report: SyncReport | None = None
    error: str = ""
    stopped: bool = False
    is_broken: bool = False
    erased: tuple[tuple[str, int], ...] = ()


class Tending:
    """Syncs one index, and erases documents from it, when it is asked to; for many threads.

    Args:
        settings: name the index, and how its folder is read.
    """

    def __init__(self, settings: Settings) -> None:
        self._index = settings.index
        self._sync = partial(
            sync,
            None,
            settings.index,
            model=settings.model,
            precision=settings.precision,
            reading=settings.reading,
        )
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._state = State()
        self._started = 0.0
        self._wanted = False
        self._to_forget: list[str] = []
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End what is under way and wait for that: the index is sound, and the next sync goes on."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def state(self) -> State:
        """What is under way, and how the last piece of work ended."""
        with self._lock:
            now = time.monotonic() - self._started
            return replace(self._state, seconds=now) if self._state.running else self._state

    def start(self, *forgotten: str) -> None:
        """Sync; where a sync is under way, once more after it, for it may have passed what has changed since.

        Args:
            forgotten: ids of files that are erased before, from the index and from every kept answer.
        """
        with self._lock:
            self._wanted = True
            self._to_forget += forgotten
            if self._state.running:
                return
            self._stop.clear()
            self._started = time.monotonic()
            self._state = State(self._state.ended, running=True)
            self._thread = threading.Thread(target=self._run, name="tending")
            self._thread.start()

    def stop(self) -> None:
        """Ask the sync under way, if any, to end; what was to be forgotten is forgotten all the same."""
        with self._lock:
            self._wanted = False
            if self._state.running:
                self._stop.set()
                self._state = replace(self._state, stopping=True)

    def _run(self) -> None:
        _be_nice()
        while (forgotten := self._next()) is not None:
            outcome = self._outcome(forgotten)
            with self._lock:
                self._state = replace(outcome, ended=self._state.ended + 1, running=True)

    def _next(self) -> tuple[str, ...] | None:
        """What is forgotten before the next sync; None where nothing more is wanted, and the work is over."""
        with self._lock:
            forgotten, self._to_forget = tuple(self._to_forget), []
            if self._wanted:
                self._wanted = False
                self._stop.clear()
            elif not forgotten:
                self._state = replace(self._state, running=False, stopping=False)
                return None
            return forgotten

    def _outcome(self, forgotten: tuple[str, ...]) -> State:
        erased: list[tuple[str, int]] = []
        report, error, stopped, is_broken = None, "", False, False
        try:
            for document in forgotten:
                erased.append((document, self._forget(document)))
            report = self._sync(progress=self._tell)
        except SyncStopped:
            stopped = True
        except DespatchError as told:
            error = str(told)
        except Exception:  # the page must say one sentence, whatever broke; the log has the rest
            log.exception("a sync failed")
            is_broken = True
        seconds = time.monotonic() - self._started
        return State(
            seconds=seconds, report=report, error=error, stopped=stopped, is_broken=is_broken, erased=tuple(erased)
        )

    def _forget(self, document: str) -> int:
        answers = forget_answers(document, self._index, named_indexes())
        try:
            forget(document, self._index)
        except NothingToForget:
            log.info("the index held nothing of what is forgotten")  # a file that a sync has not met yet
        return answers

    def _tell(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise SyncStopped
        with self._lock:
            self._state = replace(self._state, progress=progress)


def _be_nice() -> None:
    """Give this thread a low priority, and with it all that it starts; only Linux knows priorities of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
