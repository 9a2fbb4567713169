"""Rows of cells: which row is the header, and how a row reads on its own."""

import pytest

from corpus import UnreadableFile
from corpus.readers import tables
from corpus.readers.blocks import Blocks
from corpus.readers.tables import write_rows, write_sheet


def _rows(*lines):
    return [{column: cell for column, cell in enumerate(line) if cell} for line in lines]


def _written(*lines, is_list=False):
    blocks = Blocks()
    write_rows(blocks, _rows(*lines), is_list=is_list)
    return blocks.text


def test_each_row_says_the_names_of_its_columns():
    assert _written(["Region", "Total"], ["North", "4"], ["South", ""], ["", "5"]) == (
        "Region | Total\n\nRegion: North | Total: 4\n\nRegion: South\n\nTotal: 5"
    )


def test_the_row_above_the_header_is_a_heading_even_with_empty_rows_between():
    blocks = Blocks()
    write_rows(blocks, _rows(["Ducks by year"], [], ["Year", "Ducks"], [], ["2019", "120"], ["2020", "135"]))
    assert blocks.text == "Ducks by year\n\nYear | Ducks\n\nYear: 2019 | Ducks: 120\n\nYear: 2020 | Ducks: 135"
    assert [heading.text for heading in blocks.headings] == ["Ducks by year"]


def test_a_first_column_without_a_name_and_years_as_names_are_a_header():
    assert _written(["", "2022", "Change"], ["Zone A", "12.5", "3 %"], ["Zone B", "9,1", "-1 %"]).endswith(
        "Zone A | 2022: 12.5 | Change: 3 %\n\nZone B | 2022: 9,1 | Change: -1 %"
    )


@pytest.mark.parametrize(
    "lines",
    [
        [["1", "2"], ["3", "4"]],
        [["North", "4"], ["South", "5"]],
        [["Name:", "Ann"], ["Age:", "40"]],
        [["same", "same"], ["1", "2"]],
        [["Name", "Ann"], ["Town", "Bath"]],
        [["a" * 200, "b"], ["1", "2"]],
        [["One", "Two"]],
    ],
)
def test_rows_without_a_header_stay_as_they_are(lines):
    assert _written(*lines) == "\n".join(" | ".join(line) for line in lines)


def test_a_table_of_words_alone_has_a_header_when_it_is_wide_enough():
    lines = [["type", "name", "label"], ["open", "start", "How?"], ["", "end", "Why?"]]
    assert _written(*lines).endswith("type: open | name: start | label: How?\n\nname: end | label: Why?")


def test_the_first_line_of_a_list_is_its_header_though_only_words_follow():
    assert _written(["name", "town"], ["Ann", "Bath"], is_list=True) == "name | town\n\nname: Ann | town: Bath"


def test_rows_after_an_empty_one_keep_the_header():
    assert _written(["Day", "Sum"], ["Monday", "1"], ["Friday", "2"], [], ["Sunday", "3"], ["Tuesday", "4"]).endswith(
        "Day: Friday | Sum: 2\n\nDay: Sunday | Sum: 3\n\nDay: Tuesday | Sum: 4"
    )


def test_a_second_table_has_its_own_header():
    text = _written(["Day", "Sum"], ["Monday", "1"], ["Friday", "2"], [], ["Town", "Size"], ["Bath", "7"], ["Ely", "8"])
    assert text.endswith("Day: Friday | Sum: 2\n\nTown | Size\n\nTown: Bath | Size: 7\n\nTown: Ely | Size: 8")


def test_titles_and_notes_inside_a_table_bear_no_column_names():
    lines = [["Zone", "Sum", "Share"], ["A", "1", "2"], ["In millions"], ["B", "3", "4"], ["Source", "the office"]]
    assert "\n\nIn millions\n\n" in _written(*lines)


def test_far_corners_make_no_grid_of_blanks():
    blocks = Blocks()
    write_rows(blocks, [{0: "first"}, {}, {16383: "last"}, {}, {0: "1", 16383: "2"}])
    assert blocks.text == "first\n\nlast\n\n1 | 2"


def test_a_sparse_table_writes_only_what_is_filled():
    blocks = Blocks()
    write_rows(blocks, [{n: "1", 100 + n: "2"} for n in range(9)])
    assert blocks.text == "\n".join(["1 | 2"] * 9)


def test_an_empty_sheet_writes_nothing_and_another_its_name():
    blocks = Blocks()
    write_sheet(blocks, "Empty", iter([{}, {}]))
    write_sheet(blocks, "Full", iter([{}, {3: "words"}]))
    assert blocks.text == "Full\n\nwords"
    assert [heading.text for heading in blocks.headings] == ["Full"]


@pytest.mark.parametrize(("limit", "reason"), [("MAX_CELLS", "over 5 cells"), ("MAX_CHARACTERS", "characters")])
def test_too_much_is_refused(monkeypatch, limit, reason):
    monkeypatch.setattr(tables, limit, 5)
    assert _written(["a", "b"]) == "a | b"
    with pytest.raises(UnreadableFile, match=reason):
        _written(*[["word", "word"]] * 3)
