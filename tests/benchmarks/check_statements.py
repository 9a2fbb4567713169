"""How well the check of statements tells what a source says from what it does not.

    python -m tests.benchmarks.check_statements SETS [--fit]

SETS is the folder of development sets. Two measures: statements altered by one figure, date, name, negation or unit,
verbatim and rephrased by rules (tests/benchmarks/altering.py), with kotaemon's rule for quotes beside them; and
statements that people judged (`attr_*`), area under ROC beside word overlap, MiniLM's cosine and the judge alone.
The score's weights are fitted without the set that they are reported on; `--fit` prints those fitted on all.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import astuple
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.checking import Examined, check, examine
from assistant.judge import Judge
from corpus import sentences
from index import DEFAULT_MODEL, tokens
from index.embedding import open_embedder
from tests.benchmarks.altering import KINDS, Row, joined, names_of, rows

SETS = (
    "clapnq_dev", "squad2_dev_half", "us_diplomatic_history", "covidqa", "gov_uk", "mtrag_dev", "hotpotqa_sample",
    "nih_consumer", "pubmedqa",
)  # fmt: skip
JUDGED = ("attr_begin", "attr_bench", "attr_fm2", "attr_rte", "attr_scifact", "attr_wice")
FORMS = ("verbatim", "rephrased")
A_DOCUMENT = 12  # sentences
FEW_NAMES = 3  # a document with no more borrows from its set
A_KIND = 30  # altered statements of each kind, form and set
UNALTERED = 120  # of each form and set
JOINED = 40  # of each set
WITH_NEIGHBOURS = 0.4  # share of quotes that hold the sentences beside it, too
SEED = 7
# `find_text` of kotaemon as its description has it: a run counts from a quarter of the sentence, all runs together
# from 35 %; letters of any case
RUN, REACH = 0.25, 0.35


def main(folder: Path, fit: bool) -> None:
    judge = Judge.load()
    made = [row for name in SETS for row in rows_of(folder / name)]
    altered_table(made, judge)
    judged = {name: statements(folder / name) for name in JUDGED}
    known = {name: [examine(said, [quote], judge) for said, quote, _ in rows] for name, rows in judged.items()}
    right = {name: np.array([is_so for *_, is_so in rows]) for name, rows in judged.items()}
    area_table(judged, known, right, fit)


def rows_of(folder: Path) -> list[Row]:
    """The statements of one set, at most `A_KIND` of each kind and form, `UNALTERED` of each form and `JOINED`."""
    rng = random.Random(f"{SEED} {folder.name}")
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line)["text"] for line in lines]
    rng.shuffle(documents)
    everywhere = names_of(" ".join(documents[:50]))
    left = Counter({(kind, form): A_KIND if kind else UNALTERED for kind in ("", *KINDS) for form in FORMS})
    left["joined", "verbatim"] = JOINED
    found: list[Row] = []
    for text in documents:
        own = names_of(text)
        spans = sentences(text)
        prose = [at for at, span in enumerate(spans) if is_prose(span.of(text))]
        for at in rng.sample(prose, min(len(prose), A_DOCUMENT)):
            near = spans[max(0, at - 1) : at + 2] if rng.random() < WITH_NEIGHBOURS else spans[at : at + 1]
            quote = " ".join(line(span.of(text)) for span in near)
            sentence = line(spans[at].of(text))
            made = list(rows(folder.name, sentence, quote, own if len(own) > FEW_NAMES else everywhere, rng))
            if at + 1 < len(spans):
                following = line(spans[at + 1].of(text))
                both = joined(sentence, following)
                made += [Row(folder.name, both, f"{sentence} {following}", "joined", "verbatim")] if both else []
            made = [row for row in made if left[row.kind, row.form] > 0]
            if made:  # the rarest of those that are still wanted, so that no sentence is used twice
                row = max(made, key=lambda row: (row.kind == "joined", left[row.kind, row.form] / wanted(row.kind)))
                left[row.kind, row.form] -= 1
                found.append(row)
    return found


def wanted(kind: str) -> int:
    return A_KIND if kind else UNALTERED


def line(text: str) -> str:
    return " ".join(text.split())


def is_prose(sentence: str) -> bool:
    words = sentence.split()
    return (
        8 <= len(words) <= 40
        and sentence[0].isupper()
        and sentence.rstrip().endswith(".")
        and "http" not in sentence
        and not re.search(r"[|{}<>=\[\]\n]", sentence)
        and sum(word.isalpha() for word in words) >= 0.6 * len(words)
    )


def altered_table(made: Iterable[Row], judge: Judge) -> None:
    flagged: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    by_set: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in made:
        with_judge = check(row.statement, [row.quote], judge).support != "supported"
        flagged["judge", row.form, row.kind].append(with_judge)
        flagged["rules", row.form, row.kind].append(check(row.statement, [row.quote]).support != "supported")
        flagged["kotaemon", row.form, row.kind].append(not kotaemon_accepts(row.statement, row.quote))
        if row.kind != "joined":
            by_set[row.source, f"{row.form}, {'altered' if row.kind else 'unaltered'}"].append(with_judge)
    print("| statements | n | check | without the judge | kotaemon's rule |\n| --- | --: | --: | --: | --: |")
    for form in FORMS:
        for kind in (*KINDS, "", "joined"):
            if every := flagged["judge", form, kind]:
                shares = " | ".join(f"{np.mean(flagged[by, form, kind]):.3f}" for by in ("judge", "rules", "kotaemon"))
                print(f"| {form}, {kind or 'unaltered'} | {len(every)} | {shares} |")
        for by in ("judge", "rules", "kotaemon"):
            print(f"{form}, altered, {by}: {np.mean([one for kind in KINDS for one in flagged[by, form, kind]]):.3f}")
    for (source, what), every in by_set.items():
        print(f"{source}, {what}: {np.mean(every):.3f} of {len(every)}")


def kotaemon_accepts(statement: str, quote: str) -> bool:
    said, source = statement.lower(), quote.lower()
    runs = [block.size for block in SequenceMatcher(None, said, source, autojunk=False).get_matching_blocks()]
    return sum(size for size in runs if size > RUN * len(said)) > REACH * len(said)


def statements(folder: Path) -> list[tuple[str, str, bool]]:
    """Statement, quote and whether it is supported; those that nobody could tell are left out."""
    with gzip.open(folder / "statements.jsonl.gz", "rt", encoding="utf-8") as lines:
        every = [json.loads(line) for line in lines]
    return [(one["statement"], one["quote"], one["label"] == "supported") for one in every if one["label"] != "unknown"]


def area_table(
    judged: dict[str, list[tuple[str, str, bool]]],
    known: dict[str, list[Examined]],
    right: dict[str, np.ndarray],
    fit: bool,
) -> None:
    embedder = open_embedder(DEFAULT_MODEL)
    print("| set | check, fitted without it | without the judge | judge alone | cosine | word overlap |")
    print("| --- | --: | --: | --: | --: | --: |")
    table = []
    for name in JUDGED:
        others = [other for other in JUDGED if other != name]
        values = signals_of(known[name])
        scores = [
            values @ fitted(others, known, right, with_judge=True)[:-1],
            values[:, :-1] @ fitted(others, known, right, with_judge=False)[:-1],
            values[:, -1],
            [float(np.dot(*embedder.embed([said, quote]))) for said, quote, _ in judged[name]],
            [overlap(said, quote) for said, quote, _ in judged[name]],
        ]
        table.append([roc_auc_score(right[name], one) for one in scores])
        print(f"| {name} | " + " | ".join(f"{area:.3f}" for area in table[-1]) + " |", flush=True)
    print("| mean | " + " | ".join(f"{area:.3f}" for area in np.mean(table, axis=0)) + " |")
    if fit:
        for with_judge in (True, False):
            print(
                "with" if with_judge else "without", "the judge:", fitted(JUDGED, known, right, with_judge=with_judge)
            )


def signals_of(known: Iterable[Examined]) -> np.ndarray:
    return np.array([astuple(one.signals) for one in known])


def fitted(
    names: Iterable[str], known: dict[str, list[Examined]], right: dict[str, np.ndarray], *, with_judge: bool
) -> np.ndarray:
    """Weights and constant of a logistic regression in which every set, and each side of it, counts alike."""
    names = list(names)
    values = np.vstack([signals_of(known[name]) for name in names])[:, : None if with_judge else -1]
    is_so = np.concatenate([right[name] for name in names])
    counts = np.concatenate(
        [np.where(right[name], 0.5 / right[name].sum(), 0.5 / (~right[name]).sum()) for name in names]
    )
    model = LogisticRegression(max_iter=1000).fit(values, is_so, sample_weight=counts * 1000)
    return np.array([*model.coef_[0], *model.intercept_])


def overlap(statement: str, quote: str) -> float:
    """The share of a statement's words that the quote has."""
    said, there = {word.lower() for word in tokens(statement)}, {word.lower() for word in tokens(quote)}
    return len(said & there) / len(said) if said else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--fit" in sys.argv)
