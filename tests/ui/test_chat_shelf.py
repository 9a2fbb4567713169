"""The shelf of sources: bounded, replaced in place, safe under several threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.ui.test_chat_panel import CITATION, HIT
from ui.chat.shelf import Shelf, Sources


def test_the_oldest_answer_is_dropped_first():
    shelf = Shelf(capacity=2)
    for name in ("a", "b", "c"):
        shelf.keep(name, Sources((CITATION,)))
    assert shelf.sources("a") is None
    assert shelf.sources("b") == shelf.sources("c") == Sources((CITATION,))


def test_an_answer_that_grows_takes_one_place():
    shelf = Shelf(capacity=2)
    shelf.keep("a", Sources())
    for _ in range(5):
        shelf.keep("b", Sources((CITATION,)))
    assert shelf.sources("a") == Sources()


def test_a_source_is_found_by_its_number_and_no_other():
    sources = Sources((CITATION,), (HIT,))
    assert sources.citation(1) is CITATION
    assert sources.passage(1) is HIT
    assert [sources.citation(2), sources.passage(0), sources.passage(2)] == [None, None, None]


def test_many_threads_leave_the_shelf_within_its_bound():
    shelf = Shelf(capacity=10)
    with ThreadPoolExecutor(8) as pool:
        ids = list(map(str, range(400)))
        list(pool.map(lambda each: shelf.keep(each, Sources()), ids))
    assert sum(shelf.sources(each) is not None for each in ids) == 10


def test_an_answer_that_is_kept_elsewhere_is_let_go_of():
    shelf = Shelf()
    shelf.keep("a", Sources((CITATION,)))
    shelf.drop("a")
    shelf.drop("never there")
    assert shelf.sources("a") is None
