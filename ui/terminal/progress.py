"""What a sync tells while it works: one line kept up to date on a terminal, else a line a stage."""

from __future__ import annotations

import contextlib
import shutil
import sys
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
_START_OF_LINE = "\r\x1b[K"


class ProgressLine:
    """Reports progress to stderr; a stderr that nobody reads any more is left alone."""

    def __init__(self, *, only_on_terminal: bool = False) -> None:
        self._is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._is_quiet = sys.stderr is None or (only_on_terminal and not self._is_terminal)
        self._told: set[str] = set()

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
            count = f" {progress.done}/{progress.total}" if progress.total else ""
            line = one_line(f"{words}{count} {progress.item}")
            self._write(f"{_START_OF_LINE}{line[: shutil.get_terminal_size().columns - 1]}")
        elif progress.stage not in self._told:
            self._write(f"{words}{f' ({progress.total})' if progress.total else ''}.\n")
        self._told.add(progress.stage)

    def _write(self, text: str) -> None:
        if not self._is_quiet:
            with contextlib.suppress(OSError):  # a closed stderr must not stop a sync
                sys.stderr.write(text)
                sys.stderr.flush()
