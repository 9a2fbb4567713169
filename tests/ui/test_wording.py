"""The words of the chat: each language has them all, each is used, and a page holds one language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.wording import ENGLISH, Text, later, words_for, words_in
from ui.wording import languages as known

UI = Path(__file__).parents[2] / "ui"
OTHERS = [language for language in known() if language != "en"]
SOURCES = [*UI.rglob("*.py"), *UI.rglob("*.js")]


def forms(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def names(text: Text) -> list[set[str]]:
    return [set(re.findall(r"\{(\w+)\}", each)) for each in forms(text)]


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_text_with_the_same_names_to_fill_in_and_the_same_number_of_forms(language):
    words = words_in(language)
    assert {key: names(text) for key, text in words.texts.items()} == {
        key: names(text) for key, text in ENGLISH.texts.items()
    }
    assert len(words.formats["short_months"]) == 12
    assert words("page.documents", n=1) != words("page.documents", n=1234)


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_of_a_language_is_the_english_one(language):
    english = {key for key, text in words_in(language).texts.items() if text == ENGLISH.texts[key]}
    assert not {key for key in english if len(re.findall(r"[a-z]{2,}", forms(ENGLISH.texts[key])[0])) > 2}


def asked_for() -> set[str]:
    """The names of texts that stand in code, with whatever is filled into a name as `{...}`."""
    sections = "|".join({key.partition(".")[0] for key in ENGLISH.texts})
    named = re.compile(rf"""["'`]((?:{sections})\.(?:\w|\$?\{{[^}}]*\}})+)["'`]""")
    found = {name for path in SOURCES for name in named.findall(path.read_text(encoding="utf-8"))}
    return {name for name in found if not name.endswith((".js", ".css", ".db"))}


def test_every_text_that_code_asks_for_is_there_and_none_is_there_that_no_code_asks_for():
    patterns = [re.compile(re.sub(r"\$?\{[^}]*\}", "[a-z_]+", each)) for each in asked_for()]
    for pattern in patterns:
        assert any(map(pattern.fullmatch, ENGLISH.texts)), pattern
    # a name that is filled in answers for all that it fits
    assert not [key for key in ENGLISH.texts if not any(pattern.fullmatch(key) for pattern in patterns)]


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"accept-language": "de-CH,de;q=0.9,en;q=0.8"}, "de"),
        ({"accept-language": "it, fr;q=0.5, es;q=0.7"}, "es"),
        ({"accept-language": "pl"}, "en"),
        ({"accept-language": "de", "cookie": "a=b; despatch_choices=theme=dark&language=fr"}, "fr"),
        ({"accept-language": "de", "cookie": "despatch_choices=language=../../en"}, "de"),
        ({"accept-language": "de;q=x,;;,", "cookie": 'despatch_choices="'}, "de"),
        ({"cookie": f"despatch_choices={'a=1&' * 99}language=fr"}, "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browsers_or_english(headers, language):
    assert words_for(headers).language == language


def test_numbers_are_written_and_counted_as_the_language_does():
    assert ENGLISH("page.documents", n=1234) == "1,234 documents"
    assert words_in("de")("page.documents", n=1234) == "1.234 Dokumente"
    assert words_in("fr")("progress.searching", n=0) == "Recherche dans 0 document…"
    assert words_in("de").seconds(0.1) == "0,1"


@given(st.text())
def test_a_page_is_filled_without_a_value_becoming_markup_or_another_text(value):
    said = later("question.by_model", model=value)
    page = words_in("de").filled(f'<html lang="en"><head><script>"{said}"</script>'.encode()).decode()
    assert page.startswith('<html lang="de"><head><script src="ui/words-de.js"></script><script>"')
    assert not re.search(r"[<>&]|(?<!\\)\"", page.partition('<script>"')[2].removesuffix('"</script>'))


def test_words_of_a_document_that_look_like_a_text_of_ours_are_left_as_they_are():
    for own in (b"@@none.such?@@", b"@@page.documents?n=x@@", b"@@page.documents?@@"):
        assert words_in("de").filled(own) == own
