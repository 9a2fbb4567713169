"""Outlook messages (.msg): a container of properties, read by their numbers."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import date, datetime
from email.parser import HeaderParser

from olefile import OleFileIO
from oxmsg.domain import constants as properties
from oxmsg.domain.encodings import encoding_from_codepage
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from corpus.errors import UnreadableFile
from corpus.readers import html, rtf
from corpus.readers.archives import MAX_UNPACKED_BYTES
from corpus.readers.letters import Letter, file_name
from corpus.readers.mime import day_of, shown_headers
from corpus.readers.text import decoded_as, encoding_label
from corpus.terms import Attachment, Draft

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Bytes before the first property; a message inside another has a shorter head.
_HEAD, _INNER_HEAD, _ATTACHMENT_HEAD = 32, 24, 8
_PROPERTIES = "__properties_version1.0"
_INNER_MESSAGE = f"__substg1.0_{properties.PID_ATTACH_DATA_BINARY:04X}{properties.PTYP_OBJECT:04X}"
_FALLBACK = "cp1252"
_PACKED_HEAD = 16  # bytes before packed Rich Text: sizes, kind, checksum
_NOT_PACKED = b"MELA"
_RING = 4096
# What every message's Rich Text may refer to before it has written anything.
_KNOWN_BEFORE = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_DAMAGED = (
    *(OSError, struct.error, LookupError, ValueError, AttributeError, TypeError, AssertionError, OverflowError),
    *(RecursionError, UnrecognizedCodePageError, UnsupportedEncodingError),
)


def letter(source: bytes) -> Letter:
    """Read an Outlook message and the messages inside it.

    Raises:
        UnreadableFile: the bytes are no Outlook message, damaged, or too large unpacked.
    """
    try:
        with OleFileIO(io.BytesIO(source)) as container:
            if not container.exists(_PROPERTIES):
                reason = "The bytes are not an Outlook message; give the file the suffix of its real kind, then sync."
                raise UnreadableFile(reason)
            # Streams may share their sectors: a small file can claim to hold many large ones.
            unpacked = sum(container.get_size(path) for path in container.listdir())
            if unpacked > MAX_UNPACKED_BYTES:
                raise UnreadableFile("The message is too large when unpacked; save its attachments apart, then sync.")
            return _letter(Storage.from_ole(container), _HEAD)
    except _DAMAGED as error:
        raise UnreadableFile("The message is damaged; open it in Outlook, save it again, then sync.") from error


def _letter(storage: Storage, head: int) -> Letter:
    message = _Message(storage, head)
    headers = message.headers()
    return Letter(headers, tuple(message.body()), tuple(_attachments(storage)), message.day())


class _Message:
    """The properties of one message that a reader of it sees."""

    def __init__(self, storage: Storage, head: int) -> None:
        self._storage = storage
        self._fixed = Properties(storage, properties_header_offset=head)
        self._streams = {stream.name for stream in storage.streams}
        written = self.words(properties.PID_TRANSPORT_MESSAGE_HEADERS)
        # What a server added before the first header ends their list otherwise.
        self._transport = HeaderParser().parsestr(written.lstrip("\r\n"))

    def words(self, number: int) -> str:
        """A property of characters, or "" where there is none."""
        return self._words(number)[0]

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers it travelled with, else what Outlook keeps of them."""
        travelled = dict(shown_headers(self._transport))
        sent = self._sent()
        kept = {
            "From": self._sender(),
            "To": self.words(properties.PID_DISPLAY_TO),
            "Cc": self.words(properties.PID_DISPLAY_CC),
            "Date": f"{sent:%Y-%m-%d %H:%M} UTC" if sent else "",
            "Subject": self.words(properties.PID_SUBJECT),
        }
        shown = ((label, travelled.get(label) or " ".join(words.split())) for label, words in kept.items())
        return tuple((label, words) for label, words in shown if words)

    def day(self) -> date | None:
        """The day it was sent."""
        sent = self._sent()
        return day_of(self._transport.get("Date", "")) or (sent.date() if sent else None)

    def body(self) -> Iterator[Draft]:
        """The plain version of its words, else the one in HTML."""
        text, encoding = self._words(properties.PID_BODY)
        text = text.replace("\r\n", "\n").strip("\n")
        if text.strip():
            yield Draft(text, metadata=encoding_label(encoding))
            return
        draft = html.read(self._html(), "")
        if not draft.text and (written := self._bytes(properties.PID_RTF_COMPRESSED)):
            draft = rtf.read(_unpacked(written), "")
        if draft.text:
            yield Draft(draft.text, headings=draft.headings)

    def content(self) -> bytes:
        """The bytes of an attached file; none where it lies elsewhere and only its place is kept."""
        return self._bytes(properties.PID_ATTACH_DATA_BINARY)

    def is_decoration(self) -> bool:
        """Whether this is a picture that the message shows within its words."""
        is_picture = self.words(properties.PID_ATTACH_MIME_TAG).startswith("image/")
        return is_picture and bool(self.words(properties.PID_ATTACH_CONTENT_ID))

    def _bytes(self, number: int) -> bytes:
        if f"__substg1.0_{number:04X}{properties.PTYP_BINARY:04X}" not in self._streams:
            return b""
        return self._storage.property_stream_bytes(number, properties.PTYP_BINARY)

    def _words(self, number: int) -> tuple[str, str]:
        name = f"__substg1.0_{number:04X}{properties.PTYP_STRING:04X}"
        if name in self._streams:
            written = self._storage.property_stream_bytes(number, properties.PTYP_STRING)
            return written.decode("utf-16-le", "replace").rstrip("\0"), "utf-8"
        if f"__substg1.0_{number:04X}{properties.PTYP_STRING8:04X}" not in self._streams:
            return "", "utf-8"
        written = self._storage.property_stream_bytes(number, properties.PTYP_STRING8).rstrip(b"\0")
        try:
            return decoded_as(written, self._encoding(number))
        except UnreadableFile:
            return written.decode(_FALLBACK, "replace"), _FALLBACK

    def _encoding(self, number: int) -> str:
        """The encoding that the message names for its characters; "" for none."""
        order = (properties.PID_MESSAGE_CODEPAGE, properties.PID_INTERNET_CODEPAGE)
        for source in reversed(order) if number in (properties.PID_BODY, properties.PID_HTML) else order:
            page = self._number(source)
            try:
                if page:
                    return encoding_from_codepage(page)
            except (UnrecognizedCodePageError, UnsupportedEncodingError):
                continue
        return ""

    def _number(self, number: int) -> int:
        try:
            return self._fixed.int_prop_value(number) or 0
        except _DAMAGED:
            return 0

    def _html(self) -> bytes:
        written = self._bytes(properties.PID_HTML).rstrip(b"\0")
        if written:
            return decoded_as(written, self._encoding(properties.PID_HTML))[0].encode("utf-8-sig", "replace")
        return self.words(properties.PID_BODY_HTML).encode("utf-8-sig", "replace")

    def _sender(self) -> str:
        name = self.words(properties.PID_SENDER_NAME) or self.words(properties.PID_SENT_REPRESENTING_NAME)
        address = self.words(properties.PID_SENDER_SMTP_ADDRESS) or self.words(properties.PID_SENDER_EMAIL_ADDRESS)
        # Within a company the address may be a path in its directory, which nobody reads.
        return f"{name} <{address}>" if "@" in address and address != name else name or address

    def _sent(self) -> datetime | None:
        for number in (properties.PID_CLIENT_SUBMIT_TIME, properties.PID_MESSAGE_DELIVERY_TIME):
            try:
                if sent := self._fixed.date_prop_value(number):
                    return sent
            except _DAMAGED:
                continue
        return None


