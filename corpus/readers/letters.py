"""A mail, whatever file it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.terms import Draft


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or a mail that is attached to a mail, under the name it is shown by."""

    name: str
    content: bytes | Letter


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: its sender and the like as they are shown, its words, what is attached to it.

    Attributes:
        headers: label and words, in the order in which they are shown.
        body: the parts that are read one after another, none of them blank.
        day: the day it was sent where its sender was.
    """

    headers: tuple[tuple[str, str], ...]
    body: tuple[Draft, ...]
    attachments: tuple[Attachment, ...]
    day: date | None = None

    def header(self, label: str) -> str:
        """The words of a header, or "" where the mail does not have it."""
        return dict(self.headers).get(label, "")
