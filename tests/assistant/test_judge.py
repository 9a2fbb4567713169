from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from assistant import judge as judge_module
from assistant.errors import JudgeUnavailable
from assistant.judge import MODEL, Judge
from corpus import Span, sentences

LIBRARY = (
    "The library opened in 1936. It is open from 9 am to 6 pm on weekdays. Members may borrow up to ten books. "
    "The reading room holds eighty people."
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many people fit into the reading room?", "The reading room holds eighty people.", "eighty"),
        ("How many books can members borrow?", "Members may borrow up to ten books.", "ten"),
        ("In which year did the library open?", "The library opened in 1936.", "1936"),
    ],
)
def test_the_sentence_and_the_words_that_answer_are_found(judge: Judge, question: str, sentence: str, words: str):
    reading = judge.read(question, LIBRARY)
    best = max(sentences(LIBRARY), key=lambda span: reading.evidence(span) or -99)
    assert best.of(LIBRARY).strip() == sentence
    assert reading.span is not None
    assert words in reading.span.of(LIBRARY)


def test_a_passage_that_answers_stands_above_one_that_does_not(judge: Judge):
    answered = judge.read("When is the library open?", LIBRARY).answer
    assert answered > judge.read("Who was the architect of the library?", LIBRARY).answer + 2


def test_a_changed_figure_is_not_supported(judge: Judge):
    quote = "Members may borrow up to ten books."
    assert judge.support("Members can borrow as many as 10 books.", quote) > 3
    assert judge.support("Members may borrow up to twelve books.", quote) < 0


def test_the_answer_late_in_a_long_passage_is_found_in_its_own_place(judge: Judge):
    filling = "The garden behind the house is full of roses and old trees. " * 60
    passage = filling + LIBRARY
    reading = judge.read("How many books can members borrow?", passage, title="House rules")
    assert reading.span is not None
    assert reading.span.start > len(filling)
    assert "ten" in reading.span.of(passage)
    assert judge.support("Members may borrow up to ten books.", passage) > 0


def test_what_lies_beyond_the_last_window_was_not_read(judge: Judge):
    passage = "The garden is full of roses. " * 1_000
    reading = judge.read("What is in the garden?", passage)
    assert reading.evidence(Span(0, 28)) is not None
    assert reading.evidence(Span(len(passage) - 30, len(passage))) is None


@pytest.mark.parametrize(
    "passage", ["", " \n", "\u200b", "x" * 5_000, "\x00\udcff".encode("utf-8", "replace").decode()]
)
def test_odd_texts_are_read_without_a_fault(judge: Judge, passage: str):
    reading = judge.read("What is it?", passage, title="A " * 300)
    assert reading.span is None or reading.span.end <= len(passage)
    judge.support(passage, passage)


def test_many_threads_read_what_one_reads(judge: Judge):
    alone = judge.read("When is the library open?", LIBRARY).answer
    found: list[float] = []

    def read() -> None:
        found.append(Judge.load().read("When is the library open?", LIBRARY).answer)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 6


def test_a_missing_or_altered_file_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    altered = tmp_path / MODEL.name
    shutil.copy(MODEL, altered)
    with altered.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\0\0\0\0")
    for path, why in ((altered, "not the one that belongs here"), (tmp_path / "none.onnx", "cannot be read")):
        monkeypatch.setattr(judge_module, "MODEL", path)
        with pytest.raises(JudgeUnavailable, match=why) as refusal:
            Judge.load()
        assert "install Despatch again" in str(refusal.value)
