"""An answer in a language model's words: each sentence is proven by the documents before it is shown.

What a model says of its sources (markers, quotes, links) counts for nothing: the sentences of the documents that bear
a statement out are found here, in code, and the check decides. docs/models.md tells the whole way.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from math import log
from string import Template

import numpy as np

from assistant.checking import Checked, Reason, check, reason
from assistant.checking.entailing import Verifier, verifier_named
from assistant.errors import LanguageModelFailed
from assistant.evidence import Evidence
from assistant.extracting import MOST_JOINED, Quote
from assistant.judge import Judge
from assistant.models import LanguageModel
from assistant.stating import is_question
from assistant.terms import Support
from assistant.wording import Wording
from corpus import Span, sentences
from index import Embedder, Hit, Query, tokens

PASSAGES_SHOWN = 5  # to the model, best first; with more a small one loses the question, and time
ANSWER_TOKENS = 700  # kept free for the answer, some 500 words; a reasoning model needs more context
BYTES_PER_TOKEN = 3  # English has 4 to 5 bytes a token, Russian and Chinese 3 to 6; fewer only in figures and marks
EARLIER_SHOWN = 2  # exchanges, so that "And on Iran?" is understood
MOST_SENTENCES = 12  # an answer that is to be checked is short; what goes on is seldom one
FEWEST_WORDS = 3  # "The Despatch." says nothing that can be checked
LONGEST_WAIT = 20_000  # characters, for the end of a sentence or of a thought
NO_ANSWER = "NO ANSWER"
TRIED = 5  # stretches of the documents that a statement is checked against, the likeliest first
LONGER = 0.05  # what each further sentence of a quote must gain: a reader wants the shortest that proves

_DOUBT: tuple[Support, ...] = ("supported", "partial", "unsupported")
_THOUGHT, _THOUGHT_ENDS = "<think>", "</think>"
_MARKER = re.compile(
    r"\s*(?:\[\^?(?:(?:passages?|sources?|documents?)\W{0,3})?\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]"
    r"|\((?:see )?(?:passages?|sources?|documents?)\W{1,3}\d{1,3}(?:\s*(?:,|;|–|-|and)\s*\d{1,3})*\)|【[^】]{0,60}】)",
    re.I,
)
_LABEL = re.compile(
    r"(?:answer|response)\s*:\s*"
    r"|(?:according to|based on|as (?:stated|mentioned|described) in|in) (?:the )?(?:provided |given |above )?"
    r"(?:passages?|documents?|text|context|sources?)(?: \d{1,3})?(?: provided| given| above)?\s*[,:]\s*(?=\w)",
    re.I,
)
# what speaks of the prompt rather than of what the documents are about
_OF_SOURCES = re.compile(
    r"(?:sources?|references?|citations?)\s*:"
    r"|(?:the|this|these) (?:provided |given )?(?:passage|text|context|excerpt)s? (?:\d{1,3} )?"
    r"(?:is|are|do|does|says?|states?|mentions?|describes?|discuss(?:es)?|talks?|provides?|contains?|refers?)\b",
    re.I,
)
_QUOTED = re.compile(r"[\"“«]([^\"“”«»]*)[\"”»]")
# every control token of a chat template begins like one of these
_CONTROL = re.compile(r"<(?=\S)|\[(?=/?[A-Z_]{3,}\])")
_JOINERS = "\u200c\u200d"  # the words of some languages are not spelt without them
_COSTLY = re.compile(r"[0-9!-/:-@\[-`{-~]")


@dataclass(frozen=True, slots=True)
class Worded:
    """A statement before its quote has become a citation: whether the quote supports it, and why, in a phrase."""

    text: str
    support: Support
    reason: Reason
    quote: Quote


@dataclass(slots=True)
class Generation:
    """One answer of a language model.

    Once its statements are through, `proven` says whether any is supported, `removed` counts those that were left out,
    and `fault` says what kept it from an answer or from its end, in a sentence ("" where nothing did).
    """

    model: LanguageModel
    words: Wording
    proven: bool = False
    removed: int = 0
    fault: str = ""

    def statements(
        self, query: Query, evidence: Sequence[Evidence], embedder: Embedder | None, judge: Judge | None
    ) -> Iterator[Worded | None]:
        """The sentences of the model that may be shown, as they come; None while it is silent.

        The first is supported by the documents, or there is none. Closing the iterator ends the model's work.

        Args:
            query: the question, with what was said before it.
            evidence: not empty, the likeliest answer first; passages are shown to the model in its order.
            embedder: None where no model of meaning is at hand; evidence is then found by words.
            judge: None where it is not at hand; the check then goes by its rules.
        """
        held: list[Worded] = []
        proof = Proof(evidence, embedder, judge, verifier_named(self.model.verifier))
        declined = False
        asked, room = prompt(query, _passages(evidence), self.model.context)
        try:
            if not asked:
                raise LanguageModelFailed(
                    self.model.url, f"its context of {self.model.context} tokens holds no passage"
                )
            with closing(self.model.answer(asked, room)) as pieces:
                for sentence in spoken(pieces):
                    if not sentence:
                        yield None
                        continue
                    if is_no_answer(sentence):
                        declined = True
                        continue
                    worded = proof.of(sentence)
                    if worded.support == "unsupported" and not self.model.show_unsupported:
                        self.removed += 1
                        continue
                    held.append(worded)
                    self.proven = self.proven or worded.support == "supported"
                    if self.proven:
                        yield from held
                        held.clear()
        except LanguageModelFailed as error:
            self._fail("broken_off" if self.proven else "failed", reason=error.reason)
        self.removed += len(held)
        if not self.proven and not self.fault:
            self._fail("no_answer" if declined else "unsupported")

    def _fail(self, how: str, reason: str = "") -> None:
        self.fault = self.words(f"model.{how}", model=self.model.name, reason=reason)


def prompt(query: Query, passages: Sequence[Hit], context: int) -> tuple[str, int]:
    """What the model is asked, and how many tokens its answer may have.

    Args:
        query: the question, with what was said before it.
        passages: best first; as many are shown as there is room for, none where there is room for none.
        context: tokens that question and answer may have together.
    """
    fence = f"====={secrets.token_hex(8)}"  # no document can know it, and so none can end its own passage
    earlier = [
        _fenced(fence, "earlier in this conversation", each.text) for each in query.earlier[:EARLIER_SHOWN][::-1]
    ]
    bare = partial(_template().substitute, fence=fence, no_answer=NO_ANSWER, question=_harmless(query.question))
    room = context - ANSWER_TOKENS - tokens_at_most(bare(passages="\n\n".join(earlier)))
    shown: list[str] = []
    for number, hit in enumerate(passages, start=1):
        headed = " > ".join(dict.fromkeys((hit.title, *hit.heading_path)))
        dated = f" ({hit.date.isoformat()})" if hit.date else ""
        text = _fenced(fence, f"passage {number}", f"{headed}{dated}\n{hit.text}")
        room -= tokens_at_most(text)
        if room < 0:
            break
        shown.append(text)
    asked = bare(passages="\n\n".join((*shown, *earlier)))
    return (asked, context - tokens_at_most(asked)) if shown else ("", 0)


def tokens_at_most(text: str) -> int:
    """How many tokens a model makes of a text, guessed high: a third of its bytes, and one each for figures and marks.

    Each model has a tokenizer of its own, which no endpoint tells; what counts is that the prompt fits.
    """
    costly = len(_COSTLY.findall(text))
    return costly + (len(text.encode()) - costly) // BYTES_PER_TOKEN + 1


@cache
def _template() -> Template:
    return Template((files("assistant") / "prompts" / "answer.md").read_text(encoding="utf-8"))


def _fenced(fence: str, name: str, text: str) -> str:
    return f"{fence} {name}\n{_harmless(text.strip())}\n{fence} end of {name}"


def _harmless(text: str) -> str:
    """The text with the control tokens of chat templates broken, which some servers obey wherever they stand."""
    return _CONTROL.sub(r"\g<0> ", text)


def _passages(evidence: Sequence[Evidence]) -> list[Hit]:
    """The passages of evidence, that of the best sentence first."""
    return list({one.hit.passage_id: one.hit for one in evidence}.values())[:PASSAGES_SHOWN]


def spoken(pieces: Iterable[str]) -> Iterator[str]:
    """The statements of a text that comes in pieces, each once its sentence has ended; "" where there is none yet.

    No statement comes twice, none is a question; markers of sources, thoughts and invisible characters are left out.
    """
    text, heard = "", Counter[str]()
    for piece in pieces:
        text = _without_thought(text + piece)
        spans = [] if text.lstrip().startswith(_THOUGHT) else sentences(text)
        for span in spans[:-1]:  # the last one may go on
            yield from _new(span.of(text), heard)
        text = text[spans[-1].start :] if spans else text
        if len(text) > LONGEST_WAIT or heard.total() >= MOST_SENTENCES:
            return
        yield ""
    for span in () if text.lstrip().startswith(_THOUGHT) else sentences(text):
        yield from _new(span.of(text), heard)


def _new(sentence: str, heard: Counter[str]) -> Iterator[str]:
    text = plain(sentence)
    heard[text.casefold()] += 1
    is_statement = len(tokens(text)) >= FEWEST_WORDS and not is_question(text) and not _OF_SOURCES.match(text)
    if (is_statement or is_no_answer(text)) and heard[text.casefold()] == 1:
        yield text


def _without_thought(text: str) -> str:
    """The text behind what a reasoning model thinks aloud first; the whole where that has not ended yet."""
    return text.partition(_THOUGHT_ENDS)[2] if text.lstrip().startswith(_THOUGHT) and _THOUGHT_ENDS in text else text


def plain(sentence: str) -> str:
    """A sentence of a model as one line, without what it says of its sources and what nobody sees."""
    seen = "".join(one for one in sentence if one.isspace() or one in _JOINERS or unicodedata.category(one)[0] != "C")
    text = " ".join(_MARKER.sub("", seen).replace("**", "").split())
    while label := _LABEL.match(text):
        text = text[label.end()].upper() + text[label.end() + 1 :] if label.end() < len(text) else ""
    whole = _QUOTED.fullmatch(text)
    return whole[1] if whole else text


def is_no_answer(sentence: str) -> bool:
    """Whether a model says, in the words that it was given for that, that the passages do not answer."""
    return " ".join(re.findall(r"\w+", sentence)).casefold() == NO_ANSWER.casefold()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One to `MOST_JOINED` neighbouring sentences of a passage."""

    members: tuple[Evidence, ...]

    @property
    def quote(self) -> Quote:
        return Quote(self.members[0].hit, Span(self.members[0].span.start, self.members[-1].span.end))


