from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from index import DEFAULT_MODEL, Index, sync
from index.context import counter
from index.ledger import Ledger
from index.spelling import FORGIVEN_WORDS, Speller, distance
from tests.index.test_syncing import write

QUESTION = "When are the harbour lamps lit by the keeper?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    base = tmp_path_factory.mktemp("spelling")
    write(base / "corpus", "lamps.md", "# Lamps\n\nHarbour lamps are lit at dusk by the keeper of the lighthouse.\n")
    write(base / "corpus", "tides.md", "# Tides\n\nA tide of March reached the quay wall; lamp after lamp went out.\n")
    write(base / "corpus", "rules.md", "# Rules\n\nThe government regulates NATO ports by regulation 4711.\n")
    sync(base / "corpus", base / "index", model=DEFAULT_MODEL)
    with closing(Index(base / "index")) as opened:
        yield opened


def forgiven(index: Index, question: str) -> dict[str, tuple[str, ...]]:
    with closing(Ledger(index.folder)) as ledger:
        found = Speller(ledger).forgiving(((1.0, question),), counter(index.embedder().measure)).respelt
    return {"".join(term): stems for term, stems in found.items()}


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("lamp", "lamp", 0), ("lapm", "lamp", 1), ("lam", "lamp", 1), ("lamb", "lamp", 1), ("goverment", "govrenment", 2)],
)
def test_slips_are_letters_too_many_too_few_others_or_in_the_wrong_order(one: str, other: str, slips: int):
    assert distance(one, other) == slips


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_distance_is_symmetric_and_0_only_between_equal_words(one: str, other: str):
    assert distance(one, other) == distance(other, one) <= max(len(one), len(other))
    assert (distance(one, other) == 0) == (one == other)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When are the hrabour lamps lit?", {"hrabour": ("harbour",)}),
        ("Which harbour lmaps are lit?", {"lmap": ("lamp",)}),
        ("Which lamps has the ligthousse?", {"ligthouss": ("lighthous",)}),
        ("Which lamps has the ligthxussye?", {}),
        ("Which quya has lamps?", {"quya": ("quay",)}),
        ("Which lamps are in the wxll?", {}),
        ("Which lamps has NATQ?", {}),
        ("Which lamps has the governor?", {}),
        ("Which lamps has the haven and the keeper?", {}),
        ("Which tale has lamps?", {}),
        ("Which lamps has regulation 4712?", {}),
        ("Wo brennen hier abends lampx?", {}),
        (QUESTION, {}),
    ],
)
def test_a_word_that_no_passage_holds_is_taken_for_the_nearest_of_the_corpus(index: Index, question, expected):
    assert forgiven(index, question) == expected


def test_few_words_of_a_question_are_forgiven(index: Index):
    known = "harbour lamps lit dusk keeper lighthouse tide March reached quay wall government"
    assert len(forgiven(index, f"{known} hrabour lmaps kepeer ligthhouse govrenment")) == FORGIVEN_WORDS


def test_a_misspelt_question_finds_what_was_meant_marks_it_and_says_so(index: Index):
    found = index.search("When are the hrabour lamps lit by the kepeer?", 3)
    meant = index.search(QUESTION, 3)
    assert found.hits[0].document_id == meant.hits[0].document_id == "lamps.md"
    assert found.hits[0].word_score == meant.hits[0].word_score
    assert found.hits[0].matches == meant.hits[0].matches
    assert found.spelling == (
        "“hrabour” stands in no document; searched for “harbour” instead. "
        "“kepeer” stands in no document; searched for “keeper” instead."
    )
    assert meant.spelling == ""


def test_an_answer_to_a_misspelt_question_says_what_was_searched(index: Index):
    answer = Assistant(index).ask("When are the hrabour lamps lit?")
    assert "“harbour”" in answer.spelling
    assert [citation.document_id for citation in answer.citations] == ["lamps.md"]
