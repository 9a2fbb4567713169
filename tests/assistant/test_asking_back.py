"""A question that could mean several things, or points at nothing, is asked back; any other is not."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.asking_back import chosen
from tests.assistant.desks import desk_over

FILES = {
    "us.md": "# UK-US Strategic Dialogue\n\nThe dialogue between the United Kingdom and the United States ended in "
    "London on 11 September 2024. The ministers agreed to meet again.\n",
    "japan.md": "# UK-Japan Strategic Dialogue\n\nThe dialogue between the United Kingdom and Japan ended in Tokyo on "
    "3 May 2023. It dealt with trade.\n",
    "india.md": "# UK-India Strategic Dialogue\n\nThe dialogue between the United Kingdom and India ended in Delhi on "
    "7 February 2022. Energy was its subject.\n",
    "harbour.md": "# Harbour\n\nThe harbour opened in 1901. The harbour has a depth of nine metres.\n",
    "lodge.md": "# Harbour lodge\n\nThe lodge stands above the harbour and was built of oak.\n",
}
QUESTION = "When did the dialogue end?"


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory):
    with desk_over(tmp_path_factory.mktemp("talks"), FILES) as desk:
        yield desk


def said(question: str, answer: str) -> list[dict[str, str]]:
    return [{"role": "user", "text": question}, {"role": "assistant", "text": answer}]


def test_one_of_several_things_is_asked_back_with_what_the_documents_offer(talks: Assistant):
    answer = talks.ask(QUESTION)
    assert (answer.outcome, answer.citations, answer.abstained) == ("asked_back", (), True)
    assert sorted(answer.choices) == [f"UK-{name} Strategic Dialogue" for name in ("India", "Japan", "US")]
    assert answer.text == "\n".join(
        ["Which of these do you mean?", *(f"{at}. {choice}" for at, choice in enumerate(answer.choices, start=1))]
    )


@pytest.mark.parametrize("place", ["number", "ordinal", "words"])
def test_a_choice_is_taken_by_its_number_its_place_or_its_words(talks: Assistant, place: str):
    asked_back = talks.ask(QUESTION)
    at = asked_back.choices.index("UK-Japan Strategic Dialogue")
    reply = {
        "number": str(at + 1),
        "ordinal": f"The {('first', 'second', 'third')[at]} one",
        "words": "uk-japan strategic dialogue",
    }[place]
    answer = talks.ask(reply, history=said(QUESTION, asked_back.text))
    assert (answer.question, answer.outcome) == (reply, "answered")
    assert "3 May 2023" in answer.statements[0].text


def test_another_question_after_it_is_that_question():
    history = said(QUESTION, "Which of these do you mean?\n1. A\n2. B")
    assert chosen("How deep is the harbour?", history)[0] == "How deep is the harbour?"
    assert chosen("the second one", history) == (f"{QUESTION} (B)", [])
    assert chosen("the last one", history)[0] == f"{QUESTION} (B)"
    assert chosen("the third one", history)[0] == "the third one"
    assert chosen("France", history)[0] == f"{QUESTION} (France)"
    assert chosen("Thanks", history)[0] == "Thanks"


@pytest.mark.parametrize("text", ["Which of these do you mean?", "Which of these do you mean?\n" + "1. A\n" * 9])
def test_a_history_that_offers_nothing_or_too_much_is_no_reason_to_fail(text: str):
    for reply in ("the last one", "the ninth one", "9"):
        assert chosen(reply, said(QUESTION, text))[0] in (reply, f"{QUESTION} (A)")
    assert chosen("1", [{"role": "assistant", "text": text}] * 2)[0] == "1"


@pytest.mark.parametrize(
    "question",
    ["When did the dialogue with Japan end?", "when did the uk-india dialogue end", "When did the harbour open?"],
)
def test_a_question_that_says_which_is_answered(talks: Assistant, question: str):
    assert talks.ask(question).outcome == "answered"


def test_the_same_fact_in_several_documents_is_no_reason_to_ask(desk: Assistant):
    assert desk.ask(QUESTION).outcome == "answered"


@pytest.mark.parametrize("question", ["And the second one?", "When was that?", "Who is he?", "How much is it?"])
def test_what_points_at_nothing_is_asked_back_and_not_guessed(talks: Assistant, question: str):
    answer = talks.ask(question)
    assert (answer.outcome, answer.choices) == ("asked_back", ())
    assert answer.text.endswith("?")


def test_the_second_of_one_thing_is_asked_back(talks: Assistant):
    history = said("How deep is the harbour?", "The harbour has a depth of nine metres. [1]")
    assert talks.ask("And the second one?", history=history).outcome == "asked_back"
    history = said("What is there?", "- a harbour\n- a lodge")
    assert talks.ask("And the second?", history=history).outcome != "asked_back"


def test_that_is_what_was_talked_of_before(talks: Assistant):
    history = said("Where did the dialogue with Japan end?", "The dialogue between the United Kingdom and Japan ended.")
    assert talks.ask("When was that?", history=history).outcome != "asked_back"
