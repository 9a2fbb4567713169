"""What a search says of itself reads in the language of who asks, and in English as the index says it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from assistant import LANGUAGES, Assistant
from assistant.errors import JudgeUnavailable
from assistant.joined import Joined
from assistant.searched import said_again, said_in
from assistant.wording import wording
from index import Found, ModelUnavailable, VectorsUnavailable
from index.times import AskedTime, Period
from tests.assistant.desks import desk_over

FIRST, LAST = date(2020, 3, 1), date(2021, 5, 31)
PERIODS = (Period(FIRST, None), Period(None, LAST), Period(FIRST, LAST), Period(LAST, LAST))
TIMES = [
    AskedTime(periods, newest, only)
    for periods in ((PERIODS[0],), (PERIODS[1],), (PERIODS[2],), (PERIODS[3],), PERIODS[2:])
    for newest, only in ((False, False), (True, False), (False, True))
] + [AskedTime((), True, False)]
SENTENCES = [
    *map(str, TIMES),
    f"Only words were searched: {ModelUnavailable('all-MiniLM', 'is not on this machine', 'copy it there')}",
    f"Meaning was searched without Chroma: {VectorsUnavailable('/index', 'files are missing')}",
    str(JudgeUnavailable("its file is gone")),
    *Joined({}, aside=("minutes",)).missing,
]


@pytest.mark.parametrize("sentence", SENTENCES, ids=range(len(SENTENCES)))
def test_what_the_index_says_is_said_again_in_each_language_and_in_english_as_it_stands(sentence):
    said = {language: said_again(sentence, wording(language)) for language in LANGUAGES}
    assert said["en"] == sentence
    assert len(set(said.values())) == len(LANGUAGES)
    for day in ("2020-03-01", "2021-05-31"):
        assert all((day in each) == (day in sentence) for each in said.values())


def test_what_has_another_form_stays_as_it_is():
    found = Found((), 0, ("The disk is slow.",), time="", spelling="Something else.")
    assert said_in(found, wording("de")) == found


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory):
    text = "# Harbour\n\nDate: 3 June 2023\n\nThe harbour of Halvik has nine lanterns. The lanterns are lit at dusk.\n"
    with desk_over(tmp_path_factory.mktemp("harbour"), {"harbour.md": text}) as desk:
        yield desk


def test_what_a_misspelt_word_was_taken_for_is_told_in_the_language_of_who_asks(harbour: Assistant):
    told = {language: harbour.ask("lantrens harbuor dusk nine", language=language).spelling for language in LANGUAGES}
    assert told["en"] == harbour.search("lantrens harbuor dusk nine").spelling
    assert told["en"].count("instead.") == 2
    assert "„lantrens“ steht in keinem Dokument; gesucht wurde stattdessen „lanterns“." in told["de"]
    assert "«\xa0harbuor\xa0» ne figure dans aucun document" in told["fr"]
    assert "«lantrens» no está en ningún documento; en su lugar se buscó «lanterns»." in told["es"]
    assert harbour.look_up("lantrens harbuor dusk nine", language="es").spelling == told["es"]


def test_how_a_time_was_understood_is_told_in_the_language_of_the_question(harbour: Assistant):
    answer = harbour.ask("Welche Dokumente erwähnen Halvik seit 2023?")
    assert (answer.outcome, answer.language) == ("answered", "de")
    assert answer.time == "Durchsucht wurden nur Dokumente ab 2023-01-01 und solche ohne Datum."


def test_what_was_not_at_hand_is_told_in_the_language_of_who_asks(tmp_path: Path):
    with desk_over(tmp_path, {"ferry.md": "# Ferry\n\nThe ferry leaves at seven in the morning.\n"}):
        pass
    with closing(sqlite3.connect(next((tmp_path / "index").rglob("*.db")))) as ledger, ledger:
        ledger.execute("UPDATE card SET value = 'gone/model' WHERE name = 'model'")
        ledger.execute("UPDATE card SET value = '00' WHERE name = 'model_fingerprint'")
    with Assistant.open(tmp_path / "index") as desk:
        told = desk.ask("Torquay?", language="de").degraded
    assert [each.partition(": ")[0] for each in told] == ["Gesucht wurde nur nach Wörtern"]
