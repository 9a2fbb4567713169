"""Presentations of PowerPoint (Office Open XML): slides as pages, with their notes."""

from __future__ import annotations

import io

from lxml import etree
from pptx.exc import PythonPptxError
from pptx.opc.package import Part, PartFactory
from pptx.oxml.ns import qn
from pptx.package import Package
from pptx.parts.presentation import PresentationPart
from pptx.slide import Slide

from corpus.errors import UnreadableFile
from corpus.readers.archives import DAMAGED, Kind, open_archive, parse
from corpus.readers.blocks import Blocks, own_title, table_rows
from corpus.readers.properties import properties
from corpus.readers.tables import Row, words_of, write_rows
from corpus.terms import Draft, Page, Span

_POWERPOINT = Kind("PowerPoint presentation", "PowerPoint", ".pptx", ".ppt")
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_DIAGRAM_POINT = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}pt"
_TITLES = frozenset(("title", "ctrTitle"))
# The same on every slide: day, foot, head, number; beside notes the picture of their slide.
_FURNITURE = frozenset(("dt", "ftr", "hdr", "sldNum", "sldImg"))
_LISTS = frozenset(("body", "obj"))  # placeholders whose paragraphs are items, as far as no style says other
_MARKS = (qn("a:buChar"), qn("a:buAutoNum"), qn("a:buBlip"))
# Shows and templates with macros, which the library would take for parts without slides.
PartFactory.part_type_for |= {
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": PresentationPart,
    "application/vnd.ms-powerpoint.template.macroEnabled.main+xml": PresentationPart,
}
_SLIDE_LEVEL, _NOTES_LEVEL = 1, 2


def read(source: bytes, name: str) -> Draft:
    """Read a presentation, slide by slide, hidden ones too.

    Each slide is a page that bears its number. It begins with a heading, its title or "Slide 7", has
    its text in the order of its shapes, tables and charts as rows, and ends with its notes below a
    heading "Notes". Days, footers and numbers that every slide repeats are left out.

    Raises:
        UnreadableFile: the file is locked, damaged, of an older format, no presentation or too large.
    """
    archive = open_archive(source, _POWERPOINT)
    blocks = Blocks()
    pages: list[Page] = []
    title = ""
    try:
        presentation = Package.open(io.BytesIO(source)).main_document_part.presentation
        for number, slide in enumerate(presentation.slides, 1):
            writer = _Writer(slide.part, blocks)
            pages.append(Page(number, str(number), writer.write(slide, number)))
            title = writer.title if number == 1 else title
        stored, labels = properties(archive)
    except (*DAMAGED, PythonPptxError) as error:
        raise UnreadableFile(_POWERPOINT.damaged) from error
    if not blocks.length:
        raise UnreadableFile("The slides hold no text; if they show any, run text recognition on them, then sync.")
    title = own_title(stored, name) or title
    return Draft(blocks.text, title=title, pages=tuple(pages), headings=blocks.headings, metadata=labels)


