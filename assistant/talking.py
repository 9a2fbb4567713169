"""Replies to talk, which `assistant.small_talk` tells from questions."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.replies import Asked, Reply
from assistant.small_talk import kind_of_talk
from index import DocumentSummary

TITLES_NAMED = 3
LONGEST_TITLE = 80  # characters; a title is named to say what is here, not to be read
_SAID = {
    "itself": "I am Despatch. I answer questions from documents: each sentence is cited, and where the documents don't "
    "say, I say so.",
    "abilities": "Ask a question in your own words; I answer from the documents, cite each sentence, and say so where "
    "they don't say. I can also count or list documents, find all that mention a word, and sum one up.",
    "farewell": "Goodbye.",
    "thanks": "You are welcome.",
    "greeting": "Hello. Ask me about these documents; I answer from them alone and cite each sentence.",
    "nothing": "There are no words in this to look for.",
}


def talk(asked: Asked) -> Reply | None:
    """The reply to a message that is nothing but talk, None to a question; says what the documents at hand are."""
    kind = kind_of_talk(asked.question)
    if kind is None:
        return None
    said = _SAID[kind]
    if kind not in ("farewell", "thanks"):
        said = f"{said} {at_hand(asked.index.documents())}"
    return Reply("talk", said)


def at_hand(documents: Sequence[DocumentSummary]) -> str:
    """What there is to be asked about, in one sentence: how many documents, and the titles of the largest."""
    if not documents:
        return "There are no documents yet."
    largest = sorted(documents, key=lambda one: (-one.passages, one.id))
    titles = list(dict.fromkeys(_shortened(one.title) for one in largest))[:TITLES_NAMED]
    named = ", ".join(titles[:-1]) + " and " + titles[-1] if len(titles) > 1 else titles[0]
    if len(documents) == 1:
        return f"There is one document here: {named}."
    return f"There are {len(documents):,} documents here, among them {named}."


def _shortened(title: str) -> str:
    plain = " ".join(title.split())
    return f"“{plain if len(plain) <= LONGEST_TITLE else plain[: LONGEST_TITLE - 1].rstrip() + '…'}”"
