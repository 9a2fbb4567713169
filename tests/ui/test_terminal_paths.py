"""Folders whose own path is not UTF-8, or holds letters that the locale does not know."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant import Assistant
from index import DEFAULT_MODEL, sync

COMMAND = "import sys; from ui.terminal import main; sys.exit(main())"
TRAMS = "# Trams\n\nThe tram to the harbour runs every ten minutes. A ticket costs two euros.\n"
QUESTION = "What does a ticket cost?"
NO_LETTERS = {"LC_ALL": "C", "PYTHONUTF8": "0"}
PATHS = {
    "not UTF-8": (b"caf\xe9", {}),
    "not UTF-8, in no locale": (b"caf\xe9", NO_LETTERS),
    "beyond ASCII, in no locale": ("\xe9t\xe9".encode(), NO_LETTERS),
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="macOS refuses names that are no UTF-8")
Run = Callable[..., tuple[int, str, str]]


def folder_of(parent: Path, name: bytes) -> Path:
    folder = parent / os.fsdecode(name)
    folder.mkdir()
    (folder / "trams.md").write_text(TRAMS)
    return folder


@pytest.fixture
def run(guarded: dict[str, str]) -> Run:
    """Runs a command line in a process of its own: its status, what it wrote and what it complained of."""

    def finished(environment: dict[str, str], *arguments: object) -> tuple[int, str, str]:
        words = [os.fsencode(each) if isinstance(each, Path) else str(each).encode() for each in arguments]
        done = subprocess.run([sys.executable, "-c", COMMAND, *words], capture_output=True, env=guarded | environment)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return finished


@pytest.mark.parametrize(("name", "environment"), PATHS.values(), ids=PATHS)
def test_the_documents_of_any_folder_are_synced_searched_and_cited(run: Run, tmp_path: Path, name, environment):
    corpus, index = folder_of(tmp_path, name), ("--index", tmp_path / "index")
    assert run(environment, "sync", corpus, *index, "--json")[0] == 0
    status, out, _ = run(environment, "sync", *index, "--json")
    assert (status, json.loads(out)["unchanged"]) == (0, 1)
    for verb in (("status",), ("show", "trams.md"), ("doctor",), ("search", "tram"), ("ask", QUESTION)):
        assert run(environment, *verb, *index)[::2] == (0, ""), verb
    (hit,) = json.loads(run(environment, "search", "tram", *index, "--json")[1])["hits"]
    assert hit["document_id"] == "trams.md"
    (citation,) = json.loads(run(environment, "ask", QUESTION, *index, "--json")[1])["citations"]
    assert Path(hit["path"]).name == Path(citation["path"]).name == "trams.md"


@pytest.mark.parametrize("name", [b"caf\xe9", "\xe9t\xe9".encode()], ids=ascii)
def test_what_one_locale_has_synced_is_the_same_in_another(run: Run, tmp_path: Path, name: bytes):
    corpus, index = folder_of(tmp_path, name), tmp_path / "index"
    (corpus / "f\xe4hre.md").write_text("# Ferry\n\nThe ferry sails at noon.\n")
    assert run(NO_LETTERS, "sync", corpus, "--index", index)[0] == 0
    report = sync(None, index, model=DEFAULT_MODEL)
    assert (report.corpus, report.unchanged, report.files) == (str(corpus), 2, 2)
    with Assistant.open(index) as desk:
        assert {Path(document.path) for document in desk.documents()} == set(corpus.iterdir())
        assert desk.ask(QUESTION).citations[0].document_id == "trams.md"


def test_an_index_is_refused_where_chroma_could_not_have_its_files(run: Run, tmp_path: Path):
    corpus, bad = folder_of(tmp_path, b"papers"), tmp_path / os.fsdecode(b"caf\xe9")
    sync(corpus, tmp_path / "index", model=DEFAULT_MODEL)
    assert run({}, "backup", tmp_path / "kept.db", "--index", tmp_path / "index")[0] == 0
    for verb in (("sync", corpus), ("restore", tmp_path / "kept.db")):
        status, out, err = run({}, *verb, "--index", bad)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "the path is not UTF-8, and Chroma takes no other" in err
    assert not bad.exists()


def test_an_index_below_letters_that_the_locale_does_not_know_has_its_vector_store(run: Run, tmp_path: Path):
    corpus, index = folder_of(tmp_path, b"papers"), folder_of(tmp_path, "\xe9t\xe9".encode()) / "index"
    assert run(NO_LETTERS, "sync", corpus, "--index", index)[0] == 0
    status, out, _ = run(NO_LETTERS, "doctor", "--index", index)
    assert (status, out.splitlines()[1:]) == (0, ["1 document, 1 passage: nothing is wrong."])


@contextmanager
def chatting(environment: dict[str, str], index: Path) -> Iterator[str]:
    program = [sys.executable, "-c", COMMAND, "chat", "--port", "0", "--index", str(index)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as chat:
        try:
            assert chat.stdout is not None
            yield re.search(r"http://\S+", chat.stdout.readline().decode())[0]
        finally:
            chat.terminate()


@pytest.mark.parametrize(("name", "environment"), PATHS.values(), ids=PATHS)
def test_the_chat_opens_over_any_folder(guarded: dict[str, str], tmp_path: Path, name, environment):
    sync(folder_of(tmp_path, name), tmp_path / "index", model=DEFAULT_MODEL)
    with chatting(guarded | environment, tmp_path / "index") as address:
        for part in ("/", "/ui/corpus", "/v1/documents"):
            with urllib.request.urlopen(f"{address}{part}") as page:
                assert page.status == 200
