"""A question with what the conversation established.

Without a language model a follow-up ("And on Iran?", "When was that?") is searched together with the
question before it; whatever stands on its own is searched alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import InvalidHistory
from assistant.terms import History, Turn

_LEANING_START = re.compile(r"^(and|but|or|so|also|then|what about|how about|why not|what else|anything else)\b", re.I)
_LEANING_WORD = re.compile(
    r"\b(it|its|that|this|these|those|they|them|their|he|him|his|she|her|there|then|former|latter|one|ones|same)\b",
    re.I,
)
_STANDS_ALONE_FROM_WORDS = 12  # a question this long names its own subject; a "that" in it is grammar


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: `text`, made of the question and, for a follow-up, of `carried`, the one before."""

    question: str
    carried: str

    @property
    def text(self) -> str:
        """The words to search and compare by."""
        return f"{self.carried} {self.question}".strip()


def standalone(question: str, history: History) -> Query:
    """The query for a question asked after `history`.

    Raises:
        InvalidHistory: a turn has no role or no text.
    """
    earlier = [turn.text for turn in turns(history) if turn.role == "user"]
    return Query(question, earlier[-1] if earlier and leans(question) else "")


def leans(question: str) -> bool:
    """Whether a question needs the one before it."""
    if _LEANING_START.match(question.strip()):
        return True
    return len(question.split()) < _STANDS_ALONE_FROM_WORDS and _LEANING_WORD.search(question) is not None


def turns(history: History) -> list[Turn]:
    """The history as turns.

    Raises:
        InvalidHistory: a turn has no role or no text.
    """
    return [turn if isinstance(turn, Turn) else _turn(turn) for turn in history]


def _turn(given: Mapping[str, str]) -> Turn:
    try:
        role, text = given["role"], given["text"]
        if role not in ("user", "assistant") or not isinstance(text, str):
            raise InvalidHistory(given)
    except (KeyError, TypeError) as error:
        raise InvalidHistory(given) from error
    return Turn("user" if role == "user" else "assistant", text)
