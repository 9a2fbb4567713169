"""Mails, with what is attached to them: .eml as they travel, .msg as Outlook keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.errors import UnreadableFile
from corpus.readers import mime, outlook
from corpus.readers.blocks import Blocks
from corpus.readers.letters import Attachment, Letter
from corpus.reading import format_of
from corpus.terms import DocumentDate, Draft

# Mails inside mails are read this deep; a chain of forwarded ones is rarely deeper than three.
MAX_DEPTH = 5

_MAIL_TYPES = frozenset(("message/rfc822", "application/vnd.ms-outlook"))
_TOO_DEEP = "The mail lies more than five mails deep; save it as a file of its own, then sync."


def read(source: bytes, name: str) -> Draft:
    """Read a mail: its headers as lines, its words, then each attachment under a heading.

    The plain version of the words is taken before the one in HTML. An attachment is read by its own
    format's reader; where that fails, its sentence stands in its place. The subject is the title.

    Raises:
        UnreadableFile: the bytes are no mail, damaged, or nested beyond measure.
    """
    return _draft(_letter(source), 1)


def _letter(source: bytes) -> Letter:
    return outlook.letter(source) if source.startswith(outlook.SIGNATURE) else mime.letter(source)


def _draft(letter: Letter, depth: int) -> Draft:
    blocks = Blocks()
    for label, words in letter.headers:
        blocks.line(f"{label}: {words}")
    for part in letter.body:
        blocks.include(part)
    for attachment in letter.attachments:
        blocks.heading(1, f"Attachment: {attachment.name}")
        try:
            blocks.include(_read(attachment, depth), deeper=1)
        except UnreadableFile as error:
            blocks.paragraph(error.reason)
    return Draft(
        blocks.text,
        title=letter.header("Subject"),
        date=DocumentDate(letter.day, "mail header") if letter.day else None,
        headings=blocks.headings,
        metadata=dict(_labels(letter)),
    )


def _read(attachment: Attachment, depth: int) -> Draft:
    if depth > MAX_DEPTH:
        raise UnreadableFile(_TOO_DEEP)
    if isinstance(attachment.content, Letter):
        return _draft(attachment.content, depth + 1)
    if not attachment.content:
        raise UnreadableFile("The file is empty.")
    form = format_of(attachment.content, attachment.name)
    if form.media_type in _MAIL_TYPES:
        return _draft(_letter(attachment.content), depth + 1)
    draft = form.read(attachment.content, attachment.name)
    if not draft.text.strip():
        raise UnreadableFile("The file holds no text, only blanks.")
    return draft


def _labels(letter: Letter) -> Iterator[tuple[str, str]]:
    if author := letter.header("From"):
        yield "author", author
    if names := ", ".join(attachment.name for attachment in letter.attachments):
        yield "attachments", names
    for part in letter.body:
        yield from part.metadata.items()