class _Writer:
    """Walks the shapes of one slide and writes their text into blocks."""

    def __init__(self, part: Part, blocks: Blocks) -> None:
        self.title = ""
        self._part = part
        self._blocks = blocks

    def write(self, slide: Slide, number: int) -> Span:
        """Write a slide and its notes; one without text gives an empty span."""
        before = self._blocks.length
        own = Blocks()
        self._blocks, target = own, self._blocks
        shapes = slide.element.find(f"{qn('p:cSld')}/{qn('p:spTree')}")
        self.title = words_of(" ".join(_paragraphs(_title(shapes))))
        self._shapes(shapes)
        self._notes(slide)
        if not self.title and not own.length:
            return Span(before, before)
        span = target.heading(_SLIDE_LEVEL, self.title or f"Slide {number}")
        target.include(Draft(own.text, headings=own.headings))
        return Span(span.start, target.length)

    def _shapes(self, parent: etree._Element | None) -> None:
        for shape in parent if parent is not None else ():
            if shape.tag == qn("p:sp"):
                self._shape(shape)
            elif shape.tag == qn("p:grpSp"):
                self._shapes(shape)
            elif shape.tag == qn("p:graphicFrame"):
                self._frame(shape)
            elif shape.tag == _ALTERNATIVES:
                self._shapes(next(iter(shape), None))  # the newest of them; the others say the same

    def _shape(self, shape: etree._Element) -> None:
        kind = _placeholder(shape)
        if kind in _FURNITURE or kind in _TITLES:
            return
        paragraphs = shape.findall(f"{qn('p:txBody')}/{qn('a:p')}")
        told = [(element, words) for element in paragraphs if (words := _words(element))]
        for element, words in told:
            if _is_item(element, is_usual=kind in _LISTS and len(told) > 1):
                self._blocks.line(f"- {words}")
            else:
                self._blocks.paragraph(words)

    def _frame(self, frame: etree._Element) -> None:
        for table in frame.iter(qn("a:tbl")):
            rows = [[" ".join(_paragraphs(cell)) for cell in row.iter(qn("a:tc"))] for row in table.iter(qn("a:tr"))]
            self._blocks.end_lines()
            for words in table_rows(rows):
                self._blocks.line(words)
            self._blocks.end_lines()
        for chart in frame.iter(qn("c:chart")):
            self._chart(parse(self._part.related_part(chart.get(qn("r:id"), "")).blob))
        for diagram in frame.iter(_DIAGRAM):
            data = parse(self._part.related_part(diagram.get(qn("r:dm"), "")).blob)
            for point in data.iter(_DIAGRAM_POINT):
                if words := words_of(" ".join(_paragraphs(point))):
                    self._blocks.line(f"- {words}")

    def _chart(self, chart: etree._Element) -> None:
        for title in chart.iter(qn("c:title")):
            if words := words_of(" ".join(_paragraphs(title))):
                self._blocks.paragraph(words)
        write_rows(self._blocks, _chart_rows(chart), is_list=True)

    def _notes(self, slide: Slide) -> None:
        if not slide.has_notes_slide:
            return
        shapes = slide.notes_slide.element.find(f"{qn('p:cSld')}/{qn('p:spTree')}")
        told = [words for shape in _shapes_of(shapes) for words in _note(shape)]
        if told:
            self._blocks.heading(_NOTES_LEVEL, "Notes")
        for words in told:
            self._blocks.paragraph(words)


def _title(shapes: etree._Element | None) -> etree._Element | None:
    for shape in _shapes_of(shapes):
        if _placeholder(shape) in _TITLES and any(_paragraphs(shape)):
            return shape
    return None


def _shapes_of(tree: etree._Element | None) -> list[etree._Element]:
    return list(tree.iter(qn("p:sp"))) if tree is not None else []


def _placeholder(shape: etree._Element) -> str | None:
    """The kind of a placeholder, or None of a shape that is none."""
    place = shape.find(f"{qn('p:nvSpPr')}/{qn('p:nvPr')}/{qn('p:ph')}")
    return None if place is None else str(place.get("type", "obj"))


def _paragraphs(parent: etree._Element | None) -> list[str]:
    found = [_words(paragraph) for paragraph in parent.iter(qn("a:p"))] if parent is not None else []
    return [words for words in found if words]


def _note(shape: etree._Element) -> list[str]:
    return [] if _placeholder(shape) in _FURNITURE else _paragraphs(shape)


def _words(paragraph: etree._Element) -> str:
    pieces = (
        {qn("a:br"): "\n", qn("a:tab"): "\t"}.get(element.tag) or element.text or ""
        for element in paragraph.iter(qn("a:t"), qn("a:br"), qn("a:tab"))
    )
    return "".join(pieces).strip()


def _is_item(paragraph: etree._Element, *, is_usual: bool) -> bool:
    style = paragraph.find(qn("a:pPr"))
    if style is None:
        return is_usual
    if any(style.find(mark) is not None for mark in _MARKS):
        return True
    return is_usual and style.find(qn("a:buNone")) is None


def _chart_rows(chart: etree._Element) -> list[Row]:
    """The figures that a chart shows: a column a series, a row a category."""
    header: dict[int, str] = {}
    rows: dict[str, dict[int, str]] = {}
    for column, series in enumerate(chart.iter(qn("c:ser")), 1):
        header[column] = words_of(series.findtext(f"{qn('c:tx')}//{qn('c:v')}") or f"Series {column}")
        names = _points(series, "c:cat") or _points(series, "c:xVal")
        for place, value in (_points(series, "c:val") or _points(series, "c:yVal")).items():
            row = rows.setdefault(place, {})
            if place in names:
                row[0] = names[place]
            row[column] = value
    return [header, *rows.values()] if rows else []


def _points(series: etree._Element, part: str) -> dict[str, str]:
    return {
        point.get("idx", ""): words
        for point in series.iterfind(f"{qn(part)}//{qn('c:pt')}")
        if (words := words_of(point.findtext(qn("c:v")) or ""))
    }
