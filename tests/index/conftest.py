"""What the tests of the index share: a model that is loaded once, a process whose syncs can be stopped, a server.

The suites of syncing and searching run twice: over a folder of Chroma's, and in `make prove` over a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

import index.embedding
from index import sync
from tests.index.changing import Places, made_in
from tests.index.chroma_server import chroma_server
from tests.index.stoppable import Stoppable

OVER_A_SERVER_TOO = ("test_syncing", "test_search")
# What they show is how the folders of generations are kept.
ABOUT_FOLDERS = {
    "test_without_its_chroma_generation_an_index_answers_alike_and_says_so",
    "test_opening_a_generation_leaves_every_byte_that_is_read_of_it_as_it_was",
    "test_a_sync_leaves_the_generation_that_readers_have_open_alone",
    "test_what_the_ledger_knows_and_the_vector_store_does_not_yet_is_found",
    "test_a_generation_with_more_deleted_than_living_vectors_is_filled_anew",
}


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
def fingerprint(folder, precision):
    return index.embedding.fingerprint_of(folder, precision)


@cache
def located(name: str):
    return index.embedding.locate(name)


@pytest.fixture
def model_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync of a few lines takes a fifth of a second instead of one: 90 MB of weights are hashed once."""
    import index.identity
    import index.search
    import index.syncing

    for module in (index.search, index.syncing):
        monkeypatch.setattr(module, "open_embedder", lambda name, **_: opened(name))
    monkeypatch.setattr(index.identity, "locate", located)
    monkeypatch.setattr(index.identity, "fingerprint_of", fingerprint)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__.rpartition(".")[2] not in OVER_A_SERVER_TOO:
        return
    places = [pytest.param("folder"), pytest.param("server", marks=pytest.mark.prove)]
    if metafunc.function.__name__ in ABOUT_FOLDERS:
        places = places[:1]
    if "vectors_place" not in metafunc.fixturenames:
        metafunc.fixturenames.insert(0, "vectors_place")
    metafunc.parametrize("vectors_place", places, indirect=True, scope="module")


@pytest.fixture(scope="module")
def vectors_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where the syncs of a module put the vectors unless they say it themselves."""
    if request.param == "folder":
        yield
        return
    with chroma_server(tmp_path_factory.mktemp("server")) as server, pytest.MonkeyPatch.context() as patch:
        address = server.address
        patch.setattr(request.module, "sync", lambda *named, **how: sync(*named, **{"vectors": address, **how}))
        yield
