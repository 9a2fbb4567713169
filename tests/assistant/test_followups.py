from __future__ import annotations

import pytest

from assistant import Turn
from assistant.followups import leans, standalone


@pytest.mark.parametrize(
    "question",
    ["And on Iran?", "What about Gaza?", "When was that?", "Who said so there?", "Did they agree?", "Which one?"],
)
def test_a_question_that_points_back_leans_on_the_one_before(question: str):
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "When did the dialogue end?",
        "Who leads AUKUS?",
        "Is Ukraine mentioned?",
        "List the priorities of the dialogue",
        "Which of the pledges that the two ministers made in London concerns renewable energy capacity?",
    ],
)
def test_a_question_that_names_its_subject_stands_alone(question: str):
    assert not leans(question)


def test_only_the_last_question_is_carried_over():
    history = [
        Turn("user", "Who leads?"),
        Turn("assistant", "Two."),
        Turn("user", "What of Gaza?"),
        Turn("assistant", "Aid."),
    ]
    query = standalone("And when was that?", history)
    assert (query.carried, query.text) == ("What of Gaza?", "What of Gaza? And when was that?")


def test_what_stands_alone_carries_nothing():
    assert (
        standalone("When did the dialogue end?", [Turn("user", "What of Gaza?")]).text == "When did the dialogue end?"
    )
