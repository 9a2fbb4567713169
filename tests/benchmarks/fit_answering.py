"""Fits the weights of assistant/evidence.py and assistant/silence.py, and says how well they carry over.

    python -m tests.benchmarks.fit_answering BENCH_FOLDER WORK_FOLDER

Every figure printed for a set comes from weights fitted without that set (leave one set out). The weights printed at
the end are fitted on all sets; compare them with those in the modules. What the passages of a set gave is kept in
WORK_FOLDER and read again by the next run.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.desk import READ_FOR_AN_ANSWER, Assistant, _is_slip
from assistant.evaluation.judged import JudgedQuestion
from assistant.evidence import OPENING_FACTOR, OPENING_WEIGHTS, WEIGHTS_WITHOUT_JUDGE, Evidence, gather
from assistant.followups import with_history
from assistant.judge import Judge
from assistant.silence import RULE, Signals, weigh
from index import Analyzer, Hit, Index, Term, tokens
from index.rarity import rarity
from tests.benchmarks.sets import PreparedSet, prepare

SETS = ("clapnq_dev", "squad2_dev_half", "us_diplomatic_history", "mtrag_dev", "gov_uk", "covidqa", "hotpotqa_sample")
NOT_FOR_SENTENCES = {"hotpotqa_sample"}  # its evidence is known for a fifth of its questions, which need two sentences
A_KIND = 90  # questions of each kind and set
FOREIGN = 6  # questions of each other set, which this one cannot answer
COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DECLINED_SHARES = (0.02, 0.05, 0.1)
RANDOM = random.Random(7)
# columns of sentences: without the judge; as it reads them in their passage; and by themselves
CHEAP, READ, ALONE = slice(0, 6), slice(0, 8), slice(8, 10)
CHEAP_SIGNALS, ALL_SIGNALS = slice(0, 4), slice(0, 5)


def rows_of(judged: PreparedSet, index: Index, others: list[PreparedSet], judge: Judge) -> dict[str, np.ndarray]:
    """What is fitted on, by name.

    `x`, `y`, `g`: features [n, 10] of sentences, whether each overlaps gold evidence, its question's number.
    `s`, `k`: signals [m, 5] of questions, and their kinds: 1 answerable, 0 not, -1 of another corpus.
    `c`: the signals without the judge, whose best sentence is another.
    `p`: the signals were the passages found the whole corpus, a dozen.
    `m`: the numbers of the questions of `s`, -1 where the evidence of an answerable one is not known.
    """
    asked = [(q, 1) for q in sample([q for q in judged.questions if q.answerable], A_KIND)]
    asked += [(q, 0) for q in sample([q for q in judged.questions if q.answerable is False], A_KIND)]
    asked += [(q, -1) for other in others for q in sample([q for q in other.questions if not q.history], FOREIGN)]
    rows: dict[str, list] = {name: [] for name in "xygskcpm"}
    for number, (question, kind) in enumerate(asked):
        evidence, hits, terms, told, absent = evidence_of(question, index, judge)
        if not evidence:
            continue
        rows["s"].append(astuple(weigh(evidence, told, absent)))
        rows["p"].append(astuple(weighed_in_few(evidence, hits, terms, absent, index.analyzer())))
        rows["c"].append(astuple(weigh(without_judge(evidence), told, absent)))
        rows["k"].append(kind)
        rows["m"].append(number if kind != 1 or question.evidence else -1)
        for one in evidence if kind == 1 and question.evidence else ():
            rows["x"].append(astuple(one.features))
            rows["y"].append(overlaps(one, question))
            rows["g"].append(number)
    return {name: np.array(values) for name, values in rows.items()}


def weighed_in_few(
    evidence: Sequence[Evidence],
    hits: Sequence[Hit],
    terms: Mapping[Term, float],
    absent: Mapping[Term, str],
    analyzer: Analyzer,
) -> Signals:
    """The signals of a question if the documents held nothing but the passages that were found."""
    held = {
        hit.passage_id: {
            stem for word in tokens(" ".join((hit.title, *hit.heading_path, hit.text))) for stem in analyzer.term(word)
        }
        for hit in hits
    }
    holding = {term: sum(not stems.isdisjoint(term) for stems in held.values()) for term in terms}
    told = rarity(terms, holding, len(hits))
    best, total = held[evidence[0].hit.passage_id], sum(told.values()) or 1
    return replace(
        weigh(evidence, told, absent),
        around=sum(told[term] for term in terms if not best.isdisjoint(term)) / total,
        unknown=sum(told[term] for term in terms if not holding[term]) / total,
    )


def without_judge(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences as they come without a judge, the likeliest first."""
    weights = np.array(astuple(WEIGHTS_WITHOUT_JUDGE))
    found = [replace(one, reading=None, score=float(weights @ astuple(one.features))) for one in evidence]
    return sorted(found, key=lambda one: -one.score)


