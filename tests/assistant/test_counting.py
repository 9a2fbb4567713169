"""Counts and lists out of the ledger: complete, bounded where they are shown, and every line with its quote."""

from __future__ import annotations

import pytest

from assistant import Answer, Assistant
from tests.assistant.desks import desk_over

FILES = {
    "ferry.md": "# Ferry times\n\nDate: 2 May 2024\n\nThe ferry leaves at seven. It carries early warning gear.",
    "harbour.md": "# Harbour\n\nDate: 3 June 2023\n\nThe harbour master warns early. No warning is needed for ferries.",
    "notes/lamps.md": "# Lamps\n\nThe lamps are lit at dusk. Tell us when they are not.\n",
    "notes/crew.csv": "name,post,port\nAda,pilot,Harwich\nBen,cook,Hook\nCleo,pilot,Hook\n",
    "notes/us.txt": "A letter of 4 July 2022\n\nThe US coast guard wrote to the harbour.\n",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory):
    with desk_over(tmp_path_factory.mktemp("port"), FILES) as desk:
        yield desk


def cited(answer: Answer) -> list[str]:
    return [citation.document_id for citation in answer.citations]


def test_documents_are_counted_and_each_is_named_beside_its_own_words(port: Assistant):
    answer = port.ask("How many documents do you have?")
    assert (answer.outcome, answer.note, answer.searched) == ("answered", "There are 5 documents.", 5)
    assert sorted(cited(answer)) == sorted(FILES)
    assert "Ferry times, 2 May 2024" in [statement.text for statement in answer.statements]
    for citation in answer.citations:
        assert port.document(citation.document_id).text[citation.span.start : citation.span.end] == citation.quote


def test_the_note_opens_the_text_of_the_answer(port: Assistant):
    assert port.ask("How many documents do you have?").text.startswith("There are 5 documents.\n\n")


def test_every_document_that_holds_the_words_in_this_order_is_found(port: Assistant):
    answer = port.ask("Which documents mention early warning?")
    assert answer.note == "1 of the 5 documents mentions “early warning”, once in all."
    assert [citation.quote for citation in answer.citations] == ["It carries early warning gear."]


def test_words_that_stand_apart_are_told_as_such(port: Assistant):
    answer = port.ask("Which documents mention early ferries?")
    assert answer.note.startswith("None of the 5 documents mentions “early ferries” in these words; 2 of the 5")
    assert sorted(cited(answer)) == ["ferry.md", "harbour.md"]


def test_a_word_is_found_however_it_is_inflected_and_its_uses_are_counted(port: Assistant):
    answer = port.ask("How often are ferries mentioned?")
    assert answer.note == "2 of the 5 documents mention “ferries”, 3 times in all."


def test_a_word_in_capitals_is_not_the_stop_word(port: Assistant):
    assert cited(port.ask("Which documents mention US?")) == ["notes/us.txt"]


def test_what_no_document_mentions_is_declined_with_the_count(port: Assistant):
    answer = port.ask("Which documents mention unicorns?")
    assert (answer.outcome, answer.citations) == ("declined", ())
    assert answer.reason == "None of the 5 documents mentions “unicorns”."


def test_rows_of_tables_are_counted_and_quoted_each(port: Assistant):
    answer = port.ask("List all rows with pilot")
    assert answer.note == "2 rows of tables hold “pilot”, in 1 document."
    assert [statement.text for statement in answer.statements] == [
        "name: Ada | post: pilot | port: Harwich",
        "name: Cleo | post: pilot | port: Hook",
    ]
    assert port.ask("Which rows mention a captain?").outcome == "declined"


def test_the_newest_by_its_date_and_those_without_a_date_are_told(port: Assistant):
    answer = port.ask("Which document is the newest?")
    assert answer.note == "This is the newest of the 5 documents, by their dates; 2 have no date."
    assert cited(answer) == ["ferry.md"]
    assert cited(port.ask("What are the two oldest documents?")) == ["notes/us.txt", "harbour.md"]


def test_a_time_a_folder_a_type_and_the_filter_narrow_what_is_counted(port: Assistant):
    assert cited(port.ask("List all documents since 2023")) == ["ferry.md", "harbour.md"]
    assert "2 have no date" in port.ask("List all documents since 2023").note
    assert len(cited(port.ask("How many documents are in the notes folder?"))) == 3
    assert cited(port.ask("How many CSV files are there?")) == ["notes/crew.csv"]
    assert cited(port.ask("List all documents", where="document = 'notes/l*'")) == ["notes/lamps.md"]
    assert port.ask("List all documents from 1990").outcome == "declined"


def test_a_long_list_is_counted_whole_and_shown_in_part(desk: Assistant):
    count = len(desk.documents())
    answer = desk.ask("List all documents")
    assert answer.note == f"There are {count} documents; 10 are named here, and there are {count - 10} more."
    assert len(answer.statements) == 10


def test_what_was_signed_is_a_question_to_the_text(port: Assistant):
    assert port.ask("How many documents were signed at the summit?").note == ""
