"""Fits the weights of assistant/evidence.py and assistant/silence.py, and says how well they carry over.

    python -m tests.benchmarks.fit_answering BENCH_FOLDER WORK_FOLDER

Every figure printed for a set comes from weights fitted without that set (leave one set out). The
weights printed at the end are fitted on all sets; compare them with those in the modules.
"""

from __future__ import annotations

import random
import sys
from dataclasses import astuple
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.desk import READ_FOR_AN_ANSWER
from assistant.evaluation.judged import JudgedQuestion
from assistant.evidence import SENTENCE_WEIGHTS, Evidence, gather
from assistant.followups import with_history
from assistant.silence import weigh
from index import Index, tokens
from tests.benchmarks.sets import PreparedSet, prepare

SETS = ("clapnq_dev", "squad2_dev_half", "us_diplomatic_history", "mtrag_dev", "gov_uk", "covidqa")
A_KIND = 90  # questions of each kind and set
FOREIGN = 12  # questions of each other set, which this one cannot answer
DECLINED_SHARE = 0.05
RANDOM = random.Random(7)


def rows_of(judged: PreparedSet, index: Index, others: list[PreparedSet]) -> dict[str, np.ndarray]:
    """What is fitted on, by name.

    `x`, `y`, `g`: features [n, 6] of sentences, whether each overlaps gold evidence, its question's number.
    `s`, `k`: signals [m, 5] of questions, and their kinds: 1 answerable, 0 not, -1 of another corpus.
    """
    asked = [(q, 1) for q in sample([q for q in judged.questions if q.answerable], A_KIND)]
    asked += [(q, 0) for q in sample([q for q in judged.questions if q.answerable is False], A_KIND)]
    asked += [(q, -1) for other in others for q in sample([q for q in other.questions if not q.history], FOREIGN)]
    rows: dict[str, list] = {"x": [], "y": [], "g": [], "s": [], "k": []}
    for number, (question, kind) in enumerate(asked):
        evidence, rarity, absent = evidence_of(question, index)
        if not evidence:
            continue
        rows["s"].append(astuple(weigh(evidence, rarity, absent)))
        rows["k"].append(kind)
        for one in evidence if kind == 1 and question.evidence else ():
            rows["x"].append(astuple(one.features))
            rows["y"].append(overlaps(one, question))
            rows["g"].append(number)
    return {name: np.array(values) for name, values in rows.items()}


def overlaps(one: Evidence, question: JudgedQuestion) -> bool:
    return any(
        one.hit.document_id == place.document and one.span.start < place.end and place.start < one.span.end
        for place in question.evidence
    )


def evidence_of(question: JudgedQuestion, index: Index):
    query = with_history(question.text, question.history)
    hits = index.search(query, READ_FOR_AN_ANSWER).hits
    analyzer = index.analyzer()
    rarity = index.rarity(query.terms(analyzer))
    spoken = {analyzer.term(word): word for word in tokens(query.question)}
    counts = index.frequencies(analyzer.question(query.question))
    absent = {term: spoken[term] for term, count in counts.items() if not count}
    return gather(query, hits, index.embedder(), rarity, analyzer), rarity, absent


def sample(questions: list[JudgedQuestion], most: int) -> list[JudgedQuestion]:
    return RANDOM.sample(questions, min(most, len(questions)))


def first_right(scores: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> float:
    """Share of questions whose best scored sentence is right, of all that were asked."""
    right = [labels[groups == g][np.argmax(scores[groups == g])] for g in np.unique(groups)]
    return float(np.mean(right))


def balanced(parts: list[tuple[np.ndarray, np.ndarray]]) -> LogisticRegression:
    """Logistic regression in which every set counts alike."""
    weights = np.concatenate([np.full(len(y), 1 / len(y)) for _, y in parts])
    model = LogisticRegression(C=10.0, max_iter=2_000)
    features, labels = np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])
    return model.fit(features, labels, sample_weight=weights / weights.mean())


