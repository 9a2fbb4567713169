"""Hits → the sentences in them, each weighed as an answer to the question."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, replace
from itertools import accumulate
from math import exp

import numpy as np

from assistant.judge import Judge, Reading
from assistant.stating import can_state
from corpus import Span, sentences
from index import Analyzer, Embedder, Hit, Query, Term, tokens

PASSAGES_READ = 6  # sentences of more passages cost time and are seldom the best answer
TEXT_READ = 4_000  # characters that six passages usually have; where they are shorter as many more are read
SENTENCES_READ = 60  # bounds the time of one question where passages are lists of short lines
FEWEST_COLUMNS = 2
READ_ALONE = 8  # sentences that the judge reads by themselves; the right one is among them nearly always
READ_BEHIND = 2  # questions before a follow-up that it is read behind; the one before it may lean on its own
CORES = os.cpu_count() or 1
THREADS = min(CORES, 4)  # that read one question's passages; more take the machine from others
# Questions asked together are read one after the other, each with all its threads: the first ends sooner, the last no
# later than if they shared the cores, and a search beside them has its turn.
_READING = threading.Semaphore(CORES // THREADS)
# from the judge's logits to probabilities, as calibrated for whole passages (docs/judge.md)
JUDGE_SCALE, JUDGE_BIAS = 0.5547, 0.042

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
    of thing asked for (a time, a number, a name) or none is asked for. `stated` and `answering` are the
    judge's: that the sentence belongs to an answer, and that its passage answers. `alone` and `marked` are what it sees
    in the sentence by itself, read for the likeliest few: that it answers, and that words in it are the answer.
    These four are 0 where the judge did not read.
    """

    similarity: float
    passage_similarity: float
    coverage: float
    around: float
    passage_score: float
    kind: float
    stated: float = 0.0
    answering: float = 0.0
    alone: float = 0.0
    marked: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a document that may answer; `position` is its place among the passage's sentences.

    `held` are the question's terms that stand in the sentence or in its document's title. `reading` is what the
    judge saw in the passage, None where there is no judge.
    """

    hit: Hit
    span: Span
    text: str
    position: int
    features: Features
    score: float
    vector: np.ndarray
    held: frozenset[Term] = frozenset()
    reading: Reading | None = None


# Fitted by a conditional logit over four development sets; see tests/benchmarks/fit_answering.py, docs/answering.md.
SENTENCE_WEIGHTS = Features(
    similarity=2.4,
    passage_similarity=1.1,
    coverage=2.3,
    around=1.9,
    passage_score=1.4,
    kind=0.5,
    stated=3.6,
    answering=2.0,
    alone=1.2,
    marked=1.4,
)
# Which of the sentences that were read by themselves opens the answer: the same, but for what the judge saw in each.
# Source of the factor: tests/benchmarks/openings.py, docs/answering.md.
OPENING_FACTOR = 5
OPENING_WEIGHTS = replace(
    SENTENCE_WEIGHTS,
    alone=OPENING_FACTOR * SENTENCE_WEIGHTS.alone,
    marked=OPENING_FACTOR * SENTENCE_WEIGHTS.marked,
)
WEIGHTS_WITHOUT_JUDGE = Features(
    similarity=3.0, passage_similarity=2.0, coverage=3.0, around=3.3, passage_score=2.4, kind=1.4
)


def gather(
    query: Query,
    hits: Sequence[Hit],
    embedder: Embedder | None,
    rarity: Mapping[Term, float],
    analyzer: Analyzer,
    judge: Judge | None,
) -> tuple[Evidence, ...]:
    """The sentences of the best hits: that which answers best, then the others by their score, the likeliest first.

    Args:
        query: the question, with what was said before it.
        hits: best first.
        embedder: None where no model is at hand that can read the question; then its words alone are weighed.
        rarity: how much each term of the query tells, times its weight.
        analyzer: made these terms.
        judge: None where it is not at hand; the sentences are then weighed without it.
    """
    places = [
        (hit, span, position)
        for hit in _worth_reading(hits)
        for position, span in enumerate(sentences(hit.text))
        if can_state(span.of(hit.text), hit, query.question)
    ][:SENTENCES_READ]
    if not places:
        return ()
    meanings = [_with_header(hit.text, span) for hit, span, _ in places]
    with _READING:
        readings = _read(judge, query, tuple({hit.passage_id: hit for hit, _, _ in places}.values()))
        vectors = embedder.embed(meanings) if embedder else np.zeros((len(meanings), 1), np.float32)
    similarities = (vectors @ _meant(query, embedder)).max(axis=1) if embedder else vectors[:, 0]
    words = _Words(rarity, analyzer)
    evidence = []
    for row, (hit, span, position) in enumerate(places):
        text, reading = span.of(hit.text), readings.get(hit.passage_id)
        wanted = holds_wanted(query.question, text)
        cosines = (float(similarities[row]), hit.similarity if embedder else 0.0)
        features = _features(hit, words, meanings[row], cosines, wanted=wanted)
        if reading is not None:
            features = replace(features, stated=_stated(reading, span), answering=likelihood(reading.answer))
        weights = WEIGHTS_WITHOUT_JUDGE if judge is None else SENTENCE_WEIGHTS
        score = _score(weights, features)
        place = Span(hit.span.start + span.start, hit.span.start + span.end)
        held = words.held(meanings[row]) | words.held(hit.title)
        evidence.append(Evidence(hit, place, text, position, features, score, vectors[row], held, reading))
    evidence = _likeliest_first(evidence)
    return tuple(evidence if judge is None else _read_alone(judge, query, evidence))


def _worth_reading(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The first few hits, and of those behind them as many as the same amount of text holds."""
    ends = accumulate(len(hit.text) for hit in hits)
    return [
        hit
        for place, (hit, end) in enumerate(zip(hits, ends, strict=True))
        if place < PASSAGES_READ or end <= TEXT_READ
    ]


