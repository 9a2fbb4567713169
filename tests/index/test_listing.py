"""All that holds some words: nothing ranked away, whatever the language, and a filter narrows it."""

from __future__ import annotations

import pytest

from index import DEFAULT_MODEL, Index, InvalidFilter, sync

TEXTS = {
    "en.md": "The treaties were signed in Geneva. A treaty needs signing.",
    "de.md": "Die Verträge wurden in Genf unterzeichnet. Der Vertrag gilt, sobald alle Länder ihn unterzeichnet haben.",
    "zh.md": "两国外长在日内瓦签署了条约。条约明年生效。",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("words")
    (folder / "corpus").mkdir()
    for name, text in TEXTS.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    for number in range(12):
        (folder / "corpus" / f"many-{number:02}.md").write_text(f"Letter {number} speaks of barley.", encoding="utf-8")
    sync(folder / "corpus", folder / "index", model=DEFAULT_MODEL)
    opened = Index(folder / "index")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("words", "document", "times"),
    [("treaty", "en.md", 2), ("Vertrag", "de.md", 2), ("条约", "zh.md", 2), ("needs signing", "en.md", 1)],
)
def test_words_are_found_in_the_inflections_of_each_language(index: Index, words: str, document: str, times: int):
    found = index.mentions(words, most=5, stand="together")
    assert ([hit.document_id for hit in found.hits], found.documents, found.times) == ([document], 1, times)
    for hit in found.hits:
        for match in hit.matches:
            assert index.document(document).text[match.span.start : match.span.end] == match.word


def test_the_count_is_complete_beyond_what_is_returned(index: Index):
    found = index.mentions("barley", most=3, stand="together")
    assert (len(found.hits), found.documents, found.searched) == (3, 12, 15)


def test_a_filter_narrows_it_and_a_bad_one_is_refused(index: Index):
    found = index.mentions("barley", where="document = 'many-0*'", most=20, stand="together")
    assert (found.documents, found.searched) == (10, 10)
    assert len(index.listed(where="document = 'many-0*'").documents) == 10
    with pytest.raises(InvalidFilter):
        index.mentions("barley", where="barley", most=1, stand="apart")


@pytest.mark.parametrize("words", ["", "?!", '"', 'AND OR NEAR("', "barley*", "\0"])
def test_nothing_in_the_words_is_an_operator(index: Index, words: str):
    assert index.mentions(words, most=1, stand="together").documents in (0, 12)


def test_words_in_another_order_do_not_stand_together(index: Index):
    assert index.mentions("barley of", most=1, stand="together").documents == 0
    assert index.mentions("barley of", most=1, stand="apart").documents == 12
