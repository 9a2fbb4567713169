"""What a terminal is shown: no character that it would act upon, and nothing lost for machines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Citation, Statement
from corpus import Span
from index import Found, Hit, Progress, Reference, SyncReport
from ui.terminal.characters import is_utf8, one_line, visible
from ui.terminal.output import say, write_exactly, write_json
from ui.terminal.progress import ProgressLine
from ui.terminal.prose import answer_text, found_text, report_text

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("bell\x07 back\x08 nul\x00", r"bell\x07 back\x08 nul\x00"),
        ("\x9b31m", r"\x9b31m"),
        ("pay \u202eevil\u2066", r"pay \u202eevil\u2066"),
        ("half \udcff", r"half \udcff"),
        ("over\rwritten", r"over\x0dwritten"),
        ("line\r\nand\tline\n", "line\nand\tline\n"),
        ("Ωμέγα 🌊 עברית", "Ωμέγα 🌊 עברית"),
    ],
)
def test_what_a_terminal_would_act_upon_is_shown_as_an_escape(text, shown):
    assert visible(text) == shown


@given(ANY_TEXT)
def test_shown_text_holds_nothing_active_and_is_always_utf_8(text):
    shown = visible(text)
    assert is_utf8(shown)
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in shown)


@given(ANY_TEXT)
def test_a_sentence_stays_on_one_line(text):
    assert len(f"{one_line(text)}.".splitlines()) == 1


@given(value=ANY_TEXT)
def test_json_gives_back_every_text_even_half_a_surrogate_pair(value):
    written = json.dumps({"a": value}, ensure_ascii=False).encode("utf-8", errors="backslashreplace")
    assert json.loads(written) == {"a": value}


def test_json_is_one_line_of_utf_8_with_the_characters_themselves(capfdbinary):
    write_json({"text": "Ωμέγα\n\x1b\udcff"})
    assert capfdbinary.readouterr().out == '{"text": "Ωμέγα\\n\\u001b\\udcff"}\n'.encode()


def test_stored_text_is_written_exactly(capfdbinary):
    write_exactly("a\r\n\x1bΩ")
    assert capfdbinary.readouterr().out == "a\r\n\x1bΩ".encode()


def test_people_see_escapes(capfd):
    say("a\x1b")
    assert capfd.readouterr().out == "a\\x1b\n"


def path_of(document_id: str) -> str:
    return f"/c/{document_id}"


CITATION = Citation(1, "a.md", "/c/a.md", "Readout", date(2024, 9, 11), "00", Span(0, 4), "iv", 4, (), "Yes.")
HIT = Hit(1, 0.5, 0.4, 0.0, 7, "a\x1b.md", "Two\nlines", None, Span(0, 10), None, None, (), "One.\nTwo.\n")


def test_an_answer_shows_its_numbers_and_then_its_sources():
    statement = Statement("Yes.", "supported", "its own words", (1,))
    answer = Answer("q?", "Yes. [1]", "answered", "", (statement,), (CITATION,), (), 1, 0.1)
    assert answer_text(answer, path_of) == "Yes. [1]\n\nSources\n[1] Readout, page iv, 11 September 2024\n    /c/a.md"


def test_a_source_that_was_read_from_a_picture_says_so():
    answer = Answer("q?", "", "answered", "", (), (replace(CITATION, is_ocr=True),), (), 1, 0.1)
    assert "11 September 2024 (read from a picture by OCR)\n" in answer_text(answer, path_of)


@pytest.mark.parametrize(
    ("support", "told"), [("partial", "only partly supported: why"), ("unsupported", "not supported: why")]
)
def test_a_statement_that_is_not_wholly_supported_says_so(support, told):
    answer = Answer("q?", "", "answered", "", (Statement("Yes.", support, "why", (1,)),), (CITATION,), (), 1, 0.1)
    assert answer_text(answer, path_of).startswith(f"Yes. [1] ({told})\n")


def test_a_declined_question_shows_why_and_the_nearest_passages():
    answer = Answer("q?", "The documents don't say.", "declined", "Nothing comes near.", (), (), (HIT,), 1, 0.1)
    told = answer_text(answer, path_of)
    assert told.startswith(
        "The documents don't say. Nothing comes near.\n\nNearest passages, which do not answer:\n1. "
    )


def test_a_declined_question_without_passages_is_one_line():
    answer = Answer("q?", "The documents don't say.", "declined", "", (), (), (), 0, 0.1)
    assert answer_text(answer, path_of) == "The documents don't say."


def test_talk_is_its_reply_alone():
    assert answer_text(Answer("Hi", "Hello.", "talk", "", (), (), (), 0, 0.1), path_of) == "Hello."


def test_a_title_or_path_of_several_lines_cannot_pose_as_text():
    assert found_text(Found((HIT,), 1), path_of) == "1. Two lines\n    /c/a\\x1b.md\n    One.\n    Two."


def test_what_a_misspelt_word_was_taken_for_is_told_below():
    assert found_text(Found((HIT,), 1, spelling="Instead."), path_of).endswith("Two.\n\nInstead.")
    answer = Answer("q?", "The documents don't say.", "declined", "", (), (), (), 0, 0.1, spelling="Instead.")
    assert answer_text(answer, path_of) == "The documents don't say.\n\nInstead."


def test_where_a_time_was_asked_for_what_has_no_date_says_so():
    told = found_text(Found((HIT,), 1, time="Newer documents were preferred."), path_of)
    assert told.startswith("1. Two lines, no date\n")
    assert told.endswith("\n\nNewer documents were preferred.")
    undated = replace(CITATION, date=None)
    statement = Statement("Yes.", "supported", "its own words", (1,))
    answer = Answer("q?", "Yes. [1]", "answered", "", (statement,), (undated,), (), 1, 0.1, (), "Newer ones.")
    assert (
        answer_text(answer, path_of) == "Yes. [1]\n\nSources\n[1] Readout, page iv, no date\n    /c/a.md\n\nNewer ones."
    )


def test_where_else_the_same_is_said_stands_on_one_line_each_document_once():
    others = [Reference(f"{n}.md", f"No.\n{n}", date(2024, 9, n + 1) if n else None, Span(0, 4)) for n in range(5)]
    told = found_text(Found((replace(HIT, also_in=(others[0], others[0], others[1])),), 1), path_of)
    assert told.endswith("\n    Also in: No. 0 (/c/0.md); No. 1, 2 September 2024 (/c/1.md)")
    told = found_text(Found((replace(HIT, also_in=tuple(others)),), 1), path_of)
    assert told.endswith("(/c/2.md); 2 more")
    answer = Answer("q?", "", "answered", "", (), (replace(CITATION, also_in=(others[0],)),), (), 1, 0.1)
    assert answer_text(answer, path_of).endswith("    /c/a.md\n    Also in: No. 0 (/c/0.md)")


def test_a_search_that_finds_nothing_says_so():
    assert found_text(Found((), 0), path_of) == "No passage comes near."


def test_a_dry_run_says_that_nothing_was_written():
    report = SyncReport("/c", "/i", 1, ("a",), (), (), (), 0, (), 0, 0, 0, "", 0.1, True)
    assert report_text(report) == (
        "Would read 1 file: 1 added, 0 changed, 0 renamed, 0 removed, 0 unchanged, 0 failed. Nothing was written."
    )


def test_away_from_a_terminal_progress_is_a_line_a_stage(capsys):
    with ProgressLine() as progress:
        for done in range(3):
            progress(Progress("reading", done, 3, f"{done}.md"))
        progress(Progress("writing", 0, 0, ""))
        progress(Progress("reading", 3, 3, "3.md"))
    assert capsys.readouterr().err == "Reading the files (3).\nWriting the index.\n"


def test_with_json_progress_is_told_to_a_terminal_only(capsys):
    with ProgressLine(only_on_terminal=True) as progress:
        progress(Progress("reading", 0, 3, "a.md"))
    assert capsys.readouterr().err == ""


def test_progress_to_a_stderr_that_is_closed_stops_nothing(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    with ProgressLine() as progress:
        progress(Progress("reading", 0, 3, "a.md"))
