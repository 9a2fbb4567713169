"""OpenDocument files: texts, presentations with their notes, spreadsheets."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from lxml import etree

from corpus.errors import UnreadableFile
from corpus.readers.archives import DAMAGED, Kind, open_archive, parse
from corpus.readers.blocks import Blocks, own_title, table_rows
from corpus.readers.properties import properties
from corpus.readers.tables import MAX_CELLS, Row, words_of, write_sheet
from corpus.terms import Draft, Page, Span

_OFFICE = Kind("OpenDocument file", "LibreOffice", ".odt, .ods or .odp")
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_PREFIXES = {
    "office": _NAMESPACE.format("office"),
    "text": _NAMESPACE.format("text"),
    "table": _NAMESPACE.format("table"),
    "draw": _NAMESPACE.format("drawing"),
    "style": _NAMESPACE.format("style"),
    "presentation": _NAMESPACE.format("presentation"),
}
_DEEPEST_HEADING = 9
_SLIDE_LEVEL, _NOTES_LEVEL = 1, 2
_LONGEST_GAP = 1_000  # blanks that one element may stand for


def _qn(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_PREFIXES[prefix]}}}{local}"


# Not of the text itself: what was struck out, remarks beside it, lists of the headings that follow,
# how East Asian words are pronounced, forms and macros.
_LEFT_OUT = frozenset(
    map(
        _qn,
        ("text:tracked-changes", "office:annotation", "text:table-of-content", "text:ruby-text", "office:forms")
        + ("text:alphabetical-index", "text:sequence-decls", "text:variable-decls", "text:user-field-decls")
        + ("office:scripts", "office:event-listeners", "text:note-citation"),
    )
)
_APART = frozenset(map(_qn, ("text:note", "draw:frame", "draw:custom-shape", "draw:text-box", "draw:g")))
_FURNITURE = frozenset(("date-time", "footer", "header", "page-number", "page"))


def read(source: bytes, name: str) -> Draft:
    """Read an OpenDocument file by what it holds: a text, slides or sheets.

    Of a text: headings, paragraphs, lists ("- "), tables (" | ") in their order, footnotes and text
    boxes after the paragraph that they belong to. Slides are pages that bear their numbers and begin
    with a heading, their title or "Slide 7", their notes below a heading "Notes". Each sheet is a
    heading with its rows below it, cells as they are shown; `corpus.readers.tables` gives the form.

    Raises:
        UnreadableFile: the file is locked, damaged, no OpenDocument file or too large.
    """
    archive = open_archive(source, _OFFICE)
    try:
        if _is_locked(archive):
            raise UnreadableFile("The file is locked with a password; save it without one, then sync.")
        content = parse(archive.read("content.xml"))
        writer = _Writer(_parent_styles(content))
        pages = _write(writer, content, archive)
        stored, labels = properties(archive)
    except DAMAGED as error:
        raise UnreadableFile(_OFFICE.damaged) from error
    title = writer.title or own_title(stored, name) or writer.first_heading
    return Draft(writer.blocks.text, title=title, pages=pages, headings=writer.blocks.headings, metadata=labels)


def _write(writer: _Writer, content: etree._Element, archive: zipfile.ZipFile) -> tuple[Page, ...]:
    body = content.find(_qn("office:body"))
    kinds = {child.tag: child for child in body} if body is not None else {}
    if _qn("office:presentation") in kinds:
        return writer.slides(kinds[_qn("office:presentation")])
    if _qn("office:spreadsheet") in kinds:
        writer.sheets(kinds[_qn("office:spreadsheet")])
    else:
        heads, feet = _margins(archive)
        writer.text(kinds[_qn("office:text")], heads, feet)
    return ()


def _margins(archive: zipfile.ZipFile) -> tuple[list[str], list[str]]:
    """The words at the head and at the foot of the pages, each once; lines with the page's number are left out."""
    if "styles.xml" not in archive.namelist():
        return [], []
    styles = parse(archive.read("styles.xml"))
    heads, feet = (
        {
            words: None
            for place in styles.iter(*(_qn(f"style:{kind}{page}") for page in ("", "-first", "-left")))
            for paragraph in place.iter(_qn("text:p"))
            if (words := _words(paragraph)) and next(paragraph.iter(_qn("text:page-number")), None) is None
        }
        for kind in ("header", "footer")
    )
    return list(heads), list(feet)


