"""The search form of text, and FTS5 queries over it.

The search form is what words are compared in: compatibility characters folded (NFKC), case folded,
accents dropped, stemmed. The stored text is never touched by it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import accumulate
from math import log

import Stemmer

from index.rows import WordQuery
from index.segmenting import VOICING, tokens

WORDS_VERSION = "2"
FREQUENT_SHARE = 0.1  # words in more passages than this tell little and make FTS5 ten times slower
FREQUENT_FROM_PASSAGES = 5_000  # in a smaller index they cost nothing, and every topic word is frequent
KEPT_RAREST = 2  # a question of frequent words only still searches its rarest two
SCORED_ROWS = 100_000  # FTS5 scores a matching passage in about a microsecond, and passes over one in a tenth of that
MAX_TERMS = 64  # a longer question is searched by its rarest words; keeps one query bounded
STEM_CACHE = 100_000
WORDS_BETWEEN = 2  # of a pair: an article and a preposition; 0 to 10 gave nDCG@10 within .003
BM25_K1 = 1.2  # as FTS5 has it built in
FTS5_LEAST_IDF = 1e-6  # likewise, of a term that half of the passages hold

_STOP_WORDS_TEXT = """
    a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just me more most my no nor not of off on once only or other our
    out over own same she should so some such than that the their them then there these they this those through to
    too under until up us very was we were what when where which while who whom whose why will with would you your
    tell please give describe explain say says said know
"""
_STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
_stemmer = Stemmer.Stemmer("english")


def search_form(text: str) -> str:
    """The text as it is indexed for words: its stems, separated by blanks."""
    return " ".join(stem(word) for word in tokens(text))


@lru_cache(maxsize=STEM_CACHE)
def stem(word: str) -> str:
    """The stem of one word (Porter's English stemmer, second version), without case and accents."""
    folded = _folded(word.replace("’", "'").casefold())
    stemmed: str = _stemmer.stemWord(folded)
    return stemmed.replace("'", "") or folded


def _folded(word: str) -> str:
    """A word without accents; kana keep their voicing, which tells words apart as letters do."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word)
    kept = (letter for letter in apart if not unicodedata.combining(letter) or letter in VOICING)
    return unicodedata.normalize("NFC", "".join(kept))


def question_stems(question: str) -> tuple[str, ...]:
    """The stems a question is searched by: without stop words, unless there are no others.

    A word in capitals is never a stop word ("US" is not "us").
    """
    return tuple(dict.fromkeys(_telling_stems(question)))


def question_pairs(question: str) -> tuple[tuple[str, str], ...]:
    """The stems that follow each other in a question, stop words aside: names and other phrases are among them."""
    stems = _telling_stems(question)
    return tuple(dict.fromkeys(pair for pair in zip(stems, stems[1:], strict=False) if pair[0] != pair[1]))


def _telling_stems(question: str) -> list[str]:
    spoken = tokens(question)
    shouted = question.isupper()
    telling = [word for word in spoken if word.casefold() not in _STOP_WORDS or _is_acronym(word, shouted)]
    return [stem(word) for word in (telling or spoken)]


def _is_acronym(word: str, shouted: bool) -> bool:
    return len(word) > 1 and word.isupper() and not shouted


def fts_query(
    question_terms: tuple[str, ...],
    passages: int,
    frequencies: Callable[[tuple[str, ...]], Mapping[str, int]],
    pairs: tuple[tuple[str, str], ...] = (),
) -> WordQuery:
    """An FTS5 query for any of the terms, and for the rarest of them where all would have too many rows scored.

    Args:
        question_terms: stems, as from `question_stems`.
        passages: how many passages are indexed.
        frequencies: in how many passages each term stands.
        pairs: of these terms, as from `question_pairs`; those are left out that would cost more than the terms.
    """
    counts = frequencies(question_terms)
    present = sorted((term for term in question_terms if counts[term]), key=lambda term: (counts[term], term))
    if passages > FREQUENT_FROM_PASSAGES:
        rare = [term for term in present if counts[term] <= FREQUENT_SHARE * passages]
        present = rare if len(rare) >= KEPT_RAREST else present[:KEPT_RAREST]
    present = present[:MAX_TERMS]
    rows = list(accumulate(counts[term] for term in present))
    leading = max(bisect_right(rows, SCORED_ROWS), KEPT_RAREST)
    led = set(present[:leading])
    near = [pair for pair in pairs if not led.isdisjoint(pair) and all(counts[term] for term in pair)]
    return WordQuery(
        _any_of(present[:leading]),
        _any_of(present),
        (BM25_K1 + 1) * sum(_idf(counts[term], passages) for term in present),
        tuple(f"NEAR({_quoted(one)} {_quoted(other)}, {WORDS_BETWEEN})" for one, other in near[:MAX_TERMS]),
    )


def _any_of(terms: list[str]) -> str:
    return " OR ".join(map(_quoted, terms))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _idf(holding: int, passages: int) -> float:
    """What FTS5 multiplies a term's part of BM25 by."""
    return max(log((passages - holding + 0.5) / (holding + 0.5)), FTS5_LEAST_IDF)
