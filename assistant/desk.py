"""The assistant itself: one index, opened for questions."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from assistant.answers import NEAREST_SHOWN, Cited, answered, declined, passages_only, talked, weighed
from assistant.asking_back import chosen, several_meant
from assistant.bridging import bridged
from assistant.checking import check
from assistant.citing import citation_of
from assistant.corpora import index_of, is_corpus
from assistant.declining import Declined
from assistant.differing import beside
from assistant.emphasis import answering_words
from assistant.enumerating import with_items
from assistant.errors import InvalidQuestion, UnknownDocument
from assistant.evidence import Evidence, gather
from assistant.extracting import Quote, compose
from assistant.followups import asked_again, encodable, with_history
from assistant.generating import Generation, Worded
from assistant.joined import Searched
from assistant.judge import Judge, judge_at_hand
from assistant.kinds import reply_to
from assistant.ledger_questions import asks_for_all
from assistant.models import LanguageModel
from assistant.naming import within_named
from assistant.phrasing import subject_alone
from assistant.recognising import spoken_to
from assistant.replies import Asked, Reply
from assistant.searched import said_in
from assistant.settings import Settings, resolve
from assistant.silence import decide
from assistant.small_talk import without_greeting
from assistant.terms import Answer, Event, History, How, Strictness
from assistant.verifying import KeptCitation, VerifiedCitation, compared
from assistant.wording import Wording, wording
from index import (
    DEFAULT_MODEL,
    Analyzer,
    DocumentSummary,
    Embedder,
    Explanation,
    Found,
    Hit,
    Index,
    ModelUnavailable,
    Query,
    Status,
    StoredDocument,
    Term,
    knows_script,
    tokens,
)

READ_FOR_AN_ANSWER = 12  # passages: what `ask` looks at, of which it reads the first few sentence by sentence
LONGEST_QUESTION = 4_000  # characters; a page of text is no question, and the model reads 256 tokens of it


class Assistant:
    """Answers from one index, with every sentence cited. Safe for many threads at once; never writes."""

    def __init__(
        self,
        index: Searched,
        model: LanguageModel | None = None,
        *,
        declined: str | None = None,
        strictness: Strictness | None = None,
    ) -> None:
        self.index = index
        self.declined = declined  # what is said where the documents do not say; None: the assistant's own sentence
        self.strictness = strictness  # how readily all questions are declined; None: as each is asked
        self.model = model  # whose words answers are in; None: the documents' own

    @classmethod
    def of(cls, settings: Settings, *, resident: bool = False) -> Assistant:
        """Open the index that settings name, with what else they name; see `open`."""
        index = Index(settings.index, resident=resident, rerank=settings.rerank)
        return cls(index, settings.language_model, declined=settings.declined, strictness=settings.strictness)

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        resident: bool = False,
        rerank: str | None = None,
        model: LanguageModel | None = None,
    ) -> Assistant:
        """Open an index for questions.

        Args:
            index: its folder, or the name of a corpus (`despatch sync FOLDER --name NAME`); None is the one that the
                settings name.
            resident: this process answers many questions, so Chroma's slow start pays.
            rerank: a cross-encoder that reads the best 20 passages again and puts them in order, a folder or a hub
                name that is on this machine; None is the one that the settings name, if any, where they name the index.
            model: a language model that words the answers; None is the one that the settings name, if any, where they
                name the index.

        Raises:
            IndexMissing: there is none; the message names the command that makes one.
            IndexDamaged: it cannot be read.
            InvalidSettings: `index` is None and the settings cannot be read.
        """
        if index is None:
            desk = cls.of(resolve(rerank=rerank), resident=resident)
            desk.model = model or desk.model
            return desk
        folder = index_of(index) if isinstance(index, str) and is_corpus(index) else Path(index)
        return cls(Index(folder, resident=resident, rerank=rerank), model)

    def close(self) -> None:
        """Let go of the index's files; `with Assistant.open(...) as desk` does it at the end."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def retrieve(
        self, question: str, k: int = 5, *, where: str | None = None, history: History = ()
    ) -> tuple[Hit, ...]:
        """The passages that fit a question best.

        Args:
            question: in natural language; a time in it ("latest", "since 2020") counts (docs/times.md).
            k: how many at most, at least 1.
            where: a filter, for example `folder = 'annexes/**' and date >= 2024-01-01` (docs/filters.md).
            history: earlier turns, oldest first; the last few are searched beside the question, with less weight.

        Returns:
            Hits, best first; fewer than `k` where there are no more.

        Raises:
            InvalidQuestion: empty, too long, or `k` below 1.
            InvalidFilter: `where` cannot be read.
            InvalidHistory: a turn has no role or text.
        """
        return self.search(question, k, where=where, history=history).hits

    def search(self, question: str, k: int = 5, *, where: str | None = None, history: History = ()) -> Found:
        """What `retrieve` finds, with how many documents were searched and how a time in the question was understood.

        Arguments and errors are those of `retrieve`.
        """
        return self.index.search(self._query(question, history), _at_least_one(k), where=where)

    def look_up(
        self, question: str, k: int = 5, *, where: str | None = None, history: History = (), language: str | None = None
    ) -> Answer:
        """What `search` finds, in the place of an answer; arguments and errors are those of `retrieve` and `ask`."""
        started = time.monotonic()
        found = self.search(question, k, where=where, history=history)
        words = wording(spoken_to(question, question, language))
        return passages_only(encodable(question.strip()), said_in(found, words), time.monotonic() - started, words)

    def explain(self, question: str, k: int = 5, *, where: str | None = None, history: History = ()) -> Explanation:
        """What `retrieve` finds, and what the filter kept out: the documents and the condition that each fails.

        Arguments and errors are those of `retrieve`; with a filter it costs two searches.
        """
        return self.index.explain(self._query(question, history), _at_least_one(k), where=where)

    def ask(
        self,
        question: str,
        *,
        where: str | None = None,
        history: History = (),
        extractive: bool = False,
        language: str | None = None,
    ) -> Answer:
        """What the documents say to a question, or that they don't say.

        Args:
            question: see `retrieve`, like `where`, `history` and the errors.
            where: see there.
            history: see there.
            extractive: in the documents' own words, whether or not there is a language model.
            language: of who asks, one of `LANGUAGES`, for the assistant's own sentences where the question's own
                language is not plain; English unless told. Quotes are in the language of their documents.
        """
        how: How = {"where": where, "history": history, "extractive": extractive, "language": language}
        for event in self.ask_stream(question, **how):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def ask_stream(  # noqa: PLR0913  each keyword says how one question is answered
        self,
        question: str,
        *,
        where: str | None = None,
        history: History = (),
        extractive: bool = False,
        strictness: Strictness | None = None,
        passages: int = READ_FOR_AN_ANSWER,
        language: str | None = None,
    ) -> Generator[Event, None, None]:
        """The same answer step by step: see `Event`. Closing the stream ends a language model's work.

        `strictness` counts where the assistant was opened without (None: "normal"); `passages` are searched for.
        """
        started = time.monotonic()
        query, asked = self._query(question, history), encodable(question.strip())
        words = wording(spoken_to(asked, query.question, language))
        if reply := reply_to(Asked(query.question, where, self.index, words, history)):
            yield from self._replied(asked, reply, query, words, where=where, started=started)
            return
        yield Event("searching")
        where = within_named(query.question, where, self.index)
        found = self.index.search(query, _at_least_one(passages), where=where)
        yield Event("found", hits=found.hits)
        embedder, judge, lacking = self._readers(query.question)
        analyzer = self.index.analyzer(query)
        rarity, absent = self._rarity(query, analyzer)
        found = said_in(replace(found, degraded=(*found.degraded, *lacking)), words)
        read = partial(gather, query, embedder=embedder, rarity=rarity, analyzer=analyzer, judge=judge)
        evidence = read(found.hits)
        verdict = decide(query.question, evidence, rarity, absent, self.strictness or strictness or "normal")
        if not verdict.answers:
            reason = Declined(query.question, absent.values(), found.hits, analyzer).because(verdict, words)
            yield Event("answer", answer=weighed(self._silent(asked, found, reason, words, started), verdict))
            return
        if reply := several_meant(query, evidence, analyzer, words):
            reply = replace(reply, searched=found.searched)
            yield Event("answer", answer=talked(asked, reply, time.monotonic() - started, words.language))
            return
        if not found.time:  # which the second search would not know
            evidence = bridged(
                self.index, query, evidence, rarity, embedder, read, where=where, language=words.language
            )
        cited = Cited(partial(citation_of, self.index), words)
        generation = None if self.model is None or extractive else Generation(self.model, words)
        if generation is not None:
            yield Event("writing")
            for worded in generation.statements(query, evidence, embedder, judge):
                yield Event("writing") if worded is None else cited.add(worded)
        note = "" if cited.statements else (yield from _quoted(cited, query, evidence, rarity, judge, words))
        if asks_for_all(query.question):
            note = f"{note} {words('beside.not_all')}".lstrip()
        told, seconds = (cited.statements, cited.citations), time.monotonic() - started
        answer = answered(asked, found, *told, seconds, words=words, generation=generation, note=note)
        yield Event("answer", answer=weighed(answer, verdict))

    def _replied(
        self, asked: str, reply: Reply, query: Query, words: Wording, *, where: str | None, started: float
    ) -> Iterator[Event]:
        """The steps of a reply that no search of passages gave; one that declines shows the nearest all the same."""
        found = Found((), reply.searched, time=reply.time)
        if reply.outcome == "declined":
            yield Event("searching")
            found = self.index.search(query, NEAREST_SHOWN, where=where)
            yield Event("found", hits=found.hits)
        found = said_in(found, words)
        statements, citations = [], []
        for number, told in enumerate(reply.told, start=1):
            citations.append(citation_of(self.index, number, told.quote))
            statements.append(told.statement(number, words))
            yield Event("statement", statement=statements[-1], citations=(citations[-1],))
        seconds = time.monotonic() - started
        match reply.outcome:
            case "declined":
                answer = self._silent(asked, found, reply.said, words, started)
            case "answered":
                answer = answered(asked, found, statements, citations, seconds, words=words, note=reply.said)
            case _:
                answer = talked(asked, reply, seconds, words.language)
        yield Event("answer", answer=answer)

    def _silent(self, asked: str, found: Found, reason: str, words: Wording, started: float) -> Answer:
        said, seconds = self.declined or words("declined.said"), time.monotonic() - started
        return declined(asked, found, reason, seconds, said=said, language=words.language)

    def documents(self, where: str | None = None) -> tuple[DocumentSummary, ...]:
        """The documents of the index, or those that a filter leaves, by id, without their text.

        Raises:
            InvalidFilter: `where` cannot be read.
        """
        return self.index.listed(where=where).documents

    def holding(self, words: str, where: str | None = None) -> Mapping[str, int]:
        """How often words stand in the text of each document that has them, by id; errors are those of `documents`."""
        return self.index.holding(words, where=where)

    def document(self, document_id: str) -> StoredDocument:
        """One document with the text that all spans point into.

        Raises:
            UnknownDocument: the index holds none of that id.
        """
        found = self.index.document(encodable(document_id))
        if found is None:
            raise UnknownDocument(document_id)
        return found

    def verify(self, citation: KeptCitation) -> VerifiedCitation:
        """What became of a kept citation in the index as it is now; `assistant.verify` reads the files themselves."""
        document = self.index.document(encodable(citation.document_id))
        if document is None:
            return VerifiedCitation(citation, "deleted")
        return compared(citation, document.text, document.sha256)

    def path_of(self, document_id: str) -> str:
        """Where a document's file stands, whether or not it is still there."""
        return self.index.path_of(document_id)

    def status(self) -> Status:
        """The state of the index."""
        return self.index.status()

    def _query(self, question: str, history: History) -> Query:
        if not question.strip():
            raise InvalidQuestion("is empty", "write one")
        if len(question) > LONGEST_QUESTION:
            raise InvalidQuestion(f"has more than {LONGEST_QUESTION:,} characters", "ask in a sentence or two")
        meant = asked_again(*chosen(subject_alone(without_greeting(encodable(question.strip()))), history))
        return with_history(*meant, declined=self.declined)

    def _readers(self, question: str) -> tuple[Embedder | None, Judge | None, tuple[str, ...]]:
        """The models that can read a question, and in a sentence each what else is not at hand."""
        judge, lacking = judge_at_hand()
        try:
            embedder = self.index.embedder()
        except ModelUnavailable:
            embedder = None  # `search` has said so in `degraded` already
        return (
            embedder if embedder and knows_script(embedder.name, question) else None,
            judge if knows_script(DEFAULT_MODEL, question) else None,  # of which the judge is made
            lacking,
        )

    def _rarity(self, query: Query, analyzer: Analyzer) -> tuple[Mapping[Term, float], dict[Term, str]]:
        """How much each term of a question tells, and those that no passage holds, with their words; without slips."""
        absent = self._absent(query, analyzer)
        slips = {term for term, word in absent.items() if _is_slip(word)}
        terms = {term: weight for term, weight in query.terms(analyzer).items() if term not in slips}
        return self.index.rarity(terms), {term: word for term, word in absent.items() if term not in slips}

    def _absent(self, query: Query, analyzer: Analyzer) -> dict[Term, str]:
        """The question's terms that no passage holds as they are spelt, each with its word as written."""
        spoken = {analyzer.term(word): word for word in reversed(tokens(query.question))}
        counts = self.index.frequencies(analyzer.question(query.question))
        respelt = frozenset(analyzer.respelt.values())
        return {term: spoken[term] for term, count in counts.items() if not count or term in respelt}


def _is_slip(absent: str) -> bool:
    """Whether a word that stands nowhere is a letter, of markup or a slip; as a rare word it would outweigh all."""
    return len(absent) == 1 and absent.isascii() and absent.isalpha()


def _quoted(
    cited: Cited,
    query: Query,
    evidence: Sequence[Evidence],
    rarity: Mapping[Term, float],
    judge: Judge | None,
    words: Wording,
) -> Generator[Event, None, str]:
    """The statements in the documents' own words; gives what is said beside them, "" for nothing."""
    quotes, note = beside(compose(evidence, rarity), evidence, words)
    for quote in with_items(quotes):
        yield cited.add(_verbatim(quote), answering_words(judge, query, quote))
    return note


def _verbatim(quote: Quote) -> Worded:
    """A quote as a statement, checked as every statement is."""
    checked = check(quote.text, (quote.text,))
    return Worded(quote.text, checked.support, checked.reason, quote)


def _at_least_one(k: int) -> int:
    if k < 1:
        raise InvalidQuestion(f"asks for {k} passages", "ask for 1 or more")
    return k
