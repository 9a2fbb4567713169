"""An answer in the documents' own words: which sentences, in which order, joined how."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from assistant.evidence import Evidence
from corpus import Span, sentences
from index import Hit, Term

MOST_STATEMENTS = 4
MOST_SENTENCES = 4  # chosen for an answer; with what they lean on and what is merged it shows three on average
MOST_JOINED = 3  # sentences in one statement; more is a passage, not an answer
# Differences of score, the middle of a flat optimum over the development sets (docs/answering.md).
WIDENS = 2.5  # a neighbour of the best sentence that is this little behind it stands in the same statement
MARGIN = 2.5  # further behind a sentence seldom adds
NEW_WORDS = 8.0  # what a sentence gains that holds all words of the question that were not yet said
OTHER_DOCUMENT = 2.0  # what it gains where its document was not yet cited
CONSIDERED = 40  # sentences, the likeliest; none further behind was ever chosen
SAME_COSINE = 0.9  # two sentences this near say one thing; a reader wants it once
_LEANS = re.compile(r"(?:They|This|These|Those|That|It|He|She|Its|Their|His|Her|Such|There|Both)\b")


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of one passage that is quoted as one statement."""

    hit: Hit
    span: Span

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.hit.text[self.span.start - self.hit.span.start : self.span.end - self.hit.span.start]


def compose(evidence: Sequence[Evidence], rarity: Mapping[Term, float]) -> tuple[Quote, ...]:
    """The quotes of an answer, the one that answers best first.

    Args:
        evidence: not empty, the likeliest answer first.
        rarity: how much each term of the question tells.

    Returns:
        One to `MOST_STATEMENTS` quotes without overlap; neighbours are merged, and a sentence that leans
        on the one before it ("They also ...") brings that along.
    """
    first = opening(evidence)
    quotes: list[Quote] = []
    for one in (*first, *_additions(first, evidence, rarity)):
        quote = Quote(one.hit, Span(_start(one), one.span.end))
        beside = next((place for place, other in enumerate(quotes) if _touches(other, quote)), None)
        if beside is None:
            quotes.append(quote)
        else:
            quotes[beside] = _merged(quotes[beside], quote)
    return tuple(quotes)


def opening(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and those beside it that are nearly as good, from the best outwards."""
    best = evidence[0]
    beside = {one.position: one for one in evidence if one.hit.passage_id == best.hit.passage_id}
    chosen = [best]
    while len(chosen) < MOST_JOINED:
        ends = (min(one.position for one in chosen) - 1, max(one.position for one in chosen) + 1)
        near = [beside[end] for end in ends if end in beside and beside[end].score >= best.score - WIDENS]
        if not near:
            break
        chosen.append(max(near, key=lambda one: one.score))
    return chosen


def _additions(first: Sequence[Evidence], evidence: Sequence[Evidence], rarity: Mapping[Term, float]) -> list[Evidence]:
    """Sentences that add to the opening: of words of the question that it lacks, or from another document.

    Source: maximal marginal relevance (Carbonell and Goldstein 1998), with the question's words for the novelty.
    """
    chosen, total = list(first), sum(rarity.values())

    def worth(one: Evidence) -> float:
        new = one.held.difference(*(other.held for other in chosen))
        # fsum: a set has no order, and two runs are to say the same
        gain = NEW_WORDS * fsum(rarity[term] for term in new) / total if new else 0.0
        is_elsewhere = all(one.hit.document_id != other.hit.document_id for other in chosen)
        return one.score + gain + OTHER_DOCUMENT * is_elsewhere

    while len(chosen) < MOST_SENTENCES:
        left = [one for one in evidence[:CONSIDERED] if not any(one is other or _same(one, other) for other in chosen)]
        best = max(left, key=worth, default=None)
        if best is None or worth(best) < evidence[0].score - MARGIN:
            break
        chosen.append(best)
    return chosen[len(first) :]


def _same(one: Evidence, other: Evidence) -> bool:
    return " ".join(one.text.split()) == " ".join(other.text.split()) or float(one.vector @ other.vector) > SAME_COSINE


def _start(one: Evidence) -> int:
    if one.position == 0 or not _LEANS.match(one.text):
        return one.span.start
    before = sentences(one.hit.text)[one.position - 1]
    between = one.hit.text[before.end : one.span.start - one.hit.span.start]
    # a blank line, a heading or a list mark between them: the sentence leans on something else
    return one.hit.span.start + before.start if not between.strip() and between.count("\n") <= 1 else one.span.start


def _touches(one: Quote, other: Quote) -> bool:
    if one.hit.passage_id != other.hit.passage_id:
        return False
    first, second = sorted((one.span, other.span), key=lambda span: (span.start, span.end))
    if second.start < first.end:
        return True
    between = one.hit.text[first.end - one.hit.span.start : second.start - one.hit.span.start]
    joined = Span(first.start - one.hit.span.start, second.end - one.hit.span.start).of(one.hit.text)
    return not between.strip() and between.count("\n") <= 1 and len(sentences(joined)) <= MOST_JOINED


def _merged(one: Quote, other: Quote) -> Quote:
    return Quote(one.hit, Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end)))