def _is_locked(archive: zipfile.ZipFile) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in archive.namelist() and b"encryption-data" in archive.read(manifest)


def _parent_styles(content: etree._Element) -> dict[str, str]:
    """The named styles that the automatic ones stand for."""
    return {
        style.get(_qn("style:name"), ""): style.get(_qn("style:parent-style-name"), "")
        for style in content.iterfind(f"{_qn('office:automatic-styles')}/{_qn('style:style')}")
    }


class _Writer:
    """Walks the body of an OpenDocument file and writes its text into blocks."""

    def __init__(self, parent_styles: dict[str, str]) -> None:
        self.blocks = Blocks()
        self.title = ""
        self.first_heading = ""
        self._parent_styles = parent_styles

    def text(self, body: etree._Element, heads: Iterable[str], feet: Iterable[str]) -> None:
        """Write a text between the words at the head and at the foot of its pages."""
        for words in heads:
            self.blocks.paragraph(words)
        self.write(body)
        for words in feet:
            self.blocks.paragraph(words)
        self.first_heading = next((heading.text for heading in self.blocks.headings if heading.level == 1), "")

    def write(self, parent: etree._Element, mark: str = "") -> None:
        """Write what stands in a body, a section, an item or a frame; a mark goes before its first block."""
        for child in parent:
            if child.tag == _qn("text:h"):
                self._heading(child)
            elif child.tag == _qn("text:p"):
                mark = self._paragraph(child, mark)
            elif child.tag in (_qn("text:list"), _qn("text:ordered-list"), _qn("text:unordered-list")):
                self._list(child)
            elif child.tag == _qn("table:table"):
                self._table(child)
            elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
                self.write(child, mark)

    def slides(self, body: etree._Element) -> tuple[Page, ...]:
        """Write the slides and give their pages; one without text has an empty span."""
        pages = []
        for number, slide in enumerate(body.iterfind(_qn("draw:page")), 1):
            pages.append(Page(number, str(number), self._slide(slide, number)))
        return tuple(pages)

    def sheets(self, body: etree._Element) -> None:
        """Write the sheets that hold anything."""
        for sheet in body.iterfind(_qn("table:table")):
            write_sheet(self.blocks, sheet.get(_qn("table:name"), ""), _rows(sheet))

    def _heading(self, element: etree._Element) -> None:
        if words := _words(element):
            level = int(element.get(_qn("text:outline-level"), "1"))
            self.blocks.heading(min(max(level, 1), _DEEPEST_HEADING), words)
        self._set_apart(element)

    def _paragraph(self, element: etree._Element, mark: str) -> str:
        """Write a paragraph and give the mark of the next: of an item, the first alone bears one."""
        words = _words(element)
        style = element.get(_qn("text:style-name"), "")
        if words and not mark and "Title" in (style, self._parent_styles.get(style)):
            self.blocks.heading(1, words)
            self.title = self.title or words_of(words)
        elif words and mark:
            self.blocks.line(f"{mark}{words}")
        elif words:
            self.blocks.paragraph(words)
        self._set_apart(element)
        return "" if words else mark

    def _set_apart(self, element: etree._Element) -> None:
        """Write the footnotes and text boxes that hang on a paragraph."""
        for child in element:
            if child.tag == _qn("text:note"):
                self._note(child)
            elif child.tag in _APART:
                self.write(child)
            elif child.tag not in _LEFT_OUT:
                self._set_apart(child)

    def _note(self, note: etree._Element) -> None:
        words = " ".join(_words(paragraph) for paragraph in note.iter(_qn("text:p")))
        if words := words_of(words):
            self.blocks.paragraph(f"[{words_of(note.findtext(_qn('text:note-citation')) or '*')}] {words}")

    def _list(self, element: etree._Element) -> None:
        for item in element:
            self.write(item, mark="- ")

    def _table(self, table: etree._Element) -> None:
        rows = [list(_cells(row)) for row in _table_rows(table)]
        if max(map(len, rows), default=0) == 1:
            for row in rows:  # a frame around ordinary text
                for cell in row:
                    self.write(cell)
            return
        self.blocks.end_lines()
        for words in table_rows([[_cell(cell) for cell in row] for row in rows]):
            self.blocks.line(words)
        self.blocks.end_lines()

    def _slide(self, slide: etree._Element, number: int) -> Span:
        target, self.blocks = self.blocks, Blocks()
        title = ""
        for shape in slide:
            kind = shape.get(_qn("presentation:class"), "")
            if kind == "title" and not title:
                title = words_of(" ".join(_words(paragraph) for paragraph in shape.iter(_qn("text:p"))))
            elif kind not in _FURNITURE and shape.tag != _qn("presentation:notes"):
                self._shape(shape)
        self._notes(slide)
        own, self.blocks = self.blocks, target
        if number == 1:
            self.title = title
        if not title and not own.length:
            return Span(target.length, target.length)
        span = target.heading(_SLIDE_LEVEL, title or f"Slide {number}")
        target.include(Draft(own.text, headings=own.headings))
        return Span(span.start, target.length)

    def _shape(self, shape: etree._Element) -> None:
        if isinstance(shape.tag, str) and shape.tag not in _LEFT_OUT:
            self.write(shape)

    def _notes(self, slide: etree._Element) -> None:
        notes = [
            shape
            for shape in slide.iterfind(f"{_qn('presentation:notes')}/*")
            if shape.get(_qn("presentation:class"), "") not in _FURNITURE
            and any(map(_words, shape.iter(_qn("text:p"))))
        ]
        if notes:
            self.blocks.heading(_NOTES_LEVEL, "Notes")
        for shape in notes:
            self.write(shape)


