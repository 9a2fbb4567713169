"""What is asked of the kinds of question that no search of passages answers, and what they reply."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.checking import check
from assistant.extracting import Quote
from assistant.joined import Searched
from assistant.terms import History, Outcome, Statement
from assistant.wording import Wording


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without the greeting before it, its filter, the index that answers, and the turns before it.

    `words` are the assistant's own in the language that it is replied to in.
    """

    question: str
    where: str | None
    index: Searched
    words: Wording
    history: History = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of a reply: a quote in its own words, or a document by its `label`, beside words of it."""

    quote: Quote
    label: str = ""

    def statement(self, number: int, words: Wording) -> Statement:
        """The statement, with the number of its citation."""
        if self.label:
            return Statement(self.label, "supported", words("counted.label"), (number,))
        checked = check(self.quote.text, (self.quote.text,))
        return Statement(self.quote.text, checked.support, checked.reason.said(words), (number,))


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply before its quotes have become citations.

    `said` is in the assistant's own words: the whole of a talk, the note of an answer, the reason of a declined one.
    `searched` counts the documents that were looked at, `time` says how a time in the question was understood.
    """

    outcome: Outcome
    said: str
    told: tuple[Told, ...] = ()
    searched: int = 0
    time: str = ""
    choices: tuple[str, ...] = ()
