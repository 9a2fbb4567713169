"""What the tests of the laws share: a model that is loaded once, and a process whose syncs can be stopped."""

from __future__ import annotations

from functools import cache

import pytest

import index.embedding
from tests.index.changing import Places, made_in
from tests.index.stoppable import Stoppable


@pytest.fixture(scope="session")
def stoppable():
    with Stoppable() as process:
        yield process


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, stoppable: Stoppable) -> Places:
    """Indexes of one corpus, of which `index` is to be stopped at will."""
    return made_in(tmp_path_factory.mktemp("stopping"), stoppable)


@cache
def opened(name: str):
    return index.embedding.open_embedder(name)


@cache
def fingerprint(folder):
    return index.embedding.fingerprint_of(folder)


@cache
def located(name: str):
    return index.embedding.locate(name)


@pytest.fixture
def model_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync of a few lines takes a fifth of a second instead of one: 90 MB of weights are hashed once."""
    import index.search
    import index.syncing

    for module in (index.search, index.syncing):
        monkeypatch.setattr(module, "open_embedder", lambda name, **_: opened(name))
    monkeypatch.setattr(index.syncing, "locate", located)
    monkeypatch.setattr(index.syncing, "fingerprint_of", fingerprint)
