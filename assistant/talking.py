"""Replies to talk, which `assistant.small_talk` tells from questions."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.replies import Asked, Reply
from assistant.small_talk import kind_of_talk
from assistant.wording import Wording
from index import DocumentSummary

TITLES_NAMED = 3
LONGEST_TITLE = 80  # characters; a title is named to say what is here, not to be read


def talk(asked: Asked) -> Reply | None:
    """The reply to a message that is nothing but talk, None to a question; says what the documents at hand are."""
    kind = kind_of_talk(asked.question)
    if kind is None:
        return None
    said = asked.words(f"talk.{kind}")
    if kind not in ("farewell", "thanks"):
        said = f"{said} {at_hand(asked.index.documents(), asked.words)}"
    return Reply("talk", said)


def at_hand(documents: Sequence[DocumentSummary], words: Wording) -> str:
    """What there is to be asked about, in one sentence: how many documents, and the titles of the largest."""
    if not documents:
        return words("talk.no_documents")
    largest = sorted(documents, key=lambda one: (-one.passages, one.id))
    titles = dict.fromkeys(words("talk.title", title=_shortened(one.title)) for one in largest)
    *named, last = list(titles)[:TITLES_NAMED]
    listed = words("talk.and", titles=", ".join(named), last=last) if named else last
    return words("talk.documents", n=len(documents), titles=listed)


def _shortened(title: str) -> str:
    plain = " ".join(title.split())
    return plain if len(plain) <= LONGEST_TITLE else plain[: LONGEST_TITLE - 1].rstrip() + "…"
