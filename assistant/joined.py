"""Several indexes that answer one question as one: each is searched by itself, what they found stands in one order.

A document's id begins with the name of its corpus and a slash there, as though each corpus were a folder of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from math import exp, log
from typing import TypeVar

import numpy as np

from assistant.terms import SLASH
from index import (
    Analyzer,
    DocumentSummary,
    Embedder,
    Explanation,
    Found,
    Hit,
    Index,
    IndexingError,
    InvalidFilter,
    Listed,
    Mentions,
    ModelUnavailable,
    Query,
    Reference,
    Standing,
    Status,
    StoredDocument,
    Term,
    covers,
)

MOST_EMBEDDED = 200  # passages whose vectors are wanted, of a document whose corpus has another model; some 3 seconds
SHORTEST_FOLDED = 40  # characters; a shorter passage says what it says by its title and headings
COMPARED = 20  # of the best passages: nobody looks for repetitions further down
MISSING = 0.25  # of a passage's words, that may not stand in one which covers it
KEPT_OUT_SHOWN = 5  # documents that a filter kept out, as of one index
_NOWHERE: Term = ("\0",)  # a term that no passage can hold
Kept = TypeVar("Kept", DocumentSummary, StoredDocument)
Result = TypeVar("Result")


class Joined:
    """Several indexes, asked as one index is.

    One that cannot be read is left aside, and `missing` says so; where all are, the last error is raised.

    Args:
        indexes: by the names of their corpora, in the order in which they are told; one at least.
        aside: the names of corpora that could not even be opened.
    """

    def __init__(self, indexes: Mapping[str, Searched], aside: Iterable[str] = ()) -> None:
        self.indexes = dict(indexes)
        self.aside = dict.fromkeys(aside)
        self._places = {name: place for place, name in enumerate(indexes)}

    @property
    def missing(self) -> tuple[str, ...]:
        """A sentence for each corpus that was left aside so far."""
        return tuple(
            f"The corpus {name} cannot be read now and was left aside; `despatch status --name {name}` says why."
            for name in self.aside
        )

    @property
    def at_hand(self) -> tuple[str, ...]:
        """The corpora that were not left aside so far, one at least."""
        return tuple(name for name in self.indexes if name not in self.aside)

    def close(self) -> None:
        """Let go of the files of all."""
        for index in self.indexes.values():
            index.close()

    def search(self, question: str | Query, k: int, *, where: str | None = None) -> Found:
        """The `k` passages of all that fit a question best; arguments and errors are those of `Index.search`."""
        query = Query(question) if isinstance(question, str) else question
        found = self._each(lambda name, index: index.search(query, k, where=_inside(name, where)))
        return self._one(query, k, found)

    def explain(self, question: str | Query, k: int, *, where: str | None = None) -> Explanation:
        """The same search, and what the filter kept out; arguments and errors are those of `Index.explain`."""
        query = Query(question) if isinstance(question, str) else question
        told = self._each(lambda name, index: index.explain(query, k, where=_inside(name, where)))
        kept_out = [replace(each, hit=self._hit(name, each.hit)) for name, one in told.items() for each in one.kept_out]
        kept_out.sort(key=lambda each: -each.hit.score)
        found = self._one(query, k, {name: one.found for name, one in told.items()})
        return Explanation(found, tuple(kept_out[:KEPT_OUT_SHOWN]))

    def _one(self, query: Query, k: int, found: Mapping[str, Found]) -> Found:
        """What was found in each, as one."""
        hits = [
            self._hit(name, hit) for name, one in found.items() for hit in self._by_one_measure(name, query, one.hits)
        ]
        hits.sort(key=lambda hit: (-hit.score - hit.similarity, hit.document_id, hit.span.start))
        shown = _folded(hits, k)
        of = {corpus_of(hit.document_id) for hit in shown}
        return Found(
            tuple(replace(hit, rank=rank) for rank, hit in enumerate(shown, start=1)),
            sum(one.searched for one in found.values()),
            (*self.missing, *dict.fromkeys(chain.from_iterable(one.degraded for one in found.values()))),
            sum(one.excluded for one in found.values()),
            time=next((one.time for one in found.values() if one.time), ""),
            spelling=" ".join(
                dict.fromkeys(one.spelling for name, one in found.items() if one.spelling and name in of)
            ),
        )

    def _by_one_measure(self, name: str, query: Query, hits: Sequence[Hit]) -> Sequence[Hit]:
        """Hits whose cosines are those of one model, whatever model their own index has."""
        embedder = self._other_model(name)
        if embedder is None or not hits:
            return hits
        cosines = embedder.embed([hit.text for hit in hits]) @ query.vector(embedder)
        return [replace(hit, similarity=round(float(own), 6)) for hit, own in zip(hits, cosines, strict=True)]

    def embedder(self) -> Embedder:
        """The model that sentences of all corpora are compared by: that of the first which has its own at hand.

        Raises:
            ModelUnavailable: none has.
        """
        failed: IndexingError | None = None
        for index in self.indexes.values():
            try:
                return index.embedder()
            except IndexingError as error:
                failed = error
        assert failed is not None
        raise failed

    def _other_model(self, name: str) -> Embedder | None:
        """The model that all are compared by, None where it is the corpus's own or there is none."""
        try:
            common = self.embedder()
        except ModelUnavailable:
            return None
        try:
            own = self.indexes[name].embedder().fingerprint
        except ModelUnavailable:
            own = ""
        return None if own == common.fingerprint else common

    def analyzer(self, query: Query) -> Analyzer:
        """Makes terms in the languages of all; a word is misspelt that no corpus holds and one takes for another."""
        own = list(self._each(lambda _, index: index.analyzer(query)).values())
        plain = Analyzer(tuple(dict.fromkeys(chain.from_iterable(each.languages for each in own))))
        respelt: dict[Term, Term] = {}
        for word in chain.from_iterable(plain.words(question) for _, question in query.questions):
            taken = [each.respelt.get(replace(each, respelt={}).term(word), ()) for each in own]
            term = plain.term(word)
            if any(taken) and not self.frequencies([term])[term]:
                respelt[term] = tuple(dict.fromkeys(chain.from_iterable(taken)))
        return replace(plain, respelt=respelt)

    def frequencies(self, terms: Iterable[Term]) -> Mapping[Term, int]:
        """In how many passages of all corpora each term stands; see `Index.frequencies`."""
        wanted = list(terms)
        counted = self._each(lambda _, index: index.frequencies(wanted))
        return {term: sum(each[term] for each in counted.values()) for term in wanted}

    def rarity(self, terms: Mapping[Term, float]) -> Mapping[Term, float]:
        """How much each term tells in all corpora together, by itself and by its weight; see `Index.rarity`.

        A term of rarity r stands in the share exp(-r) of an index's passages, so one that stands nowhere tells how
        many these are; the share in all is their mean by that.
        """
        told = self._each(lambda _, index: index.rarity({**dict.fromkeys(terms, 1.0), _NOWHERE: 1.0})).values()
        sizes = [exp(each[_NOWHERE]) for each in told]
        shares = {
            term: sum(size * exp(-each[term]) for size, each in zip(sizes, told, strict=True)) / sum(sizes)
            for term in terms
        }
        return {term: weight * -log(shares[term]) for term, weight in terms.items()}

    def listed(self, question: str = "", *, where: str | None = None) -> Listed:
        """The documents that a filter or a question's time leaves; arguments and errors are those of `Index.listed`."""
        found = self._each(lambda name, index: index.listed(question, where=_inside(name, where)))
        documents = (_called(name, each) for name, one in found.items() for each in one.documents)
        return Listed(
            tuple(sorted(documents, key=lambda each: each.id)),
            sum(one.excluded for one in found.values()),
            next((one.time for one in found.values() if one.time), ""),
        )

    def mentions(
        self, words: str, question: str = "", *, where: str | None = None, most: int, stand: Standing
    ) -> Mentions:
        """All documents in whose text words stand; arguments and errors are those of `Index.mentions`.

        The first few are those of the corpora in turn.
        """
        found = self._each(
            lambda name, index: index.mentions(words, question, where=_inside(name, where), most=most, stand=stand)
        )
        columns = [[self._hit(name, hit) for hit in one.hits] for name, one in found.items()]
        longest = max(map(len, columns))
        hits = [column[row] for row in range(longest) for column in columns if row < len(column)]
        return Mentions(
            tuple(hits if stand == "in a row" else hits[:most]),
            sum(one.documents for one in found.values()),
            sum(one.times for one in found.values()),
            sum(one.searched for one in found.values()),
            next((one.time for one in found.values() if one.time), ""),
        )

    def holding(self, words: str, *, where: str | None = None) -> Mapping[str, int]:
        """How often words stand in each document that holds them; arguments and errors are those of `Index.holding`."""
        found = self._each(lambda name, index: index.holding(words, where=_inside(name, where)))
        return {f"{name}{SLASH}{document}": times for name, one in found.items() for document, times in one.items()}

    def first_passages(self, document_ids: Sequence[str]) -> tuple[Hit, ...]:
        """The passage that each of these documents begins with, in this order; see `Index.first_passages`."""
        own: dict[str, list[str]] = {name: [] for name in self.indexes}
        for name, document in map(_split, document_ids):
            own.get(name, []).append(document)
        found = self._each(lambda name, index: index.first_passages(own[name]) if own[name] else ())
        by_id = {f"{name}{SLASH}{hit.document_id}": self._hit(name, hit) for name, one in found.items() for hit in one}
        return tuple(by_id[document] for document in document_ids if document in by_id)

    def passages_of(self, document_id: str) -> tuple[tuple[Hit, ...], np.ndarray]:
        """Every passage of a document and their vectors; of a corpus with another model the first `MOST_EMBEDDED`."""
        name, document = _split(document_id)
        hits, vectors = self.indexes[name].passages_of(document)
        if embedder := self._other_model(name):
            hits = hits[:MOST_EMBEDDED]
            vectors = embedder.embed([hit.text for hit in hits]) if hits else vectors[:0]
        return tuple(self._hit(name, hit) for hit in hits), vectors

    def vectors_of(self, hits: Sequence[Hit]) -> np.ndarray:
        """The vectors of passages by one model, float32 [n, dimension]; see `Index.vectors_of`."""
        made: dict[int, np.ndarray] = {}
        for name, index in self.indexes.items():
            own = [hit for hit in hits if corpus_of(hit.document_id) == name]
            if not own:
                continue
            embedder = self._other_model(name)
            vectors = (
                embedder.embed([hit.text for hit in own])
                if embedder
                else index.vectors_of([replace(hit, passage_id=hit.passage_id // len(self._places)) for hit in own])
            )
            made |= dict(zip((hit.passage_id for hit in own), vectors, strict=True))
        return np.stack([made[hit.passage_id] for hit in hits])

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Every document of all, without its text."""
        return self.listed().documents

    def document(self, document_id: str) -> StoredDocument | None:
        """One document with its text, None where there is none of that id, or its corpus is left aside."""
        name, document = _split(document_id)
        found = None if name not in self.indexes else self.indexes[name].document(document)
        return None if found is None else _called(name, found)

    def path_of(self, document_id: str) -> str:
        """Where a document's file stands; the id itself where there is no such corpus."""
        name, document = _split(document_id)
        return self.indexes[name].path_of(document) if name in self.indexes else document_id

    def status(self) -> Status:
        """The state of all: what differs stands behind the corpus's name, the last sync is the earliest of them."""
        found = self._each(lambda _, index: index.status())
        synced = [one.last_sync for one in found.values()]

        def told(of: Callable[[Status], str]) -> str:
            values = {name: of(one) for name, one in found.items()}
            each = "; ".join(f"{name}: {value}" for name, value in values.items())
            return each if len(set(values.values())) > 1 else next(iter(values.values()))

        return Status(
            corpus=told(lambda one: one.corpus),
            index=told(lambda one: one.index),
            model=told(lambda one: one.model),
            precision=told(lambda one: one.precision),
            revision=told(lambda one: one.revision),
            documents=sum(one.documents for one in found.values()),
            passages=sum(one.passages for one in found.values()),
            last_sync=min((each for each in synced if each), default=None) if all(synced) else None,
            failures=tuple(
                replace(each, path=f"{name}{SLASH}{each.path}") for name, one in found.items() for each in one.failures
            ),
            warnings=tuple(
                replace(each, path=f"{name}{SLASH}{each.path}") for name, one in found.items() for each in one.warnings
            ),
        )

    def _each(self, asked: Callable[[str, Searched], Result]) -> dict[str, Result]:
        """What each index says; one that cannot is left aside."""
        said: dict[str, Result] = {}
        failed: IndexingError | None = None
        for name, index in self.indexes.items():
            try:
                said[name] = asked(name, index)
            except InvalidFilter:
                raise
            except IndexingError as error:
                failed, self.aside[name] = error, None
        if failed is not None and not said:
            raise failed
        return said

    def _hit(self, name: str, hit: Hit) -> Hit:
        """A hit under the names that it has among all; passages are told apart by their ids."""
        number = hit.passage_id * len(self._places) + self._places[name]
        also = tuple(replace(each, document_id=f"{name}{SLASH}{each.document_id}") for each in hit.also_in)
        return replace(hit, document_id=f"{name}{SLASH}{hit.document_id}", passage_id=number, also_in=also)


def corpus_of(document_id: str) -> str:
    """The name of the corpus that a document is of, by its id among several."""
    return document_id.partition(SLASH)[0]


def _split(document_id: str) -> tuple[str, str]:
    """The name of the corpus, and the id of the document in it."""
    name, _, document = document_id.partition(SLASH)
    return name, document


def _called(name: str, document: Kept) -> Kept:
    return replace(document, id=f"{name}{SLASH}{document.id}")


def _inside(name: str, where: str | None) -> str | None:
    """A filter as it is meant inside one corpus, whose name stands before the ids of its documents."""
    if where is None:
        return None
    own = re.escape(name)
    whole = re.sub(rf"(\bfolder\s*!?=\s*)(['\"]?){own}\2(?=[\s)]|$)", r"\1''", where)
    return re.sub(rf"(\b(?:folder|document)\s*!?=\s*['\"]?){own}{SLASH}", r"\1", whole)


def _folded(hits: Sequence[Hit], k: int) -> list[Hit]:
    """The first `k`; one that says nothing which a better one of another corpus does not is folded into that."""
    kept: list[Hit] = []
    spoken: list[frozenset[str]] = []  # the words of those, for a first glance: whole texts are compared slowly
    for hit in hits:
        corpus, words = corpus_of(hit.document_id), frozenset(hit.text.casefold().split())
        alike = (
            place
            for place, (other, own) in enumerate(zip(kept[:COMPARED], spoken, strict=False))
            if corpus_of(other.document_id) != corpus and len(words - own) <= MISSING * len(words)
        )
        same = next((place for place in alike if covers(kept[place].text, hit.text)), None)
        if same is not None and len(hit.text) >= SHORTEST_FOLDED:
            also = (Reference(hit.document_id, hit.title, hit.date, hit.span), *hit.also_in)
            kept[same] = replace(kept[same], also_in=(*kept[same].also_in, *also))
        elif len(kept) < k:
            kept.append(hit)
            spoken.append(words)
    return kept


Searched = Index | Joined  # what an assistant answers from
