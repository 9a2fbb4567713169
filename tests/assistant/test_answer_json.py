"""Answers as JSON, read back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from assistant import UnusableAnswer, answer_of, hits_of
from ui.shapes import answer_shape, found_shape

QUESTIONS = ["What assistance for Ukraine was explored?", "How many people attended the dialogue?", "Hello!"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_comes_back_as_it_was(desk, question: str):
    asked = desk.ask(question)
    read = answer_of(json.loads(json.dumps(answer_shape(asked, desk.path_of))))
    unsaid = {"searched": 0, "seconds": 0.0, "nearest": tuple(replace(hit, passage_id=0) for hit in asked.nearest)}
    assert read == replace(asked, **unsaid)


def test_passages_come_back_as_they_were(desk):
    found = desk.search(QUESTIONS[0])
    read = hits_of(json.loads(json.dumps(found_shape(found, desk.path_of)))["hits"])
    assert read == tuple(replace(hit, passage_id=0) for hit in found.hits)


@pytest.mark.parametrize("shape", [{}, {"question": 7}, {"statements": [{}]}, {"citations": [3]}, {"outcome": "sung"}])
def test_what_is_no_answer_is_one_sentence(desk, shape: dict[str, object]):
    whole = answer_shape(desk.ask(QUESTIONS[0]), desk.path_of)
    with pytest.raises(UnusableAnswer, match="does not hold together"):
        answer_of({**whole, **shape} if shape else {})
