"""Word documents (Office Open XML)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from docx.document import Document as WordDocument
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml import etree

from corpus.errors import UnreadableFile
from corpus.readers.archives import DAMAGED, Kind, open_archive, parse
from corpus.readers.blocks import Blocks, own_title, table_rows
from corpus.readers.properties import properties
from corpus.terms import Draft

_WORD = Kind("Word document", "Word", ".docx", ".doc")
_HEADING_STYLE = re.compile(r"heading ([1-9])\Z", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_DEEPEST_HEADING = 9
_LONGEST_STYLE_CHAIN = 10
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
# Struck out, moved away, how East Asian words are pronounced, or the same again for older programs.
_NOT_SHOWN = frozenset((qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:pPr"), qn("w:rt"))) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_WRAPPERS = frozenset((qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")))
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Templates and documents with macros, which the library would take for parts without text.
PartFactory.part_type_for |= {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": DocumentPart,
    "application/vnd.ms-word.document.macroEnabled.main+xml": DocumentPart,
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": DocumentPart,
}
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}


def read(source: bytes, name: str) -> Draft:
    """Read a Word document: paragraphs, lists and tables in their order.

    Headings are the paragraphs of the styles "Title" (level 1) and "Heading 1" to "Heading 9" and of
    styles made from these, or, where there are none, those with an outline level of their own. Items
    begin with "- ", cells are parted by " | ". A note stands below the paragraph or table that refers
    to it, "[1] words". The words at the head of the pages stand once before the text, those at the
    foot once after it; lines with the page's number, remarks in the margin and what a tracked change
    struck out are left out.

    Raises:
        UnreadableFile: the file is locked, damaged, of an older format, no Word document or too large.
    """
    archive = open_archive(source, _WORD)
    try:
        document: WordDocument = Package.open(io.BytesIO(source)).main_document_part.document
        writer = _Writer(document)
        writer.margins("header")
        writer.write(document.element.body)
        writer.margins("footer")
        stored, labels = properties(archive)
    except (*DAMAGED, PythonDocxError, OpcError) as error:
        raise UnreadableFile(_WORD.damaged) from error
    headings = writer.blocks.headings
    first = next((heading.text for heading in headings if heading.level == 1), "")
    title = writer.title or own_title(stored, name) or first
    return Draft(writer.blocks.text, title=title, headings=headings, metadata=labels)


class _Writer:
    """Walks the body of a Word document and writes its text into blocks."""

    def __init__(self, document: WordDocument) -> None:
        self.blocks = Blocks()
        self.title = ""
        self._document = document
        self._styles = _Styles(document)
        used = {style.get(qn("w:val"), "") for style in document.element.body.iter(qn("w:pStyle"))}
        # Where headings have styles, a level of a paragraph's own is mostly a slip of the hand.
        self._has_heading_styles = any(self._styles.named(identity)[1] for identity in used)
        self._notes = _notes(document)
        self._notes_told = 0

    def write(self, parent: etree._Element) -> None:
        """Write the paragraphs and tables of a body, a cell or a wrapper."""
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag in _WRAPPERS:
                self.write(child)

    def margins(self, kind: str) -> None:
        """Write what stands at the head or the foot of the pages ("header", "footer"), each line once."""
        told: set[str] = set()
        for section in self._document.element.body.iter(qn("w:sectPr")):
            has_first = section.find(qn("w:titlePg")) is not None
            for reference in section.iterfind(qn(f"w:{kind}Reference")):
                if reference.get(qn("w:type")) != "first" or has_first:
                    self._margin(reference.get(qn("r:id"), ""), told)

    def _margin(self, identity: str, told: set[str]) -> None:
        for paragraph in parse(self._document.part.related_parts[identity].blob).iter(qn("w:p")):
            words = "".join(_characters(paragraph)).strip()
            is_part = any(True for _ in paragraph.iterancestors(qn("w:p")))  # of a text box, whose paragraph has it
            if words and words not in told and not is_part and not _has_page_number(paragraph):
                told.add(words)
                self.blocks.paragraph(words)

    def _paragraph(self, element: etree._Element) -> None:
        words = "".join(_characters(element)).strip()
        if not words:
            return
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style_name, level = self._styles.named(style.get(qn("w:val"), "") if style is not None else "")
        own_level = _outline_level(element)
        if own_level == 0 or (own_level and not self._has_heading_styles):
            level = own_level
        if level:
            self.blocks.heading(level, words)
            self.title = self.title or (" ".join(words.split()) if style_name == "Title" else "")
        elif _LIST_STYLE.match(style_name) or element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None:
            self.blocks.line(f"- {words}")
        else:
            self.blocks.paragraph(words)
        self._tell_notes(element)

    def _table(self, table: etree._Element) -> None:
        rows = [list(_children(row, qn("w:tc"))) for row in _children(table, qn("w:tr"))]
        if max(map(len, rows), default=0) == 1:
            for row in rows:  # a frame around ordinary text
                self.write(row[0])
            return
        self.blocks.end_lines()
        for words in table_rows([[_cell(cell) for cell in row] for row in rows]):
            self.blocks.line(words)
        self.blocks.end_lines()
        self._tell_notes(table)

    def _tell_notes(self, element: etree._Element) -> None:
        for reference in element.iter(*_NOTES):
            if words := self._notes.get((_NOTES[reference.tag], reference.get(qn("w:id"), "")), ""):
                self._notes_told += 1
                self.blocks.paragraph(f"[{self._notes_told}] {words}")


class _Styles:
    """The names of a document's paragraph styles and the levels of those that are headings."""

    def __init__(self, document: WordDocument) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._default = ""
        for style in document.styles.element.iterfind(qn("w:style")):
            identity = style.get(qn("w:styleId"), "")
            self._elements[identity] = style
            if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on"):
                self._default = identity
        self._known: dict[str, tuple[str, int]] = {}

    def named(self, identity: str) -> tuple[str, int]:
        """Give a style's name and its level as a heading, 0 for none; "" is the document's own style."""
        if identity not in self._known:
            chain = list(self._chain(identity or self._default))
            level = next((level for style in chain if (level := _style_level(style)) is not None), 0)
            self._known[identity] = (_style_name(chain[0]) if chain else "", level)
        return self._known[identity]

    def _chain(self, identity: str) -> Iterator[etree._Element]:
        for _ in range(_LONGEST_STYLE_CHAIN):
            style = self._elements.get(identity)
            if style is None:
                return
            yield style
            base = style.find(qn("w:basedOn"))
            identity = base.get(qn("w:val"), "") if base is not None else ""


