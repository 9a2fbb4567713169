"""`doctor`, `backup`, `restore` and `forget` over a real index: what they write and with which status they end."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.layout import active_ledger
from ui.terminal import main


@pytest.fixture
def despatch(capfdbinary):
    """Runs a command line in this process: its status, what it wrote and what it complained of."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        written = capfdbinary.readouterr()
        return status, written.out.decode(), written.err.decode()

    return run


@pytest.fixture
def index(tmp_path: Path, despatch) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ferry.md").write_text("# Ferry\n\nThe ferry leaves the northern pier at seven.\n")
    (corpus / "beacon.txt").write_text("The beacon burns at dusk on the cliff.\n")
    assert despatch("sync", corpus, "--index", tmp_path / "index", "--json")[0] == 0
    return tmp_path / "index"


def test_the_doctor_ends_with_1_until_what_is_wrong_is_mended(index: Path, despatch):
    suffices = f"SQLite {sqlite3.sqlite_version}, which suffices.\n"
    assert despatch("doctor", "--index", index) == (0, f"{suffices}2 documents, 2 passages: nothing is wrong.\n", "")
    with closing(sqlite3.connect(active_ledger(index), isolation_level=None)) as db:
        db.execute("DELETE FROM search_form WHERE passage = 1")
    status, out, err = despatch("doctor", "--index", index)
    assert (status, err) == (1, "")
    assert "    wrong: The words of 1 passage" in out
    assert "Resolve it: `despatch doctor --repair`." in out
    status, out, _ = despatch("doctor", "--repair", "--index", index)
    assert status == 0
    assert "    mended: The words of 1 passage" in out
    status, out, _ = despatch("doctor", "--json", "--index", index)
    assert (status, json.loads(out)["findings"], json.loads(out)["sound"]) == (0, [], True)
    assert json.loads(out)["sqlite"] == sqlite3.sqlite_version


def test_a_backup_is_restored_elsewhere_and_over_an_index_only_by_force(index: Path, tmp_path: Path, despatch):
    file, elsewhere = tmp_path / "kept.db", tmp_path / "elsewhere"
    assert despatch("backup", file, "--index", index) == (
        0,
        f"Copied {index} to {file}: 2 documents, 2 passages.\n",
        "",
    )
    status, _, err = despatch("backup", file, "--index", index)
    assert (status, "--force" in err) == (1, True)
    assert despatch("restore", file, "--index", elsewhere)[0] == 0
    status, _, err = despatch("restore", file, "--index", elsewhere)
    assert (status, "--force" in err) == (1, True)
    status, out, _ = despatch("restore", file, "--force", "--index", elsewhere, "--json")
    assert (status, json.loads(out)["documents"]) == (0, 2)
    status, out, _ = despatch("search", "When does the ferry leave?", "-k", "1", "--index", elsewhere)
    assert "northern pier" in out


def test_forgetting_says_that_the_file_is_still_there_and_what_to_do(index: Path, tmp_path: Path, despatch):
    status, out, err = despatch("forget", "ferry.md", "--index", index)
    assert (status, err) == (0, "")
    assert out.startswith("Erased 1 document, 1 passage.\n")
    assert f"{tmp_path / 'corpus' / 'ferry.md'} is still there: delete it, or name it in `.despatchignore`" in out
    status, _, err = despatch("forget", "nothing.md", "--index", index)
    assert (status, err.count("\n")) == (1, 1)
    (tmp_path / "corpus" / "beacon.txt").unlink()
    status, out, _ = despatch("forget", "beacon.txt", "--index", index, "--json")
    assert json.loads(out)["still_there"] is False
    assert json.loads(out)["documents"] == ["beacon.txt"]


@pytest.mark.parametrize("verb", ["doctor", "backup", "forget"])
def test_where_there_is_no_index_one_sentence_says_how_to_make_one(verb: str, tmp_path: Path, despatch):
    arguments = {"doctor": [], "backup": [tmp_path / "x.db"], "forget": ["a.md"]}[verb]
    status, out, err = despatch(verb, *arguments, "--index", tmp_path / "none")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "despatch sync FOLDER" in err
