"""The documents are true: their code runs, their links lead somewhere, what a script wrote is current."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

IMPORTABLE = os.environ | {"PYTHONPATH": str(ROOT)}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_document_leads_somewhere(page: Path):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_document_names_is_there(page: Path):
    for name in re.findall(r"`((?:assistant|corpus|index|ui|tests|docs)/[\w/.-]+)`", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_the_python_of_the_readme_runs(pack_index: Path):
    code = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert code
    for block in code:
        ran = subprocess.run(
            [sys.executable, "-c", block.replace("Assistant.open()", f"Assistant.open({str(pack_index)!r})")],
            capture_output=True,
            text=True,
            env=IMPORTABLE,
        )
        assert ran.returncode == 0, ran.stderr


def test_the_data_walk_says_what_the_code_does_now(tmp_path: Path):
    target = tmp_path / "walk.md"
    subprocess.run([sys.executable, str(ROOT / "docs/walk.py"), str(target)], check=True, cwd=ROOT, env=IMPORTABLE)
    assert target.read_text(encoding="utf-8") == (ROOT / "docs/walk.md").read_text(encoding="utf-8")
