from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Span
from index import Analyzer, Match, tokens
from index.explaining import matches, ranks
from index.words import stem

WORDS = st.sampled_from(
    [
        "Dialogue",
        "dialogues",
        "U.S.",
        "US",
        "café",
        "cafe\u0301",
        "re\u00adstore",
        "Russia’s",
        "1999",
        "don't",
        "ﬁnance",
        "電力市場",
        "市場",
        "バス",
        "ﾊﾞｽの市場",
        "ハ\u3099ス",
        "Windows版",
        "l'市場",
        "가격",
        "ᄀ\u1161격",
        "ภาษาไทย",
    ]
)
GAPS = st.sampled_from([" ", ", ", "\n\n", " - ", "_", " (", "; ", " 😀 "])
WRITTEN = st.lists(st.tuples(WORDS, GAPS), max_size=12).map(lambda parts: "".join(word + gap for word, gap in parts))


def stems_of(question: str) -> set[str]:
    return {stem for term in Analyzer().question(question) for stem in term}


def words(question: str, text: str) -> list[str]:
    return [match.word for match in matches(stems_of(question), text)]


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("When did the dialogues end?", "The dialogue ended. Dialogue!", ["dialogue", "ended", "Dialogue"]),
        ("What does the US want?", "The U.S. and the US, not Us.x", ["U.S.", "US", "Us"]),
        ("Where is the cafe?", "The cafe\u0301 and the Café.", ["cafe\u0301", "Café"]),
        ("Restore the archive", "re\u00adstored archives", ["re\u00adstored", "archives"]),
        ("Russia", "Russia’s words, Russian ones", ["Russia’s"]),
        ("harbour", "no such word", []),
        ("電力市場は", "日本の電力市場と、電力の卸市場。", ["電力市場", "電力", "市場"]),
        ("バス停", "パス停とﾊﾞｽ停とハ\u3099ス停", ["ス停", "ﾊﾞｽ停", "ハ\u3099ス停"]),
        ("Windows 版", "Windows版、版", ["Windows", "版", "版"]),
        ("المُدُن", "في المدن", ["المدن"]),
        ("हिन्दी", "यह हिन्दी है", ["हिन्दी"]),
    ],
)
def test_the_words_of_a_question_are_found_as_they_are_written(question, text, found):
    assert words(question, text) == found


@settings(deadline=None)
@given(st.one_of(st.text(), WRITTEN), st.one_of(st.text(), WRITTEN), st.integers(0, 1_000))
def test_a_match_is_exactly_what_stands_at_its_place_and_has_a_stem_of_the_question(question, text, start):
    wanted = stems_of(question)
    document, end = "x" * start + text, 0
    for match in matches(wanted, text, start):
        assert match.span.of(document) == match.word
        assert wanted & {stem(word) for word in tokens(match.word)}
        assert match.span.start >= end
        end = match.span.end


@settings(deadline=None)
@given(WRITTEN, WRITTEN)
def test_every_word_of_a_text_that_has_a_stem_of_the_question_is_found(question, text):
    wanted = stems_of(question)
    found = {stem(word) for match in matches(wanted, text) for word in tokens(match.word)}
    assert wanted & {stem(word) for word in tokens(text)} <= found


def test_words_are_matched_by_the_stems_of_the_language_of_their_document():
    assert [match.word for match in matches({"lamp"}, "Die Lampen, die Lampe", language="de")] == ["Lampen", "Lampe"]
    assert matches({"lamp"}, "Die Lampen") == ()


def test_a_match_is_as_long_as_its_word():
    with pytest.raises(ValueError, match="as long as its span"):
        Match("word", Span(0, 3))


def test_ranks_count_from_1_and_equal_scores_stand_in_order_of_their_ids():
    assert ranks({9: 0.5, 4: 0.7, 2: 0.5}) == {4: 1, 2: 2, 9: 3}
    assert ranks({}) == {}
