"""From one file to one document: the table of formats, the limits, the sentences of failure."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from corpus.dates import find_date
from corpus.errors import UnreadableFile
from corpus.folder import Entry
from corpus.readers import docx, html, markdown, pdf, text
from corpus.terms import Document, Draft

# Raised when any reader gives other text, headings, pages or labels for the same bytes.
READER_VERSION = "1"

# A file is held in memory whole, several times over while it is parsed; the longest printed
# reports are below 50 MiB with all their pictures.
MAX_FILE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media type and the reader of its bytes and name."""

    media_type: str
    read: Callable[[bytes, str], Draft]


_MARKDOWN = Format("text/markdown", markdown.read)
_TEXT = Format("text/plain", text.read)
_HTML = Format("text/html", html.read)
_PDF = Format("application/pdf", pdf.read)
_DOCX = Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx.read)

# The one place where a format is added: suffix in lower case, and what reads it.
FORMATS = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".txt": _TEXT,
    ".text": _TEXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".pdf": _PDF,
    ".docx": _DOCX,
}


def read(entry: Entry) -> Document:
    """Read a file into a document.

    Args:
        entry: a file as `scan` found it; its size and time are taken again from the open file.

    Returns:
        The document; `sha256` is of the very bytes that were read.

    Raises:
        UnreadableFile: for whatever reason there is no text, in a sentence for the user.
    """
    form = FORMATS.get(entry.path.suffix.lower())
    source, status = _bytes(entry)
    if form is None:
        raise UnreadableFile(_unknown_kind(entry))
    draft = form.read(source, entry.path.name)
    if not draft.text.strip():
        raise UnreadableFile("The file holds no text, only blanks; remove it or write something in it, then sync.")
    if draft.date is None:
        draft = replace(draft, date=find_date(draft.text, draft.metadata, entry.path.name))
    return Document(
        id=entry.id,
        sha256=hashlib.sha256(source).hexdigest(),
        size_bytes=len(source),
        mtime_ns=status.st_mtime_ns,
        media_type=form.media_type,
        draft=draft,
    )


def _unknown_kind(entry: Entry) -> str:
    suffix = entry.path.suffix.lower()
    kind = f"Files ending in {suffix}" if suffix else "Files without a suffix"
    return f"{kind} cannot be read; save it as one of {', '.join(FORMATS)}, then sync."


def _bytes(entry: Entry) -> tuple[bytes, os.stat_result]:
    with _opened(entry) as descriptor:
        before = os.fstat(descriptor)
        if stat.S_ISDIR(before.st_mode):
            raise UnreadableFile("The folder cannot be listed; give yourself the right to read it, then sync.")
        if not stat.S_ISREG(before.st_mode):
            raise UnreadableFile("This is no longer an ordinary file; put the document there again, then sync.")
        if before.st_size > MAX_FILE_BYTES:
            megabytes = MAX_FILE_BYTES // (1024 * 1024)
            raise UnreadableFile(f"The file is too large, over {megabytes} MiB; divide it into parts, then sync.")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            source = file.read(MAX_FILE_BYTES)
        after = os.fstat(descriptor)
    if (after.st_size, after.st_mtime_ns) != (len(source), before.st_mtime_ns):
        raise UnreadableFile("The file was being written while it was read; sync again when that is done.")
    if not source:
        raise UnreadableFile("The file is empty; remove it or write something in it, then sync.")
    return source, after


@contextmanager
def _opened(entry: Entry) -> Iterator[int]:
    # Not blocking and not following: the name may have become a pipe or a link since it was listed.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(entry.path, flags)
    except FileNotFoundError as error:
        raise UnreadableFile("The file was removed while it was being read; sync again.") from error
    except PermissionError as error:
        raise UnreadableFile("The file or folder may not be read; give yourself the right to, then sync.") from error
    except OSError as error:
        raise UnreadableFile(f"The file cannot be opened ({error.strerror}); look at it, then sync.") from error
    try:
        yield descriptor
    except OSError as error:
        raise UnreadableFile(f"The disk failed while the file was read ({error.strerror}); sync again.") from error
    finally:
        os.close(descriptor)