def overlaps(one: Evidence, question: JudgedQuestion) -> bool:
    return any(
        one.hit.document_id == place.document and one.span.start < place.end and place.start < one.span.end
        for place in question.evidence
    )


def evidence_of(question: JudgedQuestion, index: Index, judge: Judge):
    """What `ask` looks at; see there."""
    query = with_history(question.text, question.history)
    hits = index.search(query, READ_FOR_AN_ANSWER).hits
    analyzer = index.analyzer(query)
    absent = Assistant(index)._absent(query, analyzer)
    slips = {term for term, word in absent.items() if _is_slip(word)}
    absent = {term: word for term, word in absent.items() if term not in slips}
    terms = {term: weight for term, weight in query.terms(analyzer).items() if term not in slips}
    told = index.rarity(terms)
    return gather(query, hits, index.embedder(), told, analyzer, judge), hits, terms, told, absent


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
    judge, rows = Judge.load(), {}
    for one in judged:
        saved = work / f"rows-{one.name}.npz"
        if not saved.exists():
            others = [other for other in judged if other is not one]
            np.savez(saved, **rows_of(one, Index(one.index), others, judge))
            print("read", one.name, flush=True)
        rows[one.name] = dict(np.load(saved))
    report_sentences(
        {
            name: (row["x"], row["y"], row["g"])
            for name, row in rows.items()
            if len(row["x"]) and name not in NOT_FOR_SENTENCES
        }
    )
    for told, name, columns in (("with the judge", "s", ALL_SIGNALS), ("without", "c", CHEAP_SIGNALS)):
        print(f"\nsilence {told}")
        report_silence({of: (row[name][:, columns], row["k"]) for of, row in rows.items()})
    report_curves(rows)
    report_few({of: (row["p"], row["k"]) for of, row in rows.items()})


def report_sentences(sets: dict[str, tuple[np.ndarray, ...]]) -> None:
    print(
        "\nsentence: right first, fitted without the set: without the judge; read in its passage; and by itself, as it"
    )
    print("  scores and as it opens; then by the weights of the module, and by the cosine alone")
    means = []
    for name, rows in sets.items():
        rest = [row for other, row in sets.items() if other != name]
        beside = fitted_beside(rest)
        scores = [rows[0] @ fitted(rest, CHEAP), rows[0] @ fitted(rest, READ)]
        scores += [rows[0] @ weights for weights in (beside, for_opening(beside), astuple(OPENING_WEIGHTS))]
        scores.append(rows[0][:, 0])
        means.append([first_right(score, *rows[1:]) for score in scores])
        print(f"  {name:24} {'  '.join(f'{share:.3f}' for share in means[-1])}")
    print(f"  {'mean':24} {'  '.join(f'{share:.3f}' for share in np.mean(means, axis=0))}")
    print("  weights without the judge", np.round(fitted(list(sets.values()), CHEAP), 2).tolist())
    print("  weights", np.round(fitted_beside(list(sets.values())), 2).tolist())


def for_opening(weights: np.ndarray) -> np.ndarray:
    """The weights by which the opening is chosen; a sentence that was not read by itself is never the best by them."""
    return np.concatenate([weights[READ], OPENING_FACTOR * weights[ALONE]])


def fitted(sets: list[tuple[np.ndarray, ...]], columns: slice) -> np.ndarray:
    """Weights [10] of the features in some columns, 0 in the others."""
    weights = np.zeros(10)
    weights[columns] = conditional_logit([(x[:, columns], y, g) for x, y, g in sets])
    return weights


def fitted_beside(sets: list[tuple[np.ndarray, ...]]) -> np.ndarray:
    """Weights [10] of the features, those of the second reading fitted beside the score of the first.

    So the score keeps its scale, and with it those that were read again can be compared with the others.
    """
    weights = fitted(sets, READ)
    again = [
        (np.column_stack([x @ weights, x[:, ALONE]])[read], y[read], g[read])
        for x, y, g in sets
        if (read := was_read(x)).any()
    ]
    score, *others = conditional_logit(again)
    weights[ALONE] = np.array(others) / score
    return weights


