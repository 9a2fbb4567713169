"""A sentence that introduces a list brings its items; nothing else of the passage comes along."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.enumerating import MOST_ITEMS, with_items
from assistant.extracting import Quote
from corpus import Span
from index import DEFAULT_MODEL, Hit, sync


def quoted(text: str, said: str) -> Quote:
    hit = Hit(1, 1.0, 0.5, 1.0, 7, "a.md", "A", None, Span(100, 100 + len(text)), None, None, (), text)
    at = 100 + text.index(said)
    return Quote(hit, Span(at, at + len(said)))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("The crew needs:\n\n- a lamp\n- a rope\n\nIt sails at dawn.", "The crew needs:\n\n- a lamp\n- a rope"),
        ("The crew needs:\n1. a lamp\n2. a rope", "The crew needs:\n1. a lamp\n2. a rope"),
        ("The crew needs:\n\nlamp | two\nrope | one\n\n- an item", "The crew needs:\n\nlamp | two\nrope | one"),
        ("The crew needs: a lamp and a rope.", "The crew needs: a lamp and a rope."),
        ("The crew needs:\n\na lamp a rope\n\nIt sails at dawn.", "The crew needs:\n\na lamp a rope"),
        ("The crew needs:\n\n## Sailing\n\nIt sails at dawn.", "The crew needs:"),
        ("The crew needs:", "The crew needs:"),
    ],
)
def test_items_or_rows_below_a_colon_come_along(text: str, whole: str):
    assert [quote.text for quote in with_items([quoted(text, "The crew needs:")])] == [whole]


def test_a_sentence_without_a_colon_stays_as_it_is():
    quote = quoted("The crew is small.\n- a lamp\n", "The crew is small.")
    assert with_items([quote]) == (quote,)


def test_a_long_list_is_cut_after_a_whole_item():
    text = "Lamps:\n" + "".join(f"- lamp {number}\n" for number in range(40))
    (quote,) = with_items([quoted(text, "Lamps:")])
    assert quote.text.endswith(f"- lamp {MOST_ITEMS - 1}")


def test_an_item_that_comes_along_is_not_quoted_once_more():
    text = "The crew needs:\n- a lamp\n- a rope\n"
    quotes = [quoted(text, "The crew needs:"), quoted(text, "a rope")]
    assert [quote.text for quote in with_items(quotes)] == [text.rstrip()]
    assert len(with_items([quotes[1], quotes[1]])) == 1


def test_an_answer_that_opens_with_an_introduction_holds_its_list(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "crew.md").write_text(
        "# Crew\n\nThe crew of the lifeboat must bring the following things:\n\n- oilskins\n- a whistle\n- a knife\n",
        encoding="utf-8",
    )
    sync(tmp_path / "corpus", tmp_path / "index", model=DEFAULT_MODEL)
    with Assistant.open(tmp_path / "index") as desk:
        answer = desk.ask("Which things must the crew of the lifeboat bring?")
        assert "- oilskins\n- a whistle\n- a knife" in answer.statements[0].text
        assert answer.statements[0].support == "supported"