class Proof:
    """What in the evidence of a question bears statements out, or fails to."""

    def __init__(
        self,
        evidence: Sequence[Evidence],
        embedder: Embedder | None,
        judge: Judge | None,
        verifier: Verifier | None = None,
    ) -> None:
        self._embedder, self._judge, self._verifier = embedder, judge, verifier
        self._stretches = _stretches(evidence)
        sums = np.stack([np.sum([one.vector for one in each.members], axis=0) for each in self._stretches])
        self._vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        self._words = [_words(each.quote.text) for each in self._stretches]
        self._held_by = Counter(word for one in evidence for word in _words(one.text))
        self._count = len(evidence)

    def of(self, statement: str) -> Worded:
        """A statement with the first quote that supports it, else with the likeliest that does in part or not at all.

        One quote: of two that stand apart, each may be true and what they say together nowhere written.
        """
        tried = []
        for quote in self._likeliest(statement):
            support, why = self._verified(statement, quote, *_checked(statement, quote, self._judge))
            worded = Worded(statement, support, why, quote)
            if support == "supported":
                return worded
            tried.append(worded)
        return next((worded for worded in tried if worded.support == "partial"), tried[0])

    def _verified(self, statement: str, quote: Quote, support: Support, why: Reason) -> tuple[Support, Reason]:
        """The more doubtful of that verdict and the verifier's, which is not asked about what is doubtful enough."""
        if self._verifier is None or support == "unsupported" or why == reason("own_words"):
            return support, why
        read = self._verifier.read(statement, (quote.hit.title, quote.text))
        return max((support, why), (read.support, read.reason), key=lambda one: _DOUBT.index(one[0]))

    def _likeliest(self, statement: str) -> Iterator[Quote]:
        words = _words(statement)
        weights = {word: log((self._count + 1) / (self._held_by[word] + 0.5)) for word in words}
        scores = self._likeness(statement)
        for row, each in enumerate(self._stretches):
            held = sum(weights[word] for word in words & self._words[row])
            scores[row] += held / (sum(weights.values()) or 1) - LONGER * (len(each.members) - 1)
        for row in np.argsort(-scores, kind="stable")[:TRIED]:
            yield self._stretches[row].quote

    def _likeness(self, statement: str) -> np.ndarray:
        if self._embedder is None:
            return np.zeros(len(self._stretches), np.float32)
        return np.asarray(self._vectors @ self._embedder.embed([statement])[0])


