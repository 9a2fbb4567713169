"""Two sources that differ on a figure or a date of one thing: both are quoted, the newest first, and it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.checking import findings
from assistant.checking.aligning import align, side
from assistant.checking.finding import Finding
from assistant.evidence import Evidence
from assistant.extracting import MOST_STATEMENTS, Quote
from assistant.wording import Wording
from index import Hit

# A pair is believed only where all of this holds; docs/questions.md has what each keeps out.
LEAST_COSINE = 0.8  # below it two sentences seldom speak of one thing
LEAST_SHARED = 0.6  # of each sentence's words of meaning, dates and figures aside
LESS_ABOUT = 0.1  # by so much less, of the question's words, the other's passage, title and headings may hold
COMPARED = 12  # sentences of other documents, the likeliest answers first; each comparison takes about 10 ms
LONGEST_TITLE = 80  # characters


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sentences of different documents that differ on one fact: what each says in its place, the newer first."""

    sentences: tuple[Evidence, Evidence]
    facts: tuple[str, str]

    def note(self, words: Wording) -> str:
        """The difference in a sentence."""
        told = (_told(fact, one.hit, words) for one, fact in zip(self.sentences, self.facts, strict=True))
        return words("beside.differ", facts=", ".join(told))


def difference(quotes: Sequence[Quote], evidence: Sequence[Evidence]) -> Difference | None:
    """The first fact on which a sentence of another document differs from what is quoted, None where none does.

    Args:
        quotes: of an answer, the one that answers best first.
        evidence: the sentences that they were chosen from, the likeliest answer first.
    """
    said = [one for quote in quotes for one in evidence if _holds(quote, one)]
    for one in said:
        near = (other for other in evidence if _may_say_the_same(one, other))
        for other in list(near)[:COMPARED]:
            facts = facts_that_differ(one.text, other.text)
            if facts is not None:
                pair = sorted(((one, facts[0]), (other, facts[1])), key=_age)
                return Difference((pair[0][0], pair[1][0]), (pair[0][1], pair[1][1]))
    return None


def beside(quotes: Sequence[Quote], evidence: Sequence[Evidence], words: Wording) -> tuple[tuple[Quote, ...], str]:
    """The quotes of an answer, two that differ before all others, and what is said of it, "" where none do."""
    differing = difference(quotes, evidence)
    if differing is None:
        return tuple(quotes), ""
    first = []
    for one in differing.sentences:
        holding = next((quote for quote in quotes if _holds(quote, one)), None)
        first.append(holding or Quote(one.hit, one.span))
    others = (quote for quote in quotes if quote not in first)
    return (*first, *others)[:MOST_STATEMENTS], differing.note(words)


def facts_that_differ(one: str, other: str) -> tuple[str, str] | None:
    """What two sentences say where one fact, and one alone, is another in each; None where that is not so."""
    there, back = align(side(one), side(other)), align(side(other), side(one))
    if min(there.coverage, back.coverage) < LEAST_SHARED:
        return None
    first, second = _only_fact(findings(there)), _only_fact(findings(back))
    return None if first is None or second is None else (first.said, second.said)


def _holds(quote: Quote, one: Evidence) -> bool:
    same = quote.hit.passage_id == one.hit.passage_id
    return same and quote.span.start <= one.span.start and one.span.end <= quote.span.end


def _may_say_the_same(one: Evidence, other: Evidence) -> bool:
    return (
        other.hit.document_id != one.hit.document_id
        and other.features.around >= one.features.around - LESS_ABOUT
        and float(one.vector @ other.vector) >= LEAST_COSINE
    )


def _only_fact(found: Sequence[Finding]) -> Finding | None:
    """The figure or date that a sentence has otherwise; None where there are several, or another name with it."""
    against = [one for one in found if one.contradicts]
    facts = [one for one in against if one.kind in ("figure", "date")]
    return facts[0] if len(facts) == 1 and not any(one.kind == "name" for one in against) else None


def _age(pair: tuple[Evidence, str]) -> int:
    return -(pair[0].hit.date or date.min).toordinal()


def _told(fact: str, hit: Hit, words: Wording) -> str:
    title = " ".join(hit.title.split())
    shortened = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"
    if hit.date is None:
        return words("beside.fact", fact=fact, title=shortened)
    return words("beside.dated_fact", fact=fact, title=shortened, day=words.day(hit.date))
