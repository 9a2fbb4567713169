"""How much a word tells: the less, the more passages hold it, here and in English at large.

A small corpus says little of how rare a word is: in a dozen passages "agreed" stands nowhere as a name does. So each
corpus is counted as though it held some ordinary English besides its own passages (docs/answering.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import Stemmer

from index.embedding import default_tokenizer
from index.errors import ModelUnavailable
from index.terms import Term

ORDINARY_PASSAGES = 1_000  # of English at large; 300 to 10,000 make no difference (docs/answering.md)
# Zipf's law: the word of rank r is one in r * ln(30,000) of all, and a passage has some 100
SHARE_OF_THE_FIRST = 10.0
FIRST_WORD = 1_996  # in the vocabulary of the default model: "the"; before it stand marks and single letters


def rarity(terms: Mapping[Term, float], holding: Mapping[Term, int], passages: int) -> Mapping[Term, float]:
    """How much each term tells: its weight times BM25's ln(1 + (N - n + .5) / (n + .5)), N passages, n with it.

    Args:
        terms: each with its weight.
        holding: how many passages of the corpus hold each.
        passages: how many the corpus has.

    Returns:
        0 and up, by term; N and n count the corpus and `ORDINARY_PASSAGES` besides.

    Source: Robertson and Zaragoza, Foundations and Trends in Information Retrieval 2009.
    """
    ordinary, every = _ordinary(), passages + ORDINARY_PASSAGES
    found = {
        term: min(holding[term], passages) + ORDINARY_PASSAGES * max(ordinary.get(stem, 0.0) for stem in term)
        for term in terms
    }
    return {term: terms[term] * float(np.log1p((every - n + 0.5) / (n + 0.5))) for term, n in found.items()}


@lru_cache(1)
def _ordinary() -> Mapping[str, float]:
    """The share of the passages of ordinary English that hold a stem, by stem; one that is not here is in none.

    The default model's vocabulary lists words by how often they stand in English books and Wikipedia. Where the
    package that brings it is missing nothing is known, and the corpus alone decides.
    """
    try:
        vocabulary = default_tokenizer().get_vocab()
    except ModelUnavailable:
        return {}
    words = [word for word, place in vocabulary.items() if place >= FIRST_WORD and word.isascii() and word.isalpha()]
    shares: dict[str, float] = {}
    for word, stem in zip(words, Stemmer.Stemmer("english").stemWords(words), strict=True):
        share = SHARE_OF_THE_FIRST / (vocabulary[word] - FIRST_WORD + 1)
        shares[stem] = min(1.0, shares.get(stem, 0.0) + share)
    return shares
