"""Word documents: order, structure, and every way a file can be broken."""

import io
import zipfile

import docx
import docx.enum.style
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus import UnreadableFile
from corpus.readers import archives
from corpus.readers import docx as reader
from tests.corpus.readers.office_files import archive, parts_of


def _bytes(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _read(document, name="a.docx"):
    return reader.read(_bytes(document), name)


def test_paragraphs_lists_and_tables_come_in_their_order():
    document = docx.Document()
    document.add_heading("Priorities", 0)
    document.add_heading("Table", 1)
    table = document.add_table(2, 3)
    for cell, words in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("Area", "", "Focus", "Ukraine", "", "Aid\nnow"), strict=True
    ):
        cell.text = words
    document.add_paragraph("After the table.")
    document.add_paragraph("First", style="List Bullet")
    document.add_paragraph("Second", style="List Number")
    document.add_paragraph("   ")
    document.add_paragraph("End.")
    draft = _read(document)
    assert draft.text == (
        "Priorities\n\nTable\n\nArea | Focus\nUkraine | Aid now\n\nAfter the table.\n\n- First\n- Second\n\nEnd."
    )
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, "Priorities"), (1, "Table")]
    assert all(heading.span.of(draft.text) == heading.text for heading in draft.headings)


def test_two_tables_stand_apart():
    document = docx.Document()
    for words in ("A", "B"):
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = words, "x"
        document.add_paragraph()
    assert _read(document).text == "A | x\n\nB | x"


def _with_parts(source, parts):
    """The file with more parts, each a name and what it holds, named from the body by its kind."""
    file = io.BytesIO()
    relations, types = "", ""
    for kind in parts:
        relation = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind.strip('12')}"
        relations += f'<Relationship Id="own{kind}" Type="{relation}" Target="{kind}.xml"/>'
        media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind.strip('12')}+xml"
        types += f'<Override PartName="/word/{kind}.xml" ContentType="{media}"/>'
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            words = old.read(name)
            words = (
                words.replace(b"</Relationships>", f"{relations}</Relationships>".encode())
                if "document.xml.rels" in name
                else words
            )
            words = words.replace(b"</Types>", f"{types}</Types>".encode()) if "Content_Types" in name else words
            new.writestr(name, words)
        for kind, content in parts.items():
            new.writestr(f"word/{kind}.xml", content)
    return file.getvalue()


def _notes(kind, *notes):
    inner = "".join(
        f'<w:{kind} w:id="{number}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:{kind}>'
        for number, words in enumerate(notes, 1)
    )
    return f"<w:{kind}s {nsdecls('w')}>{inner}</w:{kind}s>"


def test_notes_stand_below_the_paragraph_or_the_table_that_refers_to_them():
    document = docx.Document()
    first, cell = document.add_paragraph("A claim."), document.add_table(1, 2).cell(0, 1)
    document.add_paragraph("End.")
    cell.text = "in a cell"
    for paragraph, kind, number in ((first, "footnote", 2), (first, "endnote", 1), (cell.paragraphs[0], "footnote", 1)):
        reference = f'<w:r {nsdecls("w")}><w:{kind}Reference w:id="{number}"/></w:r>'
        paragraph._p.append(parse_xml(reference))
    source = _with_parts(
        _bytes(document),
        {"footnotes": _notes("footnote", "Of the cell.", "Its source."), "endnotes": _notes("endnote", "Further on.")},
    )
    assert reader.read(source, "a.docx").text == (
        "A claim.\n\n[1] Its source.\n\n[2] Further on.\n\nin a cell\n\n[3] Of the cell.\n\nEnd."
    )


def test_the_heads_and_feet_of_pages_stand_once_around_the_text():
    document = docx.Document()
    document.add_paragraph("Words.")
    section = document.sections[0]
    section.header.paragraphs[0].text = "The Office"
    second = document.add_section()
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "The Office"
    second.first_page_header.paragraphs[0].text = "Never shown"
    number = section.footer.paragraphs[0]
    number.text = "Page "
    number._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    section.footer.add_paragraph("Address")
    assert _read(document).text == "The Office\n\nWords.\n\nAddress"


def _with_level(paragraph, level):
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))


