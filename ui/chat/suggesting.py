"""Questions to ask next: made of headings near what an answer quoted, each tried before it is shown."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from assistant import Answer, Assistant, Citation, UnknownDocument
from corpus import DespatchError, Heading
from index import Hit, StoredDocument
from ui.chat.opening import in_turn, is_question, is_topic
from ui.wording import ENGLISH, Words, words_of

SHOWN = 3
TRIED = 8  # candidates; of those near an answer most are answered
SECONDS = 2.0  # after which no other is tried; a person reads the answer meanwhile
BESIDE = 3  # passages that were found and not used; later ones lead astray
LONGEST_TITLE = 60  # characters; a question that names a longer one is hard to read
_LEADING = re.compile(r"(?:On|About) ")
_ARTICLE = re.compile(r"(?:The|An?) ")
_MARKS = frozenset("“”„«»")  # which a title in such marks must not hold
_PLACE = re.compile(r"(?:In|At|For|To|With|From|How|What|Why|When) ")  # what does not stand well after "about"


class Suggesting:
    """Suggests for one answer at a time, so that whoever asks keeps the other cores; safe for many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._busy = threading.Lock()

    def after(
        self, answer: Answer, desk: Assistant, *, unused: Sequence[Hit], where: str | None, asked: Collection[str]
    ) -> tuple[str, ...]:
        """Questions that the documents answer with more than this answer said.

        Args:
            answer: from the documents; nothing follows on another.
            desk: gave it.
            unused: passages that were found for it and that it does not use.
            where: the filter that it was asked with.
            asked: questions of the conversation, which are not suggested again.

        Returns:
            At most `SHOWN`; none while others are tried for somebody else.
        """
        if not answer.citations or not self._busy.acquire(blocking=False):
            return ()
        try:
            return self._tried(answer, desk, candidates(desk, answer, unused, asked), where)
        finally:
            self._busy.release()

    def _tried(self, answer: Answer, desk: Assistant, questions: Sequence[str], where: str | None) -> tuple[str, ...]:
        ends, told = self._clock() + SECONDS, list(answer.citations)
        found: list[str] = []
        for question in questions[:TRIED]:
            if len(found) == SHOWN or self._clock() >= ends:
                break
            new = _new(desk, question, where, told)
            if new:
                found.append(question)
                told += new
        return tuple(found)


def candidates(desk: Assistant, answer: Answer, unused: Sequence[Hit], asked: Collection[str]) -> list[str]:
    """Questions about what stands near an answer's quotes, the nearest first, the documents in turn."""
    beside = unused[:BESIDE]
    sources: list[Citation | Hit] = [*answer.citations, *beside]
    ids = dict.fromkeys(each.document_id for each in sources)
    read = {each: found for each in ids if (found := _document(desk, each)) is not None}
    outlines = {name: document.headings for name, document in read.items()}
    words = {name: words_of(document.language) for name, document in read.items()}
    shared = Counter(text for headings in outlines.values() for text in {each.text for each in headings})
    quoted = {each.document_id: each for each in reversed(answer.citations)}  # the first of each document
    used = {heading for each in sources for heading in each.heading_path[:-1]}
    used |= {each.heading_path[-1] for each in answer.citations if each.heading_path}
    used |= {text for text, documents in shared.items() if documents > 1}  # "Related pages", in every document
    near = [
        [
            _question(citation.title, each.text, words[document])
            for each in _nearest(outlines[document], citation)
            if each.text not in used
        ]
        for document in ids
        if document in outlines and (citation := quoted.get(document))
    ]
    others = [
        _question(each.title, each.heading_path[-1], words.get(each.document_id, ENGLISH))
        for each in beside
        if each.heading_path and each.heading_path[-1] not in used
    ]
    made = filter(None, (*in_turn(near), *others))
    known = {_plain(each) for each in (*asked, answer.question)}
    return [each for each in dict.fromkeys(made) if _plain(each) not in known]


def _document(desk: Assistant, document_id: str) -> StoredDocument | None:
    try:
        return desk.document(document_id)
    except UnknownDocument:
        return None


def _nearest(headings: Sequence[Heading], citation: Citation) -> list[Heading]:
    """What comes after a quote before what comes ahead of it, in each case the nearest first."""
    at = citation.span.start
    return sorted(headings, key=lambda one: (one.span.start < at, abs(one.span.start - at)))


def _question(title: str, heading: str, words: Words) -> str:
    """A question about a section, "" where its heading makes none."""
    if is_question(heading):
        return heading
    topic = _as_topic(heading) if words is ENGLISH else heading  # other languages put it in quotation marks
    if not is_topic(topic) or _plain(topic) == _plain(title):
        return ""
    plain = " ".join(title.split())
    if len(plain) > LONGEST_TITLE or not _MARKS.isdisjoint(plain):
        return words("offered.about", topic=topic)
    return words("offered.about_in_one", title=plain, topic=topic)


def _as_topic(heading: str) -> str:
    """A heading as it can stand after "about", "" where it cannot."""
    topic = _ARTICLE.sub(lambda match: match[0].lower(), _LEADING.sub("", heading))
    return "" if _PLACE.match(topic) else topic


def _new(desk: Assistant, question: str, where: str | None, told: Sequence[Citation]) -> list[Citation]:
    """What a question's answer quotes, nothing where it is declined or quotes first what was told before."""
    try:
        answer = desk.ask(question, where=where, extractive=True)  # a language model would take too long
    except DespatchError:
        return []
    if not answer.citations or any(_overlap(answer.citations[0], each) for each in told):
        return []
    return list(answer.citations)


def _overlap(one: Citation, other: Citation) -> bool:
    same = one.document_id == other.document_id
    return same and one.span.start < other.span.end and other.span.start < one.span.end


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
