"""What all tests share: no network, no settings of the person who runs them, one index of the pack."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import SETTINGS, Assistant, bundled_corpus
from assistant.settings import LLM_KEY_VARIABLE
from index import DEFAULT_MODEL, sync
from tests.forgoing import bound_by_modes
from tests.guard import sitecustomize  # noqa: F401  the guard holds for this process too

# a shell that runs the suite in the background has Ctrl-C ignored, and every child would inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
GUARD = Path(__file__).parent / "guard"


@pytest.fixture(autouse=True)
def _nobody_in_particular(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No DESPATCH_ variable and no folders of the user, but for the cache of compiled models."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.delenv(LLM_KEY_VARIABLE, raising=False)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))


@pytest.fixture
def modes_hold() -> Iterator[None]:
    """What is closed to others is closed to the test too, also where root runs it."""
    with bound_by_modes():
        yield


@pytest.fixture(scope="session")
def pack_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over the bundled pack; not to be written to."""
    index = tmp_path_factory.mktemp("pack") / "index"
    sync(bundled_corpus(), index, model=DEFAULT_MODEL)
    return index


@pytest.fixture(scope="session")
def desk(pack_index: Path):
    """The assistant over the bundled pack."""
    opened = Assistant.open(pack_index)
    yield opened
    opened.close()


@pytest.fixture
def guarded(tmp_path: Path) -> dict[str, str]:
    """An environment for child processes in which only this machine can be reached; GUARD_LOG holds the attempts."""
    return os.environ | {"PYTHONPATH": f"{GUARD}:{ROOT}", "GUARD_LOG": str(tmp_path / "attempts.txt")}
