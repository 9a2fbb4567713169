"""An answer put together: statements with their citations, a reply of the assistant's own, or silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.extracting import Quote
from assistant.generating import Generation, Worded
from assistant.replies import Reply
from assistant.silence import Verdict
from assistant.terms import Answer, Citation, Event, Language, Statement
from assistant.wording import Wording
from corpus import Span
from index import Found

NEAREST_SHOWN = 3
PROBABILITY_PLACES = 4  # decimals that are told; more say nothing


class Cited:
    """The statements of one answer and what they cite, as they come."""

    def __init__(self, cite: Callable[[int, Quote], Citation], words: Wording) -> None:
        self._cite = cite
        self._words = words
        self.statements: list[Statement] = []
        self.citations: list[Citation] = []

    def add(self, worded: Worded, emphasis: tuple[Span, ...] = ()) -> Event:
        """Take one more statement; a quote that was cited before keeps its number."""
        before = len(self.citations)
        numbers = () if worded.support == "unsupported" else (self._number(worded.quote),)
        self.statements.append(
            Statement(worded.text, worded.support, worded.reason.said(self._words), numbers, emphasis)
        )
        return Event("statement", statement=self.statements[-1], citations=tuple(self.citations[before:]))

    def _number(self, quote: Quote) -> int:
        for citation in self.citations:
            if (citation.document_id, citation.span) == (quote.hit.document_id, quote.span):
                return citation.number
        self.citations.append(self._cite(len(self.citations) + 1, quote))
        return len(self.citations)


def talked(question: str, reply: Reply, seconds: float, language: Language) -> Answer:
    """What the assistant says itself: talk, or a question asked back."""
    return Answer(
        question=question,
        text=reply.said,
        outcome=reply.outcome,
        reason="",
        statements=(),
        citations=(),
        nearest=(),
        searched=reply.searched,
        seconds=round(seconds, 3),
        time=reply.time,
        choices=reply.choices,
        language=language,
    )


def passages_only(question: str, found: Found, seconds: float, words: Wording) -> Answer:
    """The passages that a search found, and no word about them."""
    return Answer(
        question=question,
        text="",
        outcome="found",
        reason="",
        statements=(),
        citations=(),
        nearest=found.hits,
        searched=found.searched,
        seconds=round(seconds, 3),
        degraded=found.degraded,
        time=found.time,
        spelling=found.spelling,
        language=words.language,
    )


def declined(question: str, found: Found, reason: str, seconds: float, *, said: str, language: Language) -> Answer:
    """That the documents do not say (`said`), why, and the nearest passages."""
    return Answer(
        question=question,
        text=said,
        outcome="declined",
        reason=reason,
        statements=(),
        citations=(),
        nearest=found.hits[:NEAREST_SHOWN],
        searched=found.searched,
        seconds=round(seconds, 3),
        degraded=found.degraded,
        time=found.time,
        spelling=found.spelling,
        language=language,
    )


def answered(  # noqa: PLR0913  each is one part of an answer
    question: str,
    found: Found,
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    seconds: float,
    *,
    words: Wording,
    note: str = "",
    generation: Generation | None = None,
) -> Answer:
    """What the documents say.

    Args:
        question: as it was asked.
        found: what was searched.
        statements: each with the numbers of its citations.
        citations: all of them, by number.
        seconds: since it was asked.
        words: the assistant's own, in the language of the answer.
        note: what the assistant says itself beside it.
        generation: the language model's, where one was asked.
    """
    said = (_said(statement, words) for statement in statements if statement.support != "unsupported")
    fault = generation.fault if generation else ""
    return Answer(
        question=question,
        text="\n\n".join(filter(None, (note, *said))),
        outcome="answered",
        reason="",
        statements=tuple(statements),
        citations=tuple(citations),
        nearest=(),
        searched=found.searched,
        seconds=round(seconds, 3),
        degraded=(*found.degraded, fault) if fault else found.degraded,
        time=found.time,
        spelling=found.spelling,
        note=note,
        model=generation.model.name if generation and generation.proven else "",
        removed=generation.removed if generation else 0,
        language=words.language,
    )


def weighed(answer: Answer, verdict: Verdict) -> Answer:
    """The answer with how likely the documents answer at all."""
    probability = round(verdict.probability, PROBABILITY_PLACES)
    return replace(answer, probability=probability, declines_below=verdict.declines_below)


def _said(statement: Statement, words: Wording) -> str:
    doubt = words("beside.partly", reason=statement.support_reason)
    said = f"{statement.text} {' '.join(f'[{number}]' for number in statement.citations)}"
    return said if statement.support == "supported" else f"{said} ({doubt})"
