"""Questions that speak of a time, over a few documents that say nearly the same at different times."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Index, sync
from tests.index.test_syncing import write

CROWNS = {2021: "four", 2022: "five", 2023: "six"}
TIMELESS = (
    "What are the harbour dues?",
    "How many crowns does a small boat pay a night?",
    "When are the lamps lit?",
    "Who painted lamp 2021?",
)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("times")
    for year, crowns in CROWNS.items():
        write(
            base / "corpus",
            f"{crowns}.md",
            f"---\ndate: {year}-03-01\n---\n# Harbour dues\n\nA small boat pays {crowns} crowns a night.\n",
        )
    write(base / "corpus", "seven.md", "# Harbour dues\n\nA small boat pays seven crowns a night.\n")
    write(
        base / "corpus", "lamps.md", "---\ndate: 2024-05-01\n---\n# Lamps\n\nThe lamps of the quay are lit at dusk.\n"
    )
    sync(base / "corpus", base / "index", model=DEFAULT_MODEL)
    return base / "index"


@pytest.fixture(scope="module")
def index(harbour: Path) -> Iterator[Index]:
    opened = Index(harbour)
    yield opened
    opened.close()


def order(index: Index, question: str, where: str | None = None) -> list[str]:
    return [hit.document_id for hit in index.search(question, 10, where=where).hits]


@pytest.mark.parametrize("word", ["latest", "most recent", "newest"])
def test_the_latest_of_near_equals_comes_first_and_nothing_newer_off_the_topic(index: Index, word: str):
    found = order(index, f"What are the {word} harbour dues?")
    assert found[0] == "six.md"
    assert found.index("five.md") < found.index("four.md")
    assert found[-1] == "lamps.md"


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_what_is_of_the_time_asked_for_comes_first_and_nothing_is_lost(index: Index, year: int):
    found = index.search(f"What did a small boat pay in {year}?", 10)
    assert found.hits[0].document_id == f"{CROWNS[year]}.md"
    assert len(found.hits) == 5
    assert found.excluded == 0
    assert found.time == f"Documents from {year}-01-01 to {year}-12-31 were preferred."


def test_documents_of_a_time_are_all_that_is_searched_but_for_those_without_a_date(index: Index):
    question = "What do documents since 2022 say of harbour dues?"
    found = index.search(question, 10)
    assert {hit.document_id for hit in found.hits} == {"five.md", "six.md", "seven.md", "lamps.md"}
    assert (found.searched, found.excluded) == (4, 1)
    assert found.time == "Only documents since 2022-01-01, and those without a date, were searched."
    (kept_out,) = index.explain(question, 10).kept_out
    assert (kept_out.hit.document_id, kept_out.failed) == ("four.md", "not date < 2022-01-01")


def test_a_filter_and_a_time_hold_together(index: Index):
    found = order(index, "harbour dues in documents before 2023", "not document = seven.md")
    assert set(found) == {"four.md", "five.md"}


def test_a_filter_that_names_dates_is_all_that_counts_of_time(index: Index):
    found = index.search("harbour dues in documents since 2023", 10, where="date < 2022")
    assert ([hit.document_id for hit in found.hits], found.time) == (["four.md"], "")


@pytest.mark.parametrize("question", TIMELESS)
def test_without_a_time_the_dates_of_documents_change_nothing(
    harbour: Path, index: Index, tmp_path: Path, question: str
):
    shutil.copytree(harbour, tmp_path / "index")
    with closing(sqlite3.connect(tmp_path / "index" / "ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE document SET date = NULL")
    undated = Index(tmp_path / "index")
    found = index.search(question, 10)
    assert [replace(hit, date=None) for hit in found.hits] == list(undated.search(question, 10).hits)
    assert found.time == ""
    undated.close()


def test_where_nothing_has_a_date_a_time_changes_nothing_and_is_not_spoken_of(index: Index):
    dated = index.search("What did a small boat pay in 2021?", 10, where="document = seven.md")
    plain = index.search("What did a small boat pay in 2021?", 10, where="document = seven.md and not date = 1999")
    assert dated == plain
    assert dated.time == ""
