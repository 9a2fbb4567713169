"""Summaries and comparisons of documents that a question names: their own sentences, covering, without repetition."""

from __future__ import annotations

import pytest

from assistant import Answer, Assistant
from tests.assistant.desks import desk_over

REPORT = """# Harbour report

## Dredging

The harbour was dredged to a depth of nine metres in the spring. The dredger worked for six weeks without a pause.

## Fishing

Herring catches fell by a third because the water was warm. The fishing fleet asked for a shorter season.

## Lights

All lamps on the two piers were replaced by electric ones. The keeper of the lights retires next year.

## Dredging, again

In spring the harbour was dredged to a depth of nine metres.
"""
FILES = {
    "report.md": REPORT,
    "letters/fleet.md": "# Letter of the fleet\n\nThe fishing fleet asks the harbour for a shorter herring season.\n",
    "letters/keeper.md": "# Letter of the keeper\n\nThe keeper of the lights will retire next year and thanks all.\n",
    "rules.txt": "Rules of the pier\n\nNobody may fish from the pier at night. Dogs are kept on a lead at all times.\n",
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory):
    with desk_over(tmp_path_factory.mktemp("harbour"), FILES) as desk:
        yield desk


def cited(answer: Answer) -> set[str]:
    return {citation.document_id for citation in answer.citations}


@pytest.mark.parametrize(
    "question",
    ["Summarise the harbour report", "What is report.md about?", "Give me a short summary of “Harbour report”."],
)
def test_a_document_is_summed_up_in_its_own_sentences_from_all_its_parts(harbour: Assistant, question: str):
    answer = harbour.ask(question)
    assert (answer.outcome, cited(answer)) == ("answered", {"report.md"})
    assert answer.note == f"“Harbour report” in its own words, {len(answer.statements)} of its sentences."
    text = harbour.document("report.md").text
    assert all(text[each.span.start : each.span.end] == each.quote for each in answer.citations)
    assert {each.heading_path[-1] for each in answer.citations} >= {"Dredging", "Fishing", "Lights"}
    starts = [each.span.start for each in answer.citations]
    assert starts == sorted(starts)


def test_a_summary_says_nothing_twice(harbour: Assistant):
    said = [statement.text for statement in harbour.ask("Summarise the harbour report").statements]
    assert sum("nine metres" in each for each in said) == 1


def test_a_folder_and_the_collection_are_summed_up_document_by_document(harbour: Assistant):
    answer = harbour.ask("Summarise the documents in the folder letters")
    assert cited(answer) == {"letters/fleet.md", "letters/keeper.md"}
    every = harbour.ask("What are these documents about?")
    assert cited(every) == set(FILES)
    assert every.note.startswith("There are 4 documents")


def test_a_name_that_several_documents_bear_is_asked_back(harbour: Assistant):
    answer = harbour.ask("Summarise the letter")
    assert (answer.outcome, sorted(answer.choices)) == ("asked_back", ["Letter of the fleet", "Letter of the keeper"])


def test_two_documents_are_compared_on_a_subject_by_a_sentence_of_each(harbour: Assistant):
    answer = harbour.ask("Compare the harbour report and the letter of the keeper on the keeper of the lights")
    assert [citation.document_id for citation in answer.citations] == ["report.md", "letters/keeper.md"]
    assert all("keeper of the lights" in statement.text for statement in answer.statements)


def test_a_document_that_says_nothing_on_the_subject_is_told(harbour: Assistant):
    answer = harbour.ask("Compare the rules of the pier and the letter of the keeper on retirement")
    assert cited(answer) == {"letters/keeper.md"}
    assert answer.note.endswith("“Rules of the pier” says nothing on it.")


def test_what_one_document_says_is_searched_in_it_alone(harbour: Assistant):
    answer = harbour.ask("What does the letter of the fleet say about the herring season?")
    assert cited(answer) == {"letters/fleet.md"}
    assert answer.searched == 1


@pytest.mark.parametrize(
    "question", ["What is fishing about?", "What is the difference between herring and cod?", "Summarise the war"]
)
def test_what_names_no_document_is_a_question_to_the_text(harbour: Assistant, question: str):
    assert "in its own words" not in harbour.ask(question).note


def test_who_asks_for_all_is_told_that_only_passages_were_read(harbour: Assistant):
    assert "not every document" in harbour.ask("List all lamps on the piers").note
    assert harbour.ask("What was replaced on the piers?").note == ""


def test_a_document_in_writing_without_spaces_is_summed_up_in_its_sentences(tmp_path):
    text = "新的渡轮码头将于2026年5月3日开放。市图书馆每周一闭馆，其余日子照常开放。码头什么时候开放？"
    with desk_over(tmp_path, {"port.md": text}) as desk:
        answer = desk.ask("Summarise port.md")
    quotes = [citation.quote for citation in answer.citations]
    assert quotes == ["新的渡轮码头将于2026年5月3日开放。", "市图书馆每周一闭馆，其余日子照常开放。"]


def test_a_list_of_references_is_no_part_of_a_summary(tmp_path):
    text = (
        "# Harbour\n\nThe harbour was dredged to a depth of nine metres in spring.\n\n## References\n\n"
        "Falk, B. The dredging of harbours in the north. Oslo University Press, 2006.\n"
    )
    with desk_over(tmp_path, {"harbour.md": text}) as desk:
        answer = desk.ask("Summarise harbour.md")
    assert [each.quote for each in answer.citations] == ["The harbour was dredged to a depth of nine metres in spring."]
