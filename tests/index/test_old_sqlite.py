"""An index lives on the SQLites that systems still bring as it does on this machine's, and goes from one to the other.

Each life is led through the command in a process that runs with the SQLite in question.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.layout import active_ledger
from index.words import search_form
from tests.index.state import assert_equal_to_a_fresh_index, orphans_of
from tests.support.old_sqlite import DEBIAN_12, GUARD, OLDEST, ROOT, Commands, Ended, environment

LONG_AGO_NS = 1_600_000_000_000_000_000
OLD = {build.version: build for build in (OLDEST, DEBIAN_12)}
HERE = "here"  # this machine's SQLite
VERSIONS = (*OLD, HERE)
SECRET = "dossier/covert.txt"
# of each alphabet words that nothing else holds, with the language that they are in
WORDS = {
    "en": ("quixotic", "marmaladed", "zeppelins"),
    "ru": ("жаворонки", "щебетали", "форточкой"),
    "ar": ("استخبارات", "مخطوطات", "القسطنطينية"),
    "zh": ("饕餮纹青铜器", "鸳鸯蝴蝶派", "麒麟瑞兽"),
}
FILES = {
    "lamps.md": "# Lamps\n\nThe harbour lamps are lit at dusk. The keeper, Ada Stone, cleans them on Mondays.\n",
    "tides.txt": "Tides\n\nThe spring tide of 3 March reached the quay wall.\n",
    "ferry.md": "# Ferry\n\n## Prices\n\nA single ticket for the ferry costs four crowns.\n\n## Sailing\n\n"
    "The ferry to Norholm leaves the northern pier at seven.\n",
    "маяк.txt": "Маяк\n\nМаяк построен из гранита в 1897 году.\n",
    "灯塔.txt": "灯塔\n\n灯塔位于港口北侧,由花岗岩建造。\n",
    SECRET: "\n\n".join(" ".join((*words, *reversed(words))) + "." for words in WORDS.values()) + "\n",
    **{f"log/{number}.txt": f"On day {number} the harbour lamps were lit by the keeper.\n" for number in range(8)},
}
CHANGED = "# Lamps\n\nThe harbour lamps burn gas now. The keeper, Ada Stone, cleans them on Fridays.\n"
QUESTIONS = (
    "When are the harbour lamps lit?",
    "When does the keeper clean the lamps?",
    "How much is a ticket for the ferry?",
    "Из чего построен маяк?",
    "灯塔位于哪里?",
    "How high was the spring tide?",
    "Who painted the ceiling?",
)
OWN = re.compile(r'"seconds": [\d.]+|SQLite [\d.]+')  # what is not the same in any two lives


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS + len(text)))


def traces() -> list[bytes]:
    """The secret words as the text has them and as they are searched, of more than one letter.

    FTS5 may write a term without the letters that it shares with the one before: long ones lose their first.
    """
    written = {word for words in WORDS.values() for word in words}
    forms = {form for language, words in WORDS.items() for form in search_form(" ".join(words), language).split()}
    return [(word[1:] if len(word) > 3 else word).encode() for word in written | forms if len(word) > 1]


def held_in_files(index: Path, wanted: list[bytes]) -> set[tuple[str, str]]:
    contents = {path.name: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    return {(name, trace.decode()) for name, content in contents.items() for trace in wanted if trace in content}


@dataclass
class Life:
    """Hold what an index went through: what was said at each step, and what the files held of the secret."""

    folder: Path
    version: str
    said: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    held_before: set[tuple[str, str]] = field(default_factory=set)
    held_after: set[tuple[str, str]] = field(default_factory=set)

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def note(self, step: str, ended: Ended) -> None:
        out, err = (OWN.sub("", text).replace(str(self.folder), "FOLDER") for text in (ended.out, ended.err))
        self.said[step] = ended.status, out, err

    def ask_all(self, when: str, despatch: Commands, index: Path) -> None:
        for question in QUESTIONS:
            self.note(f"search {when}: {question}", despatch("search", question, "--index", index, "--json"))
            self.note(f"ask {when}: {question}", despatch("ask", question, "--index", index, "--json"))


def lived(version: str, folder: Path, despatch: Commands) -> Life:
    life, corpus, index = Life(folder, version), folder / "corpus", folder / "index"
    for name, text in FILES.items():
        write(corpus / name, text)
    life.note("sync", despatch("sync", corpus, "--index", index, "--json"))
    life.ask_all("at first", despatch, index)
    write(corpus / "lamps.md", CHANGED)
    (corpus / "tides.txt").unlink()
    life.note("sync of changes", despatch("sync", "--index", index, "--json"))
    life.ask_all("after changes", despatch, index)
    life.held_before = held_in_files(index, traces())
    (corpus / SECRET).unlink()
    life.note("forget", despatch("forget", SECRET, "--index", index, "--json"))
    life.held_after = held_in_files(index, traces())
    life.note("doctor", despatch("doctor", "--index", index))
    life.note("backup", despatch("backup", folder / "copy.db", "--index", index, "--json"))
    with closing(sqlite3.connect(active_ledger(index), isolation_level=None)) as database:
        database.execute("DELETE FROM search_form WHERE passage = (SELECT min(id) FROM passage)")
    life.note("doctor of lost words", despatch("doctor", "--index", index))
    life.note("repair", despatch("doctor", "--repair", "--index", index))
    life.note("restore", despatch("restore", folder / "copy.db", "--index", folder / "restored", "--json"))
    life.ask_all("after repair", despatch, index)
    life.ask_all("after restore", despatch, folder / "restored")
    return life


@pytest.fixture(scope="module")
def processes() -> Iterator[Callable[[str], Commands]]:
    """The command on the SQLite of a version, in a process that is started when it is first asked for."""
    with ExitStack() as stack:
        started: dict[str, Commands] = {}

        def on(version: str) -> Commands:
            if version not in started:
                base = os.environ | {"PYTHONPATH": f"{GUARD}:{ROOT}"}
                variables = base if version == HERE else environment(OLD[version])
                started[version] = stack.enter_context(Commands(variables))
            return started[version]

        yield on


@pytest.fixture(scope="module")
def lives(processes, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Life]:
    """The life of an index on a version, led once."""
    led: dict[str, Life] = {}

    def on(version: str) -> Life:
        if version not in led:
            led[version] = lived(version, tmp_path_factory.mktemp("life"), processes(version))
        return led[version]

    return on


@pytest.mark.parametrize("version", OLD)
def test_every_step_says_on_an_old_sqlite_what_it_says_on_this_one(version: str, lives):
    said = lives(version).said
    for step, ended in lives(HERE).said.items():
        assert said[step] == ended, step
    failed = {step: ended for step, ended in said.items() if ended[0] or ended[2]}
    assert list(failed) == ["doctor of lost words"], failed
    assert "on Fridays" in said["ask after changes: When does the keeper clean the lamps?"][1]
    assert "花岗岩" in said["ask after restore: 灯塔位于哪里?"][1]
    assert "The documents don't say." in said["ask after repair: How high was the spring tide?"][1]
    assert "nothing is wrong" in said["doctor"][1]
    assert "mended" in said["repair"][1]


@pytest.mark.parametrize("version", OLD)
def test_what_an_old_sqlite_stores_equals_what_this_one_stores(version: str, lives):
    for folder in ("index", "restored"):
        assert_equal_to_a_fresh_index(lives(version).folder / folder, lives(HERE).folder / folder)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_forgotten_leaves_no_byte_in_any_file_on_any_sqlite(version: str, lives):
    assert {trace for _, trace in lives(version).held_before} == {trace.decode() for trace in traces()}
    assert lives(version).held_after == set()


def assert_sound(ended: Ended) -> None:
    assert (ended.status, ended.err) == (0, "")
    assert "nothing is wrong" in ended.out


@pytest.mark.parametrize("maker", VERSIONS)
def test_an_index_and_a_backup_made_on_one_sqlite_are_read_and_written_on_each_other(
    maker: str, lives, processes, tmp_path: Path
):
    life = lives(maker)
    for user in set(VERSIONS) - {maker}:
        despatch, here = processes(user), tmp_path / user
        shutil.copytree(life.folder, here)
        moved, index = Life(here, user), here / "index"
        assert despatch("sync", here / "corpus", "--index", index).status == 0
        moved.ask_all("after repair", despatch, index)
        assert moved.said.items() <= life.said.items()
        write(here / "corpus" / "buoys.md", "# Buoys\n\nThe yellow buoys mark the wreck.\n")
        assert json.loads(despatch("sync", "--index", index, "--json").out)["added"] == 1
        assert "yellow buoys" in despatch("ask", "What marks the wreck?", "--index", index).out
        (here / "corpus" / "ferry.md").unlink()
        assert despatch("forget", "ferry.md", "--index", index).status == 0
        assert held_in_files(index, [b"four crowns"]) == set()
        assert_sound(despatch("doctor", "--index", index))
        assert orphans_of(index) == {}
        assert despatch("restore", here / "copy.db", "--index", here / "again").status == 0
        assert_sound(despatch("doctor", "--index", here / "again"))
        assert_sound(processes(maker)("doctor", "--index", index))


MIGRATED = Path(__file__).parent / "old" / "schema-3.db"
MADE_OF = {
    "lamps.md": "# Lamps\n\nThe harbour lamps are lit at dusk.\n\n## Oil\n\nWhale oil is kept in the cellar.\n",
    "notes/tides.txt": "Tides\n\nThe spring tide on 3 March reached the quay wall.\n",
}


@pytest.fixture
def of_an_earlier_release(tmp_path: Path) -> Path:
    """A folder with a corpus and an index of it that an earlier release made on an SQLite of its day."""
    for name, text in MADE_OF.items():
        write(tmp_path / "corpus" / name, text)
    (tmp_path / "index").mkdir()
    shutil.copy(MIGRATED, tmp_path / "index" / "ledger.db")
    return tmp_path


@pytest.mark.parametrize("version", OLD)
def test_what_is_brought_up_to_date_here_opens_on_an_old_sqlite(version: str, of_an_earlier_release: Path, processes):
    corpus, index = of_an_earlier_release / "corpus", of_an_earlier_release / "index"
    assert processes(HERE)("sync", corpus, "--index", index).status == 0
    despatch = processes(version)
    assert_sound(despatch("doctor", "--index", index))
    assert "Whale oil" in despatch("ask", "What is kept in the cellar?", "--index", index).out
    write(corpus / "lamps.md", CHANGED)
    assert json.loads(despatch("sync", "--index", index, "--json").out)["changed"] == 1
    assert_sound(despatch("doctor", "--index", index))


@pytest.mark.parametrize("version", OLD)
def test_an_index_whose_full_text_index_an_old_sqlite_does_not_know_is_brought_up_to_date_there(
    version: str, of_an_earlier_release: Path, processes
):
    corpus, index, despatch = of_an_earlier_release / "corpus", of_an_earlier_release / "index", processes(version)
    assert "bring it up to date" in despatch("ask", "When are the lamps lit?", "--index", index).err
    synced = json.loads(despatch("sync", corpus, "--index", index, "--json").out)
    assert (synced["embedded"], synced["documents"]) == (0, 2)
    assert "lit at dusk" in despatch("ask", "When are the harbour lamps lit?", "--index", index).out
    assert_sound(despatch("doctor", "--index", index))
    assert despatch("forget", "lamps.md", "--index", index).status == 0
    assert held_in_files(index, [b"cellar", b"amps are", b"dusk"]) == set()


LONG = (
    "test_stopping",
    "test_migrations",
    "test_failing_writes",
    "test_laws",
    "test_erasing",
    "test_backups",
    "test_doctoring",
)


@pytest.mark.prove
@pytest.mark.parametrize("module", LONG)
def test_kills_full_disks_and_long_lives_are_survived_on_the_oldest_sqlite_too(module: str, tmp_path: Path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'base'}"]
    ran = subprocess.run(
        [*command, f"tests/index/{module}.py"], cwd=ROOT, env=environment(OLDEST), capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-6_000:]
