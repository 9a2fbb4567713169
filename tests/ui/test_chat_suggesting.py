"""What could be asked next: near what was quoted, not asked before, and answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ui.test_chat_accessibility import AXE, violations
from tests.ui.test_chat_page import FERRY, UNKNOWN, ask
from ui.chat.suggesting import SECONDS, Suggesting

SELLER = "Who sells the ferry tickets?"
PRICES = "What does “Ferry timetable” say about Prices?"


@pytest.fixture(scope="module")
def answer(harbour):
    return harbour.ask(FERRY)


def after(answer, harbour, *, asked=(), where=None, suggesting=None):
    return (suggesting or Suggesting()).after(answer, harbour, unused=(), where=where, asked=asked)


def test_the_other_sections_of_a_quoted_document_are_suggested_and_each_is_answered_with_something_new(answer, harbour):
    suggested = after(answer, harbour)
    assert set(suggested) == {SELLER, PRICES}
    told = {each.quote for each in answer.citations}
    for question in suggested:
        assert harbour.ask(question).citations[0].quote not in told


def test_what_was_asked_before_or_lies_outside_the_filter_is_not_suggested(answer, harbour):
    assert after(answer, harbour, asked=[SELLER.upper()]) == (PRICES,)
    assert after(answer, harbour, where="type = txt") == ()


def test_nothing_follows_on_silence_after_the_time_or_while_others_are_tried(answer, harbour):
    assert after(harbour.ask(UNKNOWN), harbour) == ()
    late = iter([0.0, SECONDS])
    assert after(answer, harbour, suggesting=Suggesting(lambda: next(late))) == ()
    nested = []

    def clock():
        nested.append(after(answer, harbour, suggesting=suggesting))
        return 0.0

    suggesting = Suggesting(clock)
    after(answer, harbour, suggesting=suggesting)
    assert set(nested) == {()}


@pytest.mark.browser
def test_a_suggested_question_is_asked_by_choosing_it_and_only_the_last_answer_has_some(open_page):
    page = open_page()
    ask(page, FERRY)
    suggested = page.get_by_role("region", name="You could ask next")
    page.evaluate(AXE)
    expect(suggested.get_by_role("link")).to_have_count(2)
    assert violations(page) == {"dark": [], "light": []}
    suggested.get_by_role("link", name=SELLER).click()
    expect(page.get_by_role("heading", level=2, name=SELLER)).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("tobacconist")
    expect(suggested.get_by_role("link", name=SELLER)).to_have_count(0)
    expect(suggested).to_have_count(1)
    page.reload()
    expect(suggested.get_by_role("link", name=PRICES)).to_be_visible()
