from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.rows import WordQuery
from index.segmenting import tokens
from index.terms import Term
from index.words import (
    FREQUENT_FROM_PASSAGES,
    MAX_TERMS,
    SCORED_ROWS,
    Analyzer,
    fts_query,
    search_form,
)


def terms(*stems: str) -> tuple[Term, ...]:
    """As they are in a corpus of one language."""
    return tuple((stem,) for stem in stems)


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
    assert Analyzer().question(question) == terms(*expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("電力市場。", ["電力", "力市", "市場"]),
        ("第3回の会議", ["第", "3", "回の", "の会", "会議"]),
        ("Windows版", ["Windows", "版"]),
        ("서울에서", ["서울", "울에", "에서"]),
        ("ภาษา", ["ภา", "าษ", "ษา"]),
        ("l'水", ["l", "水"]),
        ("日.本.U.S.", ["日", "本", "US"]),
        ("كِتَاب", ["كتاب"]),
        ("हिन्दी", ["हनद"]),
    ],
)
def test_writing_without_spaces_is_cut_into_pairs_of_letters(text: str, expected: list[str]):
    assert tokens(text) == expected


def test_a_voiced_kana_is_another_letter():
    assert search_form("バス") != search_form("パス")
    assert search_form("ﾊﾞｽ") == search_form("ハ\u3099ス") == search_form("バス")


def test_very_frequent_words_are_dropped_from_a_large_index():
    counts = {"report": FREQUENT_FROM_PASSAGES, "wind": 3, "tide": 5, "gone": 0}
    query = fts_query(terms(*counts), FREQUENT_FROM_PASSAGES + 1, lambda _: counts)
    assert query.whole == '"wind" OR "tide"'


def test_a_question_of_frequent_words_keeps_its_two_rarest():
    counts = {"report": 4_000, "state": 5_000, "year": 3_000}
    assert fts_query(terms(*counts), 6_000, lambda _: counts).whole == '"year" OR "report"'


def test_in_a_small_index_no_word_is_too_frequent():
    assert fts_query(terms("ukrain"), 40, lambda _: {"ukrain": 30}).whole == '"ukrain"'


def test_a_question_is_led_by_its_rarest_words_where_all_would_cost_too_much():
    counts = {"report": SCORED_ROWS, "wind": 3, "state": SCORED_ROWS - 2, "tide": 5}
    query = fts_query(terms(*counts), SCORED_ROWS * 20, lambda _: counts)
    assert (query.leading, query.whole) == ('"wind" OR "tide"', '"wind" OR "tide" OR "state" OR "report"')


def test_a_question_that_costs_little_is_one_step():
    counts = {"report": SCORED_ROWS - 8, "wind": 3, "tide": 5}
    query = fts_query(terms(*counts), SCORED_ROWS * 20, lambda _: counts)
    assert query.leading == query.whole


def test_a_question_of_costly_words_is_led_by_its_two_rarest():
    counts = dict.fromkeys(("report", "state", "year"), SCORED_ROWS + 1)
    assert fts_query(terms(*counts), SCORED_ROWS * 20, lambda _: counts).leading == '"report" OR "state"'


def test_a_question_without_known_words_is_no_query():
    assert fts_query(terms("wind"), 40, lambda _: {"wind": 0}) == WordQuery("", "")


@given(st.text())
def test_no_question_is_an_error_for_the_search_engine(question: str):
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(body)")
        query = fts_query(Analyzer().question(question), 1, lambda stems: dict.fromkeys(stems, 1)).whole
        if query:
            database.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,)).fetchall()
    finally:
        database.close()


def test_words_that_follow_each_other_in_a_question_are_searched_as_pairs():
    pairs = Analyzer().pairs("When did the Bank of England raise the bank rate?")
    assert pairs == tuple(terms(*pair.split()) for pair in ("bank england", "england rais", "rais bank", "bank rate"))
    counts = {"bank": 9, "england": 4, "rais": 0, "rate": 3}
    query = fts_query(terms("bank", "england", "rais", "rate"), 40, lambda _: counts, pairs)
    assert query.pairs == ('NEAR("bank" "england", 2)', 'NEAR("bank" "rate", 2)')


