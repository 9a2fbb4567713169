from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Answer, Assistant, InvalidHistory, InvalidQuestion, UnknownDocument
from index import DEFAULT_MODEL, IndexMissing, InvalidFilter, sync

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["kind"] == "answerable"]
OFF_TOPIC = [question for question in QUESTIONS if question["kind"] == "off-topic"]
NEAR_MISSES = [question for question in QUESTIONS if question["kind"] == "near-miss"]


@pytest.fixture(scope="module")
def answers(desk: Assistant) -> dict[str, Answer]:
    return {question["text"]: desk.ask(question["text"]) for question in QUESTIONS}


def plain(text: str) -> str:
    return " ".join(text.split())


def cites_gold(answer: Answer, gold: list[str]) -> bool:
    return any(plain(words) in plain(citation.quote) for words in gold for citation in answer.citations)


def test_the_questions_are_thirty_of_three_kinds():
    assert (len(ANSWERABLE), len(OFF_TOPIC), len(NEAR_MISSES)) == (20, 5, 5)


def test_at_least_18_of_20_answerable_questions_cite_the_right_sentence(answers: dict[str, Answer]):
    missed = [q["text"] for q in ANSWERABLE if not cites_gold(answers[q["text"]], q["gold"])]
    assert len(missed) <= 2, missed


def test_every_question_off_the_topic_is_declined(answers: dict[str, Answer]):
    assert [q["text"] for q in OFF_TOPIC if not answers[q["text"]].abstained] == []


def test_at_least_two_of_five_near_misses_are_declined(answers: dict[str, Answer]):
    answered = [q["text"] for q in NEAR_MISSES if not answers[q["text"]].abstained]
    assert len(answered) <= 3, answered


def test_every_quote_of_every_answer_stands_where_its_citation_says(desk: Assistant, answers: dict[str, Answer]):
    cited = [citation for answer in answers.values() for citation in answer.citations]
    assert len(cited) >= 20
    for citation in cited:
        document = desk.document(citation.document_id)
        assert document.text[citation.span.start : citation.span.end] == citation.quote
        assert document.sha256 == citation.sha256


def test_every_statement_cites_and_is_its_quote_word_for_word(answers: dict[str, Answer]):
    for answer in answers.values():
        quotes = {citation.number: citation.quote for citation in answer.citations}
        for statement in answer.statements:
            assert statement.support == "supported"
            assert [quotes[number] for number in statement.citations] == [statement.text]


def test_an_answer_has_at_most_four_statements_that_do_not_overlap(answers: dict[str, Answer]):
    for answer in answers.values():
        assert len(answer.statements) <= 4
        places = sorted((c.document_id, c.span.start, c.span.end) for c in answer.citations)
        for (document, _, end), (following, start, _) in zip(places, places[1:], strict=False):
            assert document != following or end <= start


def test_a_declined_question_cites_nothing_and_shows_what_is_nearest(answers: dict[str, Answer]):
    declined = [answer for answer in answers.values() if answer.abstained]
    assert declined
    for answer in declined:
        assert (answer.text, answer.statements, answer.citations) == ("The documents don't say.", (), ())
        assert answer.nearest
        assert answer.reason.endswith(".")


def test_a_declined_question_names_the_words_that_no_document_holds(desk: Assistant):
    answer = desk.ask("Who painted the Mona Lisa?")
    assert "“Mona”" in answer.reason


def test_the_same_question_has_the_same_answer_in_this_process(desk: Assistant, answers: dict[str, Answer]):
    for text, first in answers.items():
        again = desk.ask(text)
        assert (again.text, again.citations, again.nearest) == (first.text, first.citations, first.nearest)


def test_the_same_question_has_the_same_answer_in_another_process(
    desk: Assistant, answers: dict[str, Answer], pack_index: Path
):
    code = (
        "import json, sys; from assistant import Assistant\n"
        "desk = Assistant.open(sys.argv[1], resident=True)\n"
        "for text in json.load(sys.stdin):\n"
        "    answer = desk.ask(text)\n"
        "    print(json.dumps([answer.text, [[c.document_id, c.span.start, c.span.end] for c in answer.citations]]))\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", code, str(pack_index)],
        input=json.dumps(list(answers)),
        capture_output=True,
        text=True,
        check=True,
    )
    for line, answer in zip(child.stdout.splitlines(), answers.values(), strict=True):
        places = [[c.document_id, c.span.start, c.span.end] for c in answer.citations]
        assert json.loads(line) == [answer.text, places]