def _words(element: etree._Element) -> str:
    return "".join(_characters(element)).strip()


def _characters(element: etree._Element) -> Iterator[str]:
    """The characters of a paragraph; blanks of the file itself count as one, as the format has it."""
    yield _one_blank(element.text)
    for child in element:
        if child.tag == _qn("text:s"):
            yield " " * min(int(child.get(_qn("text:c"), "1")), _LONGEST_GAP)
        elif child.tag == _qn("text:tab"):
            yield "\t"
        elif child.tag == _qn("text:line-break"):
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT and child.tag not in _APART:
            yield from _characters(child)
        yield _one_blank(child.tail)


def _one_blank(text: str | None) -> str:
    if not text:
        return ""
    return f"{' ' * text[0].isspace()}{' '.join(text.split())}{' ' * (text[-1].isspace() and not text.isspace())}"


def _table_rows(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == _qn("table:table-row"):
            yield child
        elif child.tag in (_qn("table:table-header-rows"), _qn("table:table-rows"), _qn("table:table-row-group")):
            yield from _table_rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    """The cells of a row, with those that a wider one covers, so that columns stay below each other."""
    return (cell for cell in row if cell.tag in (_qn("table:table-cell"), _qn("table:covered-table-cell")))


def _cell(cell: etree._Element) -> str:
    inner = _Writer({})
    inner.write(cell)
    text = inner.blocks.text
    return words_of(text if "\n" in text else text.removeprefix("- "))


def _shown(cell: etree._Element) -> str:
    """What a sheet's cell shows; programs that write no words leave the value alone."""
    words = words_of(" ".join(_words(paragraph) for paragraph in cell.iterfind(_qn("text:p"))))
    values = (cell.get(_qn(f"office:{label}")) for label in ("string-value", "date-value", "value"))
    return words or words_of(next(filter(None, values), ""))


def _repeats(element: etree._Element, name: str) -> int:
    return max(1, int(element.get(_qn(name), "1")))


def _rows(sheet: etree._Element) -> Iterator[Row]:
    """A sheet's rows; one that stands for many is written as often, empty ones once."""
    count = 0
    for element in _table_rows(sheet):
        row: dict[int, str] = {}
        column = 0
        for cell in _cells(element):
            repeats = _repeats(cell, "table:number-columns-repeated")
            if words := _shown(cell):
                count += repeats * _repeats(element, "table:number-rows-repeated")
                _check_cells(count)
                row |= dict.fromkeys(range(column, column + repeats), words)
            column += repeats
        for _ in range(_repeats(element, "table:number-rows-repeated") if row else 1):
            yield row


def _check_cells(count: int) -> None:
    if count > MAX_CELLS:
        raise UnreadableFile(f"A sheet holds over {MAX_CELLS:,} cells; divide it into parts, then sync.")
