"""Spreadsheets of Excel: .xlsx and .xlsm part by part, .xlsb by calamine."""

from __future__ import annotations

import functools
import posixpath
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from corpus.errors import UnreadableFile
from corpus.readers import binary_sheets
from corpus.readers.archives import DAMAGED, Kind, open_archive, parse
from corpus.readers.blocks import Blocks, own_title
from corpus.readers.number_formats import BUILT_IN, shown
from corpus.readers.properties import properties
from corpus.readers.tables import Row, words_of, write_sheet
from corpus.terms import Draft

_EXCEL = Kind("Excel workbook", "Excel", ".xlsx", ".xls")
_BINARY_PART = "xl/workbook.bin"
_RELATION = "{*}Relationship"
_DIGITS = "0123456789"
_MOST_LETTERS = 3  # of a column's name
_LARGEST = 1e300  # beyond it stands what is no number


class _Book(NamedTuple):
    """What the cells of all sheets refer to."""

    strings: list[str]
    formats: list[str]
    from_1904: bool


def read(source: bytes, name: str) -> Draft:
    """Read a workbook, sheet by sheet, hidden ones too; each is a heading with its rows below it.

    Numbers, shares and money stand as the cells show them, days as 2024-09-11, formulas as the values
    they had when the file was saved; `corpus.readers.tables` gives the form of the rows.

    Raises:
        UnreadableFile: the file is locked, damaged, of an older format, no workbook or too large.
    """
    archive = open_archive(source, _EXCEL)
    blocks = Blocks()
    try:
        if _BINARY_PART in archive.namelist():
            sheets = binary_sheets.rows_by_sheet(source, archive)
        else:
            sheets = _rows_by_sheet(archive)
        for sheet, rows in sheets:
            write_sheet(blocks, sheet, rows)
        stored, labels = properties(archive)
    except DAMAGED as error:
        raise UnreadableFile(_EXCEL.damaged) from error
    if not blocks.length:
        raise UnreadableFile("The workbook's sheets hold no text; remove it or write something in it, then sync.")
    title = own_title(stored, name)
    return Draft(blocks.text, title=title, headings=blocks.headings, metadata=labels)


def _rows_by_sheet(archive: zipfile.ZipFile) -> Iterator[tuple[str, Iterator[Row]]]:
    relations = _relations(archive, "")
    place = next(target for kind, target in relations.values() if kind.endswith("/officeDocument"))
    workbook = parse(archive.read(place))
    relations = _relations(archive, place)
    book = _book(archive, workbook, {kind.rpartition("/")[2]: target for kind, target in relations.values()})
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        identity = next((value for label, value in sheet.attrib.items() if str(label).endswith("}id")), "")
        kind, target = relations.get(str(identity), ("", ""))
        if kind.endswith("/worksheet"):
            yield sheet.get("name", ""), _rows(archive, target, book)


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The kinds and the places of the parts that a part names, by their identities in it."""
    folder, name = posixpath.split(part)
    root = parse(archive.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    return {
        relation.get("Id", ""): (
            relation.get("Type", ""),
            posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
        )
        for relation in root.iterfind(_RELATION)
    }


def _book(archive: zipfile.ZipFile, workbook: etree._Element, parts: dict[str, str]) -> _Book:
    strings: list[str] = []
    if "sharedStrings" in parts:
        for item in _elements(archive, parts["sharedStrings"], "si"):
            strings.append(_words(item))
    formats = _formats(parse(archive.read(parts["styles"]))) if "styles" in parts else []
    settings = workbook.find("{*}workbookPr")
    from_1904 = settings is not None and settings.get("date1904") in ("1", "true")
    return _Book(strings, formats, from_1904)


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[etree._Element]:
    """Give a part's elements of a name one after another, each forgotten once the next is asked for."""
    with archive.open(part) as file:
        tag = f"{{*}}{name}"
        for _, element in etree.iterparse(
            file,
            tag=tag,
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _words(item: etree._Element) -> str:
    """The words of a string in pieces; how they are pronounced, which East Asian files add, is left out."""
    pieces = (text for text in item.iter("{*}t") if etree.QName(text.getparent()).localname != "rPh")
    return words_of("".join(piece.text or "" for piece in pieces))


def _formats(styles: etree._Element) -> list[str]:
    own = {form.get("numFmtId"): form.get("formatCode", "") for form in styles.iterfind("{*}numFmts/{*}numFmt")}
    identities = [cell.get("numFmtId", "0") for cell in styles.iterfind("{*}cellXfs/{*}xf")]
    return [own.get(identity) or BUILT_IN.get(int(identity), "") for identity in identities]


def _rows(archive: zipfile.ZipFile, part: str, book: _Book) -> Iterator[Row]:
    number = 0
    for element in _elements(archive, part, "row"):
        before, number = number, int(element.get("r") or number + 1)
        if number != before + 1:
            yield {}
        yield _row(element, book)


def _row(element: etree._Element, book: _Book) -> Row:
    row: dict[int, str] = {}
    column = 0
    for cell in element:
        place = cell.get("r")
        column = _column(place.rstrip(_DIGITS)) if place else column + 1
        if words := _shown(cell, book):
            row[column] = words
    return row


@functools.lru_cache(maxsize=1 << 14)
def _column(letters: str) -> int:
    return functools.reduce(lambda column, letter: column * 26 + ord(letter) - ord("A") + 1, letters[:_MOST_LETTERS], 0)


def _shown(cell: etree._Element, book: _Book) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _words(cell)
    value = next((part.text or "" for part in cell if part.tag.endswith("}v")), "")
    if kind == "s" and value:
        return book.strings[int(value)]
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(value, value)
    if kind != "n" or not value.strip():
        return words_of(value)
    number = float(value)
    style = int(cell.get("s") or 0)
    code = book.formats[style] if style < len(book.formats) else ""
    return shown(number, code, from_1904=book.from_1904) if abs(number) < _LARGEST else words_of(value)
