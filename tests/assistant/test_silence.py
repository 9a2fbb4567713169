from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.evidence import Evidence, Features
from assistant.judge import Reading
from assistant.silence import RULE, RULE_BY_PAIRS, RULE_BY_WORDS, RULE_WITHOUT_JUDGE, Rule, decide, weigh
from tests.assistant.test_evidence import hit
from tests.assistant.test_extracting import evidence

SURE = Features(similarity=0.8, passage_similarity=0.8, coverage=1.0, around=1.0, passage_score=1.0, kind=1.0)
STRICTNESSES = ("generous", "normal", "strict")
RARITY = {("lamp",): 2.0, ("lit",): 3.0}


def found(text: str, features: Features = SURE) -> list[Evidence]:
    return [replace(one, features=features) for one in evidence(hit(text), 5.0)]


def test_near_evidence_answers():
    assert decide("When are the lamps lit?", found("The lamps are lit at dusk."), RARITY, {}).answers


def test_far_evidence_does_not():
    far = Features(similarity=0.1, passage_similarity=0.1, coverage=0.0, around=0.0, passage_score=1.0, kind=1.0)
    assert not decide("When are the lamps lit?", found("Herring is sold.", far), RARITY, {}).answers


@pytest.mark.parametrize("signal", ["similarity", "passage_similarity", "around"])
def test_each_signal_speaks_for_answering(signal: str):
    weaker = replace(SURE, **{signal: 0.2})
    strong, weak = (decide("When?", found("The lamps are lit.", features), RARITY, {}) for features in (SURE, weaker))
    assert weak.probability < strong.probability


def test_a_word_that_no_document_holds_speaks_against():
    known, unknown = (
        decide("Who lit the lamps?", found("The lamps are lit."), RARITY, absent) for absent in ({}, {("lit",): "lit"})
    )
    assert unknown.probability < known.probability


def test_how_many_is_not_answered_without_a_number():
    verdict = decide("How many lamps are lit?", found("The lamps are lit at dusk."), RARITY, {})
    assert (verdict.answers, verdict.lacks) == (False, "number")
    assert decide("How many lamps are lit?", found("They lit 40 lamps."), RARITY, {}).answers


def test_no_evidence_is_no_answer():
    verdict = decide("When are the lamps lit?", [], {}, {})
    assert not verdict.answers
    assert verdict.lacks == "passage"


def reading(answer: float) -> Reading:
    return Reading(answer, None, 0.0, np.array([]), np.array([]), np.array([]))


def test_a_passage_that_answers_as_the_judge_sees_it_speaks_for_answering():
    found_by = {
        logit: [replace(one, reading=reading(logit)) for one in found("The lamps are lit.")] for logit in (-4, 0, 4)
    }
    no, unsure, yes = (decide("When?", found_by[logit], RARITY, {}).probability for logit in (-4, 0, 4))
    assert no < unsure < yes
    no, unsure, yes = (weigh(found_by[logit], RARITY, {}).answering for logit in (-4, 0, 4))
    assert unsure - no < yes - unsure  # a "no" weighs little


def test_without_the_judge_its_own_rule_decides():
    far = Features(similarity=0.1, passage_similarity=0.1, coverage=0, around=0, passage_score=1.0, kind=1.0)
    for features, answers in ((SURE, True), (far, False)):
        verdict = decide("When?", found("The lamps are lit.", features), RARITY, {})
        assert (verdict.answers, verdict.declines_below) == (answers, RULE_WITHOUT_JUDGE.declines_below["normal"])


@pytest.mark.parametrize("rule", [RULE, RULE_WITHOUT_JUDGE])
def test_a_stricter_setting_declines_what_a_more_generous_one_answers(rule: Rule):
    limits = rule.declines_below
    assert 0 < limits["generous"] < limits["normal"] < limits["strict"] < 1


def test_how_strict_decides_about_a_question_in_between():
    features = replace(SURE, similarity=0.55, passage_similarity=0.5, around=0.45)
    verdicts = {one: decide("When?", found("The lamps are lit.", features), RARITY, {}, one) for one in STRICTNESSES}
    assert {one: verdict.answers for one, verdict in verdicts.items()} == {
        "generous": True,
        "normal": True,
        "strict": False,
    }
    assert verdicts["strict"].declines_below == RULE_WITHOUT_JUDGE.declines_below["strict"]


@pytest.mark.parametrize(
    ("question", "rule"), [("When was it lit?", RULE_BY_WORDS), ("灯台はいつ点灯しますか？", RULE_BY_PAIRS)]
)
@pytest.mark.parametrize(("around", "answers"), [(0.0, False), (0.1, False), (0.5, True)])
def test_where_no_model_reads_the_question_its_words_decide(question: str, rule: Rule, around: float, answers: bool):
    features = replace(SURE, similarity=0.0, passage_similarity=0.0, around=around)
    verdict = decide(question, found("The lamps are lit.", features), RARITY, {})
    assert verdict.answers is answers
    assert verdict.probability == rule.probability(weigh(found("The lamps are lit.", features), RARITY, {}))