def _checked(statement: str, quote: Quote, judge: Judge | None) -> tuple[Support, Reason]:
    """The check's verdict; what a quote leaves to its title and headings, which every citation names, counts too."""
    alone = _read(statement, (quote.text,), judge)
    if alone.support != "partial":
        return alone.support, alone.reason
    headings = ". ".join(dict.fromkeys((quote.hit.title, *quote.hit.heading_path)))
    headed = _read(statement, (quote.text, headings), judge)
    if headed.support == "supported":
        return "supported", reason("headings")
    return alone.support, alone.reason


def _read(statement: str, texts: Sequence[str], judge: Judge | None) -> Checked:
    """The more doubtful of two verdicts, the rules' own and that with the judge: both may be taken in by likeness."""
    by_rules = check(statement, texts)
    if judge is None or by_rules.support == "unsupported":
        return by_rules
    return max(by_rules, check(statement, texts, judge), key=lambda checked: _DOUBT.index(checked.support))


def _stretches(evidence: Sequence[Evidence]) -> list[_Stretch]:
    by_place = {(one.hit.passage_id, one.position): one for one in evidence}
    found = []
    for passage, position in sorted(by_place):
        members: list[Evidence] = []
        while len(members) < MOST_JOINED and (one := by_place.get((passage, position + len(members)))):
            if members and _parted(members[-1], one):
                break
            members.append(one)
            found.append(_Stretch(tuple(members)))
    return found


def _parted(one: Evidence, following: Evidence) -> bool:
    """Whether a blank line stands between two neighbouring sentences."""
    start = one.hit.span.start
    return one.hit.text[one.span.end - start : following.span.start - start].count("\n") > 1


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in tokens(text))
