"""Where words stand in a text: every place, exactly, whatever the case and the white space."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Span
from index import DEFAULT_MODEL, Index, InvalidFilter, places, sync

# letters that become two or three when they are casefolded, some that change, one beyond 16 bits, and white space
LETTERS = "aAsSßẞİﬃΐıΣσς🌊𐐀. \n\t\u00a0"


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("The Ferry and the ferry.", "FERRY", ["Ferry", "ferry"]),
        (
            "an early\n\n  warning, an early\u00a0warning",
            " early  warning ",
            ["early\n\n  warning", "early\u00a0warning"],
        ),
        ("the lighthouses", "house", ["house"]),
        ("🌊 Eine Straße, zwei STRASSEN 🌊", "strasse", ["Straße", "STRASSE"]),
        ("Maß und sß", "ss", ["ß", "ß"]),
        ("of 1.5 (and more)", "1.5 (and", ["1.5 (and"]),
        ("125", "1.5", []),
        ("aaaa", "aa", ["aa", "aa"]),
        ("anything", " \n", []),
        ("", "a", []),
    ],
)
def test_each_place_is_found_letter_for_letter(text, words, found):
    assert [span.of(text) for span in places(text, words)] == found


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold())


@given(st.text(LETTERS, max_size=30), st.text(LETTERS, max_size=4))
def test_places_are_the_first_that_fit_and_hold_exactly_the_words(text, words):
    wanted = " ".join(words.casefold().split())
    expected, place = [], 0
    while wanted and place < len(text):
        fits = [end for end in range(place + 1, len(text) + 1) if plain(text[place:end]) == wanted]
        if fits and text[place:].lstrip() == text[place:]:
            expected.append(Span(place, fits[0]))
        place = fits[0] if expected and expected[-1].start == place else place + 1
    assert list(places(text, words)) == expected


TEXTS = {
    "harbour/ferry.md": "The ferry leaves the island. Ferries leave THE\nISLAND at seven; the ferryman rings.",
    "harbour/log.txt": "The island has no bridge. " * 400 + "The wind leaves the island.",
    "inland.txt": "An inland mill. The islands are far, and the leaves fall.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("held")
    for name, text in TEXTS.items():
        (folder / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    sync(folder / "corpus", folder / "index", model=DEFAULT_MODEL)
    opened = Index(folder / "index")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("the ISLAND", {"harbour/ferry.md": 2, "harbour/log.txt": 401, "inland.txt": 1}),
        ("leaves the island", {"harbour/ferry.md": 1, "harbour/log.txt": 1}),
        ("ferry", {"harbour/ferry.md": 2}),
        ("island.  Ferries", {"harbour/ferry.md": 1}),
        ("bridge leaves", {}),
        ("?!", {}),
        ('AND OR NEAR("', {}),
    ],
)
def test_every_document_is_told_with_how_often_the_words_stand_in_it(index, words, held):
    assert index.holding(words) == held
    assert {name: len(list(places(index.document(name).text, words))) for name in held} == held


def test_a_filter_narrows_it_and_a_bad_one_is_refused(index):
    assert index.holding("the island", where="folder = 'harbour/**' and type = md") == {"harbour/ferry.md": 2}
    with pytest.raises(InvalidFilter):
        index.holding("the island", where="island")
