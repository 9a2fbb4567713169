"""An index opened for asking: question → hits."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path

import numpy as np

from corpus import document_path
from index.connecting import DAMAGE, meant_by
from index.context import counter
from index.conversation import Query, summed
from index.embedding import Embedder, open_embedder
from index.errors import IndexMissing, ModelUnavailable, VectorsUnavailable
from index.explaining import matches, ranks
from index.filters import failed, meets
from index.folding import Folded, Folds
from index.fusion import fuse
from index.layout import active_ledger
from index.ledger import Ledger
from index.listing import first_passages, holding, listed, mentions, passages_of, vectors_of
from index.opened import Opened, file_identity
from index.rarity import rarity
from index.reranking import RERANKED, Reranker
from index.rows import Selection, WordQuery
from index.spelling import told
from index.terms import (
    DocumentSummary,
    Explanation,
    Found,
    Hit,
    KeptOut,
    Listed,
    Mentions,
    Reference,
    Standing,
    Status,
    StoredDocument,
    Term,
)
from index.times import Scope, prefer, scope_of
from index.vector_server import is_address
from index.words import Analyzer, fts_query

ATTEMPTS = 3  # the last of a search needs nothing but the ledger
DEPTH = 200  # candidates a ranker: cosines count from the last of them, so it never varies
KEPT_OUT_SHOWN = 5  # documents that a filter kept out; more would bury the hits
EXACT_UP_TO_PASSAGES = 50_000  # some 10 ms at most; Chroma's import alone takes seconds


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Scores of the two rankers by passage id, the passages with their fused scores, and what was not at hand."""

    analyzer: Analyzer
    vectors: dict[int, float]
    words: dict[int, float]
    ranked: list[tuple[int, float]]
    degraded: tuple[str, ...]


