"""Why the documents do not say: what was looked for, and what came nearest, in a sentence each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.silence import UNANSWERED
from index import Analyzer, Hit

NEAR = 0.3  # cosine of question and passage; of one that is further away nothing is to be told
LONGEST_NAME = 80  # characters of a title or heading
_SOUGHT = (
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time)\b", re.IGNORECASE), "date or time"),
    (re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE), "number"),
    (re.compile(r"^\W*who(?:m|se)?\b", re.IGNORECASE), "name"),
    (re.compile(r"^\W*where\b|\b(?:what|which) (?:city|town|country|place)\b", re.IGNORECASE), "place"),
    (re.compile(r"^\W*why\b", re.IGNORECASE), "reason"),
)
_LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian",
    "ja": "Japanese", "nl": "Dutch", "pt": "Portuguese", "ru": "Russian", "zh": "Chinese",
}  # fmt: skip


def because(question: str, reason: str, hits: Sequence[Hit], analyzer: Analyzer) -> str:
    """Why a question is declined.

    Args:
        question: as it was asked.
        reason: in a sentence, as `assistant.silence` decided.
        hits: what was found, best first.
        analyzer: of the question, in the languages of the documents.
    """
    if foreign := _LANGUAGES.get(analyzer.foreign(question)):
        return f"The question seems to be in {foreign}, and no document is."
    return f"{_sought(question) if reason == UNANSWERED else reason} {_nearest(hits)}".rstrip()


def _sought(question: str) -> str:
    thing = next((thing for asks, thing in _SOUGHT if asks.search(question)), "")
    return f"The passages nearest to this question give no {thing} for it." if thing else UNANSWERED


def _nearest(hits: Sequence[Hit]) -> str:
    if not hits or hits[0].similarity < NEAR:
        return ""
    title, heading = hits[0].title, hits[0].heading_path[-1] if hits[0].heading_path else ""
    within = f"“{_shortened(heading)}” in " if heading and heading.split() != title.split() else ""
    return f"What comes nearest is {within}“{_shortened(title)}”."


def _shortened(name: str) -> str:
    plain = " ".join(name.split())
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1].rstrip() + "…"