def main(bench: Path, work: Path) -> None:
    judged = [prepare(bench / name, work) for name in SETS]
    opened = {one.name: Index(one.index) for one in judged}
    rows = {}
    for one in judged:
        saved = work / f"rows-{one.name}.npz"
        if not saved.exists():
            np.savez(saved, **rows_of(one, opened[one.name], [other for other in judged if other is not one]))
            print("read", one.name, flush=True)
        rows[one.name] = np.load(saved)
    report_sentences({name: (row["x"], row["y"], row["g"]) for name, row in rows.items() if len(row["x"])})
    report_silence({name: (row["s"], row["k"]) for name, row in rows.items()})


def report_sentences(sets: dict[str, tuple[np.ndarray, ...]]) -> None:
    print(
        "\nsentence: right first, by weights fitted without the set, by the cosine alone, by the weights of the module"
    )
    shipped = np.array(astuple(SENTENCE_WEIGHTS))
    for name, rows in sets.items():
        fitted = conditional_logit([row for other, row in sets.items() if other != name])
        shares = [first_right(rows[0] @ weights, *rows[1:]) for weights in (fitted, np.eye(6)[0], shipped)]
        print(f"  {name:24} {'  '.join(f'{share:.3f}' for share in shares)}")
    print("  weights", np.round(conditional_logit(list(sets.values())), 2).tolist())


def conditional_logit(sets: list[tuple[np.ndarray, ...]], ridge: float = 0.01) -> np.ndarray:
    """Weights that make the right sentences of each question likeliest among its own; every set counts alike.

    Source: McFadden 1974, with several right choices and a ridge.
    """
    choices = []
    for x, y, g in sets:
        of_set = [(x[g == k], y[g == k].astype(bool)) for k in np.unique(g) if y[g == k].any()]
        choices += [(features, right, 1 / len(of_set) / len(sets)) for features, right in of_set]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = ridge * (weights @ weights) / 2, ridge * weights
        for features, right, share in choices:
            scores = features @ weights
            of_all, of_right = logsumexp(scores), logsumexp(scores[right])
            total += share * (of_all - of_right)
            pull = np.exp(scores - of_all) - np.where(right, np.exp(scores - of_right), 0)
            gradient = gradient + share * (features.T @ pull)
        return total, gradient

    return minimize(loss, np.zeros(sets[0][0].shape[1]), jac=True, method="L-BFGS-B").x


def report_silence(sets: dict[str, tuple[np.ndarray, ...]]) -> None:
    print(
        "\nsilence: fitted without the set; declined of answerable / not / of other corpora; area; best cosine's area"
    )
    for name, (x, k) in sets.items():
        rest = [(x2, k2 == 1) for other, (x2, k2) in sets.items() if other != name]
        model = balanced(rest)
        limit = threshold(model, [x2[y2] for x2, y2 in rest])
        p = model.predict_proba(x)[:, 1]
        shares = [
            f"{float((p[k == kind] < limit).mean()):.3f}" if (k == kind).any() else "    -" for kind in (1, 0, -1)
        ]
        print(f"  {name:24} {' / '.join(shares)}  {roc_auc_score(k == 1, p):.3f}  {roc_auc_score(k == 1, x[:, 0]):.3f}")
    parts = [(x, k == 1) for x, k in sets.values()]
    model = balanced(parts)
    print("  weights", np.round(model.coef_[0], 2).tolist(), "bias", round(float(model.intercept_[0]), 2))
    print("  threshold", round(threshold(model, [x[y] for x, y in parts]), 3))


def threshold(model: LogisticRegression, answerable: list[np.ndarray]) -> float:
    """The probability below which `DECLINED_SHARE` of the answerable questions lie, every set counting alike."""
    p = [model.predict_proba(x)[:, 1] for x in answerable]
    limits = np.linspace(0, 1, 501)
    shares = np.mean([[(one < limit).mean() for limit in limits] for one in p], axis=0)
    return float(limits[shares <= DECLINED_SHARE].max())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
