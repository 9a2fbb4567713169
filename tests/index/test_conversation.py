from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import Exchange, Index, Query
from index.conversation import summed

ASKED = "When did the dialogue end?"
EARLIER = Exchange("Who condemned missiles?", "The ministers condemned launches by Iran.", 0.5)


@pytest.fixture(scope="module")
def index(pack_index: Path) -> Iterator[Index]:
    opened = Index(pack_index)
    yield opened
    opened.close()


def test_a_question_after_none_is_the_question(index: Index):
    assert index.search(Query(ASKED), 10) == index.search(ASKED, 10)
    assert Query(ASKED).vector(index.embedder()) is index.embedder().embed_query(ASKED)
    assert Query(ASKED).joined == ASKED


def test_what_is_meant_is_the_question_and_half_of_what_was_asked_and_answered(index: Index):
    embed = index.embedder().embed_query
    expected = embed(ASKED) + 0.5 * embed("Who condemned missiles? The ministers condemned launches by Iran.")
    vector = Query(ASKED, (EARLIER,)).vector(index.embedder())
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)
    assert vector.dtype == np.float32


def test_a_passage_is_scored_by_the_words_of_both_questions_and_not_by_those_of_the_answer(index: Index):
    own, earlier, answer = (
        {hit.passage_id: hit.word_score for hit in index.search(text, 1_000).hits}
        for text in (ASKED, EARLIER.question, EARLIER.answer)
    )
    hits = index.search(Query(ASKED, (EARLIER,)), 1_000).hits
    for hit in hits:
        assert hit.word_score == pytest.approx(own[hit.passage_id] + 0.5 * earlier[hit.passage_id], abs=1e-5)
    assert any(answer[hit.passage_id] and not hit.word_score for hit in hits)


def test_a_hit_names_the_words_of_both_questions(index: Index):
    hits = index.search(Query(ASKED, (EARLIER,)), 5).hits
    words = {match.word.lower() for hit in hits for match in hit.matches}
    assert {"dialogue", "condemned"} <= words


def test_a_reader_of_one_text_gets_the_latest_question_and_this_one():
    assert Query(ASKED, (EARLIER, Exchange("Who leads?", "", 0.25))).joined == f"{EARLIER.question} {ASKED}"


def test_sums_keep_the_highest_and_equal_ones_in_order_of_id():
    assert list(summed([(1.0, {3: 1.0, 1: 1.0, 2: 0.5}), (0.5, {2: 3.0, 4: 1.0})], 3).items()) == [
        (2, 2.0),
        (1, 1.0),
        (3, 1.0),
    ]


@pytest.mark.parametrize("weight", [0.0, -0.5, 1.0, float("nan")])
def test_an_earlier_exchange_counts_less_than_the_question(weight: float):
    with pytest.raises(ValueError, match="counts less"):
        Exchange("Who?", "", weight)
