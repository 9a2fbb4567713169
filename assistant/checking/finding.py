"""What a comparison brings to light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.wording import Wording

Kind = Literal[
    "figure",
    "date",
    "name",
    "unit",
    "bound",
    "negation",
    "modality",
    "quantifier",
    "opposite",
    "order",
    "joined",
    "added",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """A phrase of the assistant's by its name, and what is filled in."""

    key: str
    values: tuple[tuple[str, str], ...]

    def said(self, words: Wording) -> str:
        """The phrase in the language of `words`."""
        return words(f"verdict.{self.key}", **dict(self.values))


def reason(key: str, **values: str) -> Reason:
    """The phrase `key`, with values by the names in braces."""
    return Reason(key, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference between a statement and its source.

    `contradicts`: the source says otherwise; else it only doesn't say it. `said` is the figure, date or name of the
    statement that this is about, "" where it is about something else.
    """

    kind: Kind
    reason: Reason
    contradicts: bool
    said: str = ""
