"""`retrieve` and `ask` over the index that the settings name, opened once a process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from assistant.desk import Assistant
from assistant.settings import resolve
from assistant.terms import Answer, History
from index import Hit


def retrieve(question: str, k: int = 5, *, where: str | None = None, history: History = ()) -> tuple[Hit, ...]:
    """`Assistant.retrieve` over the default index."""
    return _desk(resolve().index).retrieve(question, k, where=where, history=history)


def ask(question: str, *, where: str | None = None, history: History = ()) -> Answer:
    """`Assistant.ask` over the default index."""
    return _desk(resolve().index).ask(question, where=where, history=history)


@lru_cache(maxsize=1)
def _desk(index: Path) -> Assistant:
    return Assistant.open(index)
