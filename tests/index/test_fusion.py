from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse, min_max

SCORES = st.dictionaries(st.integers(1, 50), st.floats(-1, 30, allow_nan=False), max_size=20)


def test_what_both_rankings_put_first_is_first():
    assert fuse({1: 0.9, 2: 0.5, 3: 0.1}, {1: 7.0, 3: 6.0})[0] == (1, 1.0)


def test_equal_scores_stand_in_order_of_id():
    assert [key for key, _ in fuse({5: 0.4, 2: 0.4, 9: 0.4}, {})] == [2, 5, 9]


@given(SCORES, SCORES)
def test_every_candidate_appears_once_best_first(vectors: dict[int, float], words: dict[int, float]):
    fused = fuse(vectors, words)
    assert sorted(key for key, _ in fused) == sorted(vectors.keys() | words.keys())
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@given(SCORES)
def test_scaled_scores_keep_their_order_between_nought_and_one(scores: dict[int, float]):
    scaled = min_max(scores)
    assert all(0 <= score <= 1 for score in scaled.values())
    for one in scores:
        for other in scores:
            if scores[one] > scores[other]:
                assert scaled[one] >= scaled[other]
