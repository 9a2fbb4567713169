"""From lines on a page to paragraphs."""

import pytest

from corpus.readers.layout import Block, Line, blocks, body_size, usual_leading

SIZE = 10.0
WIDTH = 5.0  # of a letter, in points


def _page(*rows, left=72.0, leading=12.0):
    """Lines from (text, extra space above, indent, size) tuples or plain texts."""
    lines, baseline = [], 700.0
    for row in rows:
        text, space, indent, size = row if isinstance(row, tuple) else (row, 0.0, 0.0, SIZE)
        baseline -= leading + space
        start = left + indent
        lines.append(Line(text, start, start + WIDTH * len(text), baseline, size))
    return lines


def _texts(lines, leading=1.2):
    return [block.text for block in blocks(lines, leading)]


FULL = "This line of the paragraph runs to the right edge"


def test_lines_that_were_wrapped_are_one_paragraph():
    assert _texts(_page(FULL, FULL, "and ends.")) == [f"{FULL} {FULL} and ends."]


def test_space_above_a_line_begins_a_paragraph():
    assert _texts(_page(FULL, (FULL, 6.0, 0.0, SIZE))) == [FULL, FULL]


def test_larger_letters_are_a_block_of_their_own():
    assert blocks(_page(("Title", 0.0, 0.0, 14.0), FULL), 1.2) == [Block("Title", 14.0), Block(FULL, SIZE)]


def test_an_indented_line_after_a_stop_begins_a_paragraph():
    assert _texts(_page(FULL, f"{FULL[:-6]}. Ends.", (FULL, 0.0, 12.0, SIZE))) == [f"{FULL} {FULL[:-6]}. Ends.", FULL]


def test_a_line_that_was_ended_on_purpose_is_not_joined():
    assert _texts(_page(FULL, "David Lammy", "Antony Blinken")) == [f"{FULL} David Lammy", "Antony Blinken"]


def test_a_short_line_that_goes_on_in_lower_case_is_joined():
    assert _texts(_page(FULL, "A picture stood here", "so the line was short.")) == [
        f"{FULL} A picture stood here so the line was short."
    ]


@pytest.mark.parametrize("mark", ["•", "–", "1.", "(a)", "iv)", "-"])
def test_an_item_is_a_block(mark):
    assert _texts(_page(FULL, f"{mark} {FULL}", f"{mark} second")) == [FULL, f"{mark} {FULL}", f"{mark} second"]


@pytest.mark.parametrize(
    ("following", "joined"),
    [
        ("information is false.", "disinformation is false."),
        ("American aims.", "dis-American aims."),
        ("1990s.", "dis-1990s."),
    ],
)
def test_a_divided_word_is_put_together(following, joined):
    first, second = _page("dis", following)
    hyphenated = Line(first.text, first.left, first.right, first.baseline, first.size, is_hyphenated=True)
    assert _texts([hyphenated, second]) == [joined]
    assert _texts([hyphenated]) == ["dis-"]


def test_cells_on_one_baseline_are_a_row():
    rows = [
        Line(text, left, left + 30, 700 - 12 * row, SIZE)
        for row in range(2)
        for text, left in (("Area", 72), ("Aid", 200))
    ]
    assert blocks(rows, 1.2) == [Block("Area | Aid", SIZE, is_row=True)] * 2


def test_pieces_of_one_line_are_put_together():
    raised = Line("2", 112.2, 115, 703.5, 6.0)
    pieces = [
        Line("practice", 72, 112, 700, SIZE),
        raised,
        Line(", indeed", 115, 150, 700, SIZE),
        Line("so", 155, 165, 700, SIZE),
    ]
    assert _texts(pieces) == ["practice2, indeed so"]


def test_a_sentence_goes_on_in_the_next_column():
    column = _page(FULL, FULL)
    assert _texts([*column, *_page("and ends there.", left=320.0)]) == [f"{FULL} {FULL} and ends there."]
    assert _texts([*column, *_page("It is new.", left=320.0)]) == [f"{FULL} {FULL}", "It is new."]


def test_double_spacing_is_the_usual_leading_where_most_lines_have_it():
    page = _page(FULL, FULL, FULL, "and ends.", leading=24.0)
    assert usual_leading([page]) == pytest.approx(2.4)
    assert _texts(page, usual_leading([page])) == [f"{FULL} {FULL} {FULL} and ends."]


def test_the_bodys_size_is_the_one_of_most_letters():
    assert body_size([_page(("T", 0.0, 0.0, 20.0), ("T", 0.0, 0.0, 20.0), FULL)]) == SIZE
    assert body_size([[]]) == 0.0
    assert usual_leading([[]]) == pytest.approx(1.2)
