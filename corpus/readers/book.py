"""EPUB books: their chapters in reading order."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from corpus.errors import UnreadableFile
from corpus.readers import html
from corpus.readers.archives import DAMAGED, Kind, open_archive, parse
from corpus.readers.blocks import Blocks, own_title
from corpus.terms import Draft

_BOOK = Kind("EPUB book", "a program for books", ".epub")
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset(("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/x-dtbook+xml"))
_LABELS = {"creator": "author", "date": "date", "language": "language", "publisher": "publisher"}


def read(source: bytes, name: str) -> Draft:
    """Read a book's chapters in the order of its spine; the table of contents itself is left out.

    A chapter without a heading is headed by its entry in the table of contents. Parts that the spine
    names and the file does not hold stand in the metadata as "missing".

    Raises:
        UnreadableFile: the file is locked, damaged, no EPUB book or too large.
    """
    archive = open_archive(source, _BOOK)
    try:
        return _draft(archive, name)
    except DAMAGED as error:
        raise UnreadableFile(_BOOK.damaged) from error


def _draft(archive: zipfile.ZipFile, name: str) -> Draft:
    place = [str(root.attrib["full-path"]) for root in parse(archive.read(_CONTAINER)).iter("{*}rootfile")][0]
    package = parse(archive.read(place))
    chapters = list(_chapters(package, place))
    if locked := _locked(archive) & set(chapters):
        reason = (
            f"The book is locked against copying ({len(locked)} of its chapters); get one without a lock, then sync."
        )
        raise UnreadableFile(reason)
    names = _contents(archive, package, place)
    blocks = Blocks()
    held = set(archive.namelist())
    for chapter in chapters:
        if chapter in held:
            _write(blocks, html.read(archive.read(chapter), ""), names.get(chapter, ""))
    missing = ", ".join(chapter for chapter in chapters if chapter not in held)
    labels = _metadata(package)
    return Draft(
        blocks.text,
        title=own_title(labels.pop("title", ""), name),
        headings=blocks.headings,
        metadata={**labels, **({"missing": missing} if missing else {})},
    )


def _write(blocks: Blocks, chapter: Draft, name: str) -> None:
    if not chapter.text.strip():
        return  # a cover or a picture
    if name and not chapter.headings:
        blocks.heading(1, name)
    blocks.include(chapter)


def _items(package: etree._Element) -> dict[str, etree._Element]:
    return {item.get("id", ""): item for item in package.iter("{*}item")}


def _chapters(package: etree._Element, place: str) -> Iterator[str]:
    items = _items(package)
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref", ""))
        if item is None or item.get("media-type") not in _PAGES or "nav" in item.get("properties", "").split():
            continue
        yield _inside(place, item.get("href", ""))


def _inside(place: str, link: str) -> str:
    """The name in the archive of what a link in one of its parts points to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(link.partition("#")[0])))


def _locked(archive: zipfile.ZipFile) -> set[str]:
    if _ENCRYPTION not in archive.namelist():
        return set()
    links = parse(archive.read(_ENCRYPTION)).iter("{*}CipherReference")
    return {unquote(link.get("URI", "")) for link in links}


def _contents(archive: zipfile.ZipFile, package: etree._Element, place: str) -> dict[str, str]:
    """The first entry of the table of contents for each part of the book."""
    names: dict[str, str] = {}
    for item in _items(package).values():
        part = _inside(place, item.get("href", ""))
        is_contents = "nav" in item.get("properties", "").split()
        if (is_contents or item.get("media-type") == "application/x-dtbncx+xml") and part in archive.namelist():
            for link, words in _entries(parse(archive.read(part))):
                names.setdefault(_inside(part, link), words)
    return names


def _entries(contents: etree._Element) -> Iterator[tuple[str, str]]:
    for link in contents.iter("{*}a", "{*}navPoint"):
        target = link.find("{*}content")
        place = link.get("href") if target is None else target.get("src")
        label = link if target is None else link.find("{*}navLabel")
        words = " ".join("".join(map(str, label.itertext(etree.Element))).split()) if label is not None else ""
        if place and words:
            yield place, words


def _metadata(package: etree._Element) -> dict[str, str]:
    labels: dict[str, list[str]] = {}
    for element in package.iter("{http://purl.org/dc/elements/1.1/}*"):
        name = etree.QName(element).localname
        words = " ".join((element.text or "").split())
        if words and (name == "title" or name in _LABELS):
            labels.setdefault(_LABELS.get(name, name), []).append(words)
    # Of several titles or dates the first is the main one; of authors each counts.
    return {name: ", ".join(words) if name == "author" else words[0] for name, words in labels.items()}
