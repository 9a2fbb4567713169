"""Short notes whose first lines have many forms: what each is called, and that it answers with its first statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from assistant import Assistant
from tests.assistant.desks import desk_over


class Note(NamedTuple):
    """A note's text, its title ("" for none, then its file's name is shown), a question, the statement that answers."""

    text: str
    title: str
    question: str
    first: str


NOTES = {
    "sentence.txt": Note(
        "The committee met in Tallinn on 4 March 2025.\n\nIt agreed a budget of 12 million euros.\n",
        "",
        "Where did the committee meet?",
        "The committee met in Tallinn on 4 March 2025.",
    ),
    "exclamation.txt": Note(
        "The old lighthouse is open again!\r\n\r\nVisitors climb 212 steps.\r\n",
        "",
        "Is the old lighthouse open?",
        "The old lighthouse is open again!",
    ),
    "quoted.txt": Note(
        "“The dam will hold for forty years.”\n\nSo said the engineer Petra Lindqvist at the hearing.\n",
        "",
        "How long will the dam hold?",
        "“The dam will hold for forty years.”",
    ),
    "greeting.txt": Note(
        "Dear all,\n\nThe autoclave is out of order until Friday. Use the one in the cellar.\n",
        "",
        "Until when is the autoclave out of order?",
        "The autoclave is out of order until Friday.",
    ),
    "bare greeting.txt": Note(
        "Hi team\n\nPayroll moves to the 28th of each month.\n",
        "",
        "When is payroll?",
        "Payroll moves to the 28th of each month.",
    ),
    "german greeting.txt": Note(
        "Sehr geehrte Damen und Herren,\n\ndie Bibliothek schließt im August wegen Umbau.\n",
        "",
        "Wann schließt die Bibliothek?",
        "die Bibliothek schließt im August wegen Umbau.",
    ),
    "file name.txt": Note(
        "ferry-timetable_v2.docx\n\nThe last ferry to Aegna leaves at 18:40.\n",
        "",
        "When does the last ferry to Aegna leave?",
        "The last ferry to Aegna leaves at 18:40.",
    ),
    "address.txt": Note(
        "https://example.org/parking/rules\n\nParking on the quay costs 3 euros an hour.\n",
        "",
        "What does parking on the quay cost?",
        "Parking on the quay costs 3 euros an hour.",
    ),
    "date.txt": Note(
        "Tuesday, 11 February 2025\n\nThe beehives were moved to the north meadow.\n",
        "",
        "Where were the beehives moved?",
        "The beehives were moved to the north meadow.",
    ),
    "date and heading.txt": Note(
        "2025-03-19\n\nRepair of the church organ\n\nAn organ builder from Riga replaces the bellows.\n",
        "Repair of the church organ",
        "Who replaces the bellows?",
        "An organ builder from Riga replaces the bellows.",
    ),
    "mail.txt": Note(
        "From: Ada Moreau\nTo: Bo Falk\nSent: Monday\nSubject: Cellar flooding\n\nHello Bo,\n\n"
        "The pump failed on Sunday night.\n",
        "Cellar flooding",
        "When did the pump fail?",
        "The pump failed on Sunday night.",
    ),
    "dateline.txt": Note(
        "GENEVA, 3 May --\n\nDelegates signed the glacier convention after nine years of talks.\n",
        "",
        "Who signed the glacier convention?",
        "Delegates signed the glacier convention after nine years of talks.",
    ),
    "question.txt": Note(
        "How do I reset the thermostat?\n\nHold the wheel of the thermostat down for ten seconds.\n",
        "How do I reset the thermostat?",
        "How do I reset the thermostat?",
        "Hold the wheel of the thermostat down for ten seconds.",
    ),
    "colon.txt": Note(
        "Opening hours of the museum:\n\nThe museum is open from ten to five except on Mondays.\n",
        "Opening hours of the museum:",
        "When is the museum open?",
        "The museum is open from ten to five except on Mondays.",
    ),
    "hash.txt": Note(
        "# Vaccination of dogs\n\nDogs need a rabies vaccination every three years.\n",
        "Vaccination of dogs",
        "How often do dogs need a rabies vaccination?",
        "Dogs need a rabies vaccination every three years.",
    ),
    "underlined.txt": Note(
        "=================\nSnow clearing\n=================\nOwners clear the pavement before eight in the morning.\n",
        "Snow clearing",
        "Who clears the pavement?",
        "Owners clear the pavement before eight in the morning.",
    ),
    "numbered.txt": Note(
        "1. Scope of the warranty\n\nThe warranty covers the compressor for five years.\n",
        "1. Scope of the warranty",
        "What does the warranty cover?",
        "The warranty covers the compressor for five years.",
    ),
    "capitals.txt": Note(
        "NOTICE TO ANGLERS.\n\nFishing for pike is forbidden from April to June.\n",
        "NOTICE TO ANGLERS.",
        "When is fishing for pike forbidden?",
        "Fishing for pike is forbidden from April to June.",
    ),
    "japanese.txt": Note(
        "図書館は月曜日に休館します。\n\n貸出期間は二週間です。\n",
        "",
        "図書館はいつ休館しますか？",
        "図書館は月曜日に休館します。",
    ),
    "hindi.txt": Note(
        "पुल की मरम्मत मई में होगी।\n\nलागत दस लाख रुपये है।\n",
        "",
        "पुल की मरम्मत कब होगी?",
        "पुल की मरम्मत मई में होगी।",
    ),
}  # fmt: skip

# What other readers take for the title or, without one, for a heading may be a sentence, too.
OTHERS = {
    "tram.md": Note(
        "# The council rejected the tram on 9 June.\n\nIt will be asked again in autumn.\n",
        "The council rejected the tram on 9 June.",
        "When did the council reject the tram?",
        "The council rejected the tram on 9 June.",
    ),
    "windmill.html": Note(
        "<h1>The windmill grinds flour on Saturdays.</h1><p>Bring your own bag.</p>",
        "The windmill grinds flour on Saturdays.",
        "When does the windmill grind flour?",
        "The windmill grinds flour on Saturdays.",
    ),
    "quarry.rtf": Note(
        r"{\rtf1{\stylesheet{\s1 Title;}}\pard\s1 The quarry closed after the flood.\par\pard It is a lake now.\par}",
        "The quarry closed after the flood.",
        "When did the quarry close?",
        "The quarry closed after the flood.",
    ),
    "without subject.eml": Note(
        "From: Ada <ada@example.org>\nMIME-Version: 1.0\n\nThe rehearsal starts at seven.\n\nBring a pencil.\n",
        "",
        "When does the rehearsal start?",
        "The rehearsal starts at seven.",
    ),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    files = {name: note.text for name, note in (NOTES | OTHERS).items()}
    with desk_over(tmp_path_factory.mktemp("notes"), files) as opened:
        yield opened


@pytest.mark.parametrize("name", NOTES)
def test_a_note_has_its_title_and_its_first_statement_answers(name: str, desk: Assistant):
    assert_is_called_and_answers(name, NOTES[name], desk)


@pytest.mark.parametrize("name", OTHERS)
def test_a_title_that_is_a_sentence_can_be_quoted_whatever_read_it(name: str, desk: Assistant):
    assert_is_called_and_answers(name, OTHERS[name], desk)


def assert_is_called_and_answers(name: str, note: Note, desk: Assistant) -> None:
    assert desk.document(name).title == (note.title or name)
    answer = desk.ask(note.question)
    assert answer.statements
    assert answer.statements[0].text == note.first
    assert answer.citations[0].document_id == name
