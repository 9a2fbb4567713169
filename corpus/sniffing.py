"""What a file is by its content, for the few kinds that a name may hide."""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Kind:
    """What the bytes of a file are.

    Attributes:
        name: for a sentence, with its article.
        suffix: of the row in `FORMATS` that reads it; "" where nothing does.
        remedy: what to do where nothing reads it.
        gives_way: not sure enough to overrule a suffix, unless that only says that the file is text.
    """

    name: str
    suffix: str = ""
    remedy: str = "save its text as a PDF, Word or text file"
    gives_way: bool = False


def _picture(name: str) -> Kind:
    return Kind(f"a picture ({name}) without text", remedy="run text recognition on it or remove it")


def _archive(name: str) -> Kind:
    return Kind(f"an archive ({name})", remedy="unpack it into the folder and remove it")


def _older(program: str, suffix: str, newer: str) -> Kind:
    return Kind(f"in the older format of {program} ({suffix})", suffix, f"save it as {newer}")


_RECORDING = Kind("a sound or film recording", remedy="write down what is said in it and remove it")
_PROGRAM = Kind("a program", remedy="remove it")
_DATABASE = Kind("a database (SQLite)", remedy="export its text as .csv")
PDF = Kind("a PDF", ".pdf")
RTF = Kind("a Rich Text file", ".rtf")
HTML = Kind("a web page", ".html")
XML = Kind("an XML file", ".xml", gives_way=True)
ZIP = _archive("ZIP")
DAMAGED_ZIP = Kind("a damaged archive (ZIP)", remedy="copy it again", gives_way=True)
LOCKED = Kind("locked with a password", remedy="save it without one")

# What a file of the kind begins with.
_SIGNATURES = (
    (b"%PDF-", PDF),
    (b"{\\rtf", RTF),
    (b"\x89PNG\r\n\x1a\n", _picture("PNG")),
    (b"\xff\xd8\xff", _picture("JPEG")),
    (b"GIF87a", _picture("GIF")),
    (b"GIF89a", _picture("GIF")),
    (b"II*\0", _picture("TIFF")),
    (b"MM\0*", _picture("TIFF")),
    (b"8BPS\0\1", _picture("Photoshop")),
    (b"\0\0\1\0", _picture("icon")),
    (b"Rar!\x1a\x07", _archive("RAR")),
    (b"7z\xbc\xaf\x27\x1c", _archive("7-Zip")),
    (b"\x1f\x8b\x08", _archive("gzip")),
    (b"\xfd7zXZ\0", _archive("xz")),
    (b"\x28\xb5\x2f\xfd", _archive("Zstandard")),
    (b"SQLite format 3\0", _DATABASE),
    (b"\x7fELF", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"ID3\3", _RECORDING),
    (b"ID3\4", _RECORDING),
    (b"OggS", _RECORDING),
    (b"fLaC", _RECORDING),
    (b"\x1a\x45\xdf\xa3", _RECORDING),
    (b"%!PS-Adobe", Kind("a PostScript file", remedy="save it as a PDF")),
    (b"AT&TFORM", Kind("a DjVu scan", remedy="save it as a PDF with its text")),
    (b"\xffWPC", Kind("a WordPerfect document", remedy="save it as .docx")),
)
# What stands further in, where a text could begin in the same way: first bytes, offset, mark.
_SIGNATURES_WITHIN = (
    (b"RIFF", 8, b"WEBP", _picture("WebP")),
    (b"RIFF", 8, b"WAVE", _RECORDING),
    (b"RIFF", 8, b"AVI ", _RECORDING),
    (b"", 4, b"ftypheic", _picture("HEIC")),
    (b"", 4, b"ftypavif", _picture("AVIF")),
    (b"", 4, b"ftyp", _RECORDING),
    (b"BM", 6, b"\0\0\0\0", _picture("BMP")),
    (b"BZh", 4, b"1AY&SY", _archive("bzip2")),
    (b"MZ", 10, b"\0\0", _PROGRAM),
    (b"", 257, b"ustar", _archive("tar")),
)

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A stream at the root of an OLE container, and what such a container is. A locked file comes first:
# its streams hold another container.
_OLE_STREAMS = {
    "EncryptedPackage": LOCKED,
    "__properties_version1.0": Kind("an Outlook message", ".msg"),
    "WordDocument": _older("Word", ".doc", ".docx"),
    "Workbook": _older("Excel", ".xls", ".xlsx"),
    "Book": _older("Excel", ".xls", ".xlsx"),
    "PowerPoint Document": _older("PowerPoint", ".ppt", ".pptx"),
}

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# A part of a ZIP container, and what such a container is.
_ZIP_PARTS = (
    ("word/", Kind("a Word document", ".docx")),
    ("ppt/", Kind("a PowerPoint presentation", ".pptx")),
    ("xl/", Kind("an Excel workbook", ".xlsx")),
    ("META-INF/container.xml", Kind("an EPUB book", ".epub")),
)
# The media type that OpenDocument and EPUB keep in their first part, not compressed.
_ZIP_TYPES = (
    (b"application/epub+zip", Kind("an EPUB book", ".epub")),
    (b"application/vnd.oasis.opendocument.text", Kind("an OpenDocument text", ".odt")),
    (b"application/vnd.oasis.opendocument.spreadsheet", Kind("an OpenDocument spreadsheet", ".ods")),
    (b"application/vnd.oasis.opendocument.presentation", Kind("an OpenDocument presentation", ".odp")),
)
_ZIP_TYPE_AT = 30 + len("mimetype")  # the first part's name follows 30 bytes of its header
# After a byte order mark and comments; possessive, since comments can be cut up in 2^n ways.
_MARKUP = re.compile(
    r"\s*+(?P<xml><\?xml\s[^>]*+>)?+(?>\s*<!--.*?-->)*+\s*+(?P<html><(?:!doctype\s+html|html)\b)?",
    re.IGNORECASE | re.DOTALL,
)


