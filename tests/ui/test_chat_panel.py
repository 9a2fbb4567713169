"""The data of the source panel: the quote with its surroundings, or the quote alone once they have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Citation
from corpus import Heading, Page, Span
from index import Hit, Reference, StoredDocument
from ui.chat import panel
from ui.chat.panel import AROUND, MORE, more, opened

QUOTE = "The wheel 🌊 turns."
TEXT = "Mill\n\n" + "Quiet. " * 50_000 + QUOTE + " Busy." * 50_000
START = TEXT.index(QUOTE)
SPAN = Span(START, START + len(QUOTE))
DOCUMENT = StoredDocument(
    id="notes/mill.txt",
    path="/home/someone/papers/notes/mill.txt",
    title="Mill",
    date=None,
    date_found_in=None,
    media_type="text/plain",
    sha256="a" * 64,
    size_bytes=1,
    metadata={},
    pages=(Page(1, "i", Span(0, START)), Page(2, "ii", Span(START, len(TEXT)))),
    headings=(Heading(1, "Mill", Span(0, 4)), Heading(2, "wheel", Span(START + 4, START + 9))),
    passages=9,
    language="en",
    text=TEXT,
)
CITATION = Citation(1, DOCUMENT.id, DOCUMENT.path, "Mill", None, DOCUMENT.sha256, SPAN, "ii", 2, (), QUOTE)
HIT = Hit(1, 1.0, 0.4, 1.0, 7, DOCUMENT.id, "Mill", None, SPAN, "ii", 2, (), QUOTE)


@pytest.mark.parametrize("source", [CITATION, HIT], ids=["citation", "nearest passage"])
def test_before_quote_and_after_are_one_stretch_of_the_document(source):
    shown = opened(source, DOCUMENT, number=1, count=1)
    joined = shown["before"] + shown["quote"] + shown["after"]
    assert joined == TEXT[shown["window_start"] : shown["window_start"] + len(joined)]
    assert shown["window_start"] + len(shown["before"]) == shown["start"]
    assert shown["quote"] == QUOTE


@pytest.mark.parametrize("source", [CITATION, HIT], ids=["citation", "nearest passage"])
def test_the_other_documents_that_say_the_same_are_named_once(source):
    others = ((DOCUMENT.id, None), ("b.md", date(2024, 9, 11)), ("b.md", date(2024, 9, 11)))
    also_in = tuple(Reference(document_id, "Copy", day, Span(0, 4)) for document_id, day in others)
    shown = opened(replace(source, also_in=also_in), DOCUMENT, number=1, count=1)
    assert shown["also_in"] == [{"document_id": "b.md", "title": "Copy", "date": "2024-09-11"}]


def test_a_long_document_is_sent_only_around_the_quote():
    shown = opened(CITATION, DOCUMENT, number=1, count=1)
    assert (len(shown["before"]), len(shown["after"]), shown["length"]) == (AROUND, AROUND, len(TEXT))


def test_no_request_gets_more_of_a_document_of_a_megabyte_than_a_stretch():
    large = replace(DOCUMENT, text=TEXT + "Busy. " * 200_000)
    assert len(large.text) > 1_000_000
    assert len(more(large, len(large.text), back=True)["text"]) == MORE
    assert len(more(large, 0, back=False)["text"]) <= MORE
    assert more(large, 10**12, back=False)["text"] == ""


@given(st.text("ab\n🌊", min_size=1, max_size=300), st.data())
def test_what_comes_before_and_after_joins_to_the_whole_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 20, len(text))))
    document = replace(DOCUMENT, text=text, pages=(), headings=())
    cited = replace(CITATION, span=Span(start, end), quote=text[start:end])
    with pytest.MonkeyPatch.context() as shorter:
        for name, length in (("AROUND", 20), ("MORE", 40), ("EDGE", 10)):
            shorter.setattr(panel, name, length)
        shown = opened(cited, document, number=1, count=1)
        joined, first, last = (
            shown["before"] + shown["quote"] + shown["after"],
            shown["window_start"],
            shown["window_end"],
        )
        assert len(shown["before"]) <= 20 >= len(shown["after"])
        while first > 0:
            part = more(document, first, back=True)
            assert 0 < len(part["text"]) <= 40
            joined, first = part["text"] + joined, part["start"]
        while last < len(text):
            part = more(document, last, back=False)
            assert 0 < len(part["text"]) <= 40
            joined, last = joined + part["text"], part["end"]
    assert joined == text


def test_a_stretch_ends_between_paragraphs_where_one_is_near():
    text = "\n\n".join(f"Paragraph {number} of a long book." for number in range(5_000))
    document = replace(DOCUMENT, text=text)
    part = more(document, 60_000, back=False)
    assert text[part["end"] - 2 : part["end"]] == "\n\n"
    assert text[more(document, 60_000, back=True)["start"] - 2 :].startswith("\n\n")


def test_more_of_a_table_has_the_names_of_its_columns():
    text = "Region | Tonnes\n\n" + "\n\n".join(f"Region: Shire {n} | Tonnes: {n}" for n in range(9_000))
    (table,) = more(replace(DOCUMENT, text=text), 100_000, back=False)["tables"]
    assert (table["id"], table["names"]) == (0, ["Region", "Tonnes"])


def test_only_pages_and_headings_of_the_part_that_is_sent_are_named():
    shown = opened(CITATION, DOCUMENT, number=1, count=1)
    assert shown["pages"] == [{"label": "ii", "offset": START}]
    assert shown["headings"] == [{"level": 2, "start": START + 4, "end": START + 9}]


def test_a_changed_document_shows_the_stored_quote_and_not_what_stands_around_another_text():
    changed = replace(DOCUMENT, sha256="b" * 64, text="Another text altogether." * 40_000)
    shown = opened(CITATION, changed, number=1, count=1)
    assert (shown["state"], shown["quote"], shown["before"], shown["after"]) == ("changed", QUOTE, "", "")


@pytest.mark.parametrize("source", [CITATION, HIT], ids=["citation", "passage"])
def test_a_quote_that_stands_elsewhere_now_is_shown_there(source):
    moved = replace(DOCUMENT, sha256="b" * 64, text=f"New edition. {TEXT}")
    shown = opened(source, moved, number=1, count=1)
    assert (shown["state"], shown["start"]) == ("moved", START + 13)
    assert (shown["before"] + QUOTE + shown["after"]) in moved.text
    assert shown["boxes"] == []


def test_what_stands_in_the_place_of_a_changed_quote_is_told():
    changed = replace(DOCUMENT, sha256="b" * 64, text="Quiet. The wheel 🌊 turns no more. Busy.")
    assert opened(CITATION, changed, number=1, count=1)["says"] == "The wheel 🌊 turns no more."
    assert opened(CITATION, replace(changed, text="Gone."), number=1, count=1)["says"] == ""


def test_a_removed_document_still_shows_the_stored_quote():
    shown = opened(CITATION, None, number=1, count=1)
    assert (shown["state"], shown["quote"], shown["length"]) == ("removed", QUOTE, None)


def test_the_panel_learns_whether_a_quote_was_read_from_a_picture():
    assert opened(replace(CITATION, is_ocr=True), DOCUMENT, number=1, count=1)["is_ocr"] is True
    assert opened(CITATION, DOCUMENT, number=1, count=1)["is_ocr"] is False
    assert opened(HIT, DOCUMENT, number=1, count=1)["is_ocr"] is False


def test_the_page_learns_no_path_outside_the_corpus():
    assert "/home/someone" not in str(opened(CITATION, DOCUMENT, number=1, count=1))
