from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import FREQUENT_FROM_PASSAGES, fts_query, question_stems, search_form


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
    assert query == '"wind" OR "tide"'


def test_a_question_of_frequent_words_keeps_its_two_rarest():
    counts = {"report": 4_000, "state": 5_000, "year": 3_000}
    assert fts_query(tuple(counts), 6_000, lambda _: counts) == '"year" OR "report"'


def test_in_a_small_index_no_word_is_too_frequent():
    assert fts_query(("ukrain",), 40, lambda _: {"ukrain": 30}) == '"ukrain"'


@given(st.text())
def test_no_question_is_an_error_for_the_search_engine(question: str):
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(body)")
        query = fts_query(question_stems(question), 1, lambda stems: dict.fromkeys(stems, 1))
        if query:
            database.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,)).fetchall()
    finally:
        database.close()
