"""What is told of an answer: right words, right places, and silence at the right time."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Citation, Statement
from assistant.evaluation.answers import answer_values, contains, word_f1, words
from assistant.evaluation.judged import EvidencePlace, JudgedQuestion
from corpus import Span


def answer(*quotes):
    """An answer whose quotes are (document, start, text)."""
    citations = tuple(
        Citation(number, name, name, "", None, "", Span(start, start + len(text)), None, None, (), text)
        for number, (name, start, text) in enumerate(quotes, start=1)
    )
    said = tuple(Statement(one.quote, "supported", "", (one.number,)) for one in citations)
    return Answer("?", "", "answered" if quotes else "declined", "", said, citations, (), 3, 0.1)


def question(*, answerable=True, answers=()):
    return JudgedQuestion("q", "When?", answerable, answers)


def test_an_accepted_answer_stands_in_what_was_said_whatever_its_case_and_punctuation():
    said = answer(("ferry.md", 10, 'The ferry leaves "the Northern Pier", at seven.'))
    values = answer_values(said, question(answers=("at noon", "northern pier")), ())
    assert (values["correct"], values["answered"]) == (1.0, 1.0)
    assert values["f1"] == pytest.approx(2 * 2 / (6 + 2))  # ferry leaves northern pier at seven
    assert answer_values(said, question(answers=("north", "pier northern")), ())["correct"] == 0.0


def test_markers_of_citations_are_no_words_of_the_answer():
    assert answer_values(answer(("a", 0, "In May."), ("b", 0, "2019.")), question(answers=("1",)), ())["correct"] == 0.0


def test_a_declined_answer_is_wrong_where_there_is_one_and_right_where_there_is_none():
    place = EvidencePlace("ferry.md", 0, 9)
    assert answer_values(answer(), question(answers=("seven",)), (place,)) == {
        "correct": 0.0,
        "f1": 0.0,
        "citation-recall": 0.0,
        "answered": 0.0,
    }
    assert answer_values(answer(), question(answerable=False), (place,)) == {"declined": 1.0}
    assert answer_values(answer(("a", 0, "x")), question(answerable=False), ()) == {"declined": 0.0}


def test_citations_are_held_against_the_places_of_evidence():
    said = answer(("a", 0, "0123456789"), ("a", 50, "0123456789"), ("b", 0, "0123456789"))
    places = (
        EvidencePlace("a", 9, 20),
        EvidencePlace("b", 10, 20),
        EvidencePlace("a", 52, 53),
        EvidencePlace("c", 0, 9),
    )
    values = answer_values(said, question(answerable=None), places)
    # 9 is the first citation's last character; 10 is one beyond the third's
    assert values == {"citation-precision": pytest.approx(2 / 3), "citation-recall": 0.5}


def test_a_set_that_says_nothing_about_a_question_tells_nothing():
    assert answer_values(answer(("a", 0, "x")), question(answerable=None), ()) == {}


def squad_words(text):
    """As the evaluation script of SQuAD 1.1 normalises."""
    text = "".join(letter for letter in text.lower() if letter not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


@given(st.text("aethn \t.,'-!$%/", max_size=30))
def test_words_are_those_of_squad(text):
    assert words(text) == squad_words(text)


@given(st.lists(st.sampled_from("wxyz")), st.lists(st.sampled_from("wxyz")))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(said, accepted):
    same = sum((Counter(said) & Counter(accepted)).values())
    expected = 0.0
    if same:
        precision, recall = same / len(said), same / len(accepted)
        expected = 2 * precision * recall / (precision + recall)
    assert word_f1(said, accepted) == pytest.approx(expected)


def test_a_language_without_spaces_is_compared_by_characters():
    assert contains(words("対話は2024年9月11日に終わった。"), words("9月11日"))
    assert words("港の灯台") == ["港", "の", "灯", "台"]
    assert not contains(words("anything"), words("!?"))
