"""What a file is by its content."""

import io
import re
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sniffing import sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def zipped(*parts, media_type=None):
    """A ZIP container with parts of these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        if media_type:
            container.writestr("mimetype", media_type)
        for part in parts:
            container.writestr(part, "<x/>", zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _directory_entry(name, kind, *, child=FREE, right=FREE, start=END, size=0):
    wide = (name + "\0").encode("utf-16-le")
    head = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide), kind, 1, FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def ole(*names, inside=()):
    """An OLE container with empty streams of these names at its root, others in a storage below it."""
    header = (
        OLE + bytes(16) + struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    )
    header += struct.pack("<108I", *[FREE] * 108)
    everything = [*names, *(["Storage"] if inside else [])]
    last = len(everything)
    entries = [_directory_entry("Root Entry", 5, child=1)]
    for number, name in enumerate(everything, start=1):
        is_storage = bool(inside) and number == last
        right = number + 1 if number < last else FREE
        entries.append(
            _directory_entry(name, 1 if is_storage else 2, right=right, child=last + 1 if is_storage else FREE)
        )
    for number, name in enumerate(inside, start=last + 1):
        right = number + 1 if number < last + len(inside) else FREE
        entries.append(_directory_entry(name, 2, right=right))
    directory = b"".join(entries)
    sectors = -(-len(directory) // 512)
    chain = [FAT, *range(2, sectors + 1), END]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    return header[:512] + table + directory.ljust(sectors * 512, b"\0")


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"%PDF-1.7\n", ".pdf"),
        (rb"{\rtf1\ansi Words}", ".rtf"),
        (zipped("[Content_Types].xml", "word/document.xml"), ".docx"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), ".pptx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        (zipped("content.xml", media_type="application/vnd.oasis.opendocument.text"), ".odt"),
        (zipped("content.xml", media_type="application/vnd.oasis.opendocument.text-template"), ".odt"),
        (zipped("content.xml", media_type="application/vnd.oasis.opendocument.spreadsheet"), ".ods"),
        (zipped("content.xml", media_type="application/vnd.oasis.opendocument.presentation"), ".odp"),
        (zipped("OEBPS/content.opf", media_type="application/epub+zip"), ".epub"),
        (ole("__nameid_version1.0", "__properties_version1.0"), ".msg"),
        (ole("WordDocument", "1Table"), ".doc"),
        (ole("Workbook"), ".xls"),
        (ole("Current User", "PowerPoint Document"), ".ppt"),
        (b"<!DOCTYPE html>\n<title>Page</title>", ".html"),
        (b"\xef\xbb\xbf\r\n <HTML lang=en>", ".html"),
        (b"<?xml version='1.0'?>\n<!-- one --><!-- two -->\n<html xmlns='http://www.w3.org/1999/xhtml'>", ".html"),
        ("<!doctype html><p>Breit".encode("utf-16"), ".html"),
        (b'<?xml version="1.0"?><letter/>', ".xml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_content_that_a_reader_knows_is_recognised(content, suffix):
    assert sniff(io.BytesIO(content)).suffix == suffix


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n....", r"a picture \(PNG\)"),
        (b"\xff\xd8\xff\xe0....JFIF", r"a picture \(JPEG\)"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", r"a picture \(WebP\)"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "recording"),
        (b"\0\0\0\x20ftypisom", "recording"),
        (b"Rar!\x1a\x07\x01\0", r"an archive \(RAR\)"),
        (b"name.txt".ljust(257, b"\0") + b"ustar\x0000", r"an archive \(tar\)"),
        (zipped("letters/a.txt"), r"an archive \(ZIP\)"),
        (zipped("letters/a.txt")[:40], "a damaged archive"),
        (ole("EncryptionInfo", "EncryptedPackage"), "locked with a password"),
        (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff", "a program"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a ZIP file holds the time of its making
)
def test_content_that_no_reader_knows_has_a_name(content, name):
    kind = sniff(io.BytesIO(content))
    assert re.search(name, kind.name)
    assert not kind.suffix


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Dear Sir,",
        b"A file that begins with %PDF- is a PDF.",
        b"BM 25 is a weighting of words; RIFF is a container.",
        b"MZ Bank, Zweigstelle",
        b"BZh is how bzip2 begins",
        b"# HTML\n\n<html> is its root.",
        b"<p align=center>A heading of Markdown</p>",
        "Ein Brief".encode("utf-16"),
        b'{"html": true}',
    ],
)
def test_text_is_not_taken_for_anything_else(content):
    assert sniff(io.BytesIO(content)) is None


def test_a_message_with_a_word_file_attached_is_a_message():
    assert sniff(io.BytesIO(ole("__properties_version1.0", inside=("WordDocument",)))).suffix == ".msg"
    assert sniff(io.BytesIO(ole("WordDocument", inside=("__properties_version1.0",)))).suffix == ".doc"


def test_a_damaged_ole_container_is_left_to_the_reader_of_its_suffix():
    assert sniff(io.BytesIO(OLE + bytes(range(256)) * 8)) is None
    assert sniff(io.BytesIO(OLE)) is None


def test_a_word_document_that_was_cut_short_is_still_one():
    whole = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
    assert sniff(io.BytesIO(whole[: len(whole) // 2])).suffix == ".docx"


def test_comments_without_end_do_not_hold_up_recognition():
    # Two to the power of their number ways to take them apart, were the pattern to try them all.
    assert sniff(io.BytesIO(b"<!---->" * 500 + b"<!--")) is None


@given(
    data=st.data(), whole=st.sampled_from((ole("WordDocument"), zipped("word/a.xml"), b"<?xml version='1.0'?><!---->"))
)
def test_damage_anywhere_raises_nothing(data, whole):
    content = bytearray(whole)
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=9)):
        content[place] = byte
    end = data.draw(st.integers(0, len(whole)))
    kind = sniff(io.BytesIO(bytes(content[:end])))
    assert kind is None or kind.name


def test_the_whole_file_can_still_be_read_afterwards():
    file = io.BytesIO(zipped("word/document.xml"))
    sniff(file)
    file.seek(0)
    assert file.read(2) == b"PK"