def test_asking_loads_no_library_that_takes_long_to_load(pack_index: Path):
    code = (
        "import sys; from assistant import Assistant\n"
        "assert Assistant.open(sys.argv[1]).ask('When did the dialogue end?').citations\n"
        "slow = {'torch', 'transformers', 'sentence_transformers', 'chromadb', 'gradio', 'pypdfium2'}\n"
        "print(slow & sys.modules.keys())"
    )
    child = subprocess.run([sys.executable, "-c", code, str(pack_index)], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "set()"


def test_a_stream_ends_with_the_very_answer_that_ask_returns(desk: Assistant):
    events = list(desk.ask_stream("When did the dialogue end?"))
    assert [event.kind for event in events[:2]] == ["searching", "found"]
    last = events[-1].answer
    assert last is not None
    assert [event.answer for event in events[:-1]] == [None] * (len(events) - 1)
    assert tuple(event.statement for event in events if event.statement) == last.statements
    assert tuple(citation for event in events for citation in event.citations) == last.citations
    assert desk.ask("When did the dialogue end?").citations == last.citations


def test_retrieve_gives_at_most_k_hits_best_first(desk: Assistant):
    hits = desk.retrieve("missiles from Iran", k=3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_follow_up_is_searched_with_the_question_before_it(desk: Assistant):
    history = [
        {"role": "user", "text": "What did the briefing show about missiles?"},
        {"role": "assistant", "text": "…"},
    ]
    alone, following = (desk.retrieve("And who condemned that?", 3, history=given) for given in ((), history))
    assert "missile" in following[0].text.lower()
    assert alone != following


def test_without_history_a_question_that_leans_is_searched_as_it_is(desk: Assistant):
    assert desk.retrieve("And on Iran?", 3) == desk.retrieve("And on Iran?", 3, history=[])


def test_a_filter_narrows_an_answer_to_the_documents_that_meet_it(desk: Assistant):
    answer = desk.ask("How do I add documents to the index?", where="folder = handbook")
    assert {citation.document_id.partition("/")[0] for citation in answer.citations} == {"handbook"}
    assert answer.searched == len([d for d in desk.documents() if d.id.startswith("handbook/")])


@pytest.mark.parametrize("question", ["", " \n", "why " * 2_000])
def test_what_is_no_question_is_one_sentence(desk: Assistant, question: str):
    with pytest.raises(InvalidQuestion):
        desk.ask(question)


@pytest.mark.parametrize(
    "question", ["?", "???", "\x00", "😀", "ukraine", "a" * 3_000, 'AND "NEAR(', "a:b c*", "\ud800 war"]
)
def test_an_odd_question_is_answered_or_declined_and_raises_nothing(desk: Assistant, question: str):
    answer = desk.ask(question)
    assert answer.abstained or answer.citations


@pytest.mark.parametrize(
    "turn", [{"role": "user"}, {"role": "system", "text": "x"}, {"role": "user", "text": 3}, "hello"]
)
def test_a_history_that_is_none_is_one_sentence(desk: Assistant, turn: object):
    with pytest.raises(InvalidHistory, match="role"):
        desk.retrieve("And on Iran?", history=[turn])  # type: ignore[list-item]


def test_a_number_of_passages_below_one_is_one_sentence(desk: Assistant):
    with pytest.raises(InvalidQuestion, match="asks for 0 passages"):
        desk.retrieve("Ukraine", 0)


def test_an_unknown_document_is_one_sentence(desk: Assistant):
    with pytest.raises(UnknownDocument, match=r"'no\.md'"):
        desk.document("no.md")
    with pytest.raises(UnknownDocument):
        desk.document("\udcff.md")


def test_an_index_can_be_named_by_a_relative_path(pack_index: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(pack_index.parent)
    with Assistant.open(pack_index.name) as desk:
        assert desk.documents()


def test_a_filter_that_cannot_be_read_is_one_sentence(desk: Assistant):
    with pytest.raises(InvalidFilter):
        desk.ask("Ukraine", where="colour = red")


def test_an_index_that_is_not_there_names_the_command_that_makes_one(tmp_path: Path):
    with pytest.raises(IndexMissing, match="despatch sync FOLDER"):
        Assistant.open(tmp_path / "none")


def test_an_index_without_any_document_declines(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    sync(tmp_path / "empty", tmp_path / "index", model=DEFAULT_MODEL)
    desk = Assistant.open(tmp_path / "index")
    answer = desk.ask("When did the dialogue end?")
    assert (answer.abstained, answer.nearest, answer.searched) == (True, (), 0)
    assert desk.retrieve("anything") == ()
    desk.close()


def test_the_one_line_forms_use_the_index_that_the_settings_name(pack_index: Path, monkeypatch: pytest.MonkeyPatch):
    from assistant import ask, retrieve

    monkeypatch.setenv("DESPATCH_INDEX", str(pack_index))
    assert retrieve("ballistic missiles", k=2)[0].document_id
    assert ask("When did the dialogue end?").citations


def test_without_the_judge_answers_go_on_and_say_so(desk: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("assistant.judge.MODEL", tmp_path / "gone.onnx")
    answer = desk.ask(ANSWERABLE[0]["text"])
    assert answer.outcome == "answered"
    assert any("judge" in sentence for sentence in answer.degraded)
    monkeypatch.undo()
    assert desk.ask(ANSWERABLE[0]["text"]).degraded == ()


def test_an_answer_tells_how_likely_it_is_and_where_silence_begins(answers: dict[str, Answer]):
    for answer in answers.values():
        if answer.abstained and "number" in answer.reason:
            continue
        assert answer.abstained == (answer.probability < answer.declines_below)


def test_a_letter_that_stands_nowhere_does_not_outweigh_the_question(desk: Assistant):
    plain_text = "When did the dialogue end?"
    marked = desk.ask("When did z the dialogue end?")
    assert (desk.ask(plain_text).outcome, marked.outcome) == ("answered", "answered")
    assert marked.citations[0].quote == desk.ask(plain_text).citations[0].quote
