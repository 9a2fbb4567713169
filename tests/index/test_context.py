from __future__ import annotations

import pytest

from corpus import Document, Draft
from index.context import CONTEXT_TOKENS, TableHeaders, context_of, contexts_of

TABLE = "Stores\n\n| Quay | Lamps |\n|---|---|\n| North | 40 |\n| South | 12 |\n\nOil | is not a table's first row.\n"
TWO_TABLES = TABLE + "\nMore\n\n| Pier | Boats |\n|---|---|\n| East | 4 |\n| West | 2 |\n"


def count(text: str) -> int:
    return len(text.split())


def test_a_context_is_title_and_headings():
    assert context_of("Harbour", ("Lamps", "Oil"), count) == "Harbour > Lamps > Oil"


def test_a_long_path_loses_its_middle_first():
    middle = "very " * CONTEXT_TOKENS
    assert context_of("Harbour", (middle, "Oil"), count) == "Harbour > Oil"


@pytest.mark.parametrize("title", ["lamp " * 500, "x" * 5_000, ""])
def test_no_context_exceeds_its_tokens(title: str):
    assert count(context_of(title, ("oil " * 500,), count)) <= CONTEXT_TOKENS


def document(name: str, title: str) -> Document:
    return Document(f"folder/{name}", "0" * 64, 1, 1, "text/plain", Draft("Six words.", title=title))


def test_a_renamed_file_is_embedded_as_before_and_found_by_its_new_name():
    before, after = (contexts_of(document(name, ""), ("Oil",), count) for name in ("a.txt", "lamps.txt"))
    assert before.embedded_text("Six words.") == after.embedded_text("Six words.") == "Oil\nSix words."
    assert after.words == "lamps.txt > Oil"


def test_a_title_of_the_documents_own_is_embedded_and_searched():
    contexts = contexts_of(document("a.txt", "Harbour"), (), count)
    assert contexts.embedded == contexts.words == "Harbour"


def test_without_title_and_headings_the_passage_is_embedded_alone():
    assert contexts_of(document("a.txt", ""), (), count).embedded_text("Six words.") == "Six words."


def test_a_long_heading_without_a_title_is_cut_and_not_lost():
    context = context_of("", ("oil " * 500,), count)
    assert context.startswith("oil oil")
    assert count(context) <= CONTEXT_TOKENS


@pytest.mark.parametrize("row", ["| North", "| South"])
def test_a_passage_that_goes_on_with_a_table_has_its_header(row: str):
    assert TableHeaders(TABLE).above(TABLE.index(row)) == "| Quay | Lamps |"


@pytest.mark.parametrize("start", ["Stores", "| Quay", "Oil |"])
def test_what_begins_a_table_or_stands_outside_has_none(start: str):
    assert TableHeaders(TABLE).above(TABLE.index(start)) == ""


def test_passages_asked_one_after_the_other_have_the_headers_they_have_alone():
    headers = TableHeaders(TWO_TABLES)
    starts = [
        TWO_TABLES.index(row)
        for row in ("Stores", "| Quay", "| North", "| South", "More", "| Pier", "| East", "| West")
    ]
    one_after_the_other = [headers.above(start) for start in starts]
    assert one_after_the_other == [TableHeaders(TWO_TABLES).above(start) for start in starts]
    assert one_after_the_other[-1] == "| Pier | Boats |"


def test_a_row_in_the_middle_of_which_a_passage_begins_is_headed_too():
    headers = TableHeaders(TABLE)
    assert headers.above(TABLE.index("| North")) == "| Quay | Lamps |"
    assert headers.above(TABLE.index("40")) == "| Quay | Lamps |"
