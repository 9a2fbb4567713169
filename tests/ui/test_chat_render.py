"""Answers as messages: what stands in them, in which face, and that foreign text stays text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Citation, Statement
from corpus import Span
from index import Hit, Match, Reference
from tests.ui.conftest import HOSTILE
from ui.chat import render
from ui.chat.render import Reply

QUOTE = "The ferry leaves at seven."
CITATION = Citation(
    1, "ferry.md", "ferry.md", "Ferry", date(2024, 5, 2), "0" * 64, Span(10, 36), "ii", 2, ("Ferry",), QUOTE
)
STATEMENT = Statement(QUOTE, "supported", "", (1,))
ANSWER = Answer("When?", QUOTE, "answered", "", (STATEMENT,), (CITATION,), (), 14, 0.12)
HIT = Hit(1, 1.0, 0.4, 1.0, 7, "ferry.md", "Ferry", None, Span(0, 26), None, None, (), QUOTE)
SILENT = Answer("Visas?", "The documents don't say.", "declined", "No sentence answers this.", (), (), (HIT,), 14, 0.02)


def finished(answer: Answer) -> str:
    return render.reply(Reply("A7", 14, "done", answer.statements, answer.citations, answer))


WRITTEN = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"))


@given(WRITTEN)
def test_escaped_text_reads_as_it_was_written(text):
    assert html.unescape(render.escape(text)) == text


@given(st.text())
def test_no_character_that_markdown_or_html_knows_survives_unescaped(text):
    assert not re.search(r"[^\w \u0080-\U0010ffff]|_", re.sub(r"&#\d+;", "", render.escape(text)))


def test_a_statement_carries_its_number_as_a_link_to_its_source():
    assert 'href="#cite-A7-1" title="Source 1&#58; Ferry">1</a>' in finished(ANSWER)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("\u202eleft open", "\u202c"),
        ("\u202e\u2067both", "\u2069\u202c"),
        ("\u202e\u2066\u202din\u2069 side", "\u202c"),
        ("\u202ashut\u202c\u202c\u2069", ""),
    ],
)
def test_a_change_of_direction_that_a_document_leaves_open_does_not_turn_what_follows(text, ends):
    shown = html.unescape(finished(replace(ANSWER, statements=(replace(STATEMENT, text=text),))))
    assert f"{text}{ends}\N{NO-BREAK SPACE}<a class=" in shown.replace('<span class="tie">', "")


def test_the_words_that_answer_are_bold_also_in_the_last_word_and_stay_text():
    said = replace(STATEMENT, text="Ask <b> at seven.", emphasis=(Span(4, 7), Span(11, 16)))
    shown = finished(replace(ANSWER, statements=(said,)))
    assert 'dir="auto">Ask <b>&#60;b&#62;</b> at <span class="tie"><b>seven</b>&#46;&nbsp;<a' in shown


def test_talk_is_what_it_says_and_no_silence():
    said = "Hello <b>you</b>."
    shown = finished(replace(SILENT, outcome="talk", text=said, reason="", nearest=()))
    assert shown.startswith('<span class="st own" dir="auto">Hello &#60;b&#62;you&#60;&#47;b&#62;&#46;</span>\n\n')
    assert "<button" not in shown


def test_what_can_be_chosen_is_a_list_of_links_in_which_no_title_is_markup():
    asked_back = replace(SILENT, outcome="asked_back", text="Which?\n1. <b>", reason="", nearest=(), choices=("<b>",))
    assert finished(asked_back).startswith(
        '<span class="st own" dir="auto">Which&#63;</span>\n\n'
        '<ol class="choices"><li><a href="#choose" dir="auto">&#60;b&#62;</a></li></ol>\n\n'
    )


def test_where_a_time_was_asked_for_it_is_told_and_what_has_no_date_says_so():
    timed = replace(ANSWER, citations=(replace(CITATION, date=None),), time="Newer documents were preferred.")
    assert "<span>Newer documents were preferred&#46;</span>" in finished(timed)
    assert '<span class="d">p. ii · no date</span>' in finished(timed)
    assert '<b dir="auto">Ferry</b> · no date</span>' in finished(replace(SILENT, time="Newer ones."))
    assert "no date" not in finished(ANSWER) + finished(SILENT)


def test_what_a_misspelt_word_was_taken_for_is_told():
    assert "<span>searched for “pier” instead&#46;</span>" in finished(
        replace(ANSWER, spelling="searched for “pier” instead.")
    )


def test_where_else_the_same_is_said_is_counted_by_documents():
    others = tuple(Reference(name, "Copy", None, Span(0, 4)) for name in ("ferry.md", "a.md", "a.md", "b.md"))
    shown = finished(replace(ANSWER, citations=(replace(CITATION, also_in=others),)))
    assert '<span class="d">p. ii · 2 May 2024 · also in 2 other documents</span>' in shown
    assert " · also in 1 other document</span>" in finished(
        replace(SILENT, nearest=(replace(HIT, also_in=others[:3]),))
    )
    assert "also in" not in finished(ANSWER)


def test_the_last_word_and_its_numbers_are_kept_together():
    assert '<span class="tie">seven&#46;&nbsp;<a class="cite"' in finished(ANSWER)


def test_a_last_word_too_long_for_a_phone_may_break_away_from_its_number():
    long_word = "x" * 60
    answer = replace(ANSWER, statements=(replace(STATEMENT, text=f"See {long_word}"),))
    assert f'{long_word}<span class="tie">&nbsp;<a' in finished(answer)


def test_a_documents_own_words_are_set_in_the_serif():
    assert '<span class="st serif supported"' in finished(ANSWER)


def test_words_that_stand_in_no_quote_are_not_set_in_the_serif():
    answer = replace(ANSWER, statements=(replace(STATEMENT, text="It leaves early."),))
    assert '<span class="st supported"' in finished(answer)


def test_a_statement_that_is_not_fully_supported_says_so_with_the_reason():
    answer = replace(ANSWER, statements=(replace(STATEMENT, support="partial", support_reason="it lacks 2035"),))
    assert "<b>Partly supported.</b> It lacks 2035&#46;" in finished(answer)


def test_who_worded_an_answer_and_what_was_left_out_is_told():
    worded = finished(replace(ANSWER, model="small<b>", removed=2))
    assert "<span>Written by small&#60;b&#62;, each sentence checked</span>" in worded
    assert "2 sentences of the model were left out&#58; no document supports them&#46;" in worded
    assert "Written by" not in finished(ANSWER)
    assert "left out" not in finished(ANSWER)


def test_what_no_document_supports_is_struck_through():
    answer = replace(ANSWER, statements=(STATEMENT, replace(STATEMENT, support="unsupported", citations=())))
    assert finished(answer).count("<s>The ferry leaves at seven&#46;</s>") == 1


def test_while_a_language_model_is_at_work_the_progress_line_says_so():
    assert "Writing, and checking each sentence…" in render.reply(Reply("A7", 14, "searching", writing=True))


def test_the_progress_line_ends_as_a_record_of_the_search():
    assert "<span>Searched 14 documents, 0.1 s</span><span>1 statement from 1 document</span>" in finished(ANSWER)


def test_a_search_quicker_than_one_can_see_is_not_given_a_figure():
    assert "less than 0.1 s" in finished(SILENT)


def test_every_source_is_listed_with_title_page_and_date():
    assert '<span class="t" dir="auto">Ferry</span><span class="d">p. ii · 2 May 2024</span>' in finished(ANSWER)


def test_silence_has_its_words_its_reason_and_the_nearest_passages_but_no_number():
    message = finished(SILENT)
    assert "The documents don’t say&#46;" in message
    assert "No sentence answers this&#46; The nearest passages are below; they are not an answer." in message
    assert 'class="pass" href="#near-A7-1"' in message
    assert 'class="cite"' not in message


def test_a_card_leaves_out_the_headings_its_passage_opens_with():
    text = "## Departures\n\nThe ferry leaves at seven."
    hit = replace(HIT, text=text, span=Span(0, len(text)), heading_path=("Departures",))
    assert '<span class="q" dir="auto">The ferry leaves at seven&#46;</span>' in finished(
        replace(SILENT, nearest=(hit,))
    )


def test_what_was_not_at_hand_stands_above_the_answer():
    message = finished(replace(ANSWER, degraded=("Meaning search is being rebuilt.",)))
    assert message.index("Meaning search is being rebuilt") < message.index("The ferry leaves")


def test_an_answer_on_its_way_shows_its_statements_but_no_list_of_sources():
    message = render.reply(Reply("A7", 14, "searching", (STATEMENT,), (CITATION,)))
    assert "Searching 14 documents…" in message
    assert 'class="st serif' in message
    assert 'class="refs"' not in message


def test_a_stopped_answer_says_so_and_keeps_what_was_found():
    message = render.reply(Reply("A7", 14, "stopped", (STATEMENT,), (CITATION,)))
    assert "<span>Stopped.</span><span>1 statement from 1 document</span>" in message
    assert 'class="refs"' in message


@pytest.mark.parametrize("where", ["question", "statement", "title", "reason", "notice", "passage"])
def test_hostile_text_adds_no_element_anywhere(where):
    text = HOSTILE
    citation = replace(CITATION, title=text if where == "title" else "Ferry")
    hit = replace(HIT, text=text, span=Span(0, len(text)))
    messages = {
        "question": render.question(text),
        "statement": finished(replace(ANSWER, statements=(replace(STATEMENT, text=text),))),
        "title": finished(replace(ANSWER, citations=(citation,))),
        "reason": finished(replace(SILENT, reason=text)),
        "notice": finished(replace(ANSWER, degraded=(text,))),
        "passage": finished(replace(SILENT, nearest=(hit,))),
    }
    assert set(re.findall(r"<(\w+)", messages[where])) <= {"span", "a", "ol", "li", "div", "p", "b", "h3", "button"}
    assert "](" not in messages[where]
    assert "$" not in messages[where]


def test_passages_that_are_not_used_are_folded_and_numbered_after_the_nearest():
    found = replace(HIT, vector_rank=4, matches=(Match("ferry", Span(4, 9)), Match("ferry", Span(4, 9))))
    message = render.reply(Reply("A7", 14, "done", answer=SILENT, unused=(found, replace(HIT, vector_rank=None))))
    assert "<summary>Also found, not used: 2 passages</summary>" in message
    assert 'class="pass" href="#near-A7-2"' in message
    assert "Found by “ferry” and by its meaning&#44; in place 4" in message
    assert "Found by its title or headings" in message


def test_what_was_found_can_be_read_while_an_answer_is_sought_until_its_first_statement_is_there():
    seeking = Reply("A7", 14, unused=(HIT,))
    assert "<summary>Found: 1 passage</summary>" in render.reply(seeking)
    assert "<summary>" not in render.reply(replace(seeking, statements=(STATEMENT,), citations=(CITATION,)))


def test_a_source_that_is_no_longer_what_it_was_says_so_in_its_row_and_above():
    shown = Reply("A7", 14, "done", ANSWER.statements, ANSWER.citations, ANSWER)
    changed = render.reply(replace(shown, standing={1: "changed"}))
    assert '<b class="since">changed since</b> · p. ii' in changed
    assert "1 document has changed or gone since this answer" in changed
    assert "every quote still stands in them" in render.reply(replace(shown, standing={1: "moved"}))
    assert "since" not in render.reply(shown)


def test_only_the_last_answer_offers_to_ask_again_and_what_was_judged_is_marked():
    shown = Reply("A7", 14, "done", ANSWER.statements, ANSWER.citations, ANSWER, conversation="C-1", helpful=False)
    assert 'class="acts in-C-1"' in render.reply(shown)
    assert 'class="btn quiet on" type="button" id="unhelpful-A7"' in render.reply(shown)
    assert 'id="retry-A7"' in render.reply(shown)
    assert 'id="retry-A7"' not in render.reply(replace(shown, is_last=False))
