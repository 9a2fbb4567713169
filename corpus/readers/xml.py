"""XML of any vocabulary: the text of its elements in document order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from corpus.errors import UnreadableFile
from corpus.readers import html
from corpus.readers.archives import parse
from corpus.readers.blocks import Blocks, own_title, table_rows
from corpus.readers.text import decoded, encoding_label
from corpus.terms import Draft

_LONGEST_HEADING = 200  # characters
_DEEPEST_HEADING = 6
_HEADS = frozenset(("head", "heading", "title", "header"))
_HEADS_WITHIN = 3  # a number or an anchor may stand before the heading of a section
# Of sections and items, in laws, manuals and scholarly texts: they stand before what they number.
_NUMBERS = frozenset(("num", "enum", "label"))
_LONGEST_NUMBER = 20  # characters; "Article 12 bis."
# Their heads are captions: what follows does not stand under them.
_WITH_CAPTIONS = frozenset(("figure", "table"))
_ITEMS = frozenset(("item", "listitem", "li"))
_ROWS = frozenset(("row", "tr"))
_CELLS = frozenset(("cell", "td", "th", "entry"))
# Blocks even where words stand directly beside them.
_BLOCKS = frozenset(
    ("p", "para", "div", "section", "sect1", "sect2", "chapter", "list", "table", "subsection", "paragraph", "quote")
    + ("blockquote", "note", "footnote", "figure", "lg", "l", "sp", "lb", "br")
)
_BLOCKS |= _ITEMS | _ROWS
_DATES = ("date", "created", "issued", "published", "pubDate")
_AUTHORS = ("creator", "author")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_NESTED = "The elements are nested hundreds deep; save the text of the file as a new one, then sync."
_EXPANDING = "The file's entities stand for one another and would expand beyond measure; write them out, then sync."
_DAMAGED = "The XML is damaged or cut short; open it in the program that wrote it, save it again, then sync."


def read(source: bytes, name: str) -> Draft:
    """Read XML: elements beside words run on, all others are blocks; heads of sections are headings.

    An entity that the file declares as plain words is written out, one that points elsewhere is left
    out. Where no element holds text, the attributes are given, a line an element.

    Raises:
        UnreadableFile: the XML is damaged, nested hundreds deep, or its entities contain each other.
    """
    root, encoding = _parsed(source)
    if _name(root) == "html":
        return html.read(etree.tostring(root, encoding="utf-8"), name)
    writer = _Writer(_entities(root))
    writer.write(root)
    if not writer.blocks.text:
        _write_attributes(root, writer.blocks)
    labels = {"date": _date(root), "author": _first(root, _AUTHORS)}
    return Draft(
        writer.blocks.text,
        title=own_title(_first(root, ("title",)), name),
        headings=writer.blocks.headings,
        metadata={label: words for label, words in labels.items() if words} | dict(encoding_label(encoding)),
    )


def _parsed(source: bytes) -> tuple[etree._Element, str]:
    try:
        root = parse(source)
        return root, root.getroottree().docinfo.encoding or "utf-8"
    except etree.XMLSyntaxError as error:
        if _code(error) not in (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING):
            raise UnreadableFile(_reason(error)) from error
    # The declaration is wrong about the bytes, or names an encoding that the parser does not know.
    text, encoding = decoded(source)
    try:
        return parse(_DECLARATION.sub("", text, count=1).encode("utf-8")), encoding
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(_reason(error)) from error


def _code(error: etree.XMLSyntaxError) -> int:
    code: int = error.code  # type: ignore[attr-defined]  # the stubs leave it out
    return code


def _reason(error: etree.XMLSyntaxError) -> str:
    if "depth" in str(error):
        return _NESTED
    if "mplification" in str(error) or _code(error) == etree.ErrorTypes.ERR_ENTITY_LOOP:
        return _EXPANDING
    return _DAMAGED


def _entities(root: etree._Element) -> dict[str, str]:
    """What may be written for the entities that are referred to, by name."""
    declared = root.getroottree().docinfo.internalDTD
    found = {}
    for entity in declared.iterentities() if declared is not None else ():  # type: ignore[attr-defined]  # as above
        if entity.content and any(mark in entity.content for mark in "&<"):
            raise UnreadableFile(_EXPANDING)
        found[entity.name] = entity.content or ""
    return found


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class _Writer:
    """Walks the elements and writes their text into blocks."""

    def __init__(self, entities: dict[str, str]) -> None:
        self.blocks = Blocks()
        self._entities = entities
        self._pending: list[str] = []
        self._mark = ""
        self._number = ""

    def write(self, root: etree._Element) -> None:
        """Write one element and all below it."""
        self._children(root, 1)
        self._flush()
        self._write_number()

    def _children(self, parent: etree._Element, level: int) -> None:
        self._pending.append(parent.text or "")
        has_words = _has_words(parent)
        has_head = _name(parent).lower() in _WITH_CAPTIONS
        for index, child in enumerate(parent):
            name = _name(child)
            if not name:
                self._pending.append(self._words_of(child))
            elif has_words and name not in _BLOCKS:
                self._children(child, level)
            elif index < _HEADS_WITHIN and not has_head and self._head(child, name, level):
                has_head = True
            else:
                self._block(child, name, level + has_head)
            self._pending.append(child.tail or "")

    def _words_of(self, node: etree._Element) -> str:
        if node.tag is not etree.Entity:
            return ""  # a comment or an instruction to a program
        name = (node.text or "").strip("&;")
        return self._entities.get(name) or html5.get(f"{name};", "")

    def _head(self, element: etree._Element, name: str, level: int) -> bool:
        if name.lower() not in _HEADS:
            return False
        words = " ".join("".join(self._inline(element)).split())
        if not words or len(words) > _LONGEST_HEADING:
            return False
        self._flush()
        self.blocks.heading(min(level, _DEEPEST_HEADING), self._numbered(words))
        return True

    def _block(self, element: etree._Element, name: str, level: int) -> None:
        self._flush()
        plain = name.lower()
        if plain in _NUMBERS and self._take_number(element):
            return
        cells = [cell for cell in element if _name(cell).lower() in _CELLS] if plain in _ROWS else []
        if cells:
            self._write_number()
            rows = [[" ".join("".join(self._inline(cell)).split()) for cell in cells]]
            for row in table_rows(rows):
                self.blocks.line(row)
            return
        if plain in _ITEMS:
            self._mark = "- "
        self._children(element, level)
        self._flush()
        self._mark = ""

    def _take_number(self, element: etree._Element) -> bool:
        """Keep the number of a section, an article or an item for the words behind it, if it is as short as one."""
        words = " ".join("".join(self._inline(element)).split())
        if not words or len(words) > _LONGEST_NUMBER:
            return False
        self._write_number()
        self._number = words
        return True

    def _write_number(self) -> None:
        """Write a number by itself where no words came behind it."""
        if self._number:
            self.blocks.paragraph(self._numbered(""))

    def _numbered(self, words: str) -> str:
        number, self._number = self._number, ""
        return f"{number} {words}".strip()

    def _inline(self, element: etree._Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            if _name(child):
                yield from self._inline(child)
            else:
                yield self._words_of(child)
            yield child.tail or ""

    def _flush(self) -> None:
        words = " ".join("".join(self._pending).split())
        self._pending = []
        if words and self._mark:
            self.blocks.line(self._mark + self._numbered(words))
            self._mark = ""
        elif words:
            self.blocks.paragraph(self._numbered(words))


def _has_words(parent: etree._Element) -> bool:
    return any(words and not words.isspace() for words in (parent.text, *(child.tail for child in parent)))


def _write_attributes(root: etree._Element, blocks: Blocks) -> None:
    for element in root.iter(etree.Element):
        if words := " | ".join(f"{_local(label)}: {' '.join(str(value).split())}" for label, value in element.items()):
            blocks.line(words)


def _local(label: str | bytes) -> str:
    return str(etree.QName(label).localname)


def _first(root: etree._Element, names: tuple[str, ...]) -> str:
    for element in root.iter(*(f"{{*}}{name}" for name in names)):
        words = " ".join("".join(map(str, element.itertext(etree.Element))).split())
        if words and len(words) <= _LONGEST_HEADING:
            return words
    return ""


def _date(root: etree._Element) -> str:
    """The day the file itself names: when it was written before when it was put online."""
    dates = [element for element in root.iter(*(f"{{*}}{name}" for name in _DATES)) if _is_label(element)]
    dates.sort(key=lambda element: element.get("type") != "created")
    return next((element.get("when") or " ".join((element.text or "").split()) for element in dates), "")


def _is_label(element: etree._Element) -> bool:
    # A date between words is one that the text tells of.
    parent = element.getparent()
    return parent is not None and not _has_words(parent) and not (element.tail or "").strip()
