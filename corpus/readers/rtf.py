"""Rich Text Format: groups, control words, and bytes in any code page."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from corpus.errors import UnreadableFile
from corpus.readers.blocks import own_title
from corpus.readers.rtf_text import PAGE_NUMBER, Paragraph, RichText
from corpus.terms import Draft

_BEGINNING = b"{\\rtf"
_BEGINS_WITHIN = 16  # bytes that may stand before it: blanks, a mark
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)|\\",
    re.DOTALL,
)
# Code pages of the fonts' character sets (\fcharset); 0 is the western one, whatever the file's own.
_CHARSETS = {
    **{0: "cp1252", 2: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950"},
    **{161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"},
    **{222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"},
}
_CHARACTERS = {
    **{
        "tab": "\t",
        "line": "\n",
        "lbr": "\n",
        "emdash": "—",
        "endash": "–",
        "bullet": "•",
        "nestcell": " ",
        "chpgn": PAGE_NUMBER,
    },
    **{"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"},
    **{"emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005"},
}
_SIGNS = {b"~": "\xa0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}
_ENDS = {"par": "paragraph", "sect": "paragraph", "page": "paragraph", "cell": "cell", "row": "row"}
# Where the words of a group go, "" for nowhere; those marked as optional (\*) go nowhere unless named.
_PLACES = {
    **{"footnote": "note", "shptxt": "note", "listtext": "mark", "pntext": "mark", "fldinst": "field"},
    **{"header": "head", "headerl": "head", "headerr": "head", "headerf": "head"},
    **{"footer": "foot", "footerl": "foot", "footerr": "foot", "footerf": "foot"},
    **{"fonttbl": "font", "stylesheet": "style", "title": "title", "author": "author", "creatim": "created"},
    **dict.fromkeys(("colortbl", "info", "pict", "xe", "tc", "rxe", "nonesttables", "shprslt", "filetbl"), ""),
    **dict.fromkeys(("ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "mmathPict", "revtim", "printim", "buptim"), ""),
    **dict.fromkeys(("operator", "company", "doccomm", "subject", "keywords", "category", "manager", "comment"), ""),
}
_INFO = frozenset(("title", "author", "creatim", "subject", "keywords", "comment", "manager", "category"))
_SIGNED = 0x10000  # \u counts in 16 bits with a sign


@dataclass(slots=True)
class _Group:
    """What holds inside one pair of braces and is forgotten at its end."""

    place: str = "text"
    encoding: str = ""  # of the font; "" is the file's own
    place_before: str = ""  # the place of the words that are given twice, the second time in Unicode
    fallback: int = 1  # characters after \u for programs that do not know it
    is_hidden: bool = False
    paragraph: Paragraph = Paragraph()


def read(source: bytes, name: str) -> Draft:
    """Read a rich text: paragraphs, items, tables, notes and text boxes in their order.

    Headings are the paragraphs with an outline level or of a heading's style. Items begin with their
    number or "- ", cells are parted by " | ", notes stand below the paragraph that refers to them. The
    words at the head of the pages stand once before the text, those at the foot once after it; hidden
    and deleted words are left out.

    Raises:
        UnreadableFile: the bytes are no rich text.
    """
    if _BEGINNING not in source[: _BEGINS_WITHIN + len(_BEGINNING)]:
        raise UnreadableFile("The bytes are not rich text; give the file the suffix of its real kind, then sync.")
    reader = _Reader()
    reader.read(source)
    text = reader.text
    blocks = text.written()
    first = next((heading.text for heading in blocks.headings if heading.level == 1), "")
    title = text.title or own_title(text.labels.pop("title", ""), name) or first
    return Draft(blocks.text, title=title, headings=blocks.headings, metadata=text.labels)


class _Reader:
    """Follows groups and control words, decodes, and hands words and ends of paragraphs on."""

    def __init__(self) -> None:
        self.text = RichText()
        self._group = _Group()
        self._outer: list[_Group] = []
        self._own_encoding = "cp1252"
        self._font_encodings: dict[int, str] = {}
        self._font = 0
        self._bytes = bytearray()
        self._to_skip = 0
        self._is_optional = False

    def read(self, source: bytes) -> None:
        """Read a file to its end, or to the end of its outermost group."""
        position = max(source.find(_BEGINNING), 0)
        while match := _TOKEN.match(source, position):
            position = match.end()
            word, number, code, sign, brace, run = match.groups()
            if run or code:
                self._characters(run or bytes.fromhex(code.decode()))
                continue
            if not (word or sign or brace):
                continue  # a line end of the file, which says nothing, even between the bytes of a letter
            self._flush()
            if word == b"bin":
                position += max(0, int(number or 0))
            elif word:
                self._word(word.decode(), int(number) if number else None)
            elif sign:
                self._sign(sign)
            elif brace == b"{":
                self._outer.append(replace(self._group))
                self._to_skip = 0
            elif brace and not self._close():
                break
        self._flush()

    def _characters(self, characters: bytes) -> None:
        skipped = min(self._to_skip, len(characters))
        self._to_skip -= skipped
        self._bytes += characters[skipped:]

    def _flush(self) -> None:
        # Only now: the second byte of an East Asian letter may be written as a plain one.
        if self._bytes:
            self._say(self._bytes.decode(self._group.encoding or self._own_encoding, "replace"))
            self._bytes.clear()

    def _say(self, words: str) -> None:
        if self._group.place and not self._group.is_hidden:
            self.text.say(self._group.place, words)

    def _close(self) -> bool:
        """End a group; False where it was the file's outermost."""
        ended = self._group
        if self._outer:
            self._group = self._outer.pop()
        self._to_skip = 0
        self._is_optional = False
        if ended.place == "style" or ended.place != self._group.place:
            self.text.end_of(ended.place, self._group.place)
        return bool(self._outer)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._is_optional = True
        elif sign in _SIGNS:
            self._say(_SIGNS[sign])
        elif sign in b"\r\n":
            self._end("paragraph")

    def _word(self, word: str, number: int | None) -> None:
        is_optional, self._is_optional = self._is_optional, False
        if word == "upr":
            self._group.place_before, self._group.place = self._group.place, ""
        elif word == "ud":
            self._group.place = self._group.place_before
        elif word in _PLACES and (word not in _INFO or self._group.place == ""):
            self._group.place = _PLACES[word]
        elif is_optional:
            self._group.place = ""
        elif word in _CHARACTERS:
            self._say(_CHARACTERS[word])
        elif word in _ENDS:
            self._end(_ENDS[word])
        elif word == "u":
            self._say(chr((number or 0) % _SIGNED))
            self._to_skip = self._group.fallback
        else:
            self._property(word, number)

    def _end(self, kind: str) -> None:
        if self._group.place == "text":
            self.text.end(kind, self._group.paragraph)
        else:
            self._say("\n")

    def _property(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "uc":
            group.fallback = max(0, number or 0)
        elif word in ("v", "deleted"):
            group.is_hidden = number != 0
        elif word == "plain":
            group.is_hidden, group.encoding = False, ""
        elif word in ("ansicpg", "f", "fcharset", "cpg", "mac", "pc", "pca"):
            self._encoding(word, number or 0)
        elif group.place == "style":
            self.text.define_style(word, number)
        elif group.place == "created" and word in ("yr", "mo", "dy"):
            self.text.say("created", f"{'-' * (word != 'yr')}{number or 0:02}")
        else:
            group.paragraph = group.paragraph.changed(word, number)

    def _encoding(self, word: str, number: int) -> None:
        if word == "f":
            self._font = number
            self._group.encoding = self._font_encodings.get(number, "")
        elif word == "fcharset":
            self._font_encodings[self._font] = _CHARSETS.get(number, "")
        elif word == "cpg":
            self._font_encodings[self._font] = _known(f"cp{number}")
        else:
            self._own_encoding = _known({"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}.get(word, f"cp{number}"))


def _known(encoding: str) -> str:
    encoding = {"cp10000": "mac_roman", "cp65001": "utf-8", "cp936": "gbk", "cp1361": "johab"}.get(encoding, encoding)
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"
