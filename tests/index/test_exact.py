"""Nearest passages by all vectors: the same as sorting all, and the same for a vector whatever stands beside it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.exact import best, cosines_of

FEW = st.sampled_from((-0.5, 0.0, 0.25, 0.5, 1.0))  # so that many are equal


@given(st.lists(FEW, max_size=40), st.integers(1, 50))
def test_the_best_are_the_first_of_all_sorted_and_equal_ones_stand_in_order_of_id(values: list[float], k: int):
    ids = np.arange(100, 100 + len(values))
    cosines = np.array(values, np.float32)
    ordered = sorted(zip(ids.tolist(), values, strict=True), key=lambda pair: (-pair[1], pair[0]))
    assert list(best(ids, cosines, k).items()) == ordered[:k]


@given(st.lists(st.integers(0, 299), min_size=1, max_size=20, unique=True))
def test_a_cosine_does_not_hang_on_the_vectors_beside_it(rows: list[int]):
    chance = np.random.default_rng(5)
    matrix, query = (chance.standard_normal(shape).astype(np.float32) for shape in ((300, 384), 384))
    assert np.array_equal(cosines_of(matrix, query)[rows], cosines_of(matrix[rows], query))
