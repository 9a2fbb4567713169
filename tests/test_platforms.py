"""Pythons and systems: what is declared, documented and run in CI agrees, and `make` says what it makes of a Python."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
JOBS = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]


def test_the_package_declares_the_pythons_and_refuses_no_later_one():
    told = [line.rpartition(" ")[2] for line in PROJECT["project"]["classifiers"] if ":: Python :: 3." in line]
    assert told == PYTHONS
    assert PROJECT["project"]["requires-python"] == f">={PYTHONS[0]}"


def test_the_checks_are_made_for_the_oldest_python():
    assert PROJECT["tool"]["mypy"]["python_version"] == PYTHONS[0]
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{PYTHONS[0].replace('.', '')}"


@pytest.mark.parametrize("document", ["README.md", "docs/operating.md"])
def test_the_documents_name_the_pythons(document: str):
    ranges = set(re.findall(r"3\.\d+ to 3\.\d+", (ROOT / document).read_text(encoding="utf-8")))
    assert ranges == {f"{PYTHONS[0]} to {PYTHONS[-1]}"}


def test_ci_runs_every_python_and_debian_12_and_a_mac():
    assert JOBS["linux"]["strategy"]["matrix"]["python"] == PYTHONS
    assert JOBS["debian-12"]["container"] == f"python:{PYTHONS[0]}-bookworm"
    assert JOBS["macos"]["runs-on"].startswith("macos-")
    for job in ("linux", "debian-12"):
        assert {"run": ".ci/run"} in JOBS[job]["steps"]


def test_every_file_that_ci_names_is_there():
    for job in JOBS.values():
        for step in job["steps"]:
            for named in re.findall(r"\.ci/\w+|tests/[\w/.]+", step.get("run", "")):
                assert (ROOT / named).exists(), named


@pytest.fixture
def made(tmp_path: Path):
    """Runs `make` up to the virtual environment, with a stand-in for a Python of that version."""

    def run(version: tuple[int, int]) -> tuple[int, str, bool]:
        # for `-c` this Python under another version; its `venv` makes a pip that does nothing
        python, venv = tmp_path / "python", tmp_path / "venv"
        python.write_text(
            "#!/bin/sh\n"
            f"""[ "$1" = -c ] && exec '{sys.executable}' -c "import sys; sys.version_info = {version!r}; $2"\n"""
            'mkdir -p "$3/bin" && ln -s /bin/true "$3/bin/python"\n'
        )
        python.chmod(0o755)
        done = subprocess.run(
            ["make", "-C", str(ROOT), f"PYTHON={python}", f"VENV={venv}", f"{venv}/.pip"],
            capture_output=True,
            text=True,
        )
        said = [line for line in (done.stdout + done.stderr).splitlines() if "Despatch" in line]
        return done.returncode, "\n".join(said), venv.exists()

    return run


def test_make_refuses_an_older_python_in_one_sentence(made):
    status, said, is_made = made((3, 10))
    assert status != 0
    assert said == "Despatch needs Python 3.11 or later; name one: make PYTHON=python3.13 ..."
    assert not is_made


@pytest.mark.parametrize("version", [tuple(map(int, each.split("."))) for each in PYTHONS], ids=PYTHONS)
def test_make_takes_each_python_without_a_word(made, version: tuple[int, int]):
    assert made(version) == (0, "", True)


def test_make_tries_a_later_python_and_says_so(made):
    assert made((3, 15)) == (0, "Despatch has not been tried on a Python after 3.14; trying it.", True)
