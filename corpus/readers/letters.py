"""A mail, whatever file it came in, and the text that is written for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corpus.readers.blocks import Blocks
from corpus.terms import Attachment, DocumentDate, Draft


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: its sender and the like as they are shown, its words, what is attached to it.

    Attributes:
        headers: label and words, in the order in which they are shown.
        body: the parts that are read one after another, none of them blank.
        attachments: files as bytes, mails as they were read.
        day: the day it was sent where its sender was.
    """

    headers: tuple[tuple[str, str], ...]
    body: tuple[Draft, ...]
    attachments: tuple[Attachment, ...]
    day: date | None = None

    def header(self, label: str) -> str:
        """The words of a header, or "" where the mail does not have it."""
        return dict(self.headers).get(label, "")

    def draft(self) -> Draft:
        """Write it: its headers as lines, its words, the names of its attachments in one line."""
        blocks = Blocks()
        for label, words in self.headers:
            blocks.line(f"{label}: {words}")
        for part in self.body:
            blocks.include(part)
        if names := self._names():
            # last, where no day in a name is taken for the mail's own
            blocks.paragraph(f"Attachments: {names}")
        return Draft(
            blocks.text,
            title=self.header("Subject"),
            date=DocumentDate(self.day, "mail header") if self.day else None,
            headings=blocks.headings,
            metadata=dict(self._labels()),
            attachments=self.attachments,
        )

    def _names(self) -> str:
        return ", ".join(" ".join(attachment.name.split()) for attachment in self.attachments)

    def _labels(self) -> Iterator[tuple[str, str]]:
        if author := self.header("From"):
            yield "author", author
        if names := self._names():
            yield "attachments", names
        for part in self.body:
            yield from part.metadata.items()


def file_name(path: str) -> str:
    """The last part of a path, which some programs send in place of a file's name."""
    return " ".join(path.split()).replace("\\", "/").rpartition("/")[2]