def sniff(file: BinaryIO) -> Kind | None:
    """Recognise a file by its content.

    Args:
        file: the open file, at any position; of a container only its directory is read.

    Returns:
        The kind; None where the content does not tell, as with most text.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(OLE_SIGNATURE):
        return _in_ole(file)
    if head.startswith(_ZIP):
        return _in_zip(file, head)
    for mark, kind in _SIGNATURES:
        if head.startswith(mark):
            return kind
    for start, offset, mark, kind in _SIGNATURES_WITHIN:
        if head.startswith(start) and head.startswith(mark, offset):
            return kind
    return _markup(head)


def _in_ole(file: BinaryIO) -> Kind | None:
    import olefile  # noqa: PLC0415  40 ms that only files of this kind are worth

    try:
        with olefile.OleFileIO(file) as container:
            names = {path[0] for path in container.listdir() if len(path) == 1}
    except (OSError, ValueError, IndexError, struct.error):
        return None  # damaged: the reader of its suffix says so
    return next((kind for name, kind in _OLE_STREAMS.items() if name in names), None)


def _in_zip(file: BinaryIO, head: bytes) -> Kind | None:
    media_type = head[_ZIP_TYPE_AT:]
    for mark, kind in _ZIP_TYPES:
        if media_type.startswith(mark):
            return kind
    try:
        with zipfile.ZipFile(file) as container:
            names = container.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, struct.error):
        # Cut short, so its directory is missing, or of a version that zipfile does not know (RuntimeError);
        # the parts that tell come early.
        return next((kind for part, kind in _ZIP_PARTS if part.encode() in head), DAMAGED_ZIP)
    return next((kind for part, kind in _ZIP_PARTS if any(name.startswith(part) for name in names)), ZIP)


def _markup(head: bytes) -> Kind | None:
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if is_wide else "utf-8-sig", "ignore")
    found = _MARKUP.match(text)
    if found and found["html"]:
        return HTML
    return XML if found and found["xml"] else None
