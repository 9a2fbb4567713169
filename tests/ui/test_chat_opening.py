"""The first screen: which questions it offers."""

from __future__ import annotations

import pytest

from tests.assistant.desks import desk_over
from ui.chat.opening import candidates, opening
from ui.chat.suggesting import Suggesting
from ui.wording import ENGLISH

GERMAN = {
    "fähre.md": """# Fahrplan der Fähre

## Abfahrten

Die Fähre nach Norholm legt im Sommer jeden Morgen um acht Uhr ab und kehrt am Abend zurück.

## Fahrpreise

Die Überfahrt kostet zwölf Kronen für Erwachsene, und Kinder unter sechs Jahren fahren ohne Fahrschein mit.
""",
    "hafen.md": """# Hafenordnung

## Liegeplätze

Die Liegeplätze vergibt der Hafenmeister, der sie jedes Jahr im Februar am Anschlag des Zollhauses bekannt gibt.
""",
}


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    with desk_over(tmp_path_factory.mktemp("german"), GERMAN) as desk:
        yield desk


def test_headings_that_are_questions_come_first():
    found = candidates([("Ferry", ["Prices", "Who sells the ferry tickets?"])])
    assert found[0] == "Who sells the ferry tickets?"
    assert "What do the documents say about Prices?" in found


def test_one_document_of_answered_questions_does_not_fill_the_screen():
    many = [f"What is the answer to number {n}?" for n in range(9)]
    assert [each for each in candidates([("Answers", many)]) if each in many] == many[:3]


def test_documents_take_turns():
    first, second = ["Who rings the bell twice?", "Who sells the ferry tickets?"], ["When are the apples picked?"]
    assert candidates([("a 1", first), ("b 2", second)])[:3] == [first[0], second[0], first[1]]


def test_the_topic_that_most_documents_share_comes_first():
    found = candidates([("Number 1", ["Prices"]), ("Number 2", ["Apples"]), ("Number 3", ["Apples"])])
    assert found[0] == "What do the documents say about Apples?"


def test_what_a_document_is_about_comes_before_the_headings_that_recur_in_all():
    found = candidates([("Apples", ["Related pages"]), ("Pears and plums", ["Related pages"])])
    assert [each.rpartition(" about ")[2] for each in found] == ["Apples?", "Pears and plums?", "Related pages?"]


def test_no_question_is_made_of_a_title_that_would_not_read_as_a_topic():
    assert candidates([("2024: annex 3 (draft)", ["p. 4", "A heading of rather more than four words"])]) == []


def test_only_questions_that_the_documents_answer_are_offered(harbour):
    offered = opening(harbour).examples
    assert "Who sells the ferry tickets?" in offered
    assert not any(harbour.ask(question).abstained for question in offered)


def test_the_screen_names_the_folder_and_counts_its_documents(harbour):
    first = opening(harbour)
    assert "**harbour papers" in first.scope(ENGLISH)
    assert first.welcome(ENGLISH).startswith("## Ask 4 documents")


def test_questions_are_offered_in_the_language_of_the_documents(german):
    offered = opening(german).examples
    assert "Was sagen die Dokumente zu „Fahrpreise“?" in offered
    assert not any(german.ask(question).abstained for question in offered)


def test_what_could_be_asked_next_is_in_the_language_of_the_document(german):
    answer = german.ask("Wann legt die Fähre nach Norholm ab?")
    suggested = Suggesting().after(answer, german, unused=(), where=None, asked=())
    assert suggested == ("Was sagt „Fahrplan der Fähre“ zu „Fahrpreise“?",)
