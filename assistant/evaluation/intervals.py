"""How sure a mean over questions is, and a difference of two: bootstrap intervals and the randomisation test."""

from __future__ import annotations

import numpy as np

RESAMPLES = 10_000  # the ends of an interval of 95 % then move by some hundredths of its width
LEVEL = 0.95
SEED = 11  # any; fixed, so that two runs print the same
_AT_ONCE = 2_000_000  # numbers drawn at a time, which bounds the memory


def bootstrap_interval(values: np.ndarray, *, seed: int = SEED) -> tuple[float, float]:
    """The interval of 95 % of the mean of questions drawn with replacement.

    Args:
        values: one number a question, shape [n], n at least 1. For a paired comparison, the differences.
        seed: of the draws.

    Returns:
        Its ends: percentiles 2.5 and 97.5.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993; for retrieval Sakai, SIGIR 2006.
    """
    chance, means = np.random.default_rng(seed), []
    for draws in _portions(len(values)):
        drawn = chance.integers(0, len(values), (draws, len(values)))
        means.append(values[drawn].mean(axis=1))
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(np.concatenate(means), [tail, 100 - tail])
    return float(low), float(high)


def randomisation_p(differences: np.ndarray, *, seed: int = SEED) -> float:
    """How often a mean difference this far from 0 or farther comes about by chance, were the two alike (two-sided).

    Each question's difference keeps or changes its sign at random.

    Args:
        differences: one number a question, shape [n], n at least 1: the second's score less the first's.
        seed: of the draws.

    Returns:
        From 1 / (draws + 1) to 1.

    Source: Fisher, The Design of Experiments, 1935; for retrieval Smucker, Allan and Carterette, CIKM 2007.
    """
    chance, seen = np.random.default_rng(seed), abs(float(differences.sum()))
    slack = 1e-9 * float(np.abs(differences).sum())  # sums of the same numbers in another order differ in the last bit
    as_far = 0
    for draws in _portions(len(differences)):
        signs = chance.integers(0, 2, (draws, len(differences))) * 2 - 1
        as_far += int((np.abs(signs @ differences) >= seen - slack).sum())
    return (as_far + 1) / (RESAMPLES + 1)


def _portions(size: int) -> list[int]:
    """How many of the draws to make at a time, for `size` numbers a draw."""
    portion = max(1, min(RESAMPLES, _AT_ONCE // size))
    return [min(portion, RESAMPLES - done) for done in range(0, RESAMPLES, portion)]
