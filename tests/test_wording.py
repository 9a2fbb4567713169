"""The words of the page and the assistant's own: each language has them all, and each is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from assistant import LANGUAGES, Wording, texts_and_formats

ROOT = Path(__file__).parents[1]
ROOMS = ("assistant", "ui")
OTHERS = [language for language in LANGUAGES if language != "en"]


def wording_of(room: str, language: str) -> Wording:
    return Wording(language, *texts_and_formats(room, language))


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def names(text: object) -> list[set[str]]:
    """What is filled into each form; that of one thing may say the number in a word."""
    *ones, many = (set(re.findall(r"\{(\w+)\}", each)) for each in forms(text))
    return [*(each - {"n"} for each in ones), many]


@pytest.mark.parametrize("room", ROOMS)
def test_there_is_one_file_for_each_language(room):
    assert sorted(path.stem for path in (ROOT / room / "languages").iterdir()) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("room", ROOMS)
def test_a_language_has_every_text_with_the_same_names_to_fill_in_and_the_same_number_of_forms(room, language):
    english, words = wording_of(room, "en"), wording_of(room, language)
    assert {key: names(text) for key, text in words.texts.items()} == {
        key: names(text) for key, text in english.texts.items()
    }
    assert words.formats.keys() == english.formats.keys()
    assert all(len(words.listed(name)) == 12 for name in words.formats if name.endswith("months"))


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_of_a_language_is_the_english_one(room, language):
    english = wording_of(room, "en").texts
    same = {key for key, text in wording_of(room, language).texts.items() if text == english[key]}
    assert not {key for key in same if len(re.findall(r"[a-z]{2,}", forms(english[key])[0])) > 2}


def asked_for(room: str) -> set[str]:
    """The names of texts that stand in code, with whatever is filled into a name as `{...}`."""
    sections = "|".join({key.partition(".")[0] for key in wording_of(room, "en").texts})
    named = re.compile(rf"""["'`]((?:{sections})\.(?:\w|\$?\{{[^}}]*\}})+)["'`]""")
    sources = [*(ROOT / room).rglob("*.py"), *(ROOT / room).rglob("*.js")]
    found = {name for path in sources for name in named.findall(path.read_text(encoding="utf-8"))}
    return {name for name in found if not name.endswith((".js", ".css", ".db"))}


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_that_code_asks_for_is_there_and_none_is_there_that_no_code_asks_for(room):
    texts = wording_of(room, "en").texts
    patterns = [re.compile(re.sub(r"\$?\{[^}]*\}", "[a-z_]+", each)) for each in asked_for(room)]
    for pattern in patterns:
        assert any(map(pattern.fullmatch, texts)), pattern
    # a name that is filled in answers for all that it fits
    assert not [key for key in texts if not any(pattern.fullmatch(key) for pattern in patterns)]


def reasons() -> list[tuple[str, set[str]]]:
    """The phrases that a verdict's reason is made of in code, each with the names of what is filled in."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "assistant").rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        (call.args[0].value, {keyword.arg or "" for keyword in call.keywords})
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "reason"
    ]


def test_every_reason_of_a_verdict_is_a_phrase_and_fills_it_in():
    phrases = {
        key.removeprefix("verdict."): names(text)[-1]
        for key, text in wording_of("assistant", "en").texts.items()
        if key.startswith("verdict.")
    }
    assert all(phrases[key] == filled for key, filled in reasons())
    assert {key for key, _ in reasons()} == set(phrases)