def _style_name(style: etree._Element) -> str:
    name = style.find(qn("w:name"))
    return str(name.get(qn("w:val"), "")) if name is not None else ""


def _style_level(style: etree._Element) -> int | None:
    name = _style_name(style)
    if heading := _HEADING_STYLE.match(name):
        return int(heading[1])
    return 1 if name == "Title" else _outline_level(style)


def _outline_level(element: etree._Element) -> int | None:
    """The level that a paragraph or a style gives itself, 0 for running text; None where it is silent."""
    level = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if level is None:
        return None
    number = int(level.get(qn("w:val"), _DEEPEST_HEADING)) + 1
    return number if 0 < number <= _DEEPEST_HEADING else 0


def _notes(document: WordDocument) -> dict[tuple[str, str], str]:
    """The words of all notes by kind ("footnote", "endnote") and identity."""
    found = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2].removesuffix("s")
        if kind in _NOTES.values() and not relation.is_external:
            for note in parse(relation.target_part.blob).iterfind(qn(f"w:{kind}")):
                found[kind, note.get(qn("w:id"), "")] = _cell(note)
    return found


def _has_page_number(paragraph: etree._Element) -> bool:
    simple = (field.get(qn("w:instr"), "") for field in paragraph.iter(qn("w:fldSimple")))
    split = (field.text or "" for field in paragraph.iter(qn("w:instrText")))
    return any(_PAGE_NUMBER.match(instruction) for instruction in (*simple, *split))


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
        if child.tag in (qn("w:t"), _MATH_TEXT):
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag not in _NOT_SHOWN:
            yield "\n" if child.tag == qn("w:p") else ""  # a paragraph of a text box
            yield from _characters(child)