def _attachments(storage: Storage) -> Iterator[Attachment]:
    for holder in storage.iter_attachment_storages():
        attached = _Message(holder, _ATTACHMENT_HEAD)
        files = (properties.PID_ATTACH_LONG_FILENAME, properties.PID_ATTACH_FILENAME)
        names = (*(file_name(attached.words(number)) for number in files), attached.words(properties.PID_DISPLAY_NAME))
        name = next((words for words in names if words.strip()), "attachment")
        inner = next((inner for inner in holder.storages if inner.name == _INNER_MESSAGE), None)
        if inner is not None and any(stream.name == _PROPERTIES for stream in inner.streams):
            yield Attachment(name, _letter(inner, _INNER_HEAD).draft())
        elif not attached.is_decoration():
            yield Attachment(name, attached.content())


def _unpacked(packed: bytes) -> bytes:
    """Unpack the Rich Text of a message ([MS-OXRTFCP]): runs of bytes refer to the last 4,096 written."""
    if packed[8:12] == _NOT_PACKED:
        return packed[_PACKED_HEAD:]
    written = bytearray(_KNOWN_BEFORE)
    place = _PACKED_HEAD
    while place < len(packed):
        kinds = packed[place]
        place += 1
        for bit in range(8):
            if not kinds >> bit & 1:
                written += packed[place : place + 1]
                place += 1
                continue
            reference = int.from_bytes(packed[place : place + 2], "big")
            place += 2
            # Where the next byte goes is a place that nothing can refer to: it marks the end.
            back = (len(written) - (reference >> 4)) % _RING
            if not back or place > len(packed) or back > len(written):
                return bytes(written[len(_KNOWN_BEFORE) :])
            for _ in range((reference & 0xF) + 2):
                written.append(written[-back])
    return bytes(written[len(_KNOWN_BEFORE) :])
