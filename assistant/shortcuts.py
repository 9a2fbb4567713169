"""`retrieve` and `ask` over the index that the settings name, opened once a process."""

from __future__ import annotations

from functools import lru_cache

from assistant.desk import Assistant
from assistant.settings import Settings, resolve
from assistant.terms import Answer, History
from index import Hit


def retrieve(question: str, k: int = 5, *, where: str | None = None, history: History = ()) -> tuple[Hit, ...]:
    """`Assistant.retrieve` over the default index."""
    return _desk(resolve()).retrieve(question, k, where=where, history=history)


def ask(question: str, *, where: str | None = None, history: History = (), language: str | None = None) -> Answer:
    """`Assistant.ask` over the default index."""
    return _desk(resolve()).ask(question, where=where, history=history, language=language)


@lru_cache(maxsize=1)
def _desk(settings: Settings) -> Assistant:
    return Assistant.of(settings)
