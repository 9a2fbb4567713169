"""From a reply to what is kept of it, and back."""

from __future__ import annotations

import threading
from pathlib import Path

import gradio as gr
import pytest

from assistant import Assistant, Conversations
from ui.chat import keeping, render, talking
from ui.chat.keeping import Keeper
from ui.chat.shelf import Shelf
from ui.corpora import OpenCorpus
from ui.wording import ENGLISH

QUESTION = "When does the ferry to Norholm leave?"
MANY = 45


@pytest.fixture
def keeper(harbour: Assistant, tmp_path: Path) -> Keeper:
    return Keeper(OpenCorpus(("harbour",), harbour, "", beyond=False), Shelf(), Conversations(tmp_path))


def asked(keeper: Keeper, question: str = QUESTION, *, stopped: bool = False) -> render.Reply:
    """The last step of an answer, kept."""
    stop = threading.Event()
    if stopped:
        stop.set()
    of = talking.Asked(question, conversation="c")
    return keeper.keep(of, list(talking.replies(keeper.desk, keeper.shelf, of, [], stop))[-1])


def test_what_is_shown_again_is_what_was_shown(keeper: Keeper):
    shown = asked(keeper)
    again = keeper.messages(keeper.before("c"), ends=True)
    assert again == keeping.pair(QUESTION, shown)
    assert keeper.shelf.sources(shown.id) is None
    assert keeper.sources(shown.id).citations == shown.citations


@pytest.mark.parametrize("question", ["   ", QUESTION])
def test_a_failed_or_stopped_answer_is_shown_again_as_what_it_was(keeper: Keeper, question: str):
    shown = asked(keeper, question, stopped=question == QUESTION)
    said = keeper.messages(keeper.before("c"), ends=True)[1]["content"]
    assert ("Stopped." in said) == (shown.phase == "stopped")
    assert render.escape(shown.error) in said


def test_where_nothing_can_be_kept_the_sources_stay_at_hand(keeper: Keeper):
    keeper.kept.file.mkdir()
    shown = asked(keeper)
    assert shown.error == ENGLISH("answer.unkept")
    assert keeper.sources(shown.id).citations == shown.citations


def test_the_page_shows_the_last_forty_exchanges_and_a_follow_up_knows_the_last_ten(keeper: Keeper):
    first = asked(keeper)
    for _ in range(MANY):
        asked(keeper, "   ")
    before = keeper.before("c")
    assert len(before) == keeping.SHOWN
    assert first.id not in [each.id for each in before]
    assert keeping.history(before) == [{"role": "user", "text": "   "}] * keeping.REMEMBERED


def test_a_page_that_opens_without_a_conversation_leaves_what_was_asked_meanwhile(keeper):
    from ui.chat.app import _opened

    assert all(change == gr.skip() for change in _opened(keeper, ""))
