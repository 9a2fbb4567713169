"""Sources that differ on one fact of one thing are quoted both, the newest first; others are left as they are."""

from __future__ import annotations

import pytest

from assistant import Assistant
from tests.assistant.desks import desk_over

FILES = {
    "note.md": "# Later note\n\nDate: 20 September 2024\n\nThe dialogue ended in London on 12 September 2024.",
    "readout.md": "# Readout\n\nDate: 11 September 2024\n\nThe dialogue ended in London on 11 September 2024.\n",
    "budget.md": "# Budget\n\nThe harbour spent 4.2 million pounds on dredging in the year 2021.\n",
    "audit.md": "# Audit\n\nOn dredging in the year 2021, the harbour spent 4.7 million pounds.\n",
    "east.md": "# East pier\n\nThe east pier was opened by the mayor in 1901.\n",
    "west.md": "# West pier\n\nThe west pier was opened by the mayor in 1926.\n",
    "crew.md": "# Crew\n\nThe lifeboat has a crew of nine.\n",
    "crew-again.md": "# Lifeboat\n\nThe lifeboat has a crew of 9 people.\n",
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory):
    with desk_over(tmp_path_factory.mktemp("harbour"), FILES) as desk:
        yield desk


def test_both_dates_are_quoted_the_newer_document_first_and_the_difference_is_said(harbour: Assistant):
    answer = harbour.ask("When did the dialogue end?")
    assert answer.note == (
        "The sources differ: 12 September 2024 in “Later note” (20 September 2024), "
        "11 September 2024 in “Readout” (11 September 2024)."
    )
    assert [citation.document_id for citation in answer.citations[:2]] == ["note.md", "readout.md"]
    assert answer.text.startswith(answer.note)


def test_two_figures_for_one_thing_differ(harbour: Assistant):
    answer = harbour.ask("How much did the harbour spend on dredging in 2021?")
    assert "4.2 million" in answer.note
    assert "4.7 million" in answer.note
    assert {"budget.md", "audit.md"} <= {citation.document_id for citation in answer.citations}


@pytest.mark.parametrize("question", ["When was the east pier opened?", "How large is the crew of the lifeboat?"])
def test_another_thing_or_the_same_figure_in_other_words_is_no_difference(harbour: Assistant, question: str):
    answer = harbour.ask(question)
    assert (answer.outcome, answer.note) == ("answered", "")


def test_the_example_documents_do_not_differ(desk: Assistant):
    for question in ("When did the dialogue end?", "Who led the dialogue?", "What did Iran send to Russia?"):
        assert desk.ask(question).note == ""
