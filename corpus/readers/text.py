"""Plain text in any encoding; the decoding that Markdown and HTML share."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from corpus.errors import UnreadableFile
from corpus.terms import Draft

# The longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TITLE = re.compile(r"\s*([^\r\n]{1,100}?)[ \t]*(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")
_NOT_TEXT = "The bytes are not text; save the file as UTF-8 text, or give it the suffix of its real kind, then sync."


def read(source: bytes, name: str) -> Draft:
    """Read plain text; the characters stay exactly as decoded, line ends included.

    A short first line with a blank line below it is the title.

    Raises:
        UnreadableFile: the bytes are no text in any encoding.
    """
    text = decode(source)
    title = _TITLE.match(text)
    return Draft(text, title=title[1] if title else "")


def decode(source: bytes) -> str:
    """Decode text by its byte order mark, else as UTF-8, else by the encoding its bytes suggest.

    Returns:
        The characters, without the mark.

    Raises:
        UnreadableFile: no encoding gives text.
    """
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            return _checked(_strictly(source[len(mark) :], encoding))
    if b"\0" in source:
        raise UnreadableFile(_NOT_TEXT)
    try:
        return _checked(source.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(_strictly(source, _likely_encoding(source)))


def _likely_encoding(source: bytes) -> str:
    best = from_bytes(source).best()
    if best is None:
        raise UnreadableFile(_NOT_TEXT)
    # The two agree on German and French letters, and Windows in the west writes 1252.
    return "cp1252" if best.encoding == "cp1250" and _is_western(source) else best.encoding


def _is_western(source: bytes) -> bool:
    try:
        source.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = {letter for letter in source.decode("cp1250", "ignore") if not letter.isascii() and letter.isalpha()}
    return letters <= _WESTERN_LETTERS


# Letters that stand at the same place in cp1250 and cp1252: a text with no others is western.
_WESTERN_LETTERS = {
    chr1250
    for byte in range(0x80, 0x100)
    if (chr1250 := bytes([byte]).decode("cp1250", "ignore")) == bytes([byte]).decode("cp1252", "ignore") != ""
}


def _strictly(source: bytes, encoding: str) -> str:
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(_NOT_TEXT) from error


def _checked(text: str) -> str:
    if "\0" in text:
        raise UnreadableFile(_NOT_TEXT)
    return text
