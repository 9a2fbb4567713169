"""Intervals and p-values agree with scipy's, and with what is exactly known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from assistant.evaluation import intervals
from assistant.evaluation.intervals import bootstrap_interval, randomisation_p

VALUES = np.random.default_rng(3).beta(2, 1, 80)


def test_the_interval_is_that_of_scipy():
    theirs = stats.bootstrap((VALUES,), np.mean, method="percentile", n_resamples=10_000, rng=1).confidence_interval
    assert bootstrap_interval(VALUES) == pytest.approx(tuple(theirs), abs=0.004)


def test_the_p_value_is_that_of_scipy():
    differences = VALUES[:40] - VALUES[40:] + 0.05
    theirs = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=10_000, rng=1
    ).pvalue
    assert randomisation_p(differences) == pytest.approx(theirs, abs=0.02)


def test_of_five_equal_gains_two_in_thirty_two_signings_are_as_far():
    assert randomisation_p(np.full(5, 0.1)) == pytest.approx(2 / 32, abs=0.01)


def test_no_difference_is_no_evidence_and_one_question_has_no_width():
    assert randomisation_p(np.zeros(50)) == 1.0
    assert bootstrap_interval(np.array([0.25])) == (0.25, 0.25)


def test_two_runs_print_the_same_however_much_is_drawn_at_once(monkeypatch):
    before = bootstrap_interval(VALUES), randomisation_p(VALUES - 0.6)
    assert (bootstrap_interval(VALUES), randomisation_p(VALUES - 0.6)) == before
    monkeypatch.setattr(intervals, "_AT_ONCE", 1_000)
    assert (bootstrap_interval(VALUES), randomisation_p(VALUES - 0.6)) == before