def _meant(query: Query, embedder: Embedder) -> np.ndarray:
    """What a sentence may be near to, float32 [dimension, 1 to 3]: what is searched, and a follow-up read in its turn.

    What is searched mixes in all that was said before, in which a short question ("any awards") disappears.
    """
    texts = [query.question]
    for before in query.earlier[:READ_BEHIND]:
        texts.append(f"{before.question} {texts[-1]}")
    return np.stack([query.vector(embedder), *map(embedder.embed_query, texts[1:])], axis=1)


def _likeliest_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    # ties by place, so that two runs quote the same sentence
    return sorted(evidence, key=lambda one: (-one.score, one.hit.rank, one.span.start))


def _read(judge: Judge | None, query: Query, hits: Sequence[Hit]) -> dict[int, Reading]:
    """What the judge sees in each passage, by its id."""
    if judge is None:
        return {}
    with ThreadPoolExecutor(THREADS) as pool:
        readings = pool.map(lambda hit: judge.read(query.joined, hit.text, hit.title), hits)
        return dict(zip((hit.passage_id for hit in hits), readings, strict=True))


def _read_alone(judge: Judge, query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same sentences, the first few weighed once more by what the judge sees in each by itself, the best first."""
    first, rest = evidence[:READ_ALONE], evidence[READ_ALONE:]
    with _READING, ThreadPoolExecutor(THREADS) as pool:
        readings = pool.map(lambda one: judge.read(query.joined, one.text, one.hit.title), first)
        seen = [
            replace(one.features, alone=likelihood(read.answer), marked=likelihood(read.span_margin / 2))
            for one, read in zip(first, readings, strict=True)
        ]
    again = [
        replace(one, features=each, score=_score(SENTENCE_WEIGHTS, each)) for one, each in zip(first, seen, strict=True)
    ]
    best = max(again, key=lambda one: _score(OPENING_WEIGHTS, one.features))
    return [best, *(one for one in _likeliest_first([*again, *rest]) if one is not best)]


def likelihood(logit: float) -> float:
    """A logit of the judge as a probability."""
    return 1 / (1 + exp(-(JUDGE_SCALE * logit + JUDGE_BIAS)))


def _stated(reading: Reading, span: Span) -> float:
    logit = reading.evidence(span)
    return 0.0 if logit is None else likelihood(logit)


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


def holds_wanted(question: str, text: str) -> bool:
    """Whether a text holds the kind of thing asked for: a time, a quantity, a name, a table's row; True if none is."""
    return all(pattern.search(text) for asks, pattern in _WANTS if asks.search(question))


def asks_how_many(question: str) -> bool:
    """Whether a question asks for a quantity."""
    return _ASKS_NUMBER.search(question) is not None


def holds_quantity(text: str) -> bool:
    """Whether a text holds a number that is no year and no day of a month."""
    return _NUMBER.search(text) is not None


def _score(weights: Features, features: Features) -> float:
    return float(np.dot(astuple(weights), astuple(features)))


class _Words:
    """Which of the question's terms a text holds."""

    def __init__(self, rarity: Mapping[Term, float], analyzer: Analyzer) -> None:
        self._rarity, self._analyzer = rarity, analyzer
        self._total = sum(rarity.values())

    def held(self, text: str) -> frozenset[Term]:
        stems = {stem for word in tokens(text) for stem in self._analyzer.term(word)}
        return frozenset(term for term in self._rarity if not stems.isdisjoint(term))

    def coverage(self, text: str) -> float:
        """The share of them that it holds, by their rarity."""
        held = self.held(text)
        return sum(weight for term, weight in self._rarity.items() if term in held) / self._total if held else 0.0


def _features(hit: Hit, words: _Words, text: str, cosines: tuple[float, float], *, wanted: bool) -> Features:
    return Features(
        similarity=cosines[0],
        passage_similarity=cosines[1],
        coverage=words.coverage(text),
        around=words.coverage(" ".join((hit.title, *hit.heading_path, hit.text))),
        passage_score=hit.score,
        kind=float(wanted),
    )