class Index:
    """One index, read-only; safe for many threads at once, and follows what another process writes.

    Args:
        folder: the index's folder.
        resident: the process stays for many questions, so Chroma's slow import pays.
        rerank: a cross-encoder that reads the best passages again, a folder or a hub name; None is none.

    Raises:
        IndexMissing: there is none.
        IndexDamaged, IndexUnavailable: it cannot be read; every method raises them too.
        IndexNotWritable: the disk is too full to read it.
        IndexOutdated: another version of Despatch made it.
    """

    def __init__(self, folder: Path, *, resident: bool = False, rerank: str | None = None) -> None:
        self.folder = folder
        self._resident = resident
        self._reranker = Reranker(rerank) if rerank else None
        self._embedder: Embedder | None = None
        self._lock = threading.Lock()
        self._opened: Opened | None = None
        with self._using():
            pass

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @contextmanager
    def _using(self) -> Iterator[Opened]:
        """The ledger that answers now, kept open for as long as it is used here."""
        with self._lock:
            self._follow()
            opened = self._opened
            assert opened is not None
            opened.users += 1
        try:
            yield opened
        except DAMAGE as error:
            raise meant_by(error, self.folder, write=False) from error
        finally:
            with self._lock:
                opened.users -= 1
                if opened is not self._opened and not opened.users:
                    opened.close()

    def _follow(self) -> None:
        """Open the ledger that a rebuild or a restored copy has put in place of the one that is open."""
        former = self._opened
        if former is not None and former.identity == file_identity(active_ledger(self.folder)):
            return
        for attempt in range(ATTEMPTS):
            try:
                self._opened = Opened(self.folder)
                break
            except IndexMissing:  # replaced between being named and being opened
                if attempt + 1 == ATTEMPTS:
                    raise
        if former is not None and not former.users:
            former.close()

    def search(self, question: str | Query, k: int, *, where: str | None = None) -> Found:
        """The `k` passages that fit a question best.

        Args:
            question: in natural language; no operator means anything. A time in it is understood by `index.times`.
                A `Query` brings what was said before it.
            k: at least 1.
            where: a filter in the language of `index.filters`.

        Raises:
            InvalidFilter: the filter cannot be read.
            ModelUnavailable: the cross-encoder that was named is not at hand.
        """
        query = Query(question) if isinstance(question, str) else question
        return self._scoped(query, k, scope_of(query.question, where, date.today()))

    def _scoped(self, query: Query, k: int, scope: Scope) -> Found:
        if self._reranker is None:
            return self._found(query, k, scope)
        found = self._found(query, max(k, RERANKED), scope)
        hits, cost = self._reranker.reorder(query.joined, found.hits)
        return replace(found, hits=hits[:k], reranking=cost)

    def _found(self, query: Query, k: int, scope: Scope) -> Found:
        for attempt in range(ATTEMPTS):
            with self._using() as opened:
                with opened.ledger.reading():
                    before = opened.ledger.state(), opened.ledger.generation()
                    found = self._search(opened, query, k, scope, exact=attempt + 1 == ATTEMPTS)
                after = opened.ledger.state(), opened.ledger.generation()
            # a writer deletes from a server, or removes a folder, only after the ledger has moved on
            if before == after or not (found.degraded or (before[1] and is_address(before[1].place))):
                break
        return found

    def _search(self, opened: Opened, query: Query, k: int, scope: Scope, *, exact: bool) -> Found:
        ledger = opened.ledger
        within = opened.selection(scope.condition) if scope.condition else None
        found = self._candidates(opened, query, within, exact=exact)
        ranked, time = _timely(ledger, found.ranked, scope)
        documents = ledger.counts()[0]
        searched = len(within.documents) if within is not None else documents
        hits = self._hits(opened, _folded(ledger, ranked, k), dict(ranked), found=found, query=query)
        spelling = told(found.analyzer, query.question, hits)
        return Found(hits, searched, found.degraded, documents - searched, time=time, spelling=spelling)

    def _candidates(self, opened: Opened, query: Query, within: Selection | None, *, exact: bool) -> _Candidates:
        ledger, analyzer = opened.ledger, self._forgiving(opened, query)
        asked = [(weight, _word_query(ledger, analyzer, text)) for weight, text in query.questions]
        words = summed(((weight, _match(ledger, one, within)) for weight, one in asked), DEPTH)
        nearest, degraded = self._nearest(opened, query, within, exact=exact)
        closeness = ledger.closeness(asked[0][1], nearest.keys() | words.keys())
        highest = sum(weight * one.highest for weight, one in asked)
        return _Candidates(analyzer, nearest, words, fuse(nearest, words, closeness, highest), degraded)

    def _nearest(
        self, opened: Opened, query: Query, within: Selection | None, *, exact: bool
    ) -> tuple[dict[int, float], tuple[str, ...]]:
        try:
            vector = query.vector(self._embedder_of(opened.ledger))
        except ModelUnavailable as error:
            return {}, (f"Only words were searched: {error}",)
        few = not self._resident and opened.ledger.counts()[1] <= EXACT_UP_TO_PASSAGES
        if exact or few or opened.ledger.generation() is None:
            return opened.exact.nearest(vector, DEPTH, within), ()
        try:
            nearest = opened.chroma.nearest(vector, DEPTH, within)
        except VectorsUnavailable as error:
            return opened.exact.nearest(vector, DEPTH, within), (f"Meaning was searched without Chroma: {error}",)
        return opened.exact.nearest(vector, DEPTH, within) if nearest is None else nearest, ()

    def _hits(
        self,
        opened: Opened,
        folded: Sequence[Folded],
        scores: Mapping[int, float],
        *,
        found: _Candidates,
        query: Query,
    ) -> tuple[Hit, ...]:
        stems = frozenset(chain.from_iterable(query.terms(found.analyzer)))
        vector_ranks, word_ranks = ranks(found.vectors), ranks(found.words)
        return tuple(
            Hit(
                rank=rank,
                score=round(scores[row.id], 6),
                similarity=round(found.vectors.get(row.id, 0.0), 6),
                word_score=round(found.words.get(row.id, 0.0), 6),
                passage_id=row.id,
                document_id=row.document_id,
                title=row.title,
                date=row.date,
                span=row.span,
                page=row.page,
                page_number=row.page_number,
                heading_path=row.heading_path,
                text=row.text,
                vector_rank=vector_ranks.get(row.id),
                word_rank=word_ranks.get(row.id),
                matches=matches(stems, row.text, row.span.start, row.language),
                also_in=tuple(Reference(same.document_id, same.title, same.date, same.span) for same in also),
            )
            for rank, (row, also) in enumerate(folded, start=1)
        )

    def explain(self, question: str | Query, k: int, *, where: str | None = None) -> Explanation:
        """The same search, and what its filter kept out: the best few documents and the condition that each fails.

        Arguments and errors are those of `search`; with a filter it costs two searches.
        """
        query = Query(question) if isinstance(question, str) else question
        scope = scope_of(query.question, where, date.today())
        found = self._scoped(query, k, scope)
        if scope.condition is None or not found.excluded:
            return Explanation(found)
        best: dict[str, Hit] = {}
        for hit in self._scoped(query, k, Scope(None, scope.time)).hits:
            best.setdefault(hit.document_id, hit)
        kept_out = []
        for hit in best.values():
            document = self.document(hit.document_id)
            if document is not None and not meets(document, scope.condition):
                kept_out.append(KeptOut(hit, failed(document, scope.condition)))
        return Explanation(found, tuple(kept_out[:KEPT_OUT_SHOWN]))

    def embedder(self) -> Embedder:
        """The model that the index was made with.

        Raises:
            ModelUnavailable: it is not on this machine.
        """
        with self._using() as opened:
            return self._embedder_of(opened.ledger)

    def _embedder_of(self, ledger: Ledger) -> Embedder:
        fingerprint, model = ledger.get("model_fingerprint"), ledger.get("model") or ""
        with self._lock:
            if self._embedder is None or self._embedder.fingerprint != fingerprint:
                self._embedder = open_embedder(model, fingerprint=fingerprint)
            return self._embedder

    def analyzer(self, query: Query | None = None) -> Analyzer:
        """Makes terms in the languages of the documents, and takes misspelt words of a query for words of them."""
        with self._using() as opened:
            return self._forgiving(opened, query) if query else opened.speller.analyzer()

    def _forgiving(self, opened: Opened, query: Query) -> Analyzer:
        try:
            count = counter(self._embedder_of(opened.ledger).measure)
        except ModelUnavailable:
            return opened.speller.analyzer()  # which words there are, only a model tells
        return opened.speller.forgiving(query.questions, count)

    def frequencies(self, terms: Iterable[Term]) -> Mapping[Term, int]:
        """In how many passages each term stands; one that holds two stems of it counts twice."""
        with self._using() as opened:
            return {term: sum(opened.ledger.frequencies(term).values()) for term in terms}

    def rarity(self, terms: Mapping[Term, float]) -> Mapping[Term, float]:
        """How much each term tells, by itself and by its weight: see `index.rarity`."""
        with self._using() as opened:
            holding = {term: sum(opened.ledger.frequencies(term).values()) for term in terms}
            return rarity(terms, holding, opened.ledger.counts()[1])

    def listed(self, question: str = "", *, where: str | None = None) -> Listed:
        """The documents that a filter leaves, and a question's time where it is one ("documents since 2020").

        Raises:
            InvalidFilter: the filter cannot be read.
        """
        scope = scope_of(question, where, date.today())
        with self._using() as opened:
            return listed(opened, scope)

    def mentions(
        self, words: str, question: str = "", *, where: str | None = None, most: int, stand: Standing
    ) -> Mentions:
        """All documents in whose text words stand; args and errors as of `listed` and `index.listing.mentions`."""
        scope = scope_of(question, where, date.today())
        with self._using() as opened, opened.ledger.reading():
            return mentions(opened, words, scope, most=most, stand=stand)

    def holding(self, words: str, *, where: str | None = None) -> Mapping[str, int]:
        """How often words stand in each document that holds them; args and errors as of `listed` and `mentions`."""
        with self._using() as opened, opened.ledger.reading():
            return holding(opened, words, scope_of("", where, date.today()))

    def first_passages(self, document_ids: Sequence[str]) -> tuple[Hit, ...]:
        """The passage that each of these documents begins with, in this order; a document without text has none."""
        with self._using() as opened, opened.ledger.reading():
            return first_passages(opened.ledger, document_ids)

    def passages_of(self, document_id: str) -> tuple[tuple[Hit, ...], np.ndarray]:
        """Every passage of a document, in its order, and their vectors, float32 [n, dimension]."""
        with self._using() as opened, opened.ledger.reading():
            hits = passages_of(opened.ledger, document_id)
            return hits, vectors_of(opened.ledger, hits)

    def vectors_of(self, hits: Sequence[Hit]) -> np.ndarray:
        """The vectors of passages, float32 [n, dimension]; of one that is gone by now it is 0."""
        with self._using() as opened, opened.ledger.reading():
            return vectors_of(opened.ledger, hits)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Every document by id, without its text."""
        with self._using() as opened:
            return opened.ledger.documents()

    def document(self, document_id: str) -> StoredDocument | None:
        """One document with its text, None where there is none of that id."""
        with self._using() as opened:
            return opened.ledger.document(document_id)

    def path_of(self, document_id: str) -> str:
        """Where a document's file stands, whether or not it is still there; an attachment's is the mail's."""
        with self._using() as opened:
            return str(document_path(opened.ledger.corpus(), opened.ledger.file_of(document_id)))

    def status(self) -> Status:
        """The state of the index."""
        with self._using() as opened, opened.ledger.reading():
            ledger = opened.ledger
            documents, passages = ledger.counts()
            last = ledger.get("last_sync")
            return Status(
                corpus=str(ledger.corpus()) if ledger.get("corpus") else "",
                index=str(self.folder),
                model=ledger.get("model") or "",
                precision=ledger.get("precision") or "fp32",
                revision=ledger.get("model_fingerprint") or "",
                documents=documents,
                passages=passages,
                last_sync=datetime.fromisoformat(last) if last else None,
                failures=ledger.failures(),
                warnings=opened.doubts(),
            )


