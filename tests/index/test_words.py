from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.rows import WordQuery
from index.words import FREQUENT_FROM_PASSAGES, SCORED_ROWS, fts_query, question_stems, search_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dialogues", "Dialogue"),
        ("Russia's", "RUSSIA"),
        ("Russia’s", "russia"),
        ("U.S.", "US"),
        ("ﬁnance", "finance"),
        ("Café", "cafe"),
        ("re\u00adstore", "restore"),
        ("１９９９", "1999"),
    ],
)
def test_forms_of_one_word_are_found_by_each_other(one: str, other: str):
    assert search_form(one) == search_form(other)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did the dialogue end?", ("dialogu", "end")),
        ("Who is who?", ("who", "is")),
        ("What did the US tell us?", ("us",)),
        ("WHAT DID THEY SAY?", ("what", "did", "they", "say")),
    ],
)
def test_a_question_is_searched_by_its_telling_words(question: str, expected: tuple[str, ...]):
    assert question_stems(question) == expected


def test_very_frequent_words_are_dropped_from_a_large_index():
    counts = {"report": FREQUENT_FROM_PASSAGES, "wind": 3, "tide": 5, "gone": 0}
    query = fts_query(tuple(counts), FREQUENT_FROM_PASSAGES + 1, lambda _: counts)
    assert query.whole == '"wind" OR "tide"'


def test_a_question_of_frequent_words_keeps_its_two_rarest():
    counts = {"report": 4_000, "state": 5_000, "year": 3_000}
    assert fts_query(tuple(counts), 6_000, lambda _: counts).whole == '"year" OR "report"'


def test_in_a_small_index_no_word_is_too_frequent():
    assert fts_query(("ukrain",), 40, lambda _: {"ukrain": 30}).whole == '"ukrain"'


def test_a_question_is_led_by_its_rarest_words_where_all_would_cost_too_much():
    counts = {"report": SCORED_ROWS, "wind": 3, "state": SCORED_ROWS - 2, "tide": 5}
    assert fts_query(tuple(counts), SCORED_ROWS * 20, lambda _: counts) == WordQuery(
        '"wind" OR "tide"', '"wind" OR "tide" OR "state" OR "report"'
    )


def test_a_question_that_costs_little_is_one_step():
    counts = {"report": SCORED_ROWS - 8, "wind": 3, "tide": 5}
    query = fts_query(tuple(counts), SCORED_ROWS * 20, lambda _: counts)
    assert query.leading == query.whole


def test_a_question_of_costly_words_is_led_by_its_two_rarest():
    counts = dict.fromkeys(("report", "state", "year"), SCORED_ROWS + 1)
    assert fts_query(tuple(counts), SCORED_ROWS * 20, lambda _: counts).leading == '"report" OR "state"'


def test_a_question_without_known_words_is_no_query():
    assert fts_query(("wind",), 40, lambda _: {"wind": 0}) == WordQuery("", "")


@given(st.text())
def test_no_question_is_an_error_for_the_search_engine(question: str):
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(body)")
        query = fts_query(question_stems(question), 1, lambda stems: dict.fromkeys(stems, 1)).whole
        if query:
            database.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,)).fetchall()
    finally:
        database.close()
