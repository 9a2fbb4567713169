"""What is talk and what is a question, and that talk cites nothing."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.small_talk import kind_of_talk, without_greeting
from index import DEFAULT_MODEL, sync

TALK = {
    "greeting": ["Hello", "hi there!", "Good morning, Despatch.", "Guten Tag", "¡Hola!", "Bonjour !", "你好", "Привет"],
    "thanks": [
        "Thanks!",
        "ok, great, thank you very much",
        "Danke schön",
        "Merci beaucoup.",
        "¡Muchas gracias!",
        "D’accord, merci",
        "ありがとう",
    ],
    "farewell": ["Bye", "Thanks, that's all.", "Auf Wiedersehen!"],
    "itself": [
        "Who are you?",
        "Hi, who are you?",
        "Are you a robot?",
        "Who made you?",
        "Wer bist du?",
        "Qui êtes-vous ?",
        "Wer sind Sie?",
        "¿Quién eres?",
        "Bonjour, êtes-vous un robot ?",
    ],
    "abilities": [
        "What can you do?",
        "help",
        "Can you help me, please?",
        "How does this work?",
        "Do you hallucinate?",
        "Was können Sie?",
        "Que pouvez-vous faire ?",
        "Ayúdeme, por favor",
    ],
    "nothing": ["???", "😀", " … "],
}
QUESTIONS = [
    "Hello, when did the dialogue end?",
    "Who are you calling a partner?",
    "Hello world",
    "What can you do about flooding?",
    "Are you human rights experts?",
    "How are you supposed to register a death?",
    "Thanks to whom was the treaty signed?",
    "Goodbye Lenin",
    "Help with housing costs",
    "ukraine",
    "please",
    "Wer sind sie?",
    "Was machen sie?",
    "Merci à qui ?",
    "Comment ça s'écrit ?",
    "¿Qué hace?",
    "¿Quién lo creó?",
    "Guten Tag, wann endete der Dialog?",
]


@pytest.mark.parametrize(("kind", "message"), [(kind, message) for kind, all_ in TALK.items() for message in all_])
def test_a_message_that_is_all_talk_is_talk(kind: str, message: str):
    assert kind_of_talk(message) == kind


@pytest.mark.parametrize("message", QUESTIONS)
def test_a_question_is_never_talk(message: str):
    assert kind_of_talk(message) is None


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("Hello, when did the dialogue end?", "when did the dialogue end?"),
        ("Hi Despatch! When did it end?", "When did it end?"),
        ("Good morning - where was it?", "where was it?"),
        ("Guten Tag, wann endete er?", "wann endete er?"),
        ("Bonjour ! Quand a-t-il fini ?", "Quand a-t-il fini ?"),
        ("¡Buenos días! ¿Cuándo terminó?", "¿Cuándo terminó?"),
        ("Hi-tech exports to Russia?", "Hi-tech exports to Russia?"),
        ("Hello Dolly, who wrote it?", "Hello Dolly, who wrote it?"),
        ("Hello", "Hello"),
    ],
)
def test_only_the_greeting_before_a_question_is_left_out(message: str, searched: str):
    assert without_greeting(message) == searched


def test_a_message_that_could_be_read_in_very_many_ways_is_read_at_once():
    assert kind_of_talk("bye " * 29 + "x") is None  # as a pattern that goes back it took ten seconds
    assert kind_of_talk("bye " * 29) == "farewell"


def test_talk_cites_nothing_and_says_what_the_documents_are(desk: Assistant):
    answer = desk.ask("Who are you?")
    assert (answer.outcome, answer.citations, answer.nearest, answer.reason) == ("talk", (), (), "")
    assert f"{len(desk.documents())} documents" in answer.text
    assert any(f"“{document.title}”" in answer.text for document in desk.documents())
    assert answer.abstained


def test_talk_is_one_event(desk: Assistant):
    assert [event.kind for event in desk.ask_stream("Thank you!")] == ["answer"]


def test_a_greeting_before_a_question_changes_nothing_of_its_answer(desk: Assistant):
    plain, greeted = desk.ask("When did the dialogue end?"), desk.ask("Hello, when did the dialogue end?")
    assert greeted.question == "Hello, when did the dialogue end?"
    assert (greeted.text, greeted.citations) == (plain.text, plain.citations)


def test_thanks_in_between_leave_a_follow_up_its_subject(desk: Assistant):
    asked = {"role": "user", "text": "What did the briefing show about missiles?"}, {"role": "assistant", "text": "…"}
    thanks = {"role": "user", "text": "Thanks!"}, {"role": "assistant", "text": "You are welcome."}
    follow_up = "And who condemned that?"
    assert desk.retrieve(follow_up, history=[*asked, *thanks]) == desk.retrieve(follow_up, history=asked)


def test_a_title_of_a_document_is_one_shortened_line(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text(f"# {'A long title ' * 20}\n\nSome text stands here.\n")
    sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
    with Assistant.open(tmp_path / "index") as desk:
        said = desk.ask("Hello").text
    assert "one document here: “A long title A long" in said
    assert len(said) < 250
