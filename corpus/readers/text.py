"""Plain text in any encoding; the decoding that all text-based formats share."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from corpus.errors import UnreadableFile
from corpus.readers.encodings import likely_encodings
from corpus.readers.titles import title_of
from corpus.terms import Draft

# The longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What switches to two-byte characters in Japanese mail, whose bytes are all valid UTF-8.
_JAPANESE_SWITCHES = (b"\x1b$B", b"\x1b$@")
# What pages and mails name is written, and shown by browsers, in the larger encoding of Windows;
# one that is read far enough to name UTF-16 is not in UTF-16.
_SHOWN_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
# A text with this many more characters right than wrong is UTF-8 with a few bytes lost.
_RIGHT_TO_WRONG = 20
_BEYOND_ASCII = re.compile("[^\0-\x7f]+")
_NOT_TEXT = "The bytes are not text; save the file as UTF-8 text, or give it the suffix of its real kind, then sync."


def read(source: bytes, name: str) -> Draft:
    """Read plain text; the characters stay exactly as decoded, line ends included.

    An encoding other than UTF-8 stands in the metadata.

    Raises:
        UnreadableFile: the bytes are no text in any encoding.
    """
    text, encoding = decoded(source)
    return Draft(text, title=title_of(text), metadata=encoding_label(encoding))


def decode(source: bytes) -> str:
    """Decode text as `decoded` does, for who does not ask by which encoding."""
    return decoded(source)[0]


def decoded(source: bytes) -> tuple[str, str]:
    """Decode text by its byte order mark, else as UTF-8, else by the encoding its bytes suggest.

    Returns:
        The characters, without the mark, and the name of the encoding ("utf-8", "cp1251").

    Raises:
        UnreadableFile: no encoding gives text.
    """
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            return _checked(_strictly(source[len(mark) :], encoding)), encoding
    if any(switch in source for switch in _JAPANESE_SWITCHES) and source.isascii():
        return _checked(_strictly(source, "iso2022_jp")), "iso2022_jp"
    try:
        return _checked(source.decode("utf-8")), "utf-8"
    except (UnicodeDecodeError, UnreadableFile):
        return _guessed(source)


def decoded_as(source: bytes, declared: str) -> tuple[str, str]:
    """Decode text by the encoding it names for itself, else as `decoded` does.

    Args:
        source: bytes that name their encoding in letters: a web page, a mail.
        declared: the name, or "" for none; a wrong one does no harm.

    Returns:
        As for `decoded`.

    Raises:
        UnreadableFile: no encoding gives text.
    """
    if not declared or source.startswith(tuple(mark for mark, _ in _MARKS)):
        return decoded(source)
    try:
        encoding = codecs.lookup(declared).name
        encoding = _SHOWN_AS.get(encoding, encoding)
        text = _checked(source.decode(encoding))
    except (LookupError, ValueError, UnreadableFile):
        return decoded(source)
    return text, "ascii" if text.isascii() else encoding


def recoded(source: bytes, encoding: str) -> bytes:
    """Give text in an encoding that somebody has set as UTF-8 with its mark, which no reader doubts.

    Args:
        source: text; its own byte order mark, which nothing else begins with, goes before what is set.
        encoding: the name of a codec.

    Raises:
        UnreadableFile: the text is in another encoding.
    """
    if source.startswith(tuple(mark for mark, _ in _MARKS)):
        return source
    try:
        return codecs.BOM_UTF8 + source.decode(encoding).encode("utf-8")
    except UnicodeError as error:
        reason = f"The file is not in the encoding {encoding} that is set for it; correct `encodings`, then sync."
        raise UnreadableFile(reason) from error


def is_utf_8(source: bytes) -> bool:
    """Whether bytes are UTF-8 with letters beyond ASCII, which text in another encoding almost never is."""
    try:
        return not source.isascii() and bool(source.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def encoding_label(encoding: str) -> Mapping[str, str]:
    """Give the metadata that shows an encoding which a reader assumed: none for UTF-8."""
    try:
        plain = codecs.lookup(encoding).name
    except LookupError:
        plain = encoding
    return {} if plain in ("utf-8", "utf-8-sig", "ascii") else {"encoding": plain}


def _guessed(source: bytes) -> tuple[str, str]:
    mended = source.decode("utf-8", "replace")
    wrong = mended.count("\ufffd")
    if (
        sum(run.end() - run.start() for run in _BEYOND_ASCII.finditer(mended)) - wrong > _RIGHT_TO_WRONG * wrong
        and "\0" not in mended
    ):
        return mended, "utf-8 with lost bytes"
    del mended  # perhaps twice the size of the bytes, and what follows takes as much
    for encoding in likely_encodings(source):
        try:
            return _checked(source.decode(encoding)), encoding
        except (UnicodeDecodeError, UnreadableFile):
            continue  # right for the stretch that was looked at, not for all
    raise UnreadableFile(_NOT_TEXT)


def _strictly(source: bytes, encoding: str) -> str:
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(_NOT_TEXT) from error


def _checked(text: str) -> str:
    if "\0" in text:
        raise UnreadableFile(_NOT_TEXT)
    return text
