"""A statement against what it cites, checked in code before it is shown.

Rules compare what must not be off by a word: figures with their units, dates, names, negation, modality, quantifiers,
opposites, who did what to whom; the judge, where it is at hand, reads the rest. docs/checking.md says how well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from assistant.checking.aligning import Alignment, align, side
from assistant.checking.facts import days, figures, names, units
from assistant.checking.finding import Finding, Reason, reason
from assistant.checking.order import added, crossed, exchanged, joined
from assistant.checking.polarity import conditions, modalities, negations, opposites, quantifiers
from assistant.checking.scoring import Signals, score, signals
from assistant.checking.verbatim import lost_at_edges, quoted_at
from assistant.errors import BrokenCitation
from assistant.followups import encodable
from assistant.terms import Citation, Support

if TYPE_CHECKING:
    from assistant.judge import Judge

__all__ = ["Checked", "Examined", "Reason", "check", "examine", "findings", "reason", "stands_there"]

LONGEST_STATEMENT = 3_000  # characters; a page of text is no statement
LONGEST_SOURCE = 20_000  # characters of all quotes together; the rest is not read
# least scores of what is supported, with the judge and without; below them by this a source speaks of something else
SUPPORTED_SCORES = {True: 0.5, False: 0.55}
PARTIAL_BELOW = 0.2
# least shares of a statement's words: phrases of function words ("is made of") score without saying anything
SUPPORTED_COVERAGE, PARTIAL_COVERAGE = 0.6, 0.4
CUT_SCORE = 0.4  # of a quote that lost a word at its edge
_MARKER = re.compile(r"\s?\[\d{1,3}\]")  # of a citation; the statement does not say it
_COMPARISONS = (
    figures,
    units,
    days,
    names,
    negations,
    modalities,
    conditions,
    quantifiers,
    opposites,
    exchanged,
    crossed,
    joined,
    added,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether quotes support a statement, and why in a phrase.

    `score`: 0 to 1, higher for what is better supported; for ranking, not a probability.
    """

    support: Support
    reason: Reason
    score: float


@dataclass(frozen=True, slots=True)
class Examined:
    """A statement laid beside its source."""

    findings: tuple[Finding, ...]
    signals: Signals


def stands_there(citation: Citation, text: str) -> Citation:
    """The citation, once its quote was found exactly where it says.

    Args:
        citation: a proposed citation.
        text: the stored text of the document that it names.

    Raises:
        BrokenCitation: the document holds other characters there.
    """
    if citation.span.of(text) != citation.quote:
        raise BrokenCitation(citation.document_id)
    return citation


def check(statement: str, quotes: Sequence[str], judge: Judge | None = None) -> Checked:
    """Whether a statement says what its quotes say, and why.

    A statement in a quote's own words is supported, unless a negation or a condition was cut off at its edge.

    Args:
        statement: one sentence, or a few.
        quotes: the text that it cites, each a sentence or a passage; what a heading says, if it matters, is one more.
        judge: reads what the rules don't; without it they decide alone.
    """
    said = " ".join(encodable(statement).split())
    if not said or not any(quote.strip() for quote in quotes):
        return Checked("unsupported", reason("nothing_cited") if said else reason("says_nothing"), 0.0)
    if len(said) > LONGEST_STATEMENT:
        return Checked("unsupported", reason("too_long"), 0.0)
    return _verbatim(said, quotes) or _verdict(examine(said, quotes, judge), with_judge=judge is not None)


def examine(statement: str, quotes: Sequence[str], judge: Judge | None = None) -> Examined:
    """All that a statement says otherwise than its source, and the signals that a score is made of."""
    source = encodable("\n\n".join(quotes))[:LONGEST_SOURCE]
    alignment = align(side(_MARKER.sub("", statement)), side(source))
    found = findings(alignment)
    judged = judge.support(statement, source) if judge else None
    return Examined(found, signals(alignment, found, judged))


def findings(alignment: Alignment) -> tuple[Finding, ...]:
    """All that a statement says otherwise than its source."""
    return tuple(chain.from_iterable(compare(alignment) for compare in _COMPARISONS))


def _verbatim(said: str, quotes: Sequence[str]) -> Checked | None:
    for quote in quotes:
        source = " ".join(encodable(quote[:LONGEST_SOURCE]).split())
        at = quoted_at(said, source)
        if at is None:
            continue
        lost = lost_at_edges(source, at, at + len(said)) if len(said) < len(source) else ""
        if not lost:
            return Checked("supported", reason("own_words"), 1.0)
        return Checked("partial", reason("cut", word=lost), CUT_SCORE)
    return None


def _verdict(examined: Examined, *, with_judge: bool) -> Checked:
    value = score(examined.signals, with_judge=with_judge)
    found, least, coverage = examined.findings, SUPPORTED_SCORES[with_judge], examined.signals.coverage
    against = next((finding for finding in found if finding.contradicts), None)
    if against is not None:
        return Checked("unsupported", against.reason, value)
    if value < least - PARTIAL_BELOW or coverage < PARTIAL_COVERAGE:
        return Checked("unsupported", reason("elsewhere"), value)
    if found:
        return Checked("partial", found[0].reason, value)
    if value < least or (coverage < SUPPORTED_COVERAGE and not with_judge):
        return Checked("partial", reason("much_missing"), value)
    return Checked("supported", reason("other_words"), value)
