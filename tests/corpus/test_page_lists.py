"""Lists of pages, as they are written into a document's metadata and asked for again."""

import pytest

from corpus import Page, Span, is_on_listed_page
from corpus.page_lists import page_list

PAGES = tuple(Page(number, str(number), Span(10 * number - 10, 10 * number)) for number in range(1, 8))


@pytest.mark.parametrize(("numbers", "written"), [([], ""), ([2], "2"), ([1, 2, 3, 5, 7, 8], "1-3, 5, 7-8")])
def test_neighbouring_pages_are_written_as_one_run(numbers, written):
    assert page_list(numbers) == written


@pytest.mark.parametrize(
    ("span", "is_listed"),
    [((10, 20), False), ((20, 30), True), ((31, 32), True), ((35, 60), True), ((40, 60), False), ((60, 70), True)],
)
def test_a_stretch_is_on_a_listed_page_where_any_of_it_is(span, is_listed):
    assert is_on_listed_page("3-4, 7", PAGES, Span(*span)) is is_listed


@pytest.mark.parametrize("listed", ["", "none", "3e9, -", "1" * 5000, "0-0"])
def test_what_is_no_list_names_no_page(listed):
    assert not is_on_listed_page(listed, PAGES, Span(0, 70))
