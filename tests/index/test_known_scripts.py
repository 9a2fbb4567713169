from __future__ import annotations

import pytest

from index import DEFAULT_MODEL, is_unspaced, knows_script


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("When is it lit?", True),
        ("Où est l’été ? Größe: ½", True),
        ("1945?", True),
        ("", True),
        ("What does 灯台 mean?", True),
        ("GnuPG とは何ですか？", False),
        ("Сколько?", False),
        ("متى؟", False),
        ("몇 명입니까?", False),
        ("Ｗｈｅｎ？", True),
    ],
)
def test_the_default_model_knows_latin_letters(text: str, known: bool):
    assert knows_script(DEFAULT_MODEL, text) is known


def test_nothing_is_said_of_a_model_that_is_not_known():
    assert knows_script("a/multilingual-model", "Сколько?")


@pytest.mark.parametrize(
    ("text", "unspaced"),
    [
        ("灯台を見張る", True),
        ("몇 명입니까?", True),
        ("Сколько?", False),
        ("What is 灯台?", False),
        ("", False),
        ("12", False),
    ],
)
def test_writing_without_spaces_is_told_by_most_of_its_letters(text: str, unspaced: bool):
    assert is_unspaced(text) is unspaced
