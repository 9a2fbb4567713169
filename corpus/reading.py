"""From one file to one document: the table of formats, the limits, the sentences of failure."""

from __future__ import annotations

import hashlib
import io
import mimetypes
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import PurePath

from corpus.attaching import unpacked
from corpus.dates import find_date
from corpus.errors import UnreadableFile
from corpus.folder import Entry
from corpus.options import NO_OPTIONS, ReadingOptions
from corpus.readers import ocr
from corpus.readers.locked import unlocked
from corpus.sniffing import LOCKED, Kind, sniff
from corpus.terms import Attachment, Document, Draft

# Of every reader that has not changed since each has a version of its own.
FIRST_VERSION = 3

MEBIBYTE = 1024 * 1024
# A file is held in memory whole, several times over while it is parsed. Printed reports are below
# 50 MiB with all their pictures; slides with films in them are what comes near this.
MAX_FILE_BYTES = 256 * MEBIBYTE
# Plain text is decoded and no more: it takes three times its size.
MAX_TEXT_BYTES = 1024 * MEBIBYTE

# Names in a document's metadata the encoding that was set for a file that is UTF-8 by its bytes.
OVERRULED_UTF_8 = "encoding_set_over_utf_8"

# The group of entry points by which another package adds a reader; docs/formats.md shows how.
ENTRY_POINTS = "despatch.readers"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file and what reads it.

    Attributes:
        name: what such a file is called in a sentence, with its article.
        media_type: what is stored with the document.
        reader: "module:function"; the function takes a file's bytes and name and gives a `Draft` or
            raises `UnreadableFile`. It is imported when the first such file is read.
        max_bytes: the largest file that is opened.
        is_text: whether an encoding may be set for such files.
        version: raised when the reader gives other text, title, headings, pages or labels for the same
            bytes, also of what is attached: then the files of this kind, and no others, are read again.
    """

    name: str
    media_type: str
    reader: str
    max_bytes: int = MAX_FILE_BYTES
    is_text: bool = False
    version: int = FIRST_VERSION

    def read(self, source: bytes, name: str) -> Draft:
        """Read the bytes of a file of this kind; see `reader`."""
        return _loaded(self.reader)(source, name)


_MARKDOWN = Format("Markdown", "text/markdown", "corpus.readers.markdown:read", is_text=True)
_TEXT = Format("text", "text/plain", "corpus.readers.text:read", MAX_TEXT_BYTES, is_text=True, version=4)
_HTML = Format("a web page", "text/html", "corpus.readers.html:read", is_text=True)
_PDF = Format("a PDF", "application/pdf", "corpus.readers.pdf:read")
_DOCX = Format(
    "a Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "corpus.readers.docx:read",
)
_PPTX = Format(
    "a PowerPoint presentation",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "corpus.readers.slides:read",
)
_XLSX = Format(
    "an Excel workbook",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "corpus.readers.sheets:read",
)
_CSV = Format("a table in text", "text/csv", "corpus.readers.delimited:read", is_text=True)
_TSV = Format("a table in text", "text/tab-separated-values", "corpus.readers.delimited:read", is_text=True)
_ODT = Format("an OpenDocument text", "application/vnd.oasis.opendocument.text", "corpus.readers.opendocument:read")
_ODS = Format(
    "an OpenDocument spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "corpus.readers.opendocument:read",
)
_ODP = Format(
    "an OpenDocument presentation",
    "application/vnd.oasis.opendocument.presentation",
    "corpus.readers.opendocument:read",
)
_RTF = Format("a Rich Text file", "application/rtf", "corpus.readers.rtf:read")
_EML = Format("a mail", "message/rfc822", "corpus.readers.mail:read", version=4)
_MSG = Format("an Outlook message", "application/vnd.ms-outlook", "corpus.readers.mail:read", version=4)
_EPUB = Format("an EPUB book", "application/epub+zip", "corpus.readers.book:read")
_JSON = Format("JSON", "application/json", "corpus.readers.records:read", is_text=True)
_JSON_LINES = Format("JSON Lines", "application/jsonl", "corpus.readers.records:read", is_text=True)
_NOTEBOOK = Format("a notebook", "application/x-ipynb+json", "corpus.readers.notebook:read", is_text=True)
_XML = Format("an XML file", "application/xml", "corpus.readers.xml:read", is_text=True)

# The one place where a format is added: suffix in lower case, and what reads it. A file whose
# content is recognised (corpus/sniffing.py) goes to the row of that content, whatever its name.
FORMATS = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": _TEXT,
    ".text": _TEXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".pdf": _PDF,
    ".docx": _DOCX,
    ".docm": _DOCX,
    ".pptx": _PPTX,
    ".pptm": _PPTX,
    ".xlsx": _XLSX,
    ".xlsm": _XLSX,
    ".xlsb": _XLSX,
    ".csv": _CSV,
    ".tsv": _TSV,
    ".odt": _ODT,
    ".ods": _ODS,
    ".odp": _ODP,
    ".rtf": _RTF,
    ".eml": _EML,
    ".msg": _MSG,
    ".epub": _EPUB,
    ".json": _JSON,
    ".jsonl": _JSON_LINES,
    ".ndjson": _JSON_LINES,
    ".ipynb": _NOTEBOOK,
    ".xml": _XML,
}


def suffixes() -> tuple[str, ...]:
    """The suffixes under which files are read whatever is in them, such as `.pdf`."""
    return tuple(sorted({*FORMATS, *_added()}))


def largest(name: str) -> int:
    """The size in bytes of the largest file that is read under a name with that suffix.

    Raises:
        UnreadableFile: no reader takes files with that suffix.
    """
    suffix = PurePath(name).suffix.lower()
    form = _named(suffix)
    if form is None:
        raise UnreadableFile(_unknown(suffix))
    return form.max_bytes


def reader_version(name: str) -> str:
    """Return the version of what reads files of that name.

    Text recognition belongs to it: once it is installed, scans that failed and pages that were left unread are read.
    """
    form = _named(PurePath(name).suffix.lower())
    return f"{form.version if form else FIRST_VERSION}{' with OCR' if ocr.is_installed() else ''}"


def read(entry: Entry, options: ReadingOptions = NO_OPTIONS) -> Document:
    """Read a file into a document, in this process.

    Args:
        entry: a file as `scan` found it; its size and time are taken again from the open file.
        options: the passwords to try, the encodings that are set, whether the entry may be a link.

    Returns:
        The document; `sha256` is of the very bytes that were read. What is attached to it and can be
        read is in its `attachments`; what cannot is named in `metadata["unread_attachments"]`.

    Raises:
        UnreadableFile: for whatever reason there is no text, in a sentence for the user.
    """
    name = entry.path.name
    with _opened(entry, follow_links=options.follow_links) as (file, before):
        kind = sniff(file)
        form = None if kind is LOCKED else _format(entry.path.suffix.lower(), kind)
        source = _bytes(file, before, form.max_bytes if form else MAX_FILE_BYTES)
    sha256, size_bytes = hashlib.sha256(source).hexdigest(), len(source)
    source = unlocked(source, options.passwords)
    form = form or _format_of(source, name)
    encoding = options.encoding_of(entry.id) if form.is_text else ""
    draft = _read_as(form, source, name, encoding) if encoding else form.read(source, name)
    del source  # half a gigabyte perhaps, and what is made of the text takes as much again
    document = Document(
        id=entry.id,
        sha256=sha256,
        size_bytes=size_bytes,
        mtime_ns=before.st_mtime_ns,
        media_type=form.media_type,
        draft=_finished(draft, name),
    )
    return unpacked(document, partial(_attached, options.passwords))


def _attached(passwords: Sequence[str], attachment: Attachment, media_type: str) -> tuple[Draft, str]:
    """Read what is attached to a file of a media type; gives its own media type, too."""
    source, name = attachment.source, attachment.name
    if isinstance(source, Draft):
        return _finished(source, name), media_type
    if not source:
        raise UnreadableFile("The attachment is empty or lies elsewhere; save it in the folder, then sync.")
    source = unlocked(source, passwords)
    form = _format_of(source, name)
    return _finished(form.read(source, name), name), form.media_type


def _format_of(source: bytes, name: str) -> Format:
    return _format(PurePath(name).suffix.lower(), sniff(io.BytesIO(source)))


def _finished(draft: Draft, name: str) -> Draft:
    if not draft.text or draft.text.isspace():
        raise UnreadableFile("The file holds no text, only blanks; remove it or write something in it, then sync.")
    if draft.date is None:
        return replace(draft, date=find_date(draft.text, draft.metadata, name))
    return draft


def _read_as(form: Format, source: bytes, name: str, encoding: str) -> Draft:
    """Read text by the encoding that is set for it, which overrules what the file says of itself."""
    from corpus.readers.text import is_utf_8, recoded  # noqa: PLC0415  most corpora set no encoding

    plain = recoded(source, encoding)
    draft = form.read(plain, name)
    labels = {label: words for label, words in draft.metadata.items() if label != "encoding"}
    if plain is not source and encoding != "utf-8" and is_utf_8(source):
        labels[OVERRULED_UTF_8] = encoding
    return replace(draft, metadata=labels)


def _named(suffix: str) -> Format | None:
    return FORMATS.get(suffix) or _added().get(suffix)


@cache
def _added() -> dict[str, Format]:
    """The rows that other packages add, by suffix.

    They cannot take a suffix away from `FORMATS`: what is cited must not depend on what else happens
    to be installed.
    """
    rows = {}
    for point in entry_points(group=ENTRY_POINTS):
        suffix = f".{point.name.lower().lstrip('.')}"
        media_type = mimetypes.guess_type(f"a{suffix}")[0] or "application/octet-stream"
        rows[suffix] = Format(f"a file of the kind {suffix}", media_type, point.value)
    return rows


@cache
def _loaded(reader: str) -> Callable[[bytes, str], Draft]:
    module, _, function = reader.partition(":")
    try:
        found: Callable[[bytes, str], Draft] = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        reason = f"The reader of such files ({reader}) is not whole; install the package that holds it anew, then sync."
        raise UnreadableFile(reason) from error
    return found


def _format(suffix: str, kind: Kind | None) -> Format:
    named = _named(suffix)
    if kind is None or (named and kind.gives_way and named.media_type != _TEXT.media_type):
        if named is None:
            raise UnreadableFile(_unknown(suffix))
        return named
    if kind.suffix in FORMATS:
        return FORMATS[kind.suffix]
    if named and suffix not in FORMATS:
        return named  # a container of a kind of its own, which its reader knows
    expected = f", not {named.name}" if named and kind is not LOCKED else ""
    raise UnreadableFile(f"The file is {kind.name}{expected}; {kind.remedy}, then sync.")


def _unknown(suffix: str) -> str:
    kind = f"Files ending in {suffix}" if suffix else "Files without a suffix"
    return f"{kind} cannot be read; save it as PDF, Word or text under its suffix, then sync."


def _checked(status: os.stat_result) -> os.stat_result:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFile("The folder or its .despatchignore cannot be read; give yourself the right, then sync.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile("This is no longer an ordinary file; put the document there again, then sync.")
    if not status.st_size:
        raise UnreadableFile("The file is empty; remove it or write something in it, then sync.")
    return status


def _bytes(file: io.FileIO, before: os.stat_result, limit: int) -> bytes:
    if before.st_size > limit:
        raise UnreadableFile(f"The file is too large, over {limit // MEBIBYTE} MiB; divide it into parts, then sync.")
    file.seek(0)
    source = file.readall()
    after = os.fstat(file.fileno())
    if (after.st_size, after.st_mtime_ns) != (len(source), before.st_mtime_ns):
        raise UnreadableFile("The file was being written while it was read; sync again when that is done.")
    return source


@contextmanager
def _opened(entry: Entry, *, follow_links: bool) -> Iterator[tuple[io.FileIO, os.stat_result]]:
    # Not blocking and not following: the name may have become a pipe or a link since it was listed.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow_links:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(entry.path, flags)
    except FileNotFoundError as error:
        if entry.path.is_symlink():
            raise UnreadableFile("The link leads to no file; mend it or remove it, then sync.") from error
        raise UnreadableFile("The file was removed while it was being read; sync again.") from error
    except PermissionError as error:
        raise UnreadableFile("The file or folder may not be read; give yourself the right to, then sync.") from error
    except OSError as error:
        raise UnreadableFile(f"The file cannot be opened ({error.strerror}); look at it, then sync.") from error
    try:
        status = _checked(os.fstat(descriptor))
        with io.FileIO(descriptor, closefd=False) as file:
            yield file, status
    except OSError as error:
        raise UnreadableFile(f"The disk failed while the file was read ({error.strerror}); sync again.") from error
    finally:
        os.close(descriptor)
