from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Turn
from assistant.followups import EXCHANGES_CARRIED, LATEST, MOST_CARRIED, with_history
from index import DEFAULT_MODEL, Analyzer, Query, sync
from tests.assistant.desks import desk_over

DOCUMENTS = {
    "mole.md": "# The north mole\n\nThe north mole of Halvik was built in 1907. It cost the town 40,000 crowns.",
    "pier.md": "# The south pier\n\nThe south pier of Halvik was built in 1931. A storm broke it in two.",
    "ferry.md": "# The ferry\n\nThe ferry to Halvik sails at noon. A ticket costs four crowns.",
    "herring.md": "# Herring\n\nHerring is salted in barrels of oak. The barrels are made in Tunsberg.",
    "pilots.md": "# Pilots\n\nTwo pilots live in the tower. Their boat was built in 1950 and is painted red.",
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    base = tmp_path_factory.mktemp("harbour")
    for name, text in DOCUMENTS.items():
        (base / "files").mkdir(exist_ok=True)
        (base / "files" / name).write_text(text, encoding="utf-8")
    sync(base / "files", base / "index", model=DEFAULT_MODEL)
    with Assistant.open(base / "index") as desk:
        yield desk


def said(*texts: str) -> list[Turn]:
    """The user begins."""
    return [Turn("assistant" if place % 2 else "user", text) for place, text in enumerate(texts)]


MOLE = said("What do you know of the north mole?", "The north mole of Halvik was built in 1907.")
PIER = said("What happened to the south pier?", "A storm broke it in two.")
DECLINED = "The documents don't say."
STATED = (
    "The north mole of Halvik was built in 1907. [1]\n\nThe south pier of Halvik was built in 1931. [2]\n\n"
    "The ferry to Halvik sails at noon. [3]"
)
LISTED = "It buys:\n- barrels of oak for the herring\n- the boat of the pilots\n- a ticket for the ferry"
HERRING = said("How is herring kept?", "Herring is salted in barrels of oak.")


@pytest.mark.parametrize(
    ("history", "question", "document"),
    [
        (MOLE, "When was it built?", "mole.md"),
        (PIER, "When was it built?", "pier.md"),
        (MOLE + PIER, "And when was that built?", "pier.md"),
        (PIER + MOLE, "What did it cost?", "mole.md"),
        (HERRING, "Where are those made?", "herring.md"),
        (PIER + said("Was it mended?", DECLINED), "When was it built?", "pier.md"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_follow_up_finds_what_the_conversation_is_about(
    harbour: Assistant, history: list[Turn], question: str, document: str
):
    assert harbour.retrieve(question, 1, history=history)[0].document_id == document


@pytest.mark.parametrize(
    ("answer", "question", "document"),
    [
        (STATED, "Tell me more about the second one", "pier.md"),
        (STATED, "What is the first one?", "mole.md"),
        (STATED, "And the last of them?", "ferry.md"),
        (STATED, "And THE THIRD?", "ferry.md"),
        (LISTED, "Tell me more about the second one.", "pilots.md"),
        (LISTED, "How much is the latter?", "ferry.md"),
    ],
)
def test_an_item_of_the_answer_can_be_pointed_at(harbour: Assistant, answer: str, question: str, document: str):
    history = said("What is there in Halvik?", answer)
    assert harbour.retrieve(question, 1, history=history)[0].document_id == document


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        (STATED, "And the fourth?"),
        (STATED, "When was the first pier built?"),
        ("The south pier was built in 1931.", "What is the first one?"),
    ],
)
def test_what_points_at_no_item_carries_the_exchange_alone(answer: str, question: str):
    query = with_history(question, said("What is there?", answer))
    assert [each.question for each in query.earlier] == ["What is there?"]


@pytest.mark.parametrize("history", [MOLE, PIER + MOLE, HERRING, HERRING + PIER + MOLE], ids=len)
@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("When does the ferry sail?", "ferry.md"),
        ("What colour is the boat of the pilots?", "pilots.md"),
        ("How is herring salted?", "herring.md"),
    ],
)
def test_a_question_that_names_another_subject_is_not_held_back(
    harbour: Assistant, history: list[Turn], question: str, document: str
):
    assert harbour.retrieve(question, 1, history=history)[0].document_id == document


