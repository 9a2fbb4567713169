"""Mails, with what is attached to them: .eml as they travel, .msg as Outlook keeps them."""

from __future__ import annotations

from corpus.readers import mime, outlook
from corpus.terms import Draft


def read(source: bytes, name: str) -> Draft:
    """Read a mail: its headers as lines, its words, the names of its attachments in one line.

    The plain version of the words is taken before the one in HTML. The subject is the title. What is
    attached stays as it is, in the draft's `attachments`; mails inside the mail are read with it.

    Raises:
        UnreadableFile: the bytes are no mail, damaged, or nested beyond measure.
    """
    letter = outlook.letter(source) if source.startswith(outlook.SIGNATURE) else mime.letter(source)
    return letter.draft()
