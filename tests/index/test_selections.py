"""Filters at work: which documents they leave, and what is found among these."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest

from corpus import Document, DocumentDate, Draft, Span
from index.exact import ExactVectors
from index.filters import meets, needed, parse
from index.generations import catch_up
from index.ledger import Ledger
from index.rows import NewPassage, Selection, WordQuery
from index.vectors import ChromaVectors

DOCUMENTS, PASSAGES_EACH, K = 60, 5, 10
HALF = "folder = even"


def add(ledger: Ledger, number: int) -> None:
    """A document of one word a passage; those of `even` lie on one side of the sphere, the others on the other."""
    name = ("even", "odd")[number % 2]
    day = DocumentDate(date(2020, 1, 1) + timedelta(days=number), "front matter")
    draft = Draft("quay " * PASSAGES_EACH, title=f"No. {number}", date=day, metadata={"side": name})
    document = Document(f"{name}/{number}.txt", "", 0, 0, "text/plain", draft)
    directions = np.random.default_rng(number).normal(size=(PASSAGES_EACH, 8)).astype(np.float32)
    directions[:, 0] = 4.0 if number % 2 else -4.0
    vectors = {f"{number} {row}".encode(): one / np.linalg.norm(one) for row, one in enumerate(directions)}
    ledger.add_vectors(vectors)
    ids = ledger.embedded(vectors)
    passages = [
        NewPassage(Span(5 * row, 5 * row + 4), (), None, "", "quay", ids[text_hash])
        for row, text_hash in enumerate(vectors)
    ]
    ledger.replace([(document, "en" if number % 3 else None, passages)], mtime_ns=0, rules="")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    made = Ledger(tmp_path_factory.mktemp("selections"), write=True)
    with made.writing():
        for number in range(DOCUMENTS):
            add(made, number)
    catch_up(made)
    yield made
    made.close()


def selected(ledger: Ledger, where: str) -> Selection:
    condition = parse(where)
    return ledger.selection(labels.number for labels in ledger.labels(needed(condition)) if meets(labels, condition))


def passages_within(ledger: Ledger, within: Selection) -> set[int]:
    return {number for number, _ in ledger.passages_with(ledger.used_vectors(), within)}


@pytest.mark.parametrize(
    "where",
    [
        HALF,
        "document = 'odd/1?.txt'",
        "date >= 2020-02",
        "date != 2020-01-03",
        "title = 'No. 7'",
        "type = txt and meta.side = odd",
        "language = en",
        "language != en",
        "not language = en or title = 'No. 3' or folder = even and (date < 2020-01-20 or meta.side = odd)",
    ],
)
def test_a_filter_leaves_the_documents_whose_summaries_meet_it(ledger: Ledger, where: str):
    condition = parse(where)
    expected = {summary.id for summary in ledger.documents() if meets(summary, condition)}
    numbers = set(selected(ledger, where).documents)
    assert {labels.id for labels in ledger.labels(()) if labels.number in numbers} == expected
    assert 0 < len(expected) < DOCUMENTS
    assert selected(ledger, where).passages == PASSAGES_EACH * len(expected)


@pytest.mark.parametrize("where", [HALF, "document = even/4.txt", "date < 2020-02-20"])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_chroma_finds_what_the_exact_search_finds_under_a_filter(ledger: Ledger, where: str, side: float):
    within, exact, chroma = selected(ledger, where), ExactVectors(ledger), ChromaVectors(ledger)
    query = np.eye(1, 8, dtype=np.float32)[0] * side
    assert chroma.nearest(query, K, within) == pytest.approx(exact.nearest(query, K, within))
    assert (chroma.nearest(query, K, within) or {}).keys() <= passages_within(ledger, within)
    chroma.close()


def test_the_broad_filters_of_these_tests_are_asked_of_chroma(ledger: Ledger):
    within, chroma = selected(ledger, HALF), ChromaVectors(ledger)
    near, far = (np.eye(1, 8, dtype=np.float32)[0] * side for side in (-1.0, 1.0))
    for query in (near, far):
        assert len(chroma.nearest(query, K, within) or ()) == K
    assert chroma._opened is not None
    chroma.close()


def test_narrow_filters_ask_nothing_of_chroma(ledger: Ledger):
    within, chroma = selected(ledger, "document = even/4.txt"), ChromaVectors(ledger)
    assert len(chroma.nearest(np.eye(1, 8, dtype=np.float32)[0], K, within) or ()) == within.passages
    assert chroma._opened is None


def test_words_are_found_under_a_filter_only_in_its_documents(ledger: Ledger):
    within = selected(ledger, HALF)
    for query in (WordQuery('"quay"', '"quay"'), WordQuery('"quay"', '"quay" OR "none"')):
        found = {number for number, _ in ledger.match(query, 1_000, within)}
        assert found == passages_within(ledger, within)


def test_a_filter_that_leaves_nothing_finds_nothing(ledger: Ledger):
    within, chroma = selected(ledger, "type = pdf"), ChromaVectors(ledger)
    assert within == Selection((), 0)
    assert chroma.nearest(np.eye(1, 8, dtype=np.float32)[0], K, within) == {}
    assert ledger.match(WordQuery('"quay"', '"quay"'), K, within) == []
    chroma.close()
