"""Word documents (Office Open XML)."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

from corpus.errors import UnreadableFile
from corpus.readers.blocks import Blocks, own_title, table_rows
from corpus.terms import Draft

# The parts of one file, unpacked; a long report with its pictures has some tens of MiB.
MAX_UNPACKED_BYTES = 256 * 1024 * 1024

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_PART = "EncryptedPackage".encode("utf-16-le")
_HEADING_STYLE = re.compile(r"heading ([1-9])\Z", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list\b", re.IGNORECASE)
# Struck out, moved away, or the same again for older programs.
_NOT_SHOWN = frozenset((qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:pPr"))) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_WRAPPERS = frozenset((qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")))
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError),
    *(etree.LxmlError, PythonDocxError, OpcError, KeyError, ValueError, AttributeError, IndexError),
)


def read(source: bytes, name: str) -> Draft:
    """Read a Word document's body: paragraphs, lists and tables in their order.

    Headings are the paragraphs of the styles "Title" (level 1) and "Heading 1" to "Heading 9". Items
    begin with "- ", cells are parted by " | ". What is struck out by a tracked change is left out.

    Raises:
        UnreadableFile: the file is locked, damaged, of an older format, no Word document or too large.
    """
    _check(source)
    try:
        document = docx.Document(io.BytesIO(source))
        writer = _Writer(document)
        writer.write(document.element.body)
        stored = own_title(document.core_properties.title or "", name)
    except _DAMAGED as error:
        raise UnreadableFile("The file is damaged; open it in Word, save it again, then sync.") from error
    headings = writer.blocks.headings
    first = next((heading.text for heading in headings if heading.level == 1), "")
    return Draft(writer.blocks.text, title=writer.title or stored or first, headings=headings)


def _check(source: bytes) -> None:
    if source.startswith(_OLD_OFFICE):
        if _LOCKED_PART in source:
            raise UnreadableFile("The file is locked with a password; save it without one, then sync.")
        raise UnreadableFile("The file is in the older format of Word (.doc); save it as .docx, then sync.")
    if not source.startswith(b"PK"):
        raise UnreadableFile("The bytes are not a Word document; give the file the suffix of its real kind, then sync.")
    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(source)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise UnreadableFile("The file is damaged, perhaps cut short; copy it again, then sync.") from error
    if unpacked > MAX_UNPACKED_BYTES:
        megabytes = MAX_UNPACKED_BYTES // (1024 * 1024)
        raise UnreadableFile(f"The file is too large, over {megabytes} MiB unpacked; divide it into parts, then sync.")


class _Writer:
    """Walks the body of a Word document and writes its text into blocks."""

    def __init__(self, document: WordDocument) -> None:
        self.blocks = Blocks()
        self.title = ""
        self._document = document

    def write(self, parent: etree._Element) -> None:
        """Write the paragraphs and tables of a body, a cell or a wrapper."""
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag in _WRAPPERS:
                self.write(child)

    def _paragraph(self, element: etree._Element) -> None:
        words = "".join(_characters(element)).strip()
        if not words:
            return
        style = Paragraph(element, self._document).style
        style_name = (style.name if style else "") or ""
        heading = _HEADING_STYLE.match(style_name)
        if heading or style_name == "Title":
            self.blocks.heading(int(heading[1]) if heading else 1, words)
            self.title = self.title or ("" if heading else " ".join(words.split()))
        elif _LIST_STYLE.match(style_name) or element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None:
            self.blocks.line(f"- {words}")
        else:
            self.blocks.paragraph(words)

    def _table(self, table: etree._Element) -> None:
        rows = [list(_children(row, qn("w:tc"))) for row in _children(table, qn("w:tr"))]
        if max(map(len, rows), default=0) == 1:
            for row in rows:  # a frame around ordinary text
                self.write(row[0])
            return
        for words in table_rows([[_cell(cell) for cell in row] for row in rows]):
            self.blocks.line(words)


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _cell(cell: etree._Element) -> str:
    return " ".join(" ".join("".join(_characters(paragraph)) for paragraph in cell.iter(qn("w:p"))).split())


def _characters(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag not in _NOT_SHOWN:
            yield "\n" if child.tag == qn("w:p") else ""  # a paragraph of a text box
            yield from _characters(child)
