from __future__ import annotations

import pytest

from assistant.stating import can_state
from corpus import Span
from index import Hit

QUESTION = "What is the Orsa telegram?"


def hit(*headings: str, title: str = "Letters of Ada Moreau, 1931") -> Hit:
    return Hit(
        rank=1,
        score=1.0,
        similarity=0.5,
        word_score=1.0,
        passage_id=1,
        document_id="letters.md",
        title=title,
        date=None,
        span=Span(0, 1),
        page=None,
        page_number=None,
        heading_path=headings,
        text="-",
    )


@pytest.mark.parametrize(
    "text",
    [
        "The telegram was sent from Orsa.",
        "- a telegram from the harbour",
        "Sent from Orsa",
        "Letters: Ada Moreau",
        "1931 | Ada Moreau",
        "Ada Moreau of Orsa!",
        "奥尔萨的电报。",
    ],
)
def test_a_sentence_an_item_and_a_row_can_state(text: str):
    assert can_state(text, hit("The war years"), QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        "Telegram",
        "THE ORSA TELEGRAM",
        "Was it sent?",
        "The war years",
        "word " * 300,
        "The “Orsa Telegram”",
        "Moreau letters, 1931",
        "1931: the war years.",
    ],
)
def test_what_says_nothing_more_than_what_stands_above_and_the_question_cannot(text: str):
    assert not can_state(text, hit("The war years", "1931: the war years."), QUESTION)


@pytest.mark.parametrize(
    "title", ["Moreau met Falk in Orsa.", "“Moreau met Falk in Orsa!”", "莫罗在奥尔萨见到法尔克。"]
)
def test_a_title_that_closes_like_a_sentence_states_what_it_says(title: str):
    assert can_state(title, hit("The war years", title=title), QUESTION)
    bare = title.rstrip(".!”。")
    assert not can_state(bare, hit(title=bare), QUESTION)
    assert not can_state(title, hit(title), QUESTION)


@pytest.mark.parametrize(
    "heading",
    [
        "References",
        "7. References",
        "Bibliography",
        "Further reading",
        "Literaturverzeichnis",
        "Références",
        "Bibliografía:",
    ],
)
def test_names_of_other_works_state_nothing_unless_they_are_asked_for(heading: str):
    work = "Falk, B. The Orsa Telegram: A History. Oslo, 2006."
    assert not can_state(work, hit("Annex", heading), QUESTION)
    assert not can_state(work, hit(heading, "Printed"), QUESTION)
    assert can_state(work, hit(heading), "Which books are there on the Orsa telegram?")
    assert can_state(work, hit(heading), "Wer schrieb über das Telegramm?")


@pytest.mark.parametrize("heading", ["Terms of reference", "Sources of income", "Literature in the north", "Reference"])
def test_a_heading_that_only_holds_such_a_word_is_any_heading(heading: str):
    assert can_state("The telegram was sent from Orsa.", hit(heading), QUESTION)
