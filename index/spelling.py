"""Misspelt words of a question, taken for the nearest words of the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from index.ledger import Ledger
from index.passages import Passages
from index.terms import Hit, Term
from index.words import UNDECIDED, Analyzer, is_acronym

Questions = tuple[tuple[float, str], ...]

SHORTEST_FORGIVEN = 4  # letters of a stem; a shorter word is one letter away from very many others
TWO_SLIPS_FROM = 8  # letters; two slips make a shorter word into another one too often
SAME_START = 2  # letters that are right or in the wrong order; with one a large index took six times as long
NEAREST_TAKEN = 3
FORGIVEN_WORDS = 3  # of a question; bounds its time
FORGIVEN_SHARE = 0.5  # a question with more unknown words is in another language or about something else


class Speller:
    """Makes the analyzers of one ledger, and remembers the last of each kind."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._analyzer: tuple[int, Analyzer] | None = None
        self._forgiving: tuple[tuple[int, Questions], Analyzer] | None = None

    def analyzer(self) -> Analyzer:
        """Makes terms in the languages of the documents."""
        state, kept = self._ledger.state(), self._analyzer
        if kept is None or kept[0] != state:
            documents: Counter[str] = Counter()
            for language, count in self._ledger.languages():
                documents[language or UNDECIDED] += count
            ordered = sorted(documents, key=lambda language: (-documents[language], language))
            kept = self._analyzer = (state, Analyzer(tuple(ordered) or (UNDECIDED,)))
        return kept[1]

    def forgiving(self, questions: Questions, count: Callable[[str], int]) -> Analyzer:
        """The same, taking each misspelt word of the questions for the nearest words of the corpus.

        Misspelt is a word of letters, no acronym, that neither any passage holds in any form nor the model's vocabulary
        as a whole, and that is near one that a passage holds.

        Args:
            questions: each with its weight.
            count: counts the model's tokens in a text.
        """
        asked = (self._ledger.state(), questions)
        kept = self._forgiving
        if kept is None or kept[0] != asked:  # an answer asks for it after its search
            respelt: dict[Term, Term] = {}
            for _, question in questions:
                respelt |= self._respelt(question, count)
            plain = self.analyzer()
            kept = self._forgiving = (asked, replace(plain, respelt=respelt) if respelt else plain)
        return kept[1]

    def _respelt(self, question: str, count: Callable[[str], int]) -> dict[Term, Term]:
        analyzer, shouted = self.analyzer(), question.isupper()
        words = {analyzer.term(word): word for word in analyzer.words(question)}
        unknown = {term: word for term, word in words.items() if not any(map(self._ledger.holds, term))}
        if len(unknown) > max(1, FORGIVEN_SHARE * len(words)):
            return {}
        near: dict[Term, Term] = {}
        for term, word in islice(unknown.items(), FORGIVEN_WORDS):
            # "city" is no slip for "cite" where the documents have no city
            is_whole = 1 in (count(word), count(word.casefold()))
            if word.isalpha() and not is_whole and not is_acronym(word, shouted):
                near[term] = _nearest(term, self._ledger)
        return {term: stems for term, stems in near.items() if stems}


def told(analyzer: Analyzer, question: str, hits: Sequence[Hit]) -> str:
    """A sentence for each misspelt word: what it was taken for, as the hits write it; "" where there is none.

    Args:
        analyzer: as from `Speller.forgiving`.
        question: as it was asked.
        hits: found by it.
    """
    plain, sentences = replace(analyzer, respelt={}), []
    for word in dict.fromkeys(plain.words(question)):
        stems = analyzer.respelt.get(plain.term(word))
        if stems:
            matched = (match.word.casefold() for hit in hits for match in hit.matches)
            written = [one for one in dict.fromkeys(matched) if not set(stems).isdisjoint(plain.term(one))]
            listed = ", ".join(f"“{one}”" for one in written[:NEAREST_TAKEN] or stems)
            sentences.append(f"“{word}” stands in no document; searched for {listed} instead.")
    return " ".join(sentences)


def _nearest(term: Term, passages: Passages) -> Term:
    """The nearest terms of the corpus, the most frequent first."""
    found: dict[str, tuple[int, int]] = {}
    for stem in term:
        most = 2 if len(stem) >= TWO_SLIPS_FROM else 1 if len(stem) >= SHORTEST_FORGIVEN else 0
        for start in _starts(stem) if most else ():
            for other, count in _alike(stem, passages.vocabulary(start), most).items():
                slips = distance(stem, other)
                if slips <= most:
                    found[other] = min(found.get(other, (slips, -count)), (slips, -count))
    if not found:
        return ()
    least = min(slips for slips, _ in found.values())
    ordered = sorted((other for other in found if found[other][0] == least), key=lambda other: (found[other], other))
    return tuple(ordered[:NEAREST_TAKEN])


def _starts(stem: str) -> set[str]:
    """What a word may begin with of which this is a slip: two letters next to each other may have changed places."""
    swapped = (stem[:place] + stem[place + 1] + stem[place] + stem[place + 2 :] for place in range(SAME_START))
    return {one[:SAME_START] for one in (stem, *(swapped if len(stem) > SAME_START else ()))}


def _alike(stem: str, vocabulary: Mapping[str, int], most: int) -> dict[str, int]:
    """Those that have about the same letters: of one slip at most two differ, and counting them takes less time."""
    letters = set(stem)
    return {
        other: count
        for other, count in vocabulary.items()
        if abs(len(other) - len(stem)) <= most and len(letters ^ set(other)) <= 2 * most
    }


def distance(one: str, other: str) -> int:
    """How many slips lie between two words: a letter too many, too few, another one, or two in the wrong order.

    Source: Damerau, CACM 1964; each stretch is changed once (optimal string alignment).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        former, row = row, [place]
        for at, wanted in enumerate(other, start=1):
            cost = min(former[at] + 1, row[at - 1] + 1, former[at - 1] + (letter != wanted))
            if before and at > 1 and letter == other[at - 2] and one[place - 2] == wanted:
                cost = min(cost, before[at - 2] + 1)
            row.append(cost)
        before = former
    return row[-1]
