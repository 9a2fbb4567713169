"""Statements in a source's own words, and what must not be cut from their edges."""

from __future__ import annotations

from assistant.checking.reading import Token, read
from assistant.checking.word_lists import CONDITIONS, CONDITIONS_BEHIND, DENYING, HEDGES, MODALS, NEGATIONS, REPORTING


def quoted_at(statement: str, source: str) -> int | None:
    """Where a statement stands in a source word for word, or None; both with single blanks."""
    if not statement:
        return None
    at = source.find(statement)
    while at >= 0:
        end = at + len(statement)
        starts = at == 0 or not (source[at - 1].isalnum() and statement[0].isalnum())
        ends = end == len(source) or not (source[end].isalnum() and statement[-1].isalnum())
        # "2.5" begins with "2" and "1,500" ends with "500": a part of a figure is no quote
        if starts and ends and not _splits_figure(source, at) and not _splits_figure(source, end):
            return at
        at = source.find(statement, at + 1)
    return None


def _splits_figure(source: str, at: int) -> bool:
    before, after = source[max(0, at - 2) : at], source[at : at + 2]
    if not before or not after:
        return False
    left = before[-1].isdigit() and after[0] in ".,-–" and after[1:].isdigit()
    right = after[0].isdigit() and before[-1] in ".,-–" and before[:-1].isdigit()
    return left or right


def lost_at_edges(source: str, start: int, end: int) -> str:
    """The word before or behind a quoted part of a sentence without which it says another thing; "" for none."""
    tokens = read(source)
    inside = [token for token in tokens if start <= token.start < end]
    if not inside:
        return ""
    before = [token for token in tokens if token.sentence == inside[0].sentence and token.start < start]
    behind = [token for token in tokens if token.sentence == inside[-1].sentence and token.start >= end]
    return _lost_before(before) or _lost_behind(behind)


def _lost_before(before: list[Token]) -> str:
    for distance, token in enumerate(reversed(before), start=1):
        if token.word in CONDITIONS or (token.stem in REPORTING | DENYING and token.kind == "word"):
            return token.text
        if token.word in NEGATIONS and not any(other.ends_clause for other in before[len(before) - distance + 1 :]):
            return token.text
        modal = token.word in {*MODALS, *HEDGES} and distance <= 2  # noqa: PLR2004  "may have", "might be"
        if modal and token.word not in ("can", "able") and not before[-1].ends_clause:
            return token.text
    return ""


def _lost_behind(behind: list[Token]) -> str:
    for token in behind[:3]:
        if token.word in CONDITIONS_BEHIND:
            return token.text
    return next((token.text for token in behind if token.word in ("unless", "except")), "")
