"""Tables in plain text: the separator found, the cells kept."""

import pytest

from corpus import UnreadableFile
from corpus.readers import delimited

EXPECTED = "Name | Town\n\nName: Ann | Town: Bath\n\nName: Ben | Town: Ely"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_usual_separator_is_recognised(separator, line_end):
    lines = (separator.join(cells) for cells in (("Name", "Town"), ("Ann", "Bath"), ("Ben", "Ely")))
    assert delimited.read(line_end.join(lines).encode(), "a.csv").text == EXPECTED


def test_the_separator_divides_evenly_and_may_stand_inside_quotation_marks():
    source = 'Name;Remark\nAnn;"says ""a, b; c"""\nBen;"one, two"\n'
    assert delimited.read(source.encode(), "a.csv").text.endswith(
        'Name: Ann | Remark: says "a, b; c"\n\nName: Ben | Remark: one, two'
    )


def test_decimal_commas_do_not_hide_the_semicolon():
    assert (
        delimited.read(b"Land;Wert\nA;1,5\nB;2,5\n", "a.csv").text
        == "Land | Wert\n\nLand: A | Wert: 1,5\n\nLand: B | Wert: 2,5"
    )


def test_a_file_may_name_its_separator():
    assert delimited.read(b"sep=;\r\nName;Town\r\nAnn;Bath\r\nBen;Ely", "a.csv").text == EXPECTED


def test_a_cell_of_several_lines_is_one_line():
    assert delimited.read(b'No.,Body\n1,"two\nlines"\n2,one\n', "a.csv").text.startswith(
        "No. | Body\n\nNo.: 1 | Body: two lines\n\n"
    )


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rest():
    lines = [f"{number}\tword {number}" for number in range(500)]
    lines[3] = '3\t"open'
    text = delimited.read("\n".join(lines).encode(), "a.tsv").text
    assert '3 | "open\n4 | word 4\n' in text
    assert text.endswith("499 | word 499")


def test_a_cell_beyond_the_limit_of_the_csv_module_is_kept():
    assert len(delimited.read(b"a,b\n1," + b"x" * 200_000, "a.csv").text) > 200_000


def test_lines_without_a_separator_are_paragraphs():
    assert delimited.read(b"One.\nTwo.\n", "a.csv").text == "One.\n\nTwo."


def test_another_encoding_is_found_and_named():
    rows = "".join(f"{n};Österreich;Außenministerium fährt über größere Brücken\n" for n in range(20))
    draft = delimited.read(("Nr;Land;Satz\n" + rows).encode("cp1252"), "a.csv")
    assert "Land: Österreich | Satz: Außenministerium" in draft.text
    assert draft.metadata["encoding"]


def test_bytes_that_are_not_text_are_refused():
    with pytest.raises(UnreadableFile, match="not text"):
        delimited.read(b"\0\0\0", "a.csv")
