"""Hits → the sentences in them, each weighed as an answer to the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import partial

import numpy as np

from corpus import Span, sentences
from index import Analyzer, Embedder, Hit, Query, Term, tokens

PASSAGES_READ = 6  # sentences of more passages cost time and are seldom the best answer
SENTENCES_READ = 60  # bounds the time of one question where passages are lists of short lines
LONGEST_SENTENCE = 1_200  # characters; a longer one is a listing or a failed split, no statement
FEWEST_WORDS = 2
FEWEST_COLUMNS = 2

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
# a quantity: no year, no day of a month
_NUMBER = re.compile(
    rf"(?<![\d.,-])(?!(?:1\d|20)\d\d\b(?![.,]\d))\d[\d.,]*+(?!\s?{_MONTH}\b)|"
    r"\bone\b(?! of\b)|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundreds?|thousands?|millions?|"
    r"billions?|half|twice|none)\b",
    re.I,
)
_TIME = re.compile(
    rf"\b(?:1\d{{3}}|20\d{{2}})s?\b|\b{_MONTH}(?:\s|$)|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|"
    r"\b\d{1,2}(?::\d{2}| ?[ap]\.?m)|\b(?:century|centuries|years?|months?|weeks?|days?|decades?|today|tomorrow)\b|"
    r"\b(?:before|after|during|since|until|once|when|annually|daily)\b",
    re.I,
)
_NAME = re.compile(r"(?<=[a-z0-9,;:)’'] )[A-Z][\w’'-]+|\b[A-Z]{2,}\b")
_ROW = re.compile(r"\|")
_ASKS_NUMBER = re.compile(r"\bhow (?:many|much)\b", re.I)
_ASKS_TIME = re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|month|time|century))\b", re.I)
_WANTS = (
    (_ASKS_TIME, _TIME),
    (_ASKS_NUMBER, _NUMBER),
    (re.compile(r"\b(?:who|whom|whose)\b", re.I), _NAME),
    (re.compile(r"\b(?:tables?|rows?|columns?)\b", re.I), _ROW),
)


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a sentence beside a question; each 0 to 1 but the cosines (-1 to 1).

    `coverage` is the share of the question's words, weighed by rarity, that stand in the sentence;
    `around` counts its passage, title and headings too; `kind` is 1 where the sentence holds the kind
    of thing asked for (a time, a number, a name) or none is asked for.
    """

    similarity: float
    passage_similarity: float
    coverage: float
    around: float
    passage_score: float
    kind: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a document that may answer; `position` is its place among the passage's sentences."""

    hit: Hit
    span: Span
    text: str
    position: int
    features: Features
    score: float
    vector: np.ndarray


# Fitted by a conditional logit over four development sets; see tests/benchmarks/fit_answering.py, docs/answering.md.
SENTENCE_WEIGHTS = Features(
    similarity=3.0, passage_similarity=2.0, coverage=3.0, around=3.3, passage_score=2.4, kind=1.4
)


def gather(
    query: Query, hits: Sequence[Hit], embedder: Embedder | None, rarity: Mapping[Term, float], analyzer: Analyzer
) -> tuple[Evidence, ...]:
    """The sentences of the best hits, the likeliest answer first.

    Args:
        query: the question, with what was said before it.
        hits: best first.
        embedder: None where no model is at hand; the sentences are then weighed by their words.
        rarity: how much each term of the query tells, times its weight.
        analyzer: made these terms.
    """
    places = [
        (hit, span, position)
        for hit in hits[:PASSAGES_READ]
        for position, span in enumerate(sentences(hit.text))
        if _states(span.of(hit.text), hit)
    ][:SENTENCES_READ]
    if not places:
        return ()
    texts = [span.of(hit.text) for hit, span, _ in places]
    meanings = [_with_header(hit.text, span) for hit, span, _ in places]
    vectors = embedder.embed(meanings) if embedder else np.zeros((len(texts), 1), np.float32)
    similarities = vectors @ query.vector(embedder) if embedder else vectors[:, 0]
    coverage = partial(_coverage, rarity=rarity, analyzer=analyzer)
    evidence = []
    for row, (hit, span, position) in enumerate(places):
        wanted = holds_wanted(query.question, texts[row])
        features = _features(meanings[row], hit, float(similarities[row]), coverage, wanted=wanted)
        place = Span(hit.span.start + span.start, hit.span.start + span.end)
        evidence.append(Evidence(hit, place, texts[row], position, features, _score(features), vectors[row]))
    # ties by place, so that two runs quote the same sentence
    return tuple(sorted(evidence, key=lambda one: (-one.score, one.hit.rank, one.span.start)))


def _with_header(passage: str, span: Span) -> str:
    """What a sentence says; a table's row says its cells under the names of their columns."""
    text = span.of(passage)
    cells = _cells(text)
    if len(cells) < FEWEST_COLUMNS:
        return text
    # the rows that stand directly above, up to the table's first
    header: list[str] = []
    for line in reversed(passage[: span.start].rpartition("\n")[0].split("\n")):
        above = _cells(line)
        if len(above) < FEWEST_COLUMNS:
            break
        header = above
    if len(header) != len(cells):
        return text
    return "; ".join(f"{name}: {cell}" for name, cell in zip(header, cells, strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _states(text: str, hit: Hit) -> bool:
    """Whether a sentence can be a statement: not a heading, a question, a mere word or a whole listing."""
    if len(text.split()) < FEWEST_WORDS or len(text) > LONGEST_SENTENCE or text.endswith("?") or text.isupper():
        return False
    plain = " ".join(text.split())
    return all(plain != " ".join(heading.split()) for heading in (hit.title, *hit.heading_path))


def holds_wanted(question: str, text: str) -> bool:
    """Whether a text holds the kind of thing asked for: a time, a quantity, a name, a table's row; True if none is."""
    return all(pattern.search(text) for asks, pattern in _WANTS if asks.search(question))


def asks_how_many(question: str) -> bool:
    """Whether a question asks for a quantity."""
    return _ASKS_NUMBER.search(question) is not None


def holds_quantity(text: str) -> bool:
    """Whether a text holds a number that is no year and no day of a month."""
    return _NUMBER.search(text) is not None


def _features(text: str, hit: Hit, similarity: float, coverage: Callable[[str], float], *, wanted: bool) -> Features:
    around = " ".join((hit.title, *hit.heading_path, hit.text))
    return Features(
        similarity=similarity,
        passage_similarity=hit.similarity,
        coverage=coverage(text),
        around=coverage(around),
        passage_score=hit.score,
        kind=float(wanted),
    )


def _coverage(text: str, rarity: Mapping[Term, float], analyzer: Analyzer) -> float:
    total = sum(rarity.values())
    held = {stem for word in tokens(text) for stem in analyzer.term(word)}
    return sum(weight for term, weight in rarity.items() if not held.isdisjoint(term)) / total if total else 0.0


def _score(features: Features) -> float:
    return float(np.dot(astuple(SENTENCE_WEIGHTS), astuple(features)))
