"""The measures are those of trec_eval; where a grade gains 2^grade - 1, trec_eval is given that as the grade."""

from __future__ import annotations

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from assistant import UnknownMeasure, measure_named
from assistant.evaluation.measures import Measure, hit, mrr, ndcg, recall

DOCUMENTS = [f"d{number}" for number in range(30)]
IN_TREC_EVAL = {
    "ndcg@10": "ndcg_cut_10",
    "ndcg@3": "ndcg_cut_3",
    "recall@5": "recall_5",
    "recall@20": "recall_20",
    "mrr@100": "recip_rank",
    "hit@1": "success_1",
    "hit@5": "success_5",
}


@given(
    st.lists(st.sampled_from(DOCUMENTS), unique=True),
    st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 4)).filter(lambda grades: any(grades.values())),
)
def test_each_measure_is_what_trec_eval_computes(ranked, grades):
    judge = pytrec_eval.RelevanceEvaluator(
        {"q": {document: 2**grade - 1 for document, grade in grades.items()}},
        {"ndcg_cut.3,10", "recall.5,20", "recip_rank", "success.1,5"},
    )
    # an empty run is no run for trec_eval; what is not judged is wrong
    run = {document: float(-place) for place, document in enumerate(ranked or ["unjudged"])}
    theirs = judge.evaluate({"q": run})["q"]
    for ours, name in IN_TREC_EVAL.items():
        assert measure_named(ours).of(ranked, grades) == pytest.approx(theirs[name], abs=1e-12), ours


def test_measures_of_a_ranking_worked_out_by_hand():
    ranked, grades = ("x", "b", "y", "a"), {"a": 2, "b": 1, "c": 1, "x": 0}
    # gains 3, 1, 1; places 2 and 4 are discounted by log2 3 and log2 5
    best = 3 + 1 / 1.584962500721156 + 1 / 2
    assert ndcg(ranked, grades, 10) == pytest.approx((1 / 1.584962500721156 + 3 / 2.321928094887362) / best)
    assert (recall(ranked, grades, 2), recall(ranked, grades, 4)) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (mrr(ranked, grades, 10), mrr(ranked, grades, 1)) == (0.5, 0.0)
    assert (hit(ranked, grades, 1), hit(ranked, grades, 2)) == (0.0, 1.0)


def test_a_measure_is_named_by_its_formula_and_cut():
    assert measure_named(" NDCG@10 ") == Measure("ndcg", 10)
    assert str(Measure("recall", 5)) == "recall@5"


@pytest.mark.parametrize("name", ["ndcg", "ndcg@0", "ndcg@101", "ndcg@ten", "map@10", "", "ndcg@10@10"])
def test_what_is_no_measure_is_refused(name):
    with pytest.raises(UnknownMeasure, match="such as ndcg@10"):
        measure_named(name)
