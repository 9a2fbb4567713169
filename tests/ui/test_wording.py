"""The words of the chat: which language is whose, and a page holds one language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.wording import ENGLISH, later, words_for, words_in


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
    assert words_in("de")("page.documents", n=1) == "1 Dokument"
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