def _word_query(ledger: Ledger, analyzer: Analyzer, question: str) -> WordQuery:
    terms, pairs = analyzer.question(question), analyzer.pairs(question)
    return fts_query(terms, ledger.counts()[1], ledger.frequencies, pairs)


def _match(ledger: Ledger, query: WordQuery, within: Selection | None) -> Mapping[int, float]:
    return dict(ledger.match(query, DEPTH, within)) if query.whole else {}


def _folded(ledger: Ledger, ranked: Sequence[tuple[int, float]], k: int) -> list[Folded]:
    """The best `k` passages that say something of their own; as many again are looked at for what repeats them."""
    folds = Folds(k)
    for start in range(0, len(ranked), 2 * k):
        numbers = [number for number, _ in ranked[start : start + 2 * k]]
        rows = ledger.passages(numbers)
        for number in numbers:
            folds.add(rows[number])
        if folds.full:
            break
    return folds.kept()


def _timely(ledger: Ledger, ranked: list[tuple[int, float]], scope: Scope) -> tuple[list[tuple[int, float]], str]:
    """The ranking with what is of the time asked for lifted, and how that time was understood."""
    if scope.time is None:
        return ranked, ""
    dates = ledger.dates(number for number, _ in ranked)
    if any(dates.values()):
        return prefer(ranked, dates, scope.time), str(scope.time)
    return ranked, str(scope.time) if scope.time.only else ""
