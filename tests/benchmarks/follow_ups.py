"""Questions asked in a conversation: nDCG@10 of the last turn alone, of the rule before, and with what was said before.

    python -m tests.benchmarks.follow_ups SET_FOLDER WORK_FOLDER

The set is a judged one whose questions have a `history` (mtrag_dev), written out as files and indexed through `sync`
below WORK_FOLDER. A document's score is its best passage's, gains are 2^grade - 1, questions known to be unanswerable
are left out. Intervals are 95 %, from a paired bootstrap over questions. The last line chooses the weights for each
domain on the others, so it is what to expect of conversations of another kind.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from assistant import keep_set, read_set
from assistant.evaluation.intervals import bootstrap_interval
from assistant.evaluation.judged import JudgedQuestion, JudgedSet
from assistant.evaluation.measures import ndcg
from assistant.followups import with_history
from index import Index, Query

CUT = 10
PASSAGES = 60  # the best passages of ten documents are among these
MUCH = 0.2  # of nDCG@10: a turn that loses this has lost its document
GRID = tuple(product((0.25, 0.3, 0.4, 0.5, 0.6), (0.35, 0.5, 0.7)))  # weight of the latest exchange, of each before it

# the rule before: a short question that leans was joined to the one before it, all others were searched alone
_LEANING_START = re.compile(r"(?:and|but|or|so|also|then|what about|how about|why not|what else|anything else)\b", re.I)
_LEANING_WORD = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|their|he|him|his|she|her|there|then|former|latter|one|ones|same)\b",
    re.I,
)


def alone(turn: JudgedQuestion) -> Query:
    return Query(turn.text)


def joined(turn: JudgedQuestion) -> Query:
    asked = [each.text for each in turn.history if each.role == "user"]
    short = len(turn.text.split()) < 12 and _LEANING_WORD.search(turn.text)
    return Query(f"{asked[-1]} {turn.text}" if asked and (short or _LEANING_START.match(turn.text)) else turn.text)


def beside(turn: JudgedQuestion) -> Query:
    return with_history(turn.text, turn.history)


def weighed(latest: float, fading: float) -> Callable[[JudgedQuestion], Query]:
    def query(turn: JudgedQuestion) -> Query:
        found = beside(turn)
        earlier = enumerate(found.earlier)
        return replace(found, earlier=tuple(replace(each, weight=latest * fading**place) for place, each in earlier))

    return query


def domains_of(folder: Path) -> dict[str, str]:
    with gzip.open(folder / "queries.jsonl.gz", "rt", encoding="utf-8") as rows:
        return {row["id"]: row["domain"] for row in map(json.loads, rows)}


def scores(judged: JudgedSet, index: Index, kinds: Sequence[Callable[[JudgedQuestion], Query]], names) -> np.ndarray:
    """nDCG@10 of shape [kinds, questions]."""
    found = np.empty((len(kinds), len(judged.to_find)))
    for column, turn in enumerate(judged.to_find):
        for row, kind in enumerate(kinds):  # in this order, so that the vectors of a turn are made once
            hits = index.search(kind(turn), PASSAGES).hits
            ranked = list(dict.fromkeys(names[hit.document_id] for hit in hits))
            found[row, column] = ndcg(ranked, judged.grades[turn.id], CUT)
    return found


def line(name: str, found: np.ndarray, base: np.ndarray, domains: np.ndarray) -> str:
    gained = found - base
    low, high = bootstrap_interval(gained)
    by_domain = "  ".join(f"{name} {gained[domains == name].mean():+.3f}" for name in np.unique(domains))
    return (
        f"{name:34} {found.mean():.4f}  {gained.mean():+.4f}  {low:+.3f} to {high:+.3f}  better {(gained > 0).sum()}, "
        f"worse {(gained < 0).sum()}, much worse {(gained < -MUCH).sum()}  {by_domain}"
    )


def main(folder: Path, work: Path) -> None:
    judged = read_set(folder)
    kept, asked, domain_of = keep_set(judged, work), judged.to_find, domains_of(folder)
    domains, later = np.array([domain_of[turn.id] for turn in asked]), np.array([bool(turn.history) for turn in asked])
    index = Index(kept.index)
    kinds = [alone, joined, beside, *(weighed(*each) for each in GRID)]
    base, former, result, *tried = scores(judged, index, kinds, kept.names)
    print(f"{len(asked)} questions, {later.sum()} after others; nDCG@10, difference to the last turn alone, 95 %")
    print(line("last turn alone", base, base, domains))
    print(line("joined to the question before", former, base, domains))
    print(line("what was said before beside it", result, base, domains))
    print(line("the same, questions after others", *(each[later] for each in (result, base, domains))))
    first = [turn for turn in asked if not turn.history]
    same = sum(index.search(turn.text, PASSAGES) == index.search(beside(turn), PASSAGES) for turn in first)
    print(f"without history: {same} of {len(first)} rankings identical")
    index.close()
    for weights, found in zip(GRID, tried, strict=True):
        print(line(f"  latest {weights[0]}, fading {weights[1]}", found, base, domains))
    left_out = np.empty_like(base)
    for domain in np.unique(domains):
        best = int(np.argmax([found[domains != domain].mean() for found in tried]))
        left_out[domains == domain] = tried[best][domains == domain]
        print(f"  chosen without {domain}: latest {GRID[best][0]}, fading {GRID[best][1]}")
    print(line("weights chosen on other domains", left_out, base, domains))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
