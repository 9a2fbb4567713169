"""The order in which the lines of a page are read."""

from corpus.readers.columns import in_order
from corpus.readers.layout import Line

SIZE = 10.0
WORDS = (
    "the ministers of the two countries",
    "said together that their aims are",
    "the same and that they will go on",
    "to act on them for as long as the",
    "war goes on in the east of Europe",
)


def _line(text, left, row, size=SIZE):
    return Line(text, left, left + 5 * len(text), 700 - 12 * row, size)


def _columns(lefts, rows=WORDS):
    """Lines of columns side by side, each with its column's number, written straight across."""
    return [_line(f"{text} {column}", left, row) for row, text in enumerate(rows) for column, left in enumerate(lefts)]


def test_two_columns_written_line_by_line_are_read_one_after_another():
    ordered = [line.text for line in in_order(_columns((50, 300)))]
    assert ordered == [f"{text} {column}" for column in range(2) for text in WORDS]


def test_three_columns_written_line_by_line_are_read_one_after_another():
    ordered = [line.text for line in in_order(_columns((50, 300, 550)))]
    assert ordered == [f"{text} {column}" for column in range(3) for text in WORDS]


def test_a_line_across_the_columns_parts_them():
    below = [_line(line.text, line.left, index // 2 + 6) for index, line in enumerate(_columns((50, 300))[:8])]
    across = _line("A heading that runs across both columns, from the left edge to the right", 50, 5)
    ordered = in_order([*_columns((50, 300)), across, *below])
    assert ordered.index(across) == 2 * len(WORDS)
    assert [line.text[-1] for line in ordered] == [*"0" * 5, *"1" * 5, "t", *"0" * 4, *"1" * 4]


def test_columns_written_one_after_another_stay_as_they_are():
    lines = sorted(_columns((50, 300)), key=lambda line: line.left)
    assert in_order(lines) == lines


def test_the_rows_of_a_table_stay_as_they_are():
    rows = ("Aid for Ukraine", "Aid for Gaza and Sudan", "Arms", "Gas from Norway only", "Grain from Odesa")
    lines = _columns((50, 300), rows)
    assert in_order(lines) == lines


def test_a_title_written_after_the_text_below_it_comes_first():
    text = [_line(words, 50, row + 2) for row, words in enumerate(WORDS)]
    title = [_line("The Long Report", 50, 0, 20), _line("of 2024", 250, 0, 20)]
    assert in_order([*text, *title]) == [*title, *text]


def test_a_heading_in_the_middle_stays_where_it_is():
    foot = _line("The Report", 50, 20)
    first, second = _line("One", 50, 0, 16), _line("Two", 50, 6, 16)
    text = [_line(words, 50, row + 1) for row, words in enumerate(WORDS)]
    last = [_line(words, 50, row + 7) for row, words in enumerate(WORDS)]
    assert in_order([foot, first, *text, second, *last]) == [first, foot, *text, second, *last]


def test_a_number_written_late_goes_to_the_row_that_it_ends():
    first = [_line("Aid", 50, 0), _line("12", 200, 0), _line("34", 300, 0)]
    second = [_line("Arms", 50, 1), _line("56", 200, 1)]
    assert in_order([*first[:2], *second, first[2]]) == [*first, *second]
