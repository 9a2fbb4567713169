"""From lines on a page to paragraphs."""

from dataclasses import replace

import pytest

from corpus.readers.layout import Block, Leading, Line, blocks, body_size, joined, usual_leading

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


LEADING = Leading(1.2)


def _texts(lines, leading=LEADING):
    return [block.text for block in blocks(lines, leading)]


FULL = "This line of the paragraph runs to the right edge"


def test_lines_that_were_wrapped_are_one_paragraph():
    assert _texts(_page(FULL, FULL, "and ends.")) == [f"{FULL} {FULL} and ends."]


def test_space_above_a_line_begins_a_paragraph():
    assert _texts(_page(FULL, (FULL, 6.0, 0.0, SIZE))) == [FULL, FULL]


def test_larger_letters_are_a_block_of_their_own():
    assert blocks(_page(("Title", 0.0, 0.0, 14.0), FULL), LEADING) == [Block("Title", 14.0), Block(FULL, SIZE)]


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
    page = _page(f"{FULL}.", f"{mark} {FULL}", f"{mark} second")
    shown = "-" if mark in "•–" else mark
    assert _texts(page) == [f"{FULL}.", f"{shown} {FULL}", f"{shown} second"]
    assert [block.is_item for block in blocks(page, LEADING)] == [False, True, True]


def test_a_dash_inside_a_sentence_is_no_item():
    assert _texts(_page(FULL, "– as they said – and ends.")) == [f"{FULL} – as they said – and ends."]


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


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("in 2018–", "23 it was", "in 2018–23 it was"),
        ("see https://", "example.org", "see https://example.org"),
        ("a.clerk@", "example.org", "a.clerk@example.org"),
        ("and/", "or", "and/or"),
        ("the war –", "and after", "the war – and after"),
        ("the disin-", "formation", "the disinformation"),
        ("the Anglo-", "American aims", "the Anglo-American aims"),
    ],
)
def test_what_a_line_end_divides_without_a_blank_has_none(above, below, text):
    assert joined(above, False, below) == text


def test_a_compound_that_the_document_knows_keeps_its_hyphen():
    def keeps_hyphen(first, second):
        return (first, second) == ("well", "known")

    assert joined("the well", True, "known aims", keeps_hyphen) == "the well-known aims"
    assert joined("the disin", True, "formation", keeps_hyphen) == "the disinformation"


def test_bold_lines_are_a_block_apart_from_the_text_below():
    head, text = _page(FULL[:20], f"{FULL}.")
    found = blocks([replace(head, is_bold=True), replace(text, left=head.left, right=head.right)], LEADING)
    assert [(block.text, block.is_bold) for block in found] == [(FULL[:20], True), (f"{FULL}.", False)]


def test_a_sentence_goes_on_in_the_next_column():
    column = _page(FULL, FULL)
    assert _texts([*column, *_page("and ends there.", left=320.0)]) == [f"{FULL} {FULL} and ends there."]
    assert _texts([*column, *_page("It is new.", left=320.0)]) == [f"{FULL} {FULL}", "It is new."]


def test_double_spacing_is_the_usual_leading_where_most_lines_have_it():
    page = _page(FULL, FULL, FULL, "and ends.", leading=24.0)
    assert usual_leading([page]).of(SIZE) == pytest.approx(2.4)
    assert _texts(page, usual_leading([page])) == [f"{FULL} {FULL} {FULL} and ends."]


def test_close_rows_of_a_table_do_not_set_the_leading_of_the_text():
    text = _page(*[FULL] * 6, leading=20.0)
    table = _page(*["12"] * 30, leading=11.0)
    assert usual_leading([[*text, *table]]).of(SIZE) == pytest.approx(2.0)


def test_each_size_of_letters_has_its_own_leading():
    notes = _page(*[(FULL, 0.0, 0.0, 8.0)] * 8, leading=9.0)
    leading = usual_leading([_page(*[FULL] * 8, leading=20.0), notes])
    assert leading.of(SIZE) == pytest.approx(2.0)
    assert leading.of(8.0) == pytest.approx(9 / 8)


def test_the_bodys_size_is_the_one_of_most_letters():
    assert body_size([_page(("T", 0.0, 0.0, 20.0), ("T", 0.0, 0.0, 20.0), FULL)]) == SIZE
    assert body_size([[]]) == 0.0
    assert usual_leading([[]]).of(SIZE) == pytest.approx(1.2)
