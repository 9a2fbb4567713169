"""A statement against what it cites, checked in code before it is shown.

Rules compare what must not be off by a word: figures with their units, dates, names, negation, modality, quantifiers,
opposites, who did what to whom; the judge, where it is at hand, reads the rest. docs/checking.md says how well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.checking.aligning import Alignment, align, side
from assistant.checking.facts import days, figures, names
from assistant.checking.finding import Finding
from assistant.checking.order import exchanged, joined
from assistant.checking.polarity import modalities, negations, opposites, quantifiers
from assistant.checking.verbatim import lost_at_edges, quoted_at
from assistant.errors import BrokenCitation
from assistant.followups import encodable
from assistant.terms import Citation, Support

__all__ = ["Checked", "check", "stands_there"]

LONGEST_STATEMENT = 3_000  # characters; a page of text is no statement
LONGEST_SOURCE = 20_000  # characters of all quotes together; the rest is not read
SUPPORTED_COVERAGE = 0.6  # share of a statement's words that its source must have
PARTIAL_COVERAGE = 0.35
_COMPARISONS = (figures, days, names, negations, modalities, quantifiers, opposites, exchanged, joined)


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether quotes support a statement, and why in a phrase.

    `score`: 0 to 1, higher for what is better supported; for ranking, not a probability.
    """

    support: Support
    reason: str
    score: float


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


def check(statement: str, quotes: Sequence[str]) -> Checked:
    """Whether a statement says what its quotes say, and why.

    A statement in a quote's own words is supported, unless a negation or a condition was cut off at its edge.

    Args:
        statement: one sentence, or a few.
        quotes: the text that it cites, each a sentence or a passage; what a heading says, if it matters, is one more.
    """
    said = " ".join(encodable(statement).split())
    source = encodable("\n\n".join(quotes))[:LONGEST_SOURCE]
    if not said or not source.strip():
        return Checked("unsupported", "nothing is cited" if said else "it says nothing", 0.0)
    if len(said) > LONGEST_STATEMENT:
        return Checked("unsupported", "it is too long to check", 0.0)
    verbatim = _verbatim(said, quotes)
    if verbatim is not None:
        return verbatim
    alignment = align(side(said), side(source))
    return _verdict(alignment, findings(alignment))


def findings(alignment: Alignment) -> tuple[Finding, ...]:
    """All that a statement says otherwise than its source."""
    return tuple(chain.from_iterable(compare(alignment) for compare in _COMPARISONS))


def _verbatim(said: str, quotes: Sequence[str]) -> Checked | None:
    for quote in quotes:
        source = " ".join(quote.split())
        at = quoted_at(said, source)
        if at is None:
            continue
        lost = lost_at_edges(source, at, at + len(said)) if len(said) < len(source) else ""
        if not lost:
            return Checked("supported", "the document's own words", 1.0)
        return Checked("partial", f"the source says it with “{lost}”", 0.4)
    return None


def _verdict(alignment: Alignment, found: Sequence[Finding]) -> Checked:
    coverage = alignment.coverage
    score = coverage / (1 + 2 * sum(finding.contradicts for finding in found) + len(found))
    against = next((finding for finding in found if finding.contradicts), None)
    if against is not None:
        return Checked("unsupported", against.reason, score)
    if coverage < PARTIAL_COVERAGE:
        return Checked("unsupported", "the source speaks of something else", score)
    if found:
        return Checked("partial", found[0].reason, score)
    if coverage < SUPPORTED_COVERAGE:
        return Checked("partial", "much of it is not in the source", score)
    return Checked("supported", "the source says so in other words", score)
