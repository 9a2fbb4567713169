"""An answer in the documents' own words: which sentences, in which order, joined how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import Evidence
from corpus import Span, sentences
from index import Hit

MOST_STATEMENTS = 4
MOST_JOINED = 3  # sentences in one statement; more is a passage, not an answer
# behind the best score: further behind a sentence seldom adds; this shows three on average (docs/answering.md)
MARGIN = 2.0
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


def compose(evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    """The quotes of an answer, the one that answers best first.

    Args:
        evidence: not empty, the likeliest answer first.

    Returns:
        One to `MOST_STATEMENTS` quotes without overlap; neighbours are merged, and a sentence that leans
        on the one before it ("They also ...") brings that along.
    """
    quotes: list[Quote] = []
    for one in _chosen(evidence):
        quote = Quote(one.hit, Span(_start(one), one.span.end))
        beside = next((place for place, other in enumerate(quotes) if _touches(other, quote)), None)
        if beside is None:
            quotes.append(quote)
        else:
            quotes[beside] = _merged(quotes[beside], quote)
    return tuple(quotes)


def _chosen(evidence: Sequence[Evidence]) -> list[Evidence]:
    chosen = [evidence[0]]
    for one in evidence[1:]:
        if len(chosen) == MOST_STATEMENTS or one.score < evidence[0].score - MARGIN:
            break
        if not any(_same(one, other) for other in chosen):
            chosen.append(one)
    return chosen


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
