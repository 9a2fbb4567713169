from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.evidence import Evidence, Features
from assistant.silence import decide
from tests.assistant.test_evidence import hit
from tests.assistant.test_extracting import evidence

SURE = Features(similarity=0.8, passage_similarity=0.8, coverage=1.0, around=1.0, passage_score=1.0, kind=1.0)
RARITY = {("lamp",): 2.0, ("lit",): 3.0}


def found(text: str, features: Features = SURE) -> list[Evidence]:
    return [replace(one, features=features) for one in evidence(hit(text), 5.0)]


def test_near_evidence_answers():
    assert decide("When are the lamps lit?", found("The lamps are lit at dusk."), RARITY, {}).answers


def test_far_evidence_does_not():
    far = Features(similarity=0.1, passage_similarity=0.1, coverage=0.0, around=0.0, passage_score=1.0, kind=1.0)
    assert not decide("When are the lamps lit?", found("Herring is sold.", far), RARITY, {}).answers


@pytest.mark.parametrize("signal", ["similarity", "passage_similarity", "coverage", "around"])
def test_each_signal_speaks_for_answering(signal: str):
    weaker = replace(SURE, **{signal: 0.2})
    strong, weak = (decide("When?", found("The lamps are lit.", features), RARITY, {}) for features in (SURE, weaker))
    assert weak.probability < strong.probability


def test_a_word_that_no_document_holds_speaks_against_and_is_named():
    known, unknown = (
        decide("Who lit the lamps?", found("The lamps are lit."), RARITY, absent) for absent in ({}, {("lit",): "lit"})
    )
    assert unknown.probability < known.probability
    far = Features(similarity=0.1, passage_similarity=0.1, coverage=0.0, around=0.0, passage_score=1.0, kind=1.0)
    assert (
        "“lit”"
        in decide(
            "Who lit?", found("Herring.", far) or found("Herring is sold.", far), RARITY, {("lit",): "lit"}
        ).reason
    )


def test_how_many_is_not_answered_without_a_number():
    verdict = decide("How many lamps are lit?", found("The lamps are lit at dusk."), RARITY, {})
    assert (verdict.answers, verdict.reason) == (False, "The passages nearest to this question give no number for it.")
    assert decide("How many lamps are lit?", found("They lit 40 lamps."), RARITY, {}).answers


def test_no_evidence_is_no_answer():
    verdict = decide("When are the lamps lit?", [], {}, {})
    assert not verdict.answers
    assert verdict.reason.endswith(".")
