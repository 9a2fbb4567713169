"""A question with what the conversation established.

Without a language model nothing is rewritten: the exchanges before a question are searched beside it, each with a
weight. A follow-up ("And on Iran?", "When was that?") finds by them what it does not name; a question that names its
subject outweighs them. docs/followups.md says what that gave, and what else was tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.errors import InvalidHistory
from assistant.phrasing import ABROAD, phrases
from assistant.small_talk import kind_of_talk
from assistant.terms import History, Turn
from assistant.wording import in_any_language
from index import Exchange, Query

# of the latest exchange, and of each before it beside the one after it: the middle of a flat optimum
LATEST = 0.4
FADING = 0.5
EXCHANGES_CARRIED = 3  # a fourth would count a twentieth
LONGEST_POINTING = 6  # words, as in "And what about the second one?"; a longer question may say itself what it means
MOST_CARRIED = 1_000  # characters of a question and of an answer; a model reads little more, and 500 did as well

_ORDINALS = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latter": -1}
_POINTS = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})(?: (?:one|item|point|of (?:them|these|those))\b|\W*$)", re.IGNORECASE
)
_SO = r"(?:so|that|this|it)"
_ASKS_WHERE = re.compile(
    rf"(?:and |but |so )?(?:(?:which|what) (?:documents?|files?|sources?|papers?|pages?) (?:says?|said|states?) {_SO}|"
    rf"where (?:does it|do they|did it|does the document) say {_SO}|"
    rf"where (?:is|was) {_SO} (?:said|written|stated|from)|"
    rf"who says so|where (?:does|do) (?:{_SO} come|you get {_SO}) from|(?:what|where)(?:'s| is) (?:the|your) source"
    rf"(?: (?:of|for) {_SO})?)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")


def with_history(question: str, history: History, *, declined: str | None = None) -> Query:
    """The query for a question asked after `history`, oldest turn first; an answer that says nothing carries nothing.

    Such an answer is `declined`, where the owner words it, or the assistant's own sentence in any language.

    Raises:
        InvalidHistory: a turn has no role or no text.
    """
    latest = _exchanges(turns(history), declined)[::-1]
    if latest and (item := _pointed_at(question, latest[0][1])):
        latest.insert(0, (item, ""))
    carried = enumerate(latest[:EXCHANGES_CARRIED])
    return Query(question, tuple(Exchange(asked, said, LATEST * FADING**place) for place, (asked, said) in carried))


def asked_again(question: str, history: Sequence[Turn]) -> tuple[str, Sequence[Turn]]:
    """The question before "Which document says so?", with the turns before that: its answer names the sources.

    Any other question stays as it is, and so does this one where nothing was asked before it.
    """
    if not _asks_where(question):
        return question, history
    asked = [
        place
        for place, turn in enumerate(history)
        if turn.role == "user" and kind_of_talk(turn.text) is None and not _asks_where(turn.text)
    ]
    return (history[asked[-1]].text, history[: asked[-1]]) if asked else (question, history)


def _asks_where(question: str) -> bool:
    plain = " ".join(question.split()).strip("¿¡?.! ")
    abroad = any(phrases(each).asks_where.fullmatch(plain.replace("’", "'")) for each in ABROAD)
    return abroad or _ASKS_WHERE.fullmatch(plain) is not None


def points_at_nothing(question: str, history: History) -> str:
    """The place that a question means ("second"), where nothing before it has so many items; "" where it does not."""
    points = _POINTS.search(question)
    if points is None or len(question.split()) > LONGEST_POINTING:
        return ""
    latest = _exchanges(turns(history), None)[-1:]
    return "" if latest and _pointed_at(question, latest[0][1]) else points[1].lower()


def _pointed_at(question: str, answer: str) -> str:
    """The item of an answer that a question means by "the second one", "" where it means none."""
    points = _POINTS.search(question)
    if points is None:
        return ""
    items = [line.strip() for line in answer.splitlines() if _LISTED.match(line)]
    if not items:
        items = [paragraph.strip() for paragraph in answer.split("\n\n")]
    place = _ORDINALS[points[1].lower()]
    return items[place] if place < len(items) and len(items) > 1 else ""


def _exchanges(said: Iterable[Turn], declined: str | None) -> list[tuple[str, str]]:
    """Earlier questions with their answers, oldest first; what the assistant said before any question is no answer.

    A greeting or thanks between them, with what was said to it, tells nothing of the subject.
    """
    exchanges: list[tuple[str, str]] = []
    empty = {declined, *in_any_language("declined.said")}
    chatting = False
    for turn in said:
        text = encodable(turn.text[:MOST_CARRIED].strip())
        if turn.role == "user":
            chatting = kind_of_talk(text) is not None
        if chatting:
            continue
        if turn.role == "user":
            exchanges.append((text, ""))
        elif turn.role == "assistant" and exchanges and text not in empty and not is_asked_back(text):
            asked, answered = exchanges[-1]
            exchanges[-1] = asked, f"{answered} {text}".strip()[:MOST_CARRIED]
    return exchanges


def is_asked_back(text: str) -> bool:
    """Whether this is a question of the assistant's with choices, in any language."""
    return text.partition("\n")[0] in in_any_language("asked_back.which")


def encodable(text: str) -> str:
    """The text with half characters (lone surrogates), which no model and no database takes, as "?"."""
    return text.encode("utf-8", "replace").decode()


def turns(history: History) -> list[Turn]:
    """The history as turns.

    Raises:
        InvalidHistory: a turn has no role or no text.
    """
    return [turn if isinstance(turn, Turn) else _turn(turn) for turn in history]


def _turn(given: Mapping[str, str]) -> Turn:
    try:
        role, text = given["role"], given["text"]
        if role not in ("user", "assistant") or not isinstance(text, str):
            raise InvalidHistory(given)
    except (KeyError, TypeError) as error:
        raise InvalidHistory(given) from error
    return Turn("user" if role == "user" else "assistant", text)
