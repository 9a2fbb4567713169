from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import CLOSENESS_WEIGHT, VECTOR_WEIGHT, WORD_WEIGHT, fuse

COSINES = st.dictionaries(st.integers(1, 50), st.floats(-1, 1), max_size=20)
SCORES = st.dictionaries(st.integers(1, 50), st.floats(0.01, 30), max_size=20)
SHARES = st.dictionaries(st.integers(1, 50), st.floats(0, 1), max_size=20)


def test_what_all_rankers_put_first_is_first():
    assert fuse({1: 0.9, 2: 0.5, 3: 0.2}, {1: 7.0, 3: 6.0}, {1: 1.0}, 14.0)[0] == (
        1,
        pytest.approx(VECTOR_WEIGHT * 7 / 8 + WORD_WEIGHT / 2 + CLOSENESS_WEIGHT),
    )


def test_equal_scores_stand_in_order_of_id():
    assert [key for key, _ in fuse({5: 0.4, 2: 0.4, 9: 0.4}, {}, {}, 0.0)] == [2, 5, 9]


def test_a_match_counts_by_what_the_question_could_have_matched():
    """A passage that holds one common word of a long question gains little by it, though no other holds any."""
    assert fuse({1: 0.6, 2: 0.5, 3: 0.1}, {2: 1.0}, {}, 40.0)[0][0] == 1
    assert fuse({1: 0.6, 2: 0.5, 3: 0.1}, {2: 30.0}, {}, 40.0)[0][0] == 2


def test_models_whose_cosines_are_all_high_rank_alike():
    vectors, words = {1: 0.6, 2: 0.5, 3: 0.1}, {2: 3.0, 3: 9.0}
    squeezed = {key: 1 - (1 - cosine) / 5 for key, cosine in vectors.items()}
    one, other = fuse(vectors, words, {}, 10.0), fuse(squeezed, words, {}, 10.0)
    assert [key for key, _ in one] == [key for key, _ in other]
    assert [score for _, score in one] == pytest.approx([score for _, score in other])


def test_a_passage_beyond_the_nearest_is_no_nearer_than_the_last_of_them():
    assert fuse({1: 0.6, 2: 0.3}, {3: 1.0}, {}, 10.0)[-1][0] == 2
    scores = dict(fuse({1: 0.6, 2: 0.3}, {3: 1.0}, {}, 10.0))
    assert scores[3] == pytest.approx(scores[2] + WORD_WEIGHT / 10)


def test_passages_that_are_the_question_itself_are_no_division_by_nothing():
    assert fuse({1: 1.0, 2: 1.0}, {2: 1.0}, {}, 2.0) == [(2, pytest.approx(WORD_WEIGHT / 2)), (1, 0.0)]


@given(COSINES, SCORES, SHARES)
def test_every_candidate_appears_once_best_first(
    vectors: dict[int, float], words: dict[int, float], closeness: dict[int, float]
):
    fused = fuse(vectors, words, closeness, 30.0)
    assert sorted(key for key, _ in fused) == sorted(vectors.keys() | words.keys())
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@given(COSINES, SCORES, SHARES, st.integers(1, 50))
def test_words_that_stand_together_never_lower_a_passage(
    vectors: dict[int, float], words: dict[int, float], closeness: dict[int, float], one: int
):
    apart = dict(fuse(vectors, words, {**closeness, one: 0.0}, 30.0))
    together = dict(fuse(vectors, words, {**closeness, one: 1.0}, 30.0))
    assert all(together[key] >= apart[key] for key in apart)
