"""What a sync tells while it works: one line kept up to date on a terminal, else a line a stage."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ui.terminal.characters import one_line

if TYPE_CHECKING:
    from index import Progress

_STAGES = {
    "compiling": "Preparing the embedding model, once for this user",
    "reading": "Reading the files",
    "embedding": "Embedding the passages",
    "writing": "Writing the index",
}
SECONDS_BEFORE_FORECAST = 5  # the first files say little about the rest
_START_OF_LINE = "\r\x1b[K"


class ProgressLine:
    """Reports progress to stderr; a stderr that nobody reads any more is left alone."""

    def __init__(self, *, only_on_terminal: bool = False) -> None:
        self._is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._is_quiet = sys.stderr is None or (only_on_terminal and not self._is_terminal)
        self._told: set[str] = set()
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_terminal and self._told:
            self._write(_START_OF_LINE)

    def __call__(self, progress: Progress) -> None:
        """Tell one step."""
        words = _STAGES.get(progress.stage, progress.stage)
        if self._is_terminal:
            line = one_line(" ".join(filter(None, (f"{words}{self._counts(progress)}", progress.item))))
            self._write(f"{_START_OF_LINE}{line[: shutil.get_terminal_size().columns - 1]}")
        elif progress.stage not in self._told:
            count = f" ({progress.total})" if progress.stage == "reading" else ""
            self._write(f"{words}{count}.\n")
        self._told.add(progress.stage)

    def asking(self, done: int, total: int) -> None:
        """Tell how many questions of a set are asked."""
        self._told.add("asking")
        if self._is_terminal:
            self._write(f"{_START_OF_LINE}Asking the questions {done}/{total}")

    def _counts(self, progress: Progress) -> str:
        """Files, passages, rate and time left, as far as each is known."""
        if not progress.total:
            return ""
        seconds = time.monotonic() - self._started
        counts = [f" {progress.done}/{progress.total} files"]
        if progress.passages and seconds:
            counts.append(f"{progress.passages:,} passages ({progress.passages / seconds:,.0f} a second)")
        if progress.done and seconds > SECONDS_BEFORE_FORECAST:
            counts.append(f"{_span(seconds / progress.done * (progress.total - progress.done))} left")
        return ", ".join(counts)

    def _write(self, text: str) -> None:
        if not self._is_quiet:
            with contextlib.suppress(OSError):  # a closed stderr must not stop a sync
                sys.stderr.write(text)
                sys.stderr.flush()


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes else "less than a minute"
