"""Which words of a quote are the answer: a date, a figure, a name."""

from __future__ import annotations

from assistant.extracting import Quote
from assistant.judge import Judge
from corpus import Span
from index import Query, tokens

SURE = -2.0  # how far the judge's words must stand above "no answer here": see docs/answering.md
MOST_WORDS = 8  # a longer answer is most of its sentence, and nothing would stand out


def answering_words(judge: Judge | None, query: Query, quote: Quote) -> tuple[Span, ...]:
    """The words of a quote that answer the question, in characters of the quote; none where the judge sees none.

    Args:
        judge: None where it is not at hand.
        query: the question, with what was said before it.
        quote: of one passage.
    """
    if judge is None:
        return ()
    reading = judge.read(query.joined, quote.text, quote.hit.title)
    if reading.span is None or reading.span_margin < SURE or len(tokens(reading.span.of(quote.text))) > MOST_WORDS:
        return ()
    return (reading.span,)
