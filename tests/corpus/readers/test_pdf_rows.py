"""The words of a line, and the cells of a table."""

import pytest

from corpus.readers.layout import Line
from corpus.readers.pdf_rows import in_rows

SIZE = 10.0


def _row(number, *cells):
    """Pieces from (left end, text) pairs, letters 5 points wide, rows 12 points apart."""
    return [Line(text, left, left + 5 * len(text), 700 - 12 * number, SIZE) for left, text in cells]


def _texts(*rows):
    return [line.text for line in in_rows(piece for row in rows for piece in row)]


def test_pieces_of_one_line_are_put_together():
    pieces = [
        Line("practice", 72, 112, 700, SIZE),
        Line("2", 112.2, 115, 703.5, 6.0),
        Line(", indeed", 115, 150, 700, SIZE),
        Line("so", 155, 165, 700, SIZE),
    ]
    assert [(line.text, line.is_row, line.left, line.right) for line in in_rows(pieces)] == [
        ("practice2, indeed so", False, 72, 165)
    ]


def test_cells_above_one_another_are_a_table():
    rows = [_row(number, (72, name), (200, "12"), (300, "34")) for number, name in enumerate(("Aid", "Arms", "Gas"))]
    found = in_rows(piece for row in rows for piece in row)
    assert [line.text for line in found] == ["Aid | 12 | 34", "Arms | 12 | 34", "Gas | 12 | 34"]
    assert all(line.is_row for line in found)


def test_numbers_that_end_below_one_another_are_cells():
    rows = [
        _row(number, (72, "Sum"), (220 - 5 * len(sum_), sum_)) for number, sum_ in enumerate(("5", "50,000", "500"))
    ]
    assert _texts(*rows) == ["Sum | 5", "Sum | 50,000", "Sum | 500"]


def test_an_empty_cell_stays_between_its_bars():
    whole = [(72, "Area"), (200, "2023"), (300, "2024")]
    assert _texts(_row(0, *whole), _row(1, (72, "Gaza"), (300, "0.2")), _row(2, *whole)) == [
        "Area | 2023 | 2024",
        "Gaza |  | 0.2",
        "Area | 2023 | 2024",
    ]


def test_a_row_of_one_cell_belongs_to_the_table_around_it():
    rows = [_row(number, (72, "Aid"), (200, "12")) for number in (0, 1, 3)]
    found = in_rows([*rows[0], *rows[1], *_row(2, (72, "Of which")), *rows[2]])
    assert [(line.text, line.is_row) for line in found][2:] == [("Of which", True), ("Aid | 12", True)]


@pytest.mark.parametrize("number", [1, 2])
def test_fewer_than_three_lines_of_two_pieces_are_no_table(number):
    found = in_rows(piece for row in range(number) for piece in _row(row, (72, "Aid"), (200, "12")))
    assert [(line.text, line.is_row, line.is_apart) for line in found] == [("Aid 12", False, True)] * number


def test_two_lines_of_three_cells_are_a_table():
    assert _texts(*[_row(row, (72, "Aid"), (200, "12"), (300, "34")) for row in range(2)]) == ["Aid | 12 | 34"] * 2


def test_gaps_that_do_not_stand_above_one_another_are_prose():
    lefts = (200, 230, 260, 215)
    rows = [_row(number, (72, "We met in a town"), (left, "and then left")) for number, left in enumerate(lefts)]
    assert _texts(*rows) == ["We met in a town and then left"] * 4


def test_the_mark_of_an_item_is_no_cell():
    rows = [_row(number, (72, mark), (100, "Words")) for number, mark in enumerate(("1.", "2.", "3."))]
    assert _texts(*rows) == ["1. Words", "2. Words", "3. Words"]
