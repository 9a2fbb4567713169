"""EPUB books: chapters in reading order under their headings."""

import io
import zipfile

import pytest

from corpus import UnreadableFile
from corpus.readers import book

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>The Dialogue</dc:title><dc:creator>A. Author</dc:creator><dc:creator>B. Author</dc:creator>
<dc:date>2024-09-11</dc:date></metadata><manifest>
<item id="one" href="one%20page.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="picture" href="a.png" media-type="image/png"/>
</manifest><spine><itemref idref="nav"/><itemref idref="two"/><itemref idref="one"/><itemref idref="picture"/></spine>
</package>"""
PAGE = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'
NAV = PAGE.format('<nav><a href="text/two.xhtml">Second</a><a href="one%20page.xhtml#x">First</a></nav>')
PARTS = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": PACKAGE,
    "OPS/nav.xhtml": NAV,
    "OPS/one page.xhtml": PAGE.format("<h1>Chapter one</h1><p>It began.</p>"),
    "OPS/text/two.xhtml": PAGE.format("<p>It ended.</p>"),
}


def _book(**changes):
    parts = {**PARTS, **{name.replace("__", "/"): words for name, words in changes.items()}}
    return _zip({name: words for name, words in parts.items() if words is not None})


def _zip(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return file.getvalue()


def test_chapters_stand_in_the_order_of_the_spine_each_under_a_heading():
    draft = book.read(_book(), "a.epub")
    assert draft.text == "Second\n\nIt ended.\n\nChapter one\n\nIt began."
    assert [heading.span.of(draft.text) for heading in draft.headings] == ["Second", "Chapter one"]


def test_title_authors_and_date_are_the_books_own():
    draft = book.read(_book(), "a.epub")
    assert draft.title == "The Dialogue"
    assert draft.metadata == {"author": "A. Author, B. Author", "date": "2024-09-11"}


def test_the_older_table_of_contents_heads_chapters_too():
    contents = (
        '<ncx><navMap><navPoint><navLabel><text>Older</text></navLabel><content src="text/two.xhtml#a"/></navPoint>'
        "</navMap></ncx>"
    )
    package = PACKAGE.replace("nav.xhtml", "toc.ncx").replace(
        'application/xhtml+xml" properties="nav"', 'application/x-dtbncx+xml"'
    )
    parts = {**PARTS, "OPS/book.opf": package, "OPS/toc.ncx": contents}
    assert book.read(_zip(parts), "a.epub").text.startswith("Older\n\nIt ended.")


def test_a_chapter_that_is_not_there_is_named():
    parts = {name: words for name, words in PARTS.items() if "two" not in name}
    draft = book.read(_zip(parts), "a.epub")
    assert draft.text == "Chapter one\n\nIt began."
    assert draft.metadata["missing"] == "OPS/text/two.xhtml"


def test_a_book_locked_against_copying_is_refused():
    lock = '<encryption><CipherReference URI="OPS/text/two.xhtml"/></encryption>'
    with pytest.raises(UnreadableFile, match="locked"):
        book.read(_zip({**PARTS, "META-INF/encryption.xml": lock}), "a.epub")


def test_fonts_that_are_scrambled_do_not_lock_a_book():
    lock = '<encryption><CipherReference URI="OPS/font.otf"/></encryption>'
    assert "It ended." in book.read(_zip({**PARTS, "META-INF/encryption.xml": lock}), "a.epub").text


@pytest.mark.parametrize(
    "source",
    [
        _book()[:400],
        _zip({"mimetype": "application/epub+zip"}),
        _zip({**PARTS, "META-INF/container.xml": "<container/>"}),
        _zip({**PARTS, "OPS/book.opf": "<package"}),
    ],
    ids=["cut short", "no container", "no package", "package cut short"],
)
def test_a_damaged_book_is_refused(source):
    with pytest.raises(UnreadableFile, match="damaged"):
        book.read(source, "a.epub")


def test_what_is_no_archive_is_refused():
    with pytest.raises(UnreadableFile, match="not an EPUB book"):
        book.read(b"Dear Sir", "a.epub")
