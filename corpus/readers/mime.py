"""Mails as they travel (RFC 5322 and MIME): headers, words, what is attached."""

from __future__ import annotations

import codecs
import mimetypes
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from corpus.errors import UnreadableFile
from corpus.readers import html
from corpus.readers.letters import Letter, file_name
from corpus.readers.text import decoded_as, encoding_label
from corpus.terms import Attachment, Draft

HEADERS = ("From", "To", "Cc", "Date", "Subject")

# A file that has none of these is no mail, whatever else stands in it.
_MARKS_OF_MAIL = frozenset(
    ("from", "to", "subject", "date", "received", "message-id", "return-path", "mime-version", "content-type")
)
# What the library's parser lets through from headers that break its grammar.
_MALFORMED = (LookupError, ValueError, AttributeError, TypeError, AssertionError, RecursionError, MessageError)
# What mail programs check or act on; the words of an invitation say the same as its calendar entry.
_FOR_PROGRAMS = frozenset(
    ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
    + ("text/calendar", "application/ics")
)
_SHOWN = frozenset(("text/plain", "text/html"))
# Lines that a program has cut for the journey (RFC 3676): a blank at the end says that they go on.
_CUT_LINE = re.compile(r"^(?!>|-- $)(.* )\n(?!>|\s*$)", re.MULTILINE)


def letter(source: bytes) -> Letter:
    """Read a mail.

    Raises:
        UnreadableFile: the bytes are no mail, or its parts are nested beyond measure.
    """
    try:
        message = message_from_bytes(source.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.default)
        if not _MARKS_OF_MAIL & {name.lower() for name, _ in message.raw_items()}:
            raise UnreadableFile("The bytes are not a mail; give the file the suffix of its real kind, then sync.")
        return _letter(message)
    except RecursionError as error:
        reason = "The parts of the mail are nested hundreds deep; save its text as a new file, then sync."
        raise UnreadableFile(reason) from error


def shown_headers(message: Message) -> tuple[tuple[str, str], ...]:
    """The headers that a mail program shows, decoded, without those that are missing."""
    values = ((name, _header(message, name)) for name in HEADERS)
    return tuple((name, words) for name, words in values if words)


def day_of(written: str) -> date | None:
    """The day of a Date header in the sender's own time zone, or None where it names none."""
    try:
        return parsedate_to_datetime(written).date()
    except (*_MALFORMED, OverflowError):  # a year of thirty figures
        return None


def _letter(message: Message) -> Letter:
    body: list[Draft] = []
    attachments: list[Attachment] = []
    for part in _parts(message):
        if isinstance(part, Draft):
            body.append(part)
        else:
            attachments.append(part)
    headers = shown_headers(message)
    return Letter(headers, tuple(body), tuple(attachments), day_of(dict(headers).get("Date", "")))


def _header(message: Message, name: str) -> str:
    raw = next((str(value) for label, value in message.raw_items() if label.lower() == name.lower()), "")
    return " ".join(_unwrapped(raw).split())


def _unwrapped(raw: str) -> str:
    """Decode a header's words (RFC 2047), and bytes that it should not hold as they are."""
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        raw = _decoded(raw.encode("utf-8", "surrogateescape"), "")
    try:
        pieces = decode_header(raw)
    except _MALFORMED:
        return raw
    return "".join(
        piece if isinstance(piece, str) else _decoded(piece, encoding or "utf-8") for piece, encoding in pieces
    )


def _decoded(words: bytes, encoding: str) -> str:
    try:
        return decoded_as(words, encoding)[0]
    except UnreadableFile:
        return words.decode("latin-1").replace("\0", "")


def _parts(message: Message) -> Iterator[Draft | Attachment]:
    """What a mail is made of, in order: the texts that are shown and the files that are attached."""
    kind = _kind(message)
    if not message.is_multipart():
        yield from _leaf(message, kind)
    elif kind == "multipart/alternative":
        yield from _alternative(_inner(message))
    elif kind == "message/rfc822":
        for inner in _inner(message):
            yield Attachment(_file_name(message) or _header(inner, "Subject") or "mail", _letter(inner).draft())
    elif kind == "message/delivery-status":
        groups = ("\n".join(f"{name}: {value}" for name, value in part.raw_items()) for part in _inner(message))
        yield from _shown("\n\n".join(group for group in groups if group))
    else:
        for part in _inner(message):
            yield from _parts(part)


def _inner(message: Message) -> list[Message]:
    parts = message.get_payload()
    return [part for part in parts if isinstance(part, Message)] if isinstance(parts, list) else []


def _alternative(parts: list[Message]) -> Iterator[Draft | Attachment]:
    """Of several versions of the same words the plain one, else the last; what is attached to any."""
    versions = [(_kind(part), list(_parts(part))) for part in parts]
    worded = [(kind, version) for kind, version in versions if any(isinstance(piece, Draft) for piece in version)]
    _, chosen = next((one for one in worded if one[0] == "text/plain"), worded[-1] if worded else ("", None))
    for _, version in versions:
        yield from (piece for piece in version if version is chosen or isinstance(piece, Attachment))


def _leaf(message: Message, kind: str) -> Iterator[Draft | Attachment]:
    name = _file_name(message)
    is_attached = _asked(message.get_content_disposition) == "attachment"
    content = _content(message)
    is_shown_within = kind.startswith("image/") and ("content-id" in message or not name) and not is_attached
    if kind in _FOR_PROGRAMS or is_shown_within:
        return
    if kind in _SHOWN and not name and not is_attached:
        try:
            yield from _words(content, kind, _asked(message.get_content_charset), is_cut=_is_cut(message))
            return
        except UnreadableFile:
            pass  # no text after all: named as a file that cannot be read
    if name or content.strip():
        yield Attachment(name or f"part{mimetypes.guess_extension(kind) or ''}", content)


def _words(content: bytes, kind: str, encoding: str, *, is_cut: bool) -> Iterator[Draft]:
    text, encoding = decoded_as(content, encoding)
    if kind == "text/html":
        draft = html.read(codecs.BOM_UTF8 + text.encode("utf-8"), "")
        if draft.text:
            yield replace(draft, title="", metadata=encoding_label(encoding))
        return
    for draft in _shown(_CUT_LINE.sub(r"\1", text.replace("\r\n", "\n")) if is_cut else text):
        yield replace(draft, metadata=encoding_label(encoding))


def _shown(text: str) -> Iterator[Draft]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.strip():
        yield Draft(text.strip("\n"))


def _is_cut(message: Message) -> bool:
    return _asked(lambda: str(message.get_param("format", ""))).lower() == "flowed"


def _kind(message: Message) -> str:
    kind = _asked(message.get_content_type)
    # Without its boundaries a mail of several parts is one text.
    return kind if kind and (message.is_multipart() or not kind.startswith("multipart/")) else "text/plain"


def _file_name(message: Message) -> str:
    return file_name(_unwrapped(_asked(message.get_filename)))


def _content(message: Message) -> bytes:
    try:
        content = message.get_payload(decode=True)
    except _MALFORMED:
        return b""
    return content if isinstance(content, bytes) else b""


def _asked(question: Callable[[], str | None]) -> str:
    try:
        return question() or ""
    except _MALFORMED:
        return ""
