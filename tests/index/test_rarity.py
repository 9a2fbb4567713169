"""How much a word of a question tells, in a small corpus and in a large one."""

from __future__ import annotations

import pytest

from index.rarity import rarity

# stems of words that everybody uses, of a name that an encyclopedia holds, and of none at all
COMMON, NAME, UNHEARD = ("agre",), ("ukrain",), ("brindlewick",)


def told(counts: dict, passages: int) -> list[float]:
    return list(rarity(dict.fromkeys(counts, 1.0), counts, passages).values())


@pytest.mark.parametrize("passages", [12, 1_000, 100_000])
def test_of_words_that_no_passage_holds_a_common_one_tells_less_than_a_name(passages):
    common, name, unheard = told({COMMON: 0, NAME: 0, UNHEARD: 0}, passages)
    assert 0 < common < name < unheard


def test_in_a_small_corpus_an_absent_common_word_does_not_outweigh_a_name_that_is_there():
    common, name = told({COMMON: 0, NAME: 3}, 12)
    assert common < name


def test_in_a_large_corpus_its_own_counts_decide():
    common, name = told({COMMON: 3, NAME: 3_000}, 100_000)
    assert common > name


def test_a_word_in_more_passages_tells_less():
    assert told({UNHEARD: 0}, 12) > told({UNHEARD: 1}, 12) > told({UNHEARD: 12}, 12) > [0.0]


def test_a_word_of_every_passage_tells_nothing_amiss():
    assert all(value >= 0 for value in told({("the",): 40, UNHEARD: 40}, 12))  # two stems of a term may count twice


def test_a_weight_counts():
    assert rarity({NAME: 0.5}, {NAME: 1}, 12)[NAME] == pytest.approx(told({NAME: 1}, 12)[0] / 2)
