"""Where tables stand in a text: told from its form, in any stretch of it, and nothing is lost."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus import Span
from corpus.readers import delimited
from ui.chat.tables import MOST_COLUMNS, Table, tables_in

SHEET = (
    "Harvest\n\n"
    "Region | Tonnes | Remarks\n\nRegion: North | Tonnes: 4\n\nRegion: South | Tonnes: 5 | Remarks: late: wet"
    "\n\nProvisional figures\n\nRegion: West | Tonnes: 6 | in part"
)
MARKDOWN = "Before.\n\n| Ferry | Captain |\n|:---|---:|\n| Albatross | Ada |\n| a \\| b | |\nAfter the table.\n"
LINES = "Words.\n\nNorth | 4 | \nSouth |  | 5\n| 6 | 7\n\nMore words."


def cells(text: str, table: Table) -> list[dict[int, str]]:
    return [{cell.column: cell.span.of(text) for cell in row.cells} for row in table.rows]


def whole(text: str) -> list[Table]:
    return tables_in(text, Span(0, len(text)))


def test_rows_that_name_their_columns_are_a_table_and_go_on_below_a_note():
    first, second = whole(SHEET)
    assert first.names == second.names == ("Region", "Tonnes", "Remarks")
    assert cells(SHEET, first) == [{0: "North", 1: "4"}, {0: "South", 1: "5", 2: "late: wet"}]
    assert cells(SHEET, second) == [{0: "West", 1: "6 | in part"}]
    assert first.span.of(SHEET) == SHEET[SHEET.index("Region") : SHEET.index("\n\nProvisional")]
    assert first.id == second.id == SHEET.index("Region")


def test_a_first_column_without_a_name_has_a_place_of_its_own():
    text = "Tonnes | Share\n\nNorth | Tonnes: 4 | Share: 1\n\nTonnes: 5\n\nAll | together | Tonnes: 9"
    (table,) = whole(text)
    assert (table.columns, table.names) == (3, ("", "Tonnes", "Share"))
    assert cells(text, table) == [{0: "North", 1: "4", 2: "1"}, {1: "5"}, {0: "All | together", 1: "9"}]


def test_a_row_with_words_before_its_first_column_is_one_line_across_all():
    text = "Region | Tonnes\n\nRegion: North | Tonnes: 4\n\nsee below | Tonnes: 5"
    (table,) = whole(text)
    assert [row.span.of(text) for row in table.rows if not row.cells] == ["see below | Tonnes: 5"]


def test_a_table_of_markdown_ends_with_its_rows():
    (table,) = whole(MARKDOWN)
    assert table.names == ("Ferry", "Captain")
    assert cells(MARKDOWN, table) == [{0: "Albatross", 1: "Ada"}, {0: "a \\| b"}]
    assert table.span.of(MARKDOWN) == MARKDOWN[MARKDOWN.index("| Ferry") : MARKDOWN.index("\nAfter")]


def test_a_row_of_markdown_with_more_cells_than_names_keeps_them_in_the_last():
    text = "a | b\n---|---\n1 | 2 | 3"
    (table,) = whole(text)
    assert cells(text, table) == [{0: "1", 1: "2 | 3"}]


def test_lines_of_one_number_of_cells_are_a_table_without_names():
    (table,) = whole(LINES)
    assert (table.columns, table.names) == (3, ())
    assert cells(LINES, table) == [{0: "North", 1: "4"}, {0: "South", 2: "5"}, {1: "6", 2: "7"}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line | of two",
        "North | 4\nSouth | 5 | 6",
        "a | b\n\nc | d",
        "Region | Tonnes\n\nNote: the mill\n\nRegion: North",
        "| a | b |\n|---|\n| 1 | 2 |",
        "---|---\n1 | 2",
        " | ".join(map(str, range(MOST_COLUMNS + 1))) + "\n" + " | ".join(map(str, range(MOST_COLUMNS + 1))),
        "Region | Region\n\nRegion: North | Region: South",
        "Note: | nothing is named here",
        "Words.\n\n: no name | : at all",
    ],
)
def test_what_is_not_plainly_a_table_stays_text(text):
    assert whole(text) == []


@pytest.mark.parametrize("text", [SHEET, MARKDOWN, LINES], ids=["sheet", "markdown", "lines"])
def test_a_part_of_a_table_knows_the_columns_and_the_beginning_of_the_whole(text):
    for complete in whole(text):
        for number, row in enumerate(complete.rows[: len(complete.rows) - (not complete.names)]):
            (part, *_) = tables_in(text, Span(row.span.start, len(text)))
            assert (part.id, part.columns, part.names) == (complete.id, complete.columns, complete.names)
            assert part.rows == complete.rows[number:]
            assert part.span.start == row.span.start


cell = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5)


@given(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=6), st.data())
def test_the_cells_of_a_file_stand_in_their_columns_wherever_a_stretch_begins(rows, data):
    written = io.StringIO()
    csv.writer(written).writerows([["First name", "Second name", "Third name"], *rows])
    text = delimited.read(written.getvalue().encode(), "a.csv").text
    begins = [match.end() for match in re.finditer("\n\n|\\A", text)]
    number = data.draw(st.integers(0, len(rows)))
    (table,) = tables_in(text, Span(begins[number], len(text)))
    assert cells(text, table) == [dict(enumerate(row)) for row in rows[max(0, number - 1) :]]
    assert table.names == ("First name", "Second name", "Third name")


def test_a_line_that_is_cut_before_the_stretch_is_no_row_and_names_nothing():
    text = "First name | Other\n\nFirst name: 4 | Other: 5"
    assert tables_in(text, Span(2, len(text)))[0].names == ("First name", "Other")
    assert tables_in("North | 4\nSouth | 5\nWest | 6", Span(2, 29))[0].rows[0].span.start == 10


@example("a | b\n\na: 1 | b: 2", 9)
@given(
    st.lists(st.sampled_from(["a", "b: ", ": ", " | ", "|", "-", "\n", "\n\n", "\r", "\\", "🌊"]), max_size=40).map(
        "".join
    ),
    st.integers(0, 60),
)
def test_tables_cells_and_rows_lie_in_order_inside_the_stretch(text, start):
    stretch = Span(min(start, len(text)), len(text))
    place = stretch.start
    for table in tables_in(text, stretch):
        assert place <= table.span.start < table.span.end <= stretch.end
        place = table.span.start
        for row in table.rows:
            assert place <= row.span.start < row.span.end <= table.span.end
            place = row.span.start
            columns = [cell.column for cell in row.cells]
            assert columns == sorted(set(columns))
            assert all(0 <= column < table.columns for column in columns)
            for cell in row.cells:
                assert place <= cell.span.start <= cell.span.end <= row.span.end
                place = cell.span.end
            place = row.span.end
        assert len(table.names) in (0, table.columns)
