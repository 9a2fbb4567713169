"""The first screen: what is here to be asked, and questions that these documents answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant import Assistant, bundled_corpus
from corpus import DespatchError, stored_path
from index import DocumentSummary
from ui.chat.render import escape
from ui.wording import ENGLISH, Words, words_of

EXAMPLES = 4
TRIED = 10  # candidates asked before the screen is drawn; a question is offered only if it is answered
LOOKED_AT = 40  # documents whose headings are read for candidates
OF_ONE_DOCUMENT = 3  # headings that are questions; a page of answered questions must not fill the screen
QUESTION_WORDS = range(5, 15)
TOPIC_WORDS = range(1, 5)

Say = Callable[..., str]  # a text by its key, now or when the page is sent: `ui.wording`


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first screen is about: the folder ("" for the bundled example), its documents, questions to offer."""

    corpus: str
    documents: int
    examples: tuple[str, ...]

    def scope(self, say: Say, *, named: bool = True) -> str:
        """What is searched, as Markdown; not `named`: by its size alone, where its name stands beside."""
        if not named:
            return f"<span>{say('page.documents', n=self.documents)}</span>"
        name = escape(self.corpus) or say("page.example_corpus")
        return f"{say('page.corpus')} **{name}** <span>{say('page.documents', n=self.documents)}</span>"

    def welcome(self, say: Say) -> str:
        """What can be done, as Markdown."""
        listed = f"\n\n### {say('first.examples')}" if self.examples else ""
        return f"## {say('first.ask', n=self.documents)}\n\n{say('first.lead')}{listed}"


def candidates(outlines: Sequence[tuple[str, Sequence[str]]], words: Words = ENGLISH) -> list[str]:
    """Questions that documents seem to answer, from their titles and headings, the best first.

    Args:
        outlines: of each document the title and the headings, in the document's order.
        words: in the language of the documents.

    Returns:
        Headings that are questions themselves, one a document in turn; then questions about the short
        titles and after them the short headings (which may be furniture such as "Related pages"), in each
        case what most documents share first. No question twice.
    """
    asked = [[each for each in headings if is_question(each)][:OF_ONE_DOCUMENT] for _, headings in outlines]
    shared = Counter(each for title, headings in outlines for each in {title, *headings})
    topics = [each for title, headings in outlines for each in (title, *headings) if is_topic(each)]
    titles = {title for title, _ in outlines}
    topics.sort(key=lambda topic: (topic not in titles, -shared[topic]))  # stable: else in the documents' order
    about = [words("offered.about", topic=topic) for topic in topics]
    return list(dict.fromkeys([*in_turn(asked), *about]))


def in_turn(columns: Sequence[Sequence[str]]) -> Iterable[str]:
    """The first of each column, then the second of each, and so on."""
    longest = max((len(column) for column in columns), default=0)
    return (column[row] for row in range(longest) for column in columns if row < len(column))


def is_question(heading: str) -> bool:
    """Whether a heading is a question that could be asked as it stands."""
    return heading.endswith("?") and len(heading.split()) in QUESTION_WORDS


def is_topic(heading: str) -> bool:
    """Whether a heading or title can stand after "about": a few words, no numbers, nothing in brackets."""
    return len(heading.split()) in TOPIC_WORDS and re.fullmatch(r"([^\W\d_]|[\s’'-])+", heading) is not None


class Openings:
    """The first screens of corpora, worked out beside what else a server does at its start, and after each sync."""

    def __init__(self, desks: Iterable[Assistant]) -> None:
        # one thread: each asks its documents some questions, and the first loads the models
        pool = ThreadPoolExecutor(1, "opening")
        self._begun = {desk: pool.submit(_dated, desk) for desk in desks}
        pool.shutdown(wait=False)
        self._known: dict[Assistant, tuple[datetime | None, Opening]] = {}

    def known(self, desk: Assistant) -> Opening:
        """The first screen as it was when it was last looked at; raises `DespatchError`: the index cannot be read."""
        if desk not in self._known:
            self._known[desk] = self._begun[desk].result()
        return self._known[desk][1]

    def now(self, desk: Assistant) -> Opening:
        """The first screen as the index is now, or was when it could last be read."""
        try:
            if desk.status().last_sync != self._known[desk][0]:
                self._known[desk] = _dated(desk)
        except DespatchError:
            pass  # asking says in one sentence what is wrong
        return self.known(desk)


def _dated(desk: Assistant) -> tuple[datetime | None, Opening]:
    return desk.status().last_sync, opening(desk)


def opening(desk: Assistant) -> Opening:
    """The first screen for the documents as they are now.

    Raises:
        DespatchError: the index cannot be read.
    """
    status, looked_at = desk.status(), desk.documents()[:LOOKED_AT]
    questions = candidates(_outlines(desk, looked_at), _words_of_most(looked_at))
    return Opening(corpus_name(status.corpus), status.documents, _answered(desk, questions))


def joined(openings: Sequence[Opening]) -> Opening:
    """One first screen of several, one at least: the questions that each offers, in turn."""
    if len(openings) == 1:
        return openings[0]
    offered = dict.fromkeys(in_turn([each.examples for each in openings]))
    return Opening("", sum(each.documents for each in openings), tuple(offered)[:EXAMPLES])


def legend(say: Say) -> str:
    """How the two kinds of type are to be read, as Markdown."""
    return (
        f'<div class="legend"><p><b class="serif">{say("first.serif")}</b> {say("first.serif_is")}</p>'
        f"<p><b>{say('first.sans')}</b> {say('first.sans_is')}</p></div>"
    )


def corpus_name(corpus: str) -> str:
    """What a corpus is called by its folder, "" for the example."""
    return "" if Path(corpus) == bundled_corpus() else stored_path(Path(corpus).name or corpus)


def _words_of_most(documents: Sequence[DocumentSummary]) -> Words:
    """The words in the language of most documents."""
    spoken = Counter(each.language for each in documents).most_common(1)
    return words_of(spoken[0][0]) if spoken else ENGLISH


def _outlines(desk: Assistant, documents: Sequence[DocumentSummary]) -> list[tuple[str, Sequence[str]]]:
    return [(each.title, [heading.text for heading in desk.document(each.id).headings]) for each in documents]


def _answered(desk: Assistant, questions: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for question in questions[:TRIED]:
        if len(found) == EXAMPLES:
            break
        if _is_answered(desk, question):
            found.append(question)
    return tuple(found)


def _is_answered(desk: Assistant, question: str) -> bool:
    try:
        return not desk.ask(question, extractive=True).abstained  # a language model would take minutes for them all
    except DespatchError:
        return False  # the screen opens all the same; asking it would show the sentence
