"""Whole answers out of the ledger: which documents there are, and all of those that hold some words.

Nothing is ranked and nothing left out: what these count is complete for the documents as they are indexed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from corpus import Span
from index.filters import meets
from index.ledger import Ledger
from index.literal import places
from index.opened import Opened
from index.rows import PassageRow
from index.segmenting import tokens, written
from index.stop_words import STOP_WORDS
from index.terms import Hit, Listed, Match, Mentions, Standing
from index.times import Scope
from index.words import UNDECIDED, quoted, stem

_IS_ROW = re.compile(r"^\s*\||\S \| \S|\S\t\S")  # as the readers write the rows of tables, and Markdown
PASSAGES_A_TIME = 500  # read and looked through together; bounds the memory of a word that very many hold


def listed(opened: Opened, scope: Scope) -> Listed:
    """The documents of a scope, by id."""
    every = opened.ledger.documents()
    kept = tuple(one for one in every if scope.condition is None or meets(one, scope.condition))
    return Listed(kept, len(every) - len(kept), str(scope.time) if scope.time and scope.time.only else "")


def mentions(opened: Opened, words: str, scope: Scope, *, most: int, stand: Standing) -> Mentions:
    """Every document of a scope in whose text some words stand, those first in which most passages hold them.

    Words are compared by their stems, but "US" is not "us".

    Args:
        opened: the ledger to look in.
        words: at least one; those of another language are looked for as each document's language inflects them.
        scope: the documents to look in.
        most: so many passages at most are returned.
        stand: one after the other in this order, apart within one passage, or within one row of a table.
    """
    ledger, wanted = opened.ledger, tokens(words)
    within = opened.selection(scope.condition) if scope.condition else None
    query = _query(wanted, opened.speller.analyzer().languages, together=stand == "together")
    holding = ledger.holding(query, within) if query else []
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)  # by document: a passage, how often they stand in it
    documents, look = dict(holding), partial(_LOOKS[stand], wanted)
    for start in range(0, len(holding), PASSAGES_A_TIME):
        part = [number for number, _ in holding[start : start + PASSAGES_A_TIME]]
        rows = ledger.passages(part)
        for number in part:
            if places := look(rows[number]):
                found[documents[number]].append((number, len(places)))
    order = sorted(found, key=lambda document: (-len(found[document]), document))
    shown = [number for document in order for number, _ in found[document][: None if stand == "in a row" else 1]][:most]
    rows = ledger.passages(shown)
    return Mentions(
        hits=tuple(_as_hit(rank, rows[one], look(rows[one])) for rank, one in enumerate(shown, start=1)),
        documents=len(found),
        times=sum(times for passages in found.values() for _, times in passages),
        searched=len(within.documents) if within else ledger.counts()[0],
        time=str(scope.time) if scope.time and scope.time.only else "",
    )


def holding(opened: Opened, words: str, scope: Scope) -> Mapping[str, int]:
    """How often some words stand literally in the text of each document of a scope that holds them, by its id.

    How often is what `index.literal.places` says. Looked through are only the documents that hold each word whole, as
    their stems tell: to find parts of words as well all texts would have to be read.
    """
    ledger, languages = opened.ledger, opened.speller.analyzer().languages
    within = opened.selection(scope.condition) if scope.condition else None
    documents: set[int] | None = None
    for word in dict.fromkeys(tokens(words)):
        passages = ledger.holding(_query([word], languages, together=True), within)
        hold_it = {document for _, document in passages}
        documents = hold_it if documents is None else documents & hold_it
    counted = ((name, sum(1 for _ in places(text, words))) for name, text in ledger.texts(documents or ()))
    return {name: times for name, times in counted if times}


def first_passages(ledger: Ledger, document_ids: Sequence[str]) -> tuple[Hit, ...]:
    """The passage that each of these documents begins with, in this order; a document without text has none."""
    rows = ledger.passages(ledger.first_passages(document_ids))
    by_document = {row.document_id: row for row in rows.values()}
    found = [by_document[one] for one in document_ids if one in by_document]
    return tuple(_as_hit(rank, row) for rank, row in enumerate(found, start=1))


def passages_of(ledger: Ledger, document_id: str) -> tuple[Hit, ...]:
    """Every passage of a document, in its order."""
    rows = sorted(ledger.passages(ledger.passages_in(document_id)).values(), key=lambda row: row.span.start)
    return tuple(_as_hit(rank, row) for rank, row in enumerate(rows, start=1))


def vectors_of(ledger: Ledger, hits: Sequence[Hit]) -> np.ndarray:
    """The vectors of passages, float32 [n, dimension]; of one that is gone by now it is 0."""
    ids, vectors = ledger.passage_vectors(hit.passage_id for hit in hits)
    rows = {int(number): row for row, number in enumerate(ids)}
    none = np.zeros(vectors.shape[1], np.float32)
    return np.array([vectors[rows[one.passage_id]] if one.passage_id in rows else none for one in hits], np.float32)


def _query(wanted: Sequence[str], languages: Sequence[str], *, together: bool) -> str:
    if not wanted:
        return ""
    ways = []
    for language in languages:
        stems = [stem(word, language) for word in wanted]
        ways.append(quoted(" ".join(stems)) if together else f"({' AND '.join(map(quoted, stems))})")
    return f"body : ({' OR '.join(dict.fromkeys(ways))})"


def _together(wanted: Sequence[str], row: PassageRow) -> list[Span]:
    """Where the words stand one after the other, from the first one's start to the last one's end."""
    spots, count = _spots(row.text), len(wanted)
    return [
        Span(spots[at][0], spots[at + count - 1][1])
        for at in range(len(spots) - count + 1)
        if all(_same(word, spot[2], row.language) for word, spot in zip(wanted, spots[at : at + count], strict=True))
    ]


def _apart(wanted: Sequence[str], row: PassageRow) -> list[Span]:
    """Where each of the words stands first; nothing where one of them does not."""
    return _each_in(wanted, row.text, row.language)


def _in_a_row(wanted: Sequence[str], row: PassageRow) -> list[Span]:
    """The rows of tables in which each of the words stands."""
    found, start = [], 0
    for line in row.text.splitlines(keepends=True):
        first, last = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        start += len(line)
        if _IS_ROW.search(line) and _each_in(wanted, line, row.language):
            found.append(Span(first, last))
    return found


def _each_in(wanted: Sequence[str], text: str, language: str | None) -> list[Span]:
    found, spots = [], _spots(text)
    for word in wanted:
        spot = next((each for each in spots if _same(word, each[2], language)), None)
        if spot is None:
            return []
        found.append(Span(spot[0], spot[1]))
    return found


def _spots(text: str) -> list[tuple[int, int, str]]:
    """Where each word of a text stands, with the word."""
    return [(first, last, word) for first, last, words, _ in written(text) for word in words]


_LOOKS: Mapping[Standing, Callable[..., list[Span]]] = {
    "together": _together,
    "apart": _apart,
    "in a row": _in_a_row,
}


def _same(wanted: str, word: str, language: str | None) -> bool:
    if wanted.isupper() and not word.isupper() and wanted.casefold() in STOP_WORDS.get(language or UNDECIDED, ()):
        return False
    return stem(wanted, language or UNDECIDED) == stem(word, language or UNDECIDED)


def _as_hit(rank: int, row: PassageRow, places: Sequence[Span] = ()) -> Hit:
    start = row.span.start
    return Hit(
        rank=rank,
        score=0.0,
        similarity=0.0,
        word_score=0.0,
        passage_id=row.id,
        document_id=row.document_id,
        title=row.title,
        date=row.date,
        span=row.span,
        page=row.page,
        page_number=row.page_number,
        heading_path=row.heading_path,
        text=row.text,
        matches=tuple(Match(one.of(row.text), Span(start + one.start, start + one.end)) for one in places),
    )
