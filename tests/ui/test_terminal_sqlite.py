"""Where Python's SQLite cannot hold an index: one sentence from every entrance, and no file is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.old_sqlite import GUARD, OLDEST, ROOT, TOO_OLD, WITHOUT_FTS5, WITHOUT_JSON, Commands, environment

NONE = "none"
# as a Python that was built without it: its package is there, and what is compiled is not
WITHOUT_SQLITE = """
import sys

class Missing:
    def find_spec(name, path=None, target=None):
        if name == "_sqlite3":
            raise ModuleNotFoundError("No module named '_sqlite3'", name=name)

sys.meta_path.insert(0, Missing)
"""
FOUND = {
    TOO_OLD: f"SQLite {TOO_OLD.version}",
    WITHOUT_FTS5: f"SQLite {OLDEST.version} without FTS5",
    WITHOUT_JSON: f"SQLite {OLDEST.version} without JSON",
    NONE: "no SQLite",
}
VERBS = {
    "sync": ("documents",),
    "search": ("lamps",),
    "ask": ("Where are the lamps?",),
    "show": ("lamps.md",),
    "verify": ("answers.json",),
    "status": (),
    "chat": (),
    "mcp": (),
    "log": (),
    "eval": ("questions.csv",),
    "doctor": (),
    "backup": ("copy.db",),
    "restore": ("copy.db",),
    "forget": ("lamps.md",),
    "corpora --rename": ("old", "new"),
    "corpora --remove": ("old",),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with documents and questions in it, and nothing else."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "lamps.md").write_text("# Lamps\n\nThe harbour lamps are lit at dusk.\n")
    (tmp_path / "questions.csv").write_text("question,document,answer\nWhere?,lamps.md,harbour\n")
    (tmp_path / "answers.json").write_text("{}")
    return tmp_path


def variables(found: object, home: Path) -> dict[str, str]:
    base = environment(found) if found != NONE else {"PYTHONPATH": f"{GUARD}:{ROOT}"}
    return base | {"HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}


@pytest.mark.parametrize("found", FOUND, ids=FOUND.values())
def test_every_verb_that_needs_sqlite_is_refused_in_one_sentence_and_writes_nothing(found: object, home: Path):
    refusal = (
        f"Despatch needs SQLite 3.37 or later with FTS5 and JSON, and this Python has {FOUND[found]}; "
        "run Despatch with a Python that has it, such as the one that `uv python install` brings.\n"
    )
    before = sorted(home.rglob("*"))
    with Commands(variables(found, home), before=WITHOUT_SQLITE if found == NONE else "", cwd=home) as despatch:
        for verb, arguments in VERBS.items():
            ended = despatch(*verb.split(), *arguments)
            assert (verb, ended.status, ended.out, ended.err) == (verb, 1, "", refusal)
        assert despatch("--version").out.endswith(f"\n{refusal}")
        assert despatch("ask", "--help").status == 0
    assert sorted(home.rglob("*")) == before


ENTRANCES = {
    "Assistant.open": "from assistant import Assistant; Assistant.open('index')",
    "ask": "import assistant; assistant.ask('Where are the lamps?')",
    "sync": "import index, pathlib; index.sync(pathlib.Path('documents'), pathlib.Path('index'))",
}


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.parametrize("found", FOUND, ids=FOUND.values())
def test_in_python_the_same_is_an_error_of_the_tree(found: object, entrance: str, home: Path):
    code = f"""{WITHOUT_SQLITE if found == NONE else ""}
from index import UnsupportedSQLite
try:
    {ENTRANCES[entrance]}
except UnsupportedSQLite as error:
    print(error.found)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], env=variables(found, home), cwd=home, capture_output=True, text=True
    )
    assert (ran.stdout, ran.stderr) == (f"{FOUND[found]}\n", "")
    assert not (home / "index").exists()
