"""What is attached to a file, as documents of their own: their ids, their limits, what is said of the unread."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from posixpath import splitext

from corpus.errors import UnreadableFile
from corpus.folder import printable
from corpus.terms import Attachment, Document, DocumentDate, Draft

# Mails inside mails are read this deep; a chain of forwarded ones is rarely deeper than three.
MAX_DEPTH = 5
# Of one file, those inside its attachments too. A digest of a mailing list has some hundreds of mails.
MAX_ATTACHMENTS = 1000
# Of one file, likewise: the bytes of its attachments and the characters of their texts. A small mail
# may hold files that unpack to far more than itself, each of which would be read alone.
MAX_ATTACHED_BYTES = 256 * 1024 * 1024
# Of the name of an attachment in an id, as long as the name of a file may be.
MAX_NAME_BYTES = 255
# A longer one is no suffix but part of a sentence.
_MAX_SUFFIX_CHARACTERS = 16
# How many of those that cannot be read are named, each with its sentence: a warning is to be read.
_NAMED_UNREAD = 10
# The label of a document's metadata that names them.
UNREAD_ATTACHMENTS = "unread_attachments"

_UNNAMED = "attachment"
_TOO_DEEP = "It lies more than five mails deep; save it as a file of its own, then sync."
_TOO_MANY = "The file has over a thousand attachments; save it as a file of its own, then sync."
_TOO_LARGE = "The attachments are too large together, over 256 MiB; save it as a file of its own, then sync."


def unpacked(file: Document, read: Callable[[Attachment, str], tuple[Draft, str]]) -> Document:
    """Turn the attachments in a file's draft into documents of their own.

    Args:
        file: the document of the file; what is to become documents lies in its draft.
        read: gives the draft and the media type of an attachment, from it and from the media type of
            what it is attached to; raises `UnreadableFile`.

    Returns:
        The file's document with them. None of the drafts holds attachments any more; one whose
        attachments cannot all be read names those that cannot, with their sentences.
    """
    if not file.draft.attachments:
        return file
    first, *attached = _Unpacking(file, read).documents(file, 0)
    return replace(first, attachments=tuple(attached))


class _Unpacking:
    """What is left of the limits of one file."""

    def __init__(self, file: Document, read: Callable[[Attachment, str], tuple[Draft, str]]) -> None:
        self._file_id = file.id
        self._read = read
        self._count = MAX_ATTACHMENTS
        self._bytes = MAX_ATTACHED_BYTES

    def documents(self, around: Document, depth: int) -> list[Document]:
        """A document without its attachments, then theirs."""
        found: list[Document] = []
        unread: list[str] = []
        names = _Names()
        for attachment in around.draft.attachments:
            name = names.new(attachment.name)
            try:
                document = self._document(attachment, f"{around.id}/{name}", around, depth)
            except UnreadableFile as error:
                unread.append(f"{name}: {error.reason}")
                continue
            found += self.documents(document, depth + 1)
        labels = {UNREAD_ATTACHMENTS: _listed(unread)} if unread else {}
        draft = replace(around.draft, attachments=(), metadata={**around.draft.metadata, **labels})
        return [replace(around, draft=draft), *found]

    def _document(self, attachment: Attachment, document_id: str, around: Document, depth: int) -> Document:
        if depth >= MAX_DEPTH:
            raise UnreadableFile(_TOO_DEEP)
        if not self._count:
            raise UnreadableFile(_TOO_MANY)
        self._count -= 1
        if isinstance(attachment.source, bytes):
            self._take(len(attachment.source))
        draft, media_type = self._read(attachment, around.media_type)
        self._take(len(draft.text))
        if draft.date is None and around.draft.date is not None:
            draft = replace(draft, date=DocumentDate(around.draft.date.day, "mail"))
        source = draft.text.encode() if isinstance(attachment.source, Draft) else attachment.source
        return Document(
            id=document_id,
            sha256=hashlib.sha256(source).hexdigest(),
            size_bytes=len(source),
            mtime_ns=around.mtime_ns,
            media_type=media_type,
            draft=draft,
            inside=self._file_id,
        )

    def _take(self, size: int) -> None:
        if size > self._bytes:
            raise UnreadableFile(_TOO_LARGE)
        self._bytes -= size


class _Names:
    """The names of the attachments of one document, as they stand in ids: each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._twins: dict[str, int] = {}

    def new(self, name: str) -> str:
        r"""Make a part of an id from a sender's name: without `/`, printable, none of "", "." and ".."."""
        plain = " ".join(name.replace("/", "_").split())
        stem, suffix = splitext(_UNNAMED if plain in ("", ".", "..") else plain)
        if len(suffix) > _MAX_SUFFIX_CHARACTERS:
            stem, suffix = stem + suffix, ""
        first = made = _fitted(stem, suffix)
        while made in self._taken:
            self._twins[first] = self._twins.get(first, 1) + 1
            made = _fitted(stem, f" ({self._twins[first]}){suffix}")
        self._taken.add(made)
        return made


def _fitted(stem: str, end: str) -> str:
    """A name of at most `MAX_NAME_BYTES` that keeps its end; characters are kept or left out whole."""
    end = printable(end)
    room = MAX_NAME_BYTES - len(end.encode())
    kept = []
    for character in stem[:room]:
        piece = printable(character)
        room -= len(piece.encode())
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + end


def _listed(unread: list[str]) -> str:
    more = len(unread) - _NAMED_UNREAD
    return " ".join((*unread[:_NAMED_UNREAD], *([f"And {more} more."] if more > 0 else [])))
