"""Several corpora by name, over real indexes in a data folder of the test's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import Assistant, Conversations, KeptExchange, folder_of, named_indexes
from ui.terminal import main


@pytest.fixture
def despatch(capfdbinary, tmp_path, monkeypatch):
    """Runs a command line: its status, what it wrote and what it complained of."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        written = capfdbinary.readouterr()
        return status, written.out.decode(), written.err.decode()

    return run


@pytest.fixture
def two(despatch, tmp_path) -> tuple[Path, Path]:
    for name, text in (("harbour", "The harbour lamps are lit at dusk."), ("mill", "The mill wheel is of oak.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(text)
        assert despatch("sync", tmp_path / name, "--name", name)[0] == 0
    return tmp_path / "harbour", tmp_path / "mill"


def listed(despatch) -> dict[str, dict[str, object]]:
    status, out, err = despatch("corpora", "--json")
    assert (status, err) == (0, "")
    return {each["name"]: each for each in json.loads(out)["corpora"]}


def test_each_corpus_answers_by_its_name_and_holds_nothing_of_the_other(despatch, two):
    status, out, _ = despatch("search", "What is the wheel of?", "--name", "mill")
    assert status == 0
    assert "oak" in out
    assert "oak" not in despatch("search", "What is the wheel of?", "--name", "harbour")[1]
    with Assistant.open(index="mill") as desk:
        assert [document.id for document in desk.documents()] == ["mill.txt"]


def test_they_are_listed_with_what_they_hold(despatch, two):
    found = listed(despatch)
    assert [(name, each["documents"], each["corpus"]) for name, each in found.items()] == [
        ("harbour", 1, str(two[0])),
        ("mill", 1, str(two[1])),
    ]
    assert f"mill     1 document, {two[1]}" in despatch("corpora")[1]


def test_one_is_renamed_and_one_removed_and_the_documents_stay(despatch, two):
    assert despatch("corpora", "--rename", "mill", "water-mill")[0] == 0
    assert "oak" in despatch("search", "What is the wheel of?", "--name", "water-mill")[1]
    assert despatch("corpora", "--remove", "harbour")[0] == 0
    assert list(listed(despatch)) == ["water-mill"]
    assert (two[0] / "harbour.txt").exists()


def test_a_corpus_whose_folder_has_moved_is_synced_from_there_without_embedding(despatch, two):
    moved = two[1].rename(two[1].with_name("elsewhere"))
    status, out, _ = despatch("sync", moved, "--name", "mill", "--json")
    assert status == 0
    assert json.loads(out)["unchanged"] == 1
    assert listed(despatch)["mill"]["corpus"] == str(moved)


def test_one_that_cannot_be_read_is_listed_with_its_problem(despatch, two):
    ledger = Path(str(listed(despatch)["mill"]["index"])) / "ledger.db"
    for leftover in ledger.parent.glob("ledger.db-*"):
        leftover.unlink()
    ledger.write_bytes(b"no database" * 1_000)
    found = listed(despatch)
    assert "--rebuild" in str(found["mill"]["problem"])
    assert found["harbour"]["problem"] == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("corpora", "--remove", "nothing"), "There is no corpus 'nothing'; `despatch corpora` lists those there are."),
        (("corpora", "--rename", "mill", "harbour"), "There is a corpus 'harbour' already"),
        (("sync", ".", "--name", "../outside"), "No corpus can be named '../outside'"),
        (("search", "x", "--name", "nothing"), "There is no index at"),
    ],
)
def test_a_name_that_does_not_fit_is_one_sentence(despatch, two, arguments, told):
    status, out, err = despatch(*arguments)
    assert (status, out) == (1, "")
    assert told in err


def test_naming_an_index_in_two_ways_is_refused(despatch):
    status, _, err = despatch("status", "--name", "mill", "--index", "x")
    assert status == 2
    assert "give one of them" in err


def test_several_are_asked_at_once_and_each_citation_says_which_it_is_from(despatch, two, tmp_path):
    of_both = ("--name", "harbour", "--name", "mill")
    question = "What is the mill wheel made of?"
    status, out, err = despatch("ask", question, *of_both)
    assert (status, err) == (0, "")
    assert f"(mill)\n    {two[1] / 'mill.txt'}" in out
    answer = json.loads(despatch("ask", question, *of_both, "--json")[1])
    assert [(each["corpus"], each["document_id"]) for each in answer["citations"]] == [("mill", "mill/mill.txt")]
    found = json.loads(despatch("search", "lamps", *of_both, "--where", "folder = harbour", "--json")[1])
    assert [(each["document_id"], each["path"]) for each in found["hits"]] == [
        ("harbour/harbour.txt", str(two[0] / "harbour.txt"))
    ]
    explained = json.loads(despatch("search", "lamps", *of_both, "--where", "folder = mill", "--explain", "--json")[1])
    assert [each["hit"]["document_id"] for each in explained["kept_out"]] == ["harbour/harbour.txt"]
    file = tmp_path / "answer.md"
    assert despatch("ask", question, *of_both, "--export", file)[0] == 0
    assert "Corpus: mill; " in file.read_text()
    kept = tmp_path / "answer.json"
    assert despatch("ask", question, *of_both, "--export", kept)[0] == 0
    assert despatch("verify", kept)[0] == 0
    assert json.loads(kept.read_text())["made"]["corpus"] == f"harbour: {two[0]}; mill: {two[1]}"
    assert despatch("ask", question, "--name", "harbour", "--name", "gone")[0] == 1


def test_conversations_with_several_are_listed_by_their_names(despatch, two):
    both = ("--name", "mill", "--name", "harbour")
    kept = Conversations(folder_of(("harbour", "mill"), named_indexes()))
    asked = datetime(2026, 11, 25, tzinfo=UTC)
    kept.keep(KeptExchange("a", "one", asked, "What is the wheel of?", None, "failed", None, error="Stopped."))
    assert "What is the wheel of?" in despatch("log", *both)[1]
    assert "What is the wheel of?" not in despatch("log", "--name", "mill")[1]
    assert despatch("log", "one", "--delete", *both)[0] == 0
    assert "What is the wheel of?" not in despatch("log", *both)[1]
