"""A declined question says what was looked for and what came nearest; the owner may word the first sentence."""

from __future__ import annotations

import pytest

from assistant import Assistant, resolve
from index import DEFAULT_MODEL, Analyzer, sync
from tests.assistant.desks import desk_over

LODGE = """# Harbour lodge

## Walls

The lodge above the harbour has walls of oak. Its roof was covered with slate from the quarry of Norholm.
"""


@pytest.fixture(scope="module")
def lodge(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("lodge")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "lodge.md").write_text(LODGE, encoding="utf-8")
    sync(folder / "corpus", folder / "index", model=DEFAULT_MODEL)
    return folder / "index"


def test_a_number_that_is_not_there_is_named_with_what_is_nearest(lodge):
    with Assistant.open(lodge) as desk:
        answer = desk.ask("How many walls has the harbour lodge above the quarry?")
    assert answer.outcome == "declined"
    assert "no number for it" in answer.reason
    assert answer.reason.endswith("What comes nearest is “Walls” in “Harbour lodge”.")


def test_the_words_that_ask_are_not_said_to_be_missing(lodge):
    with Assistant.open(lodge) as desk:
        reason = desk.ask("How much did the football team of Madrid pay, and in what year?").reason
    assert "“football”" in reason
    assert "much" not in reason
    assert "year" not in reason


def test_nothing_is_called_nearest_that_is_far_away(lodge):
    with Assistant.open(lodge) as desk:
        reason = desk.ask("Who won the football match in Madrid?").reason
    assert "nearest is" not in reason
    assert "“football”" in reason


def test_a_question_in_a_language_that_no_document_has_is_told_so(lodge):
    with Assistant.open(lodge) as desk:
        assert desk.ask("Wanneer werd het stadhuis van Madrid gebouwd?").reason == (
            "The question seems to be in Dutch, and no document is."
        )


@pytest.mark.parametrize(
    ("languages", "question", "foreign"),
    [
        (("en",), "Quand le traité a-t-il été signé par les deux pays ?", "fr"),
        (("en",), "When was the treaty signed by the two countries?", ""),
        (("fr", "en"), "Quand le traité a-t-il été signé ?", ""),
        (("en",), "Die Hard director", ""),
        (("en",), "ukraine", ""),
        (("en",), "", ""),
    ],
)
def test_a_foreign_language_is_told_by_its_stop_words(languages, question, foreign):
    assert Analyzer(languages).foreign(question) == foreign


def test_the_owner_words_what_is_said_where_the_documents_do_not_say(lodge, monkeypatch):
    monkeypatch.setenv("DESPATCH_DECLINED", "Not in our papers; ask Ms Berg.")
    with Assistant.of(resolve(index=lodge)) as desk:
        answer = desk.ask("Who won the football match in Madrid?")
        assert (answer.text, answer.outcome) == ("Not in our papers; ask Ms Berg.", "declined")
        before = [{"role": "user", "text": "Who won in Madrid?"}, {"role": "assistant", "text": answer.text}]
        without = before[:1]
        assert desk.retrieve("And the walls?", history=before) == desk.retrieve("And the walls?", history=without)
    with Assistant.open(lodge) as desk:
        assert desk.ask("Who won the football match in Madrid?").text == "The documents don't say."


def test_what_no_document_holds_is_named_as_it_is_written_where_there_are_no_spaces(tmp_path):
    with desk_over(tmp_path, {"port.md": "港口管理局宣布，新的渡轮码头将于2026年5月3日开放。"}) as desk:
        answer = desk.ask("谁是法国总统？")
    assert answer.outcome == "declined"
    assert "none mentions “谁是法国总统”." in answer.reason
