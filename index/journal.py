"""The index's log: when it was written, with which outcome. No word and no name of a document stands in it."""

from __future__ import annotations

import logging
from contextlib import closing, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_NAME = "despatch.log"
MOST_BYTES = 512 * 1024  # some 5,000 syncs
KEPT = 2


def note(index: Path, line: str) -> None:
    """Add a line with the time to the log; a disk that refuses stops nothing."""
    if not index.is_dir():
        return
    with suppress(OSError):
        handler = RotatingFileHandler(
            index / FILE_NAME, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
        )
        with closing(handler):
            handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(message)s"))
            record = logging.LogRecord("despatch", logging.INFO, "", 0, line.replace("\n", " "), None, None)
            handler.handle(record)
