"""One question and its answer, step by step: streaming, stopping, failing, remembering."""

from __future__ import annotations

import threading

import pytest

from assistant import Assistant, Event
from ui.chat import render, talking
from ui.chat.shelf import Shelf
from ui.wording import ENGLISH

QUESTION = "When does the ferry to Norholm leave?"


class Failing(Assistant):
    """The real assistant, which fails once its question has been searched."""

    def ask_stream(self, question, **how):
        yield Event("searching")
        raise RuntimeError("disk on fire at 0x7f")


def steps(desk, question=QUESTION, *, shelf=None, stopped=None):
    return list(talking.replies(desk, shelf or Shelf(), talking.Asked(question), [], stopped or threading.Event()))


def test_the_first_step_comes_before_anything_is_searched(harbour):
    first = next(talking.replies(harbour, Shelf(), talking.Asked(QUESTION), [], threading.Event()))
    assert (first.phase, first.documents, first.statements) == ("searching", 4, ())


def test_statements_are_added_one_after_another_and_the_last_step_is_the_answer(harbour):
    shown = steps(harbour)
    assert [len(step.statements) for step in shown] == sorted(len(step.statements) for step in shown)
    assert [step.phase for step in shown][-1] == "done"
    assert shown[-1].statements == shown[-1].answer.statements


def test_sources_can_be_opened_while_the_answer_is_still_coming(harbour):
    shelf = Shelf()
    for step in talking.replies(harbour, shelf, talking.Asked(QUESTION), [], threading.Event()):
        if step.citations:
            break
    assert step.answer is None
    assert shelf.sources(step.id).citation(1) == step.citations[0]


def test_a_stopped_answer_keeps_the_statements_it_has(harbour):
    stopped, seen = threading.Event(), []
    for step in talking.replies(harbour, Shelf(), talking.Asked(QUESTION), [], stopped):
        seen.append(step)
        if step.statements:
            stopped.set()
    assert seen[-1].phase in {"stopped", "done"}
    assert seen[-1].statements


def test_stopping_before_anything_was_found_ends_without_an_answer(harbour):
    stopped = threading.Event()
    stopped.set()
    assert [(step.phase, step.statements) for step in steps(harbour, stopped=stopped)][-1] == ("stopped", ())


def test_an_error_of_ours_becomes_its_own_sentence(harbour):
    last = steps(harbour, "   ")[-1]
    assert last.phase == "failed"
    assert last.error.startswith("The question is empty")


def test_an_unforeseen_error_becomes_one_sentence_and_its_details_go_to_the_log(harbour_index, caplog):
    harbour = Failing.open(harbour_index)
    last = steps(harbour)[-1]
    harbour.close()
    assert last.error == ENGLISH("page.broken")
    assert "0x7f" not in render.reply(last)
    assert "disk on fire" in caplog.text


def test_the_page_is_redrawn_ten_times_a_second_at_most_and_always_at_the_end():
    clock = iter([0.0, 0.01, 0.02, 0.11, 0.12])
    sent = [render.Reply(str(n)) for n in range(4)] + [render.Reply("4", phase="done")]
    assert [step.id for step in talking.paced(iter(sent), clock=lambda: next(clock))] == ["0", "3", "4"]


def test_what_was_found_is_shown_at_once(harbour):
    shown = [step for step in talking.paced(iter(steps(harbour)), clock=lambda: 0.0) if step.phase == "searching"]
    assert [bool(step.unused) for step in shown] == [False, True]


@pytest.mark.parametrize("stop_first", [True, False])
def test_stopping_one_page_leaves_the_others_alone(stop_first):
    stops = talking.Stops()
    if stop_first:
        stops.stop("mine")
    mine, other = stops.begin("mine"), stops.begin("other")
    stops.stop("mine")
    assert (mine.is_set(), other.is_set()) == (True, False)
    stops.end("mine")
    assert not stops.begin("mine").is_set()
