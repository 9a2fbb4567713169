"""The text that is written for formats without plain characters of their own."""

import pytest

from corpus import Span
from corpus.readers.blocks import Blocks, own_title, table_rows


def test_blocks_stand_apart_and_lines_together():
    blocks = Blocks()
    assert blocks.heading(2, "A\nhead") == Span(0, 6)
    assert blocks.line("- one") == Span(8, 13)
    assert blocks.line("- two") == Span(14, 19)
    assert blocks.paragraph("End") == Span(21, 24)
    assert blocks.text == "A\nhead\n\n- one\n- two\n\nEnd"
    assert blocks.length == len(blocks.text)
    assert [(heading.text, heading.span) for heading in blocks.headings] == [("A head", Span(0, 6))]


def test_a_second_list_stands_apart_from_the_first():
    blocks = Blocks()
    blocks.line("- one")
    blocks.end_lines()
    blocks.line("a | b")
    assert blocks.text == "- one\n\na | b"


def test_rows_and_columns_that_are_empty_throughout_are_left_out():
    assert table_rows([["a", "", "b"], ["", "", ""], ["", "", "c"], ["d"]]) == ["a | b", "| c", "d |"]
    assert table_rows([]) == []


@pytest.mark.parametrize(
    ("title", "name", "expected"),
    [
        ("The  Readout\n", "a.pdf", "The Readout"),
        ("untitled", "a.pdf", ""),
        ("Document 1", "a.pdf", ""),
        ("Microsoft Word - letter", "a.pdf", ""),
        ("final version.docx", "a.pdf", ""),
        ("zen.txt", "a.pdf", ""),
        ("annual_report", "Annual Report.pdf", ""),
        ("Annual Report", "annual-report.pdf", "Annual Report"),
        ("", "a.pdf", ""),
    ],
)
def test_a_title_that_nobody_wrote_is_none(title, name, expected):
    assert own_title(title, name) == expected
