"""Make the bundled PDF and Word files from the Markdown sources beside this script.

Run `python corpus/pack/make.py`; the same sources give the same bytes.
"""

# mypy: disable-error-code="import-untyped, import-not-found"
# reportlab ships no types, and only who changes the pack installs it.

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import docx
from docx.oxml import OxmlElement
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

PACK = Path(__file__).resolve().parent
DOCUMENTS = PACK.parent / "documents"
AUTHOR = "Despatch example pack"
NOTICE = "Example document for Despatch, not an official text."
PAGE_BREAK = "=== page ==="
DATELINE = re.compile(r"dated (\d{1,2} [A-Z][a-z]+ \d{4})")

# The first page of a note that opens with directions is numbered apart from the lines themselves.
FRONT_PAGES = {"press-lines.pdf": 1}

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=15, spaceAfter=7)
BOLD = ParagraphStyle("bold", BODY, fontName="Helvetica-Bold")
HEADINGS = {
    1: ParagraphStyle("heading1", BOLD, fontSize=14, leading=18, spaceAfter=9),
    2: ParagraphStyle("heading2", BOLD, fontSize=11.5, leading=15, spaceBefore=7, spaceAfter=4),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A heading ("h1", "h2"), paragraph ("p"), bullet, page break ("page") or table (rows of cells)."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def main() -> None:
    for source in sorted(PACK.glob("*.*.md")):
        target = DOCUMENTS / source.name.removesuffix(".md")
        text = source.read_text("utf-8")
        blocks = tuple(parse(text))
        make = make_pdf if target.suffix == ".pdf" else make_docx
        target.write_bytes(make(target.name, blocks, dateline(text)))
        print(f"{target.relative_to(PACK.parent)}: {target.stat().st_size:,} bytes")


def parse(text: str) -> Iterator[Block]:
    """The blocks of a source; blocks are set apart by blank lines."""
    for piece in re.split(r"\n{2,}", text.strip()):
        lines = piece.splitlines()
        if piece == PAGE_BREAK:
            yield Block("page")
        elif mark := re.match(r"(#{1,2}) ", piece):
            yield Block(f"h{len(mark[1])}", piece[mark.end() :])
        elif piece.startswith("|"):
            yield Block("table", rows=tuple(cells(line) for line in lines if not line.startswith("| ---")))
        elif piece.startswith("- "):
            yield from (Block("bullet", line.removeprefix("- ")) for line in lines)
        else:
            yield Block("p", " ".join(lines))


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


def dateline(text: str) -> date:
    """The day that the document itself names, so that its metadata never disagree with it."""
    found = DATELINE.search(text)
    if found is None:
        raise SystemExit("A source has no line saying 'dated 12 September 2024'; add one.")
    return datetime.strptime(found[1], "%d %B %Y").date()


class LabelledPages(SimpleDocTemplate):  # type: ignore[misc]  # reportlab ships no types
    """Pages with their labels, and an outline entry for each heading."""

    front_pages = 0

    def beforeDocument(self) -> None:
        self.canv.addPageLabel(0, style="ROMAN_LOWER" if self.front_pages else "ARABIC", start=1)
        if self.front_pages:
            self.canv.addPageLabel(self.front_pages, style="ARABIC", start=1)

    def afterFlowable(self, flowable: Flowable) -> None:
        level = {"heading1": 0, "heading2": 1}.get(getattr(flowable, "style", BODY).name)
        if level is not None:
            words = flowable.getPlainText()
            self.canv.bookmarkPage(words)
            self.canv.addOutlineEntry(words, words, level)


def make_pdf(name: str, blocks: tuple[Block, ...], day: date) -> bytes:
    made = io.BytesIO()
    pages = LabelledPages(
        made, pagesize=A5, title=blocks[0].text, author=AUTHOR, subject=NOTICE, lang="en-GB",
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
    )  # fmt: skip
    pages.front_pages = FRONT_PAGES.get(name, 0)
    pages.build([flowable(block) for block in blocks], canvasmaker=fixed_canvas(day))
    return made.getvalue()


def flowable(block: Block) -> Flowable:
    if block.kind == "page":
        return PageBreak()
    style = HEADINGS[int(block.kind[1])] if block.kind.startswith("h") else BODY
    return Paragraph(block.text, style)


def fixed_canvas(day: date) -> type[Canvas]:
    """A canvas whose bytes depend on nothing but what is drawn: no clock and no compression library."""

    class FixedCanvas(Canvas):  # type: ignore[misc]  # reportlab ships no types
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **{**options, "invariant": 1, "pageCompression": 0})
            self.setDateFormatter(lambda *_: f"D:{day:%Y%m%d}090000+00'00'")

    return FixedCanvas


def make_docx(name: str, blocks: tuple[Block, ...], day: date) -> bytes:
    document = docx.Document()
    for block in blocks:
        if block.kind == "table":
            add_table(document, block.rows)
        elif block.kind.startswith("h"):
            document.add_heading(block.text, level=int(block.kind[1]))
        else:
            document.add_paragraph(block.text, style="List Bullet" if block.kind == "bullet" else None)
    name_properties(document.core_properties, blocks[0].text, day)
    made = io.BytesIO()
    document.save(made)
    return with_fixed_times(made.getvalue(), day)


def add_table(document: docx.document.Document, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def name_properties(properties: docx.opc.coreprops.CoreProperties, title: str, day: date) -> None:
    moment = datetime(day.year, day.month, day.day, 9)
    properties.title = title
    properties.author = properties.last_modified_by = AUTHOR
    properties.comments = NOTICE
    properties.language = "en-GB"
    properties.created = properties.modified = moment
    properties.revision = 1


def with_fixed_times(package: bytes, day: date) -> bytes:
    """The same package with every part stamped alike; python-docx stamps them with the clock."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            stamp = zipfile.ZipInfo(part, (day.year, day.month, day.day, 9, 0, 0))
            new.writestr(stamp, old.read(part), zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


if __name__ == "__main__":
    main()
