"""The search form of text, and FTS5 queries over it.

The search form is what words are compared in: compatibility characters folded (NFKC), case folded,
accents dropped, stemmed. The stored text is never touched by it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import accumulate, chain, product
from math import log

import Stemmer

from index.rows import WordQuery
from index.segmenting import VOICING, tokens
from index.stop_words import STOP_WORDS
from index.terms import Term

WORDS_VERSION = "3"
FREQUENT_SHARE = 0.1  # words in more passages than this tell little and make FTS5 ten times slower
FREQUENT_FROM_PASSAGES = 5_000  # in a smaller index they cost nothing, and every topic word is frequent
KEPT_RAREST = 2  # a question of frequent words only still searches its rarest two
SCORED_ROWS = 100_000  # FTS5 scores a matching passage in about a microsecond, and passes over one in a tenth of that
MAX_TERMS = 64  # a longer question is searched by its rarest words; keeps one query bounded
STEM_CACHE = 100_000
FEWEST_STOPS, STOPS_SHARE = 2, 0.3  # of a question's words, that tell its language
WORDS_BETWEEN = 2  # of a pair: an article and a preposition; 0 to 10 gave nDCG@10 within .004
BM25_K1 = 1.2  # as FTS5 has it built in
FTS5_LEAST_IDF = 1e-6  # likewise, of a term that half of the passages hold

# Snowball's stemmers by ISO 639-1 code; the words of other languages are only folded
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
UNDECIDED = "en"  # the language that a text of no known language is taken for


def search_form(text: str, language: str | None = None) -> str:
    """The text as it is indexed for words: its stems, separated by blanks.

    Args:
        text: of a document.
        language: the document's, an ISO 639-1 code; None where it is undecided.
    """
    return " ".join(stem(word, language or UNDECIDED) for word in tokens(text))


@lru_cache(maxsize=STEM_CACHE)
def stem(word: str, language: str = UNDECIDED) -> str:
    """The stem of one word by Snowball's stemmer of its language, without case and accents."""
    plain = word.replace("’", "'").casefold()
    folded = _folded(plain)
    if language not in STEMMERS:
        return folded.replace("'", "") or folded
    # other stemmers than the English one know endings by their accents
    stemmed: str = _stemmer(STEMMERS[language]).stemWord(folded if language == "en" else plain)
    return _folded(stemmed).replace("'", "") or folded


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)


