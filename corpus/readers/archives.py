"""Files that are archives of parts: opened under limits, their XML read without entities or network."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from corpus.errors import LOCKED, UnreadableFile

# The parts of one file, unpacked; a long report with its pictures has some tens of MiB.
MAX_UNPACKED_BYTES = 256 * 1024 * 1024

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_PART = "EncryptedPackage".encode("utf-16-le")
_IS_ENCRYPTED = 1  # the first of an entry's flags

# What reading an archive or its XML raises when the bytes are not as they should be; a RuntimeError is also what
# zipfile raises for a way of packing that it does not know.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error, RuntimeError, OSError),
    *(etree.LxmlError, KeyError, ValueError, AttributeError, IndexError, TypeError),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file for the sentences about it: "Word document", "Word", ".docx" and, if any, ".doc"."""

    what: str
    program: str
    suffix: str
    old_suffix: str = ""

    @property
    def damaged(self) -> str:
        """The sentence for a file whose parts cannot be read."""
        return f"The file is damaged; open it in {self.program}, save it again, then sync."


def open_archive(source: bytes, kind: Kind) -> zipfile.ZipFile:
    """Open an archive whose parts together are small enough to be unpacked.

    Args:
        source: the file.
        kind: what it should be, for the sentences.

    Returns:
        The archive; a part read from it is never longer than the archive's directory says.

    Raises:
        UnreadableFile: the file is locked, damaged, of an older format, of another kind or too large.
    """
    if source.startswith(_OLD_OFFICE):
        raise UnreadableFile(_compound(source, kind))
    if not source.startswith(b"PK"):
        raise UnreadableFile(
            f"The bytes are not {_with_article(kind.what)}; give the file the suffix of its real kind, then sync."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(source))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, struct.error) as error:  # as in DAMAGED
        raise UnreadableFile("The file is damaged, perhaps cut short; copy it again, then sync.") from error
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        megabytes = MAX_UNPACKED_BYTES // (1024 * 1024)
        raise UnreadableFile(f"The file is too large, over {megabytes} MiB unpacked; divide it into parts, then sync.")
    if any(part.flag_bits & _IS_ENCRYPTED for part in parts):
        raise UnreadableFile("The file is locked with a password; save it without one, then sync.")
    return archive


def parse(xml: bytes) -> etree._Element:
    """Parse a part's XML; entities stay as they are, nothing is fetched, depth and size are bounded.

    Raises:
        etree.LxmlError: the bytes are not well formed; it is one of `DAMAGED`.
    """
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _compound(source: bytes, kind: Kind) -> str:
    if _LOCKED_PART in source:
        return LOCKED
    if kind.old_suffix:
        older = f"the older format of {kind.program} ({kind.old_suffix})"
    else:
        older = "an older format of Office"
    return f"The file is in {older}; save it as {kind.suffix}, then sync."


def _with_article(what: str) -> str:
    return f"{'an' if what[0] in 'AEIOU' else 'a'} {what}"