def was_read(x: np.ndarray) -> np.ndarray:
    return x[:, ALONE].any(axis=1)


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
    print("  fitted without the set; declined of answerable / not / of other corpora; area; best cosine's area")
    counts = np.zeros((len(DECLINED_SHARES), 3, 2), int)  # declined and asked, by share and kind
    for name, (x, k) in sets.items():
        rest = [(x2, k2 == 1) for other, (x2, k2) in sets.items() if other != name]
        model = balanced(rest)
        p = model.predict_proba(x)[:, 1]
        points = []
        for row, share in enumerate(DECLINED_SHARES):
            limit = threshold(model, [x2[y2] for x2, y2 in rest], share)
            counts[row] += [[(p[k == kind] < limit).sum(), (k == kind).sum()] for kind in (1, 0, -1)]
            points.append(
                " / ".join(
                    f"{float((p[k == kind] < limit).mean()):.3f}" if (k == kind).any() else "    -"
                    for kind in (1, 0, -1)
                )
            )
        areas = f"{roc_auc_score(k == 1, p):.3f}  {roc_auc_score(k == 1, x[:, 0]):.3f}"
        print(f"  {name:24} {'   '.join(points)}   {areas}")
    for share, ((answerable, of), (near, of_near), (foreign, of_foreign)) in zip(DECLINED_SHARES, counts, strict=True):
        print(
            f"  all sets at {share:.0%}: answerable declined {answerable / of:.3f} of {of} "
            f"(at most {beta.ppf(0.95, answerable + 1, of - answerable):.3f}), not {near / of_near:.3f} of {of_near} "
            f"(at least {beta.ppf(0.05, near, of_near - near + 1):.3f}), of other sets {foreign / of_foreign:.3f} "
            f"of {of_foreign} (at least {beta.ppf(0.05, foreign, of_foreign - foreign + 1):.3f})"
        )
    parts = [(x, k == 1) for x, k in sets.values()]
    model = balanced(parts)
    print("  weights", np.round(model.coef_[0], 2).tolist(), "bias", round(float(model.intercept_[0]), 2))
    print("  thresholds", [round(threshold(model, [x[y] for x, y in parts], share), 3) for share in DECLINED_SHARES])


def report_curves(rows: dict[str, dict[str, np.ndarray]]) -> None:
    """Of a set's own questions: share right were the surest answered, by the rule and by the best passage's cosine."""
    print("\nbest sentence right, fitted without the set, were the surest questions answered; by the passage's cosine")
    told = {name: row for name, row in rows.items() if len(row["x"]) and name not in NOT_FOR_SENTENCES}
    for name, row in told.items():
        rest = [one for other, one in rows.items() if other != name]
        weights = fitted_beside([(one["x"], one["y"], one["g"]) for other, one in told.items() if other != name])
        scores = row["x"] @ for_opening(weights)
        right = {g: row["y"][row["g"] == g][np.argmax(scores[row["g"] == g])] for g in np.unique(row["g"])}
        own = (row["k"] >= 0) & (row["m"] >= 0)
        is_right = np.array([right.get(number, False) for number in row["m"][own]], float)
        model = balanced([(one["s"], one["k"] == 1) for one in rest])
        print(f"  {name:24} {own.sum()} questions, {(row['k'][own] == 0).sum()} unanswerable")
        for by, sure in (("rule", model.predict_proba(row["s"])[own, 1]), ("cosine", row["s"][own, 1])):
            surest = is_right[np.argsort(-sure, kind="stable")]
            shares = (surest[: max(1, round(share * len(surest)))].mean() for share in COVERAGES)
            print(f"    {by:8} {'  '.join(f'{share:.3f}' for share in shares)}")


def report_few(sets: dict[str, tuple[np.ndarray, ...]]) -> None:
    print("\nwere a dozen passages all there is: answerable / not / of other corpora declined by the module's rule")
    limit = RULE.declines_below["normal"]
    for name, (signals, kinds) in sets.items():
        declined = np.array([RULE.probability(Signals(*row)) < limit for row in signals])
        shares = (f"{declined[kinds == kind].mean():.3f}" if (kinds == kind).any() else "-" for kind in (1, 0, -1))
        print(f"  {name:24} {' / '.join(shares)}")


def threshold(model: LogisticRegression, answerable: list[np.ndarray], share: float) -> float:
    """The probability below which a share of the answerable questions lie, every set counting alike."""
    p = [model.predict_proba(x)[:, 1] for x in answerable]
    limits = np.linspace(0, 1, 501)
    shares = np.mean([[(one < limit).mean() for limit in limits] for one in p], axis=0)
    return float(limits[shares <= share].max())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
