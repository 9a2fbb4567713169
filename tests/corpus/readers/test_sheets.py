"""Excel workbooks: what the cells show, and every way a file can be broken."""

import struct

import pytest

from corpus import UnreadableFile
from corpus.readers import binary_sheets
from corpus.readers import sheets as reader
from tests.corpus.readers.office_files import archive, core, parts_of, rows, workbook


def _text(sheet, **options):
    return reader.read(workbook({"Data": sheet}, **options), "a.xlsx").text


def test_each_sheet_is_a_heading_with_its_rows_below():
    source = workbook(
        {"First": rows(["Region", "Total"], ["North", 4], ["South", 5.5]), "Empty": "", "Second": rows(["words"])}
    )
    draft = reader.read(source, "a.xlsx")
    assert (
        draft.text
        == "First\n\nRegion | Total\n\nRegion: North | Total: 4\n\nRegion: South | Total: 5.5\n\nSecond\n\nwords"
    )
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, "First"), (1, "Second")]
    assert all(heading.span.of(draft.text) == heading.text for heading in draft.headings)


def test_every_kind_of_cell_reads_as_it_is_shown():
    cells = (
        '<c t="s"><v>0</v></c><c t="str"><v>made</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>'
        '<c s="1"><v>0.034</v></c><c s="2"><v>45546</v></c><c><f>1+1</f></c><c><v>nan</v></c>'
    )
    strings = ["<r><t>in </t></r><r><t>pieces</t></r><rPh><t>said</t></rPh>"]
    assert _text(f"<row>{cells}</row>", strings=strings, formats=["0.0%", "dd.mm.yyyy"]) == (
        "Data\n\nin pieces | made | TRUE | #N/A | 3.4% | 2024-09-11 | nan"
    )


def test_days_are_counted_as_the_workbook_says():
    assert _text('<row><c s="1"><v>0</v></c></row>', formats=["yyyy-mm-dd"], from_1904=True) == "Data\n\n1904-01-01"


def test_a_cell_in_the_last_corner_costs_nothing():
    sheet = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert _text(sheet) == "Data\n\n1\n\n2"


def test_cells_stand_in_the_columns_that_they_name():
    sheet = rows(["A", "B", "C"]) + '<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c></row>' + rows([4, 5, 6])
    assert _text(sheet).endswith("A: 1 | C: 3\n\nA: 4 | B: 5 | C: 6")


def test_title_and_author_are_those_stored():
    source = workbook(
        {"Data": rows(["x"])}, extra={"docProps/core.xml": core(title="Budget", creator="Ann", created="2024-09-11")}
    )
    draft = reader.read(source, "a.xlsx")
    assert (draft.title, draft.metadata) == ("Budget", {"author": "Ann", "created": "2024-09-11"})


def test_a_workbook_without_words_says_so():
    with pytest.raises(UnreadableFile, match="no text"):
        reader.read(workbook({"Data": ""}), "a.xlsx")


def test_one_string_in_every_cell_does_not_fill_the_memory():
    row = "<row>" + '<c t="s"><v>0</v></c>' * 700 + "</row>"
    with pytest.raises(UnreadableFile, match="too large"):
        reader.read(workbook({"Data": row}, strings=[f"<t>{'x' * 100_000}</t>"]), "a.xlsx")


@pytest.mark.parametrize(
    "part", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_a_file_without_one_of_its_parts_is_damaged(part):
    parts = parts_of(workbook({"Data": rows(["x"])}))
    del parts[part]
    with pytest.raises(UnreadableFile, match="damaged"):
        reader.read(archive(parts), "a.xlsx")


@pytest.mark.parametrize("cell", ['<c t="s"><v>9</v></c>', "<c><v>x</v></c>", '<c s="x"><v>1</v></c>', "<c>"])
def test_cells_that_make_no_sense_are_damage(cell):
    with pytest.raises(UnreadableFile, match="damaged"):
        _text(f"<row>{cell}</row>")


def test_a_locked_file_an_old_one_and_another_kind_are_told_apart():
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    with pytest.raises(UnreadableFile, match="password"):
        reader.read(old + "EncryptedPackage".encode("utf-16-le"), "a.xlsx")
    with pytest.raises(UnreadableFile, match=r"older format of Excel \(\.xls\)"):
        reader.read(old, "a.xlsx")
    with pytest.raises(UnreadableFile, match="not an Excel workbook"):
        reader.read(b"words", "a.xlsx")


def _record(kind, content=b""):
    length = struct.pack("<B", len(content)) if len(content) < 128 else None
    return (bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))) + length + content


def _wide(words):
    return struct.pack("<I", len(words)) + words.encode("utf-16-le")


def _binary_workbook(last_row=1, last_column=1):
    def row(number, *cells):
        header = struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0)
        return _record(0, header) + b"".join(cells)

    def text(column, words):
        return _record(6, struct.pack("<II", column, 0) + _wide(words))

    def number(column, value):
        return _record(5, struct.pack("<IId", column, 0, value))

    extent = _record(148, struct.pack("<IIII", 0, last_row, 0, last_column))
    sheet = _record(129) + extent + _record(145)
    sheet += row(0, text(0, "Region"), text(1, "Total")) + row(last_row, text(0, "North"), number(last_column, 4.0))
    sheet += _record(146) + _record(130)
    bundle = _record(156, struct.pack("<II", 0, 1) + _wide("r1") + _wide("Data"))
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": _record(131) + _record(143) + bundle + _record(144) + _record(132),
            "xl/_rels/workbook.bin.rels": relations.format(
                f'<Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/>'
            ),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def test_a_binary_workbook_reads_the_same():
    assert reader.read(_binary_workbook(), "a.xlsb").text == "Data\n\nRegion | Total\n\nRegion: North | Total: 4"


def test_a_far_corner_of_a_binary_workbook_is_refused_before_it_fills_the_memory():
    with pytest.raises(UnreadableFile, match="most of them empty"):
        reader.read(_binary_workbook(1_048_575, 16_383), "a.xlsb")


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_binary_sheet_that_was_cut_short_is_damaged(share):
    parts = parts_of(_binary_workbook())
    whole = parts["xl/worksheets/sheet1.bin"]
    parts["xl/worksheets/sheet1.bin"] = whole[: int(len(whole) * share)]
    with pytest.raises(UnreadableFile, match=r"damaged|no text"):
        reader.read(archive(parts), "a.xlsb")


def test_numbers_of_seven_bits_a_byte_are_read():
    assert list(binary_sheets._records(b"\x81\x01\x82\x00ab\x05\x00")) == [(129, b"ab"), (5, b"")]