def test_a_style_made_from_a_heading_makes_headings_unless_the_paragraph_says_otherwise():
    document = docx.Document()
    style = document.styles.add_style("Own", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Made", style="Own")
    _with_level(document.add_paragraph("A slip"), 0)
    _with_level(document.add_paragraph("Plain", style="Own"), 9)
    assert [(heading.level, heading.text) for heading in _read(document).headings] == [(2, "Made")]


def test_outline_levels_make_headings_where_no_style_does():
    document = docx.Document()
    _with_level(document.add_paragraph("Aims"), 0)
    document.add_paragraph("Words.")
    _with_level(document.add_paragraph("Means"), 2)
    assert [(heading.level, heading.text) for heading in _read(document).headings] == [(1, "Aims"), (3, "Means")]


def test_tabs_and_line_ends_inside_a_paragraph_are_kept():
    document = docx.Document()
    document.add_paragraph("One\tTwo\nThree")
    assert _read(document).text == "One\tTwo\nThree"


def test_a_table_of_one_column_is_a_frame_around_ordinary_text():
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "One."
    cell.add_paragraph("Two.")
    assert _read(document).text == "One.\n\nTwo."


def test_what_is_struck_out_is_left_out_and_what_is_put_in_is_read():
    document = docx.Document()
    paragraph = document.add_paragraph("One ")
    for mark, words in (("del", "<w:delText>two</w:delText>"), ("ins", "<w:t>three</w:t>")):
        paragraph._p.append(parse_xml(f"<w:{mark} {nsdecls('w')}><w:r>{words}</w:r></w:{mark}>"))
    assert _read(document).text == "One three"


def test_text_inside_a_content_control_is_read():
    document = docx.Document()
    inner = "<w:sdtContent><w:p><w:r><w:t>Inside</w:t></w:r></w:p></w:sdtContent>"
    document.element.body.insert(0, parse_xml(f"<w:sdt {nsdecls('w')}>{inner}</w:sdt>"))
    document.add_paragraph("Outside")
    assert _read(document).text == "Inside\n\nOutside"


@pytest.mark.parametrize(
    ("stored", "title_line", "expected"),
    [
        ("Stored", "Shown", "Shown"),
        ("Stored", "", "Stored"),
        ("Word Document", "", "Heading"),
        ("Microsoft Word - a.doc", "", "Heading"),
        ("a.docx", "", "Heading"),
        ("", "", "Heading"),
    ],
)
def test_the_title_is_the_shown_one_then_the_stored_one_then_the_first_heading(stored, title_line, expected):
    document = docx.Document()
    document.core_properties.title = stored
    if title_line:
        document.add_heading(title_line, 0)
    document.add_heading("Heading", 1)
    assert _read(document).title == expected


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_templates_and_documents_with_macros_are_read(kind):
    parts = parts_of(_with_text("Words"))
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(usual, kind.encode())
    assert reader.read(archive(parts), "a.docm").text == "Words"


def _without(source, part):
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return kept.getvalue()


def _with_text(words):
    document = docx.Document()
    document.add_paragraph(words)
    return _bytes(document)


@pytest.mark.parametrize("part", ["[Content_Types].xml", "word/document.xml", "_rels/.rels"])
def test_a_file_without_one_of_its_parts_is_damaged(part):
    with pytest.raises(UnreadableFile, match="damaged"):
        reader.read(_without(_with_text("Words"), part), "a.docx")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_short_is_damaged(share):
    source = _with_text("Words")
    with pytest.raises(UnreadableFile, match="damaged"):
        reader.read(source[: int(len(source) * share)], "a.docx")


def test_a_flipped_byte_gives_text_or_a_sentence():
    source = bytearray(_with_text("Words"))
    for position in range(0, len(source), 997):
        flipped = bytearray(source)
        flipped[position] ^= 0xFF
        try:
            assert isinstance(reader.read(bytes(flipped), "a.docx").text, str)
        except UnreadableFile as failure:
            assert failure.reason.endswith(".")


def test_another_kind_of_archive_is_damaged():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("words.txt", "words")
    with pytest.raises(UnreadableFile, match="damaged"):
        reader.read(file.getvalue(), "a.docx")


OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def test_a_locked_file_and_an_old_one_are_told_apart():
    with pytest.raises(UnreadableFile, match="password"):
        reader.read(OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a.docx")
    with pytest.raises(UnreadableFile, match="older format"):
        reader.read(OLD_OFFICE, "a.docx")


def test_an_archive_that_would_fill_the_memory_is_refused(monkeypatch):
    source = _with_text("Words")
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1024 * 1024)
    assert reader.read(source, "a.docx").text == "Words"
    file = io.BytesIO(source)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/picture.bin", bytes(1024 * 1024))
    assert len(file.getvalue()) < 1024 * 1024 / 10
    with pytest.raises(UnreadableFile, match="over 1 MiB unpacked"):
        reader.read(file.getvalue(), "a.docx")


def test_entities_in_a_part_are_not_expanded():
    source = _with_text("WORDS")
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        part = archive.read("word/document.xml").decode()
    entity = '<!DOCTYPE d [<!ENTITY x "expanded">]>'
    part = part.replace("?>", f"?>{entity}", 1).replace("WORDS", "WORDS &x;")
    file = io.BytesIO(_without(source, "word/document.xml"))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/document.xml", part)
    assert "expanded" not in reader.read(file.getvalue(), "a.docx").text