def _folded(word: str) -> str:
    """A word without accents; kana keep their voicing, which tells words apart as letters do."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word)
    kept = (letter for letter in apart if not unicodedata.combining(letter) or letter in VOICING)
    return unicodedata.normalize("NFC", "".join(kept))


@dataclass(frozen=True, slots=True)
class Analyzer:
    """How words become the terms that a corpus is searched by.

    Attributes:
        languages: those of its documents (ISO 639-1), that of the most documents first.
        respelt: what misspelt words are taken for.
    """

    languages: tuple[str, ...] = (UNDECIDED,)
    respelt: Mapping[Term, Term] = field(default_factory=dict)

    def term(self, word: str) -> Term:
        """The stems that a word may have in this corpus, as its documents are of one language or another."""
        stems = tuple(dict.fromkeys(stem(word, language) for language in self.languages))
        return self.respelt.get(stems, stems)

    def question(self, question: str) -> tuple[Term, ...]:
        """The terms a question is searched by."""
        return tuple(dict.fromkeys(map(self.term, self.words(question))))

    def pairs(self, question: str) -> tuple[tuple[Term, Term], ...]:
        """The terms that follow each other in a question, stop words aside: names and other phrases are among them."""
        terms = [self.term(word) for word in self.words(question)]
        return tuple(dict.fromkeys(pair for pair in zip(terms, terms[1:], strict=False) if pair[0] != pair[1]))

    def words(self, question: str) -> list[str]:
        """The words of a question as written: without stop words, unless there are no others.

        A word in capitals is never a stop word ("US" is not "us").
        """
        spoken = tokens(question)
        shouted = question.isupper()
        stops = self._stop_words(spoken)
        telling = [word for word in spoken if not _is_stop(word, stops) or is_acronym(word, shouted)]
        return telling or spoken

    def foreign(self, question: str) -> str:
        """The language (ISO 639-1) that a question seems to be in, by its stop words, where no document is; else ""."""
        spoken = tokens(question)
        counts = {language: sum(_is_stop(word, stops) for word in spoken) for language, stops in STOP_WORDS.items()}
        own = max((counts.get(language, 0) for language in self.languages), default=0)
        best = max(counts, key=lambda language: (counts[language], language))
        telling = counts[best] >= FEWEST_STOPS and counts[best] >= STOPS_SHARE * len(spoken)
        return best if telling and counts[best] > own else ""

    def _stop_words(self, spoken: list[str]) -> Set[str]:
        """Those of the language that the question seems to be in: of the corpus's the one with the most of them.

        The German article "die" is no stop word of an English question.
        """
        known = [STOP_WORDS[language] for language in self.languages if language in STOP_WORDS]
        return max(known, key=lambda stops: sum(_is_stop(word, stops) for word in spoken), default=frozenset())


def _is_stop(word: str, stops: Set[str]) -> bool:
    plain = word.casefold()
    if plain in stops:
        return True
    # the French "qu'est" and the Italian "dov'è" are two stop words; the English "what's" is one word
    before, apostrophe, after = plain.replace("’", "'").partition("'")
    return bool(apostrophe) and before in stops and after in stops


def is_acronym(word: str, shouted: bool) -> bool:
    """Whether a word is in capitals where not all of its question is (`shouted`)."""
    return len(word) > 1 and word.isupper() and not shouted


def fts_query(
    question_terms: tuple[Term, ...],
    passages: int,
    frequencies: Callable[[tuple[str, ...]], Mapping[str, int]],
    pairs: tuple[tuple[Term, Term], ...] = (),
) -> WordQuery:
    """An FTS5 query for any of the terms, and for the rarest of them where all would have too many rows scored.

    Args:
        question_terms: as from `Analyzer.question`.
        passages: how many passages are indexed.
        frequencies: in how many passages each stem stands.
        pairs: of these terms, as from `Analyzer.pairs`; those are left out that would cost more than the terms.
    """
    held = frequencies(tuple(dict.fromkeys(chain.from_iterable(question_terms))))
    counts = {term: sum(held[stem] for stem in term) for term in question_terms}
    present = sorted((term for term in question_terms if counts[term]), key=lambda term: (counts[term], term))
    if passages > FREQUENT_FROM_PASSAGES:
        rare = [term for term in present if counts[term] <= FREQUENT_SHARE * passages]
        present = rare if len(rare) >= KEPT_RAREST else present[:KEPT_RAREST]
    present = present[:MAX_TERMS]
    rows = list(accumulate(counts[term] for term in present))
    leading = max(bisect_right(rows, SCORED_ROWS), KEPT_RAREST)
    led = set(present[:leading])
    stems = {term: [stem for stem in term if held[stem]] for term in question_terms}
    near = [pair for pair in pairs if not led.isdisjoint(pair) and all(counts[term] for term in pair)]
    return WordQuery(
        _any_of(stems[term] for term in present[:leading]),
        _any_of(stems[term] for term in present),
        (BM25_K1 + 1) * sum(max(_idf(held[stem], passages) for stem in stems[term]) for term in present),
        tuple(_close(stems[one], stems[other]) for one, other in near[:MAX_TERMS]),
    )


def _any_of(terms: Iterable[list[str]]) -> str:
    return " OR ".join(map(quoted, chain.from_iterable(terms)))


def _close(stems: list[str], others: list[str]) -> str:
    both = product(map(quoted, stems), map(quoted, others))
    return " OR ".join(f"NEAR({one} {other}, {WORDS_BETWEEN})" for one, other in both)


def quoted(term: str) -> str:
    """A term in FTS5's grammar."""
    return '"' + term.replace('"', '""') + '"'


def _idf(holding: int, passages: int) -> float:
    """What FTS5 multiplies a term's part of BM25 by."""
    return max(log((passages - holding + 0.5) / (holding + 0.5)), FTS5_LEAST_IDF)
