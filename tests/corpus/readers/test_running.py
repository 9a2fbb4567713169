"""Running heads and feet and page numbers."""

import pytest

from corpus.readers.layout import Line
from corpus.readers.running import Sheet, without_running

SIZE = 10.0
HEAD, FOOT = 760.0, 30.0


def _line(text, baseline, *, left=72.0, size=SIZE, angle=0.0):
    return Line(text, left, left + 5 * len(text), baseline, size, angle=angle)


def _pages(*pages):
    """What is left of pages that are given by the lines around a body of their own."""
    sheets = [Sheet([*page, _line(f"Body {'abcdefgh'[index]}", 600)], 0, 792) for index, page in enumerate(pages)]
    return [[line.text for line in lines if not line.text.startswith("Body")] for lines in without_running(sheets)]


def test_the_same_words_at_one_height_are_left_out():
    assert _pages(*[[_line("The Report", HEAD)]] * 3) == [[]] * 3


def test_numbers_and_sides_may_differ():
    pages = [[_line(f"{number} The Report", HEAD, left=72 + 200 * (number % 2))] for number in range(3)]
    assert _pages(*pages, [_line("xiv The Report", HEAD)]) == [[]] * 4


def test_pieces_of_a_head_are_one():
    assert _pages(*[[_line("The Report", HEAD), _line(f"{page}", HEAD, left=500)] for page in range(3)]) == [[]] * 3


def test_heads_that_alternate_are_left_out():
    assert _pages(*[[_line(("Left", "Right")[number % 2], HEAD)] for number in range(6)]) == [[]] * 6


def test_other_words_stay():
    assert _pages(*[[_line(words, HEAD)] for words in ("Aid", "Arms", "Gas")]) == [["Aid"], ["Arms"], ["Gas"]]


def test_words_on_two_pages_of_many_stay():
    assert _pages([_line("Note", HEAD)], [_line("Note", HEAD)], [], []) == [["Note"], ["Note"], [], []]


def test_two_pages_are_enough_where_there_are_no_others():
    assert _pages(*[[_line("The Report", HEAD)]] * 2) == [[], []]


def test_words_in_the_middle_of_the_page_stay():
    assert _pages(*[[_line("Signed", 400)]] * 3) == [["Signed"]] * 3


def test_the_first_line_of_the_text_stays():
    pages = [[_line("Area and sum", 700), _line(f"for {area}", 688)] for area in ("Gaza", "Iran", "Sudan")]
    assert _pages(*pages) == [["Area and sum", "for Gaza"], ["Area and sum", "for Iran"], ["Area and sum", "for Sudan"]]


@pytest.mark.parametrize("number", ["7", "- 7 -", "vii", "Page 7 of 9", "7/9"])
def test_a_bare_number_at_the_edge_is_a_page_number(number):
    assert _pages([_line(number, FOOT)]) == [[]]


@pytest.mark.parametrize("text", ["2024", "7 %", "7 ministers", "mix"])
def test_other_numbers_stay(text):
    assert _pages([_line(text, FOOT)]) == [[text]]


def test_the_number_of_a_footnote_stays():
    pages = [
        [_line("3", FOOT + 18, size=6), _line(f"For example, {name}.", FOOT + 14, left=80), _line(f"See {name}.", FOOT)]
        for name in ("Elton", "May", "Voute")
    ]
    assert [page[0] for page in _pages(*pages)] == ["3"] * 3


def test_pages_that_hold_nothing_else_stay():
    sheets = [Sheet([_line(f"Slide {number}", HEAD)], 0, 792) for number in range(3)]
    assert [[line.text for line in lines] for lines in without_running(sheets)] == [
        ["Slide 0"],
        ["Slide 1"],
        ["Slide 2"],
    ]


def test_a_note_along_the_side_of_every_page_is_left_out():
    notes = [[_line("printed by the office", 20, angle=90.0)]] * 3
    assert _pages(*notes) == [[]] * 3
    assert _pages(notes[0], [], []) == [["printed by the office"], [], []]
