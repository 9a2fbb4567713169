"""What is found by words alone in other languages than English."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Index, sync

# notices of one town, and a question that each answers in other forms of its words
SPOKEN: dict[str, list[dict[str, str]]] = defaultdict(list)
for line in (Path(__file__).parent / "spoken.jsonl").read_text(encoding="utf-8").splitlines():
    SPOKEN[json.loads(line)["language"]].append(json.loads(line))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of the notices in all languages, each a file in a folder of its language."""
    base = tmp_path_factory.mktemp("spoken")
    for language, notices in SPOKEN.items():
        (base / "corpus" / language).mkdir(parents=True)
        for number, notice in enumerate(notices):
            (base / "corpus" / language / f"{number}.txt").write_text(notice["notice"], encoding="utf-8")
    sync(base / "corpus", base / "index", model=DEFAULT_MODEL)
    opened = Index(base / "index")
    yield opened
    opened.close()


@pytest.mark.parametrize("language", SPOKEN)
def test_a_question_finds_its_notice_by_its_words(spoken: Index, language: str):
    for number, notice in enumerate(SPOKEN[language]):
        hits = spoken.search(notice["question"], 30).hits
        assert [hit.document_id for hit in hits if hit.word_rank == 1] == [f"{language}/{number}.txt"]


def test_a_match_in_writing_without_spaces_is_what_matched_and_not_the_whole_line(spoken: Index):
    (hit,) = (hit for hit in spoken.search("石橋の補修", 30).hits if hit.document_id == "ja/2.txt")
    assert [match.word for match in hit.matches] == ["石橋", "補修"]