def test_what_was_answered_tells_what_a_question_is_about(harbour: Assistant):
    history = said("Who lives in the tower?", "Two pilots live in the tower. Their boat is painted red.")
    assert harbour.retrieve("When was it built?", 1, history=history)[0].document_id == "pilots.md"


def test_a_follow_up_is_answered_from_what_it_is_about(harbour: Assistant):
    answer = harbour.ask("When was it built?", history=PIER)
    assert "1931" in answer.statements[0].text
    assert answer.question == "When was it built?"


@pytest.mark.parametrize(
    "question", ["Which document says so?", "Where does it say that?", "What is the source of that?", "who says so"]
)
def test_who_asks_which_document_says_so_gets_the_answer_with_its_sources_again(desk: Assistant, question: str):
    asked = "Who led the dialogue?"
    first = desk.ask(asked)
    again = desk.ask(question, history=said(asked, first.text, "Thanks!", "You are welcome."))
    assert again.question == question
    assert again.citations == first.citations


def test_without_history_a_question_is_searched_as_it_is(harbour: Assistant):
    question = "When was it built?"
    assert with_history(question, []) == Query(question)
    assert harbour.retrieve(question, 5, history=[]) == harbour.retrieve(question, 5)


def test_half_characters_of_a_conversation_are_searched_as_question_marks(harbour: Assistant):
    assert harbour.retrieve("When was it built?", 1, history=said("The \ud800 pier?", "\udfff A storm broke it."))


def test_each_exchange_counts_half_of_the_one_after_it_and_only_the_last_few_count():
    query = with_history("And then?", said("One?", "1.", "Two?", "2.", "Three?", "3.", "Four?", "4.", "Five?"))
    assert [(each.question, each.answer, each.weight) for each in query.earlier] == [
        ("Five?", "", LATEST),
        ("Four?", "4.", LATEST / 2),
        ("Three?", "3.", LATEST / 4),
    ]


def test_a_declined_answer_and_a_greeting_carry_nothing():
    history = [Turn("assistant", "Good morning."), *said("Who leads?", DECLINED), Turn("assistant", "Two."), *said(" ")]
    assert [(each.question, each.answer) for each in with_history("And?", history).earlier] == [("Who leads?", "Two.")]


def test_the_words_of_earlier_questions_count_less_the_longer_ago():
    query = with_history("When was the pier built?", said("Is herring salted?", "Yes.", "Is the ferry late?", "No."))
    latest = {("ferri",): LATEST, ("late",): LATEST}
    earlier = {("herring",): LATEST / 2, ("salt",): LATEST / 2}
    assert query.terms(Analyzer()) == {("pier",): 1, ("built",): 1} | latest | earlier


BRIDGE = """# Norholm bridge

The Norholm bridge was built by Marek Tolvan in 1904. It has four arches of grey stone.

## Prizes

The bridge won the medal of the Society of Engineers in 1906 and a golden trowel in 1911.

## Tolls

Whoever crosses with a cart pays two crowns at the gate; those on foot pay nothing at all.
"""
BUILT = "The Norholm bridge was built by Marek Tolvan in 1904. It has four arches of grey stone."


@pytest.mark.parametrize(
    ("history", "question", "right"),
    [
        (("Tell me about the Norholm bridge", BUILT), "must one pay there?", "pays two crowns"),
        (("Who built the Norholm bridge?", BUILT, "Of what is it made?", "Grey stone."), "Any prizes?", "the medal"),
    ],
)
def test_a_few_words_are_answered_that_say_enough_behind_what_was_asked_before(tmp_path, history, question, right):
    with desk_over(tmp_path, {"bridge.md": BRIDGE, "ferry.md": DOCUMENTS["ferry.md"]}) as desk:
        answer = desk.ask(question, history=said(*history))
        assert right in answer.text
        assert desk.ask("Any whales?", history=said(*history)).abstained


@given(
    st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text(st.characters(), max_size=3_000)), max_size=12)
)
def test_whatever_was_said_little_is_carried(said: list[tuple[str, str]]):
    query = with_history("And?", [{"role": role, "text": text} for role, text in said])
    assert query.question == "And?"
    assert len(query.earlier) <= EXCHANGES_CARRIED
    assert all(len(each.question) <= MOST_CARRIED and len(each.answer) <= MOST_CARRIED for each in query.earlier)
    assert sum(each.weight for each in query.earlier) < 1
