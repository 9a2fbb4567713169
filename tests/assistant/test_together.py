"""Conversations with several corpora follow these: forgotten with a document, renamed and removed with a corpus."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import (
    Conversations,
    KeptExchange,
    Several,
    conversed,
    folder_of,
    forget_answers,
    index_of,
    named_indexes,
    new_id,
    remove_corpus,
    rename_corpus,
)
from index import DEFAULT_MODEL, sync
from ui.shapes import answer_shape

FILES = {
    "harbour": ("lamps.md", "The harbour lamps are lit at dusk."),
    "mill": ("wheel.md", "The mill wheel is of oak."),
}
QUESTIONS = {"harbour": "When are the harbour lamps lit?", "mill": "What is the mill wheel of?"}


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    """A conversation with two corpora that have names: a question to each of them."""
    for name, (file, text) in FILES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
        sync(tmp_path / name, index_of(name), model=DEFAULT_MODEL)
    conversations = Conversations(folder_of(("mill", "harbour"), named_indexes()), "user ada")
    with Several.named("harbour", "mill") as desk:
        for question in QUESTIONS.values():
            answer = answer_shape(desk.ask(question), str)
            asked = datetime(2026, 11, 25, tzinfo=UTC)
            conversations.keep(KeptExchange(new_id(), "one", asked, question, None, "done", answer))
    return conversations


def cited(conversations: Conversations) -> list[list[str]]:
    return [[each["document_id"] for each in one.answer["citations"]] for one in conversations.exchanges("one")]


def anywhere(home: Path, words: str) -> bool:
    return any(words.encode() in file.read_bytes() for file in home.rglob("conversations.db*"))


def test_they_are_found_for_who_may_read_all_of_them(kept):
    assert list(conversed(named_indexes())) == [("harbour", "mill")]
    assert list(conversed({"harbour": index_of("harbour")})) == []
    assert cited(kept) == [["harbour/lamps.md"], ["mill/wheel.md"]]


def test_a_forgotten_document_is_erased_from_them_whichever_corpus_it_is_of(kept):
    home = index_of("mill").parent.parent
    assert anywhere(home, "of oak")
    assert forget_answers("wheel.md", index_of("mill"), named_indexes()) == 1
    assert not anywhere(home, "of oak")
    assert [len(each) for each in cited(kept)] == [1, 0]
    assert forget_answers("lamps.md", index_of("harbour"), named_indexes()) == 1
    assert not anywhere(home, "at dusk")


def test_a_document_of_the_same_name_in_another_corpus_stays(kept):
    assert forget_answers("wheel.md", index_of("harbour"), named_indexes()) == 0
    assert cited(kept) == [["harbour/lamps.md"], ["mill/wheel.md"]]


@pytest.mark.parametrize(("name", "new_name"), [("harbour", "zoo"), ("mill", "apiary"), ("harbour", "dock")])
def test_a_renamed_corpus_is_called_by_its_new_name_in_them(kept, name, new_name):
    rename_corpus(name, new_name)
    (names,) = conversed(named_indexes())
    assert set(names) == ({"harbour", "mill"} - {name}) | {new_name}
    moved = Conversations(folder_of(names, named_indexes()), "user ada")
    told = json.dumps([each.answer for each in moved.exchanges("one")])
    assert f'"{new_name}/{FILES[name][0]}"' in told
    assert f'"corpus": "{new_name}"' in told
    assert f"{name}/" not in told
    assert forget_answers(FILES[name][0], index_of(new_name), named_indexes()) == 1


@pytest.mark.parametrize("name", ["harbour", "mill"])
def test_they_go_with_a_removed_corpus(kept, name):
    home = index_of(name).parent.parent
    remove_corpus(name)
    assert not anywhere(home, "oak")
    assert not anywhere(home, "dusk")
