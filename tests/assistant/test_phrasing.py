"""What is left of a question that asks what the documents say about something."""

from __future__ import annotations

import pytest

from assistant.phrasing import subject_alone


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Was sagen die Dokumente zu Fahrpreisen?", "Fahrpreisen?"),
        ("Bitte, was sagen deine Unterlagen über „Die Fähre“?", "„Die Fähre“?"),
        ("Que disent les documents sur « Tarifs » ?", "« Tarifs » ?"),
        ("¿Qué dicen los documentos sobre «Tarifas»?", "«Tarifas»?"),
        ("Was sagt der Bericht zu Fahrpreisen?", "Was sagt der Bericht zu Fahrpreisen?"),
        ("Was sagen die Leute zu Fahrpreisen?", "Was sagen die Leute zu Fahrpreisen?"),
        ("What do the documents say about prices?", "What do the documents say about prices?"),
        ("", ""),
    ],
)
def test_the_subject_is_left_where_all_documents_are_asked(question: str, left: str):
    assert subject_alone(question) == left
