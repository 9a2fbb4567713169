"""Questions are proposed from documents by rules, the same ones for the same seed, and never over an edited file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assistant import DraftRefused, draft_questions, read_set, save_draft
from assistant.evaluation.drafting import A_DOCUMENT, DraftedQuestion, _about, _answer, _question

ASKED = {
    "The treaty was signed in Paris on 4 May 1999.": "When was the treaty signed in Paris?",
    "The dialogue concluded in London on 11 September 2024.": "When was it that the dialogue concluded in London?",
    "There are only 12 lamps in the tower.": "How many lamps in the tower are there?",
    "The pier has three berths for ferries.": "How many berths for ferries does the pier have?",
    "A single ticket for the ferry costs four crowns.": "How much does a single ticket for the ferry cost?",
    "AUKUS stands for Australia, the United Kingdom and the United States.": "What does AUKUS stand for?",
    "Measles is an infectious disease caused by a virus.": "What is Measles?",
    "It is an infectious disease caused by a virus.": "",
    "The committee that met is an advisory body.": "",
    "A person may have two or more conditions.": "",
    "The weather stayed fine until the evening.": "",
}


@pytest.mark.parametrize("sentence", ASKED)
def test_a_sentence_becomes_the_question_that_it_answers(sentence):
    assert _question(sentence) == ASKED[sentence]


def test_a_heading_that_is_a_question_is_one_and_others_name_their_document():
    assert _about("Who sells the tickets?", "Ferry") == "Who sells the tickets?"
    assert _about("Departures", "Ferry timetable") == "What does Ferry timetable say under “Departures”?"
    assert [_about(heading, "Ferry") for heading in ("Summary", "Ferry", "3.1", "=1+1")] == ["", "", "", ""]


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0 is a formula that runs.", "Too short.", "| a | row | of a table | ."]
)
def test_what_a_spreadsheet_would_run_and_what_is_no_statement_is_no_answer(text):
    assert _answer(text) == ""


def test_drafts_are_sentences_of_their_documents_spread_over_them(desk):
    drafts = draft_questions(desk, 40)
    assert drafts == draft_questions(desk, 40)
    assert len({draft.question for draft in drafts}) == len(drafts) == 40
    for draft in drafts:
        assert draft.answer in " ".join(desk.document(draft.document).text.split())
        assert [other.document for other in drafts].count(draft.document) <= A_DOCUMENT
    few = draft_questions(desk, 8)
    assert len({draft.document for draft in few}) == 8
    assert few != draft_questions(desk, 8, seed=1)


def test_a_draft_is_read_as_a_set_and_never_written_over(tmp_path, desk):
    file = tmp_path / "ours.csv"
    drafts = (*draft_questions(desk, 5), DraftedQuestion('Who said "no, never"?', "readout.md", "Nobody, it seems."))
    save_draft(file, drafts)
    found = read_set(file)
    assert [(one.text, *one.answers) for one in found.to_find] == [(one.question, one.answer) for one in drafts]
    with file.open(encoding="utf-8-sig", newline="") as stored:
        assert next(csv.reader(stored)) == ["question", "document", "answer"]
    for place, told in ((file, "may have been edited"), (tmp_path / "gone" / "q.csv", "No such file")):
        with pytest.raises(DraftRefused, match=told):
            save_draft(place, drafts)
    with pytest.raises(DraftRefused, match="yield none"):
        save_draft(Path("q.csv"), ())
