"""More time and memory for the slow steps of a reader: a worker's limits are for ordinary reading.

A reader asks before each step. In a worker the clock starts anew then; elsewhere there are no limits.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

# Takes the seconds that the next step may last and the bytes of address space that it needs beside the file's.
Grant = Callable[[float, int], None]


def _unlimited(seconds: float, memory_bytes: int) -> None:
    """Where nobody limits anything there is nothing to grant."""


_grant: ContextVar[Grant] = ContextVar("grant", default=_unlimited)


def granted_by(grant: Grant) -> None:
    """Name what grants more in this process from now on."""
    _grant.set(grant)


def ask(seconds: float, memory_bytes: int) -> None:
    """Ask for room for one more step of a file, which begins now."""
    _grant.get()(seconds, memory_bytes)
