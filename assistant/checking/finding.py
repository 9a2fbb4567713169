"""What a comparison brings to light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
class Finding:
    """A difference between a statement and its source.

    `contradicts`: the source says otherwise; else it only doesn't say it. `said` is the figure, date or name of the
    statement that this is about, "" where it is about something else.
    """

    kind: Kind
    reason: str
    contradicts: bool
    said: str = ""
