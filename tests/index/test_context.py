from __future__ import annotations

import pytest

from index.context import CONTEXT_TOKENS, context_of, table_header

TABLE = "Stores\n\n| Quay | Lamps |\n|---|---|\n| North | 40 |\n| South | 12 |\n\nOil | is not a table's first row.\n"


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


@pytest.mark.parametrize("row", ["| North", "| South"])
def test_a_passage_that_goes_on_with_a_table_has_its_header(row: str):
    assert table_header(TABLE, TABLE.index(row)) == "| Quay | Lamps |"


@pytest.mark.parametrize("start", ["Stores", "| Quay", "Oil |"])
def test_what_begins_a_table_or_stands_outside_has_none(start: str):
    assert table_header(TABLE, TABLE.index(start)) == ""
