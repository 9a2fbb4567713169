"""A statement against what it cites, checked in code before it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.errors import BrokenCitation
from assistant.terms import Citation, Support


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


def check(statement: str, citations: Sequence[Citation]) -> tuple[Support, str]:
    """Whether a statement is what its citations say, and why.

    A statement in a document's own words is supported when it is a cited quote, character for character.
    """
    if any(statement == citation.quote for citation in citations):
        return "supported", "the document's own words"
    return "unsupported", "no cited passage says it in these words"