def test_pairs_of_costly_words_are_not_searched_and_no_question_has_too_many():
    counts = {"report": SCORED_ROWS, "wind": 3, "state": SCORED_ROWS - 2, "tide": 5}
    pairs = (terms("report", "state"), terms("state", "wind"))
    assert fts_query(terms(*counts), SCORED_ROWS * 20, lambda _: counts, pairs).pairs == ('NEAR("state" "wind", 2)',)
    many = {str(number): 1 for number in range(2 * MAX_TERMS)}
    pairs = Analyzer().pairs(" ".join(many))
    assert len(fts_query(terms(*many), 10, lambda _: many, pairs).pairs) <= MAX_TERMS


@given(
    st.lists(st.sampled_from(["harbour", "lamps", "quay", "tide", "wall", "dusk", "oil"]), min_size=1, max_size=30),
    st.data(),
)
def test_no_passage_scores_more_than_a_question_allows(words: list[str], data: st.DataObject):
    """`highest` bounds FTS5's BM25 whatever the passages hold and the columns weigh."""
    bodies = data.draw(
        st.lists(st.lists(st.sampled_from([*words, "other", "more"]), max_size=12), min_size=1, max_size=8)
    )
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(context, body)")
        rows = [(search_form(" ".join(body[:2])), search_form(" ".join(body))) for body in bodies]
        database.executemany("INSERT INTO words VALUES (?, ?)", rows)
        asked = Analyzer().question(" ".join(words))
        holding = {stem: sum(stem in " ".join(row).split() for row in rows) for (stem,) in asked}
        query = fts_query(asked, len(rows), lambda _: holding)
        if query.whole:
            scored = "SELECT -bm25(words, 2.0, 1.0) FROM words WHERE words MATCH ?"
            scores = [score for (score,) in database.execute(scored, (query.whole,))]
            assert max(scores) <= query.highest * (1 + 1e-9)
            assert max(scores) > 0
    finally:
        database.close()


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Häuser", "haus"),
        ("fr", "l’éclairage", "éclairages"),
        ("es", "educación", "EDUCACIONES"),
        ("it", "biblioteche", "biblioteca"),
        ("pt", "livros", "livro"),
        ("nl", "bruggen", "brug"),
        ("ru", "красивый", "красивые"),
        ("ar", "المُدُن", "مدن"),
        ("la", "Café", "cafe"),
    ],
)
def test_forms_of_a_word_are_found_by_each_other_in_its_language(language: str, one: str, other: str):
    assert search_form(one, language) == search_form(other, language)


def test_a_text_of_no_known_language_is_stemmed_as_english_and_one_without_a_stemmer_not_at_all():
    assert search_form("dialogues") == search_form("dialogues", "en") != search_form("dialogues", "la") == "dialogues"


def test_a_word_is_searched_by_its_stems_in_each_language_of_the_corpus():
    assert Analyzer().term("Lampen") == ("lampen",)
    assert Analyzer(("en", "de", "fr")).term("Lampen") == ("lampen", "lamp")


@pytest.mark.parametrize(
    ("languages", "question", "expected"),
    [
        (("en", "de"), "Why did the man die?", ["man", "die"]),
        (("en", "de"), "Warum starb die alte Frau?", ["starb", "alte", "Frau"]),
        (("en",), "Wer starb?", ["Wer", "starb"]),
        (("fr",), "Qu’est-ce que l’eau ?", ["eau"]),
        (("zh",), "谁在看守灯塔？什么", ["谁在", "在看", "看守", "守灯", "灯塔"]),
        (("la",), "What is the lamp?", ["What", "is", "the", "lamp"]),
    ],
)
def test_stop_words_are_those_of_the_language_of_the_question_if_the_corpus_has_it(languages, question, expected):
    analyzer = Analyzer(languages)
    assert analyzer.question(question) == tuple(map(analyzer.term, expected))


def test_the_stems_of_one_word_count_as_one_term():
    counts = {"lampen": 2, "lamp": 9, "leucht": 0, "turm": 4}
    asked = (("lampen", "lamp"), ("leucht", "turm"))
    query = fts_query(asked, 100, lambda _: counts, (asked,))
    assert query.whole == '"turm" OR "lampen" OR "lamp"'
    assert query.pairs == ('NEAR("lampen" "turm", 2) OR NEAR("lamp" "turm", 2)',)
    rarest = fts_query((("lampen",), ("turm",)), 100, lambda _: counts)
    assert query.highest == rarest.highest
