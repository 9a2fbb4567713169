"""What becomes of questions, counted; and, where the operator wants it, who did what, noted line by line."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Generator
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from prometheus_client import Counter

from assistant import Event
from ui.access import AccessUnreadable
from ui.shapes import moment

Deed = Literal["asked", "searched", "exported", "synced", "added", "removed", "forgot", "downloaded"]

LARGEST = 10 * 1024**2  # bytes of one file of notes; some fifty thousand questions
KEPT = 10  # files before the one that is written; then the oldest goes
LONGEST = 4_000  # characters of a note; a question has no more

log = logging.getLogger(__name__)


class Records:
    """The records of one server; safe for many threads.

    Args:
        audit: the file that deeds are noted in, a JSON object a line; None where nothing is noted.

    Raises:
        AccessUnreadable: the file cannot be written.
    """

    def __init__(self, audit: Path | None = None) -> None:
        self.outcomes = Counter("despatch_answers", "Answers by what became of them.", ["outcome"], registry=None)
        self._notes = None if audit is None else _Notes(audit)

    @property
    def are_kept(self) -> bool:
        """Whether it is noted who did what."""
        return self._notes is not None

    def close(self) -> None:
        """Let go of the file."""
        if self._notes is not None:
            self._notes.close()

    def note(self, who: str, did: Deed, corpus: str, what: str = "") -> None:
        """Note a deed, where that is wanted."""
        if self._notes is None:
            return
        line = {"at": moment(datetime.now(UTC)), "who": who, "did": did, "corpus": corpus, "what": what[:LONGEST]}
        self._notes.write(json.dumps(line))

    def counted(self, steps: Generator[Event, None, None]) -> Generator[Event, None, None]:
        """The same steps; how they end is counted: the answer's outcome, `stopped` or `failed`."""
        outcome = "failed"
        try:
            for step in steps:
                if step.answer is not None:
                    outcome = step.answer.outcome
                yield step
        except GeneratorExit:
            outcome = "stopped" if outcome == "failed" else outcome
            steps.close()
            raise
        finally:
            self.outcomes.labels(outcome).inc()


class _Notes(RotatingFileHandler):
    """The file, for its owner's eyes only; the oldest of several goes."""

    def __init__(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            super().__init__(file, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
        except OSError as error:
            raise AccessUnreadable(str(file), error.strerror or "it cannot be written") from error

    def write(self, line: str) -> None:
        self.handle(logging.LogRecord(__name__, logging.INFO, "", 0, line, None, None))

    def _open(self) -> TextIOWrapper:
        made = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return TextIOWrapper(os.fdopen(made, "ab"), encoding="utf-8", write_through=True)

    def handleError(self, record: logging.LogRecord) -> None:
        log.warning("who did what cannot be noted in %s", self.baseFilename, exc_info=True)
