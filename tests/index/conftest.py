"""The suites of syncing and searching run twice: over a folder of Chroma's, and in `make prove` over a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import sync
from tests.index.chroma_server import chroma_server

OVER_A_SERVER_TOO = ("test_syncing", "test_search")
# What they show is how the folders of generations are kept.
ABOUT_FOLDERS = {
    "test_without_its_chroma_generation_an_index_answers_alike_and_says_so",
    "test_opening_a_generation_leaves_every_byte_that_is_read_of_it_as_it_was",
    "test_a_sync_leaves_the_generation_that_readers_have_open_alone",
    "test_what_the_ledger_knows_and_the_vector_store_does_not_yet_is_found",
    "test_a_generation_with_more_deleted_than_living_vectors_is_filled_anew",
}


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
