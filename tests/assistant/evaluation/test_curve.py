"""The risk-coverage curve: what would be right were only the surest answers given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.evaluation.curve import CurvePoint, Told, risk_coverage, told_of
from assistant.evaluation.judged import EvidencePlace, JudgedQuestion
from tests.assistant.evaluation.test_answers import answer, question

SURE = replace(answer(("ferry.md", 10, "It leaves at seven.")), probability=0.9)
THERE, ELSEWHERE = EvidencePlace("ferry.md", 25, 40), EvidencePlace("ferry.md", 29, 40)


def test_the_curve_goes_from_the_surest_answers_to_all_that_were_given():
    asked = [Told(0.9, True), Told(None, False), Told(0.5, False), Told(0.8, True), Told(None, False)]
    assert risk_coverage(asked) == (CurvePoint(0.2, 1.0, 0.9), CurvePoint(0.4, 1.0, 0.8), CurvePoint(0.6, 2 / 3, 0.5))


def test_answers_that_no_limit_tells_apart_come_together():
    assert risk_coverage([Told(0.9, False), Told(0.9, True)]) == (CurvePoint(1.0, 0.5, 0.9),)


def test_a_point_is_a_tenth_of_many_questions():
    points = risk_coverage([Told(1 - number / 100, number % 2 == 0) for number in range(40)])
    assert [round(point.answered, 3) for point in points] == [round(number / 10, 3) for number in range(1, 11)]
    assert {point.right for point in points} == {0.5}


@pytest.mark.parametrize("asked", [[], [Told(None, False)]], ids=["nothing asked", "all declined"])
def test_where_nothing_was_answered_there_is_no_curve(asked):
    assert risk_coverage(asked) == ()


@pytest.mark.parametrize(
    ("asked", "places", "documents", "right"),
    [
        (question(), (THERE,), set(), True),
        (question(answers=("at seven",)), (ELSEWHERE,), {"ferry.md"}, False),
        (question(answers=("at seven",)), (), set(), True),
        (question(answers=("at noon",)), (), {"ferry.md"}, False),
        (question(), (), {"ferry.md"}, True),
        (question(), (), {"mill.md"}, False),
        (question(answerable=False), (THERE,), {"ferry.md"}, False),
    ],
    ids=["evidence", "no evidence", "accepted", "not accepted", "right document", "wrong document", "unanswerable"],
)
def test_an_answer_is_right_by_evidence_else_by_its_words_else_by_its_document(asked, places, documents, right):
    assert told_of(SURE, asked, places, documents) == Told(0.9, right)


def test_a_question_that_tells_nothing_is_left_out():
    assert told_of(SURE, JudgedQuestion("q", "When?", None), (), frozenset()) is None


def test_what_was_declined_has_no_place_and_what_was_counted_is_sure():
    assert told_of(replace(answer(), probability=0.2), question(), (THERE,), set()) == Told(None, False)
    assert told_of(replace(SURE, probability=None), question(), (THERE,), set()) == Told(1.0, True)
