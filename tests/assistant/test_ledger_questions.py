"""Which questions are about the documents as such, and what they ask."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.ledger_questions import LedgerQuestion, read

READ = [
    ("How many documents do you have?", LedgerQuestion("documents")),
    ("Can you tell me how many files there are?", LedgerQuestion("documents")),
    ("How many PDFs are in the collection?", LedgerQuestion("documents", where="type = pdf")),
    ("Please list all documents.", LedgerQuestion("documents")),
    ("What documents are available?", LedgerQuestion("documents")),
    ("List all documents since 2020", LedgerQuestion("documents", time="documents dated since 2020")),
    ("Show me all files in the folder annexes/a", LedgerQuestion("documents", where="folder = 'annexes/a/**'")),
    ("Which documents are in the handbook folder?", LedgerQuestion("documents", where="folder = 'handbook/**'")),
    ("Which documents mention the ceasefire in Gaza?", LedgerQuestion("mentions", "ceasefire in Gaza")),
    ("How many documents mention AUKUS?", LedgerQuestion("mentions", "AUKUS")),
    ("Which files are about climate?", LedgerQuestion("mentions", "climate")),
    ("Which PDFs contain “early warning”?", LedgerQuestion("mentions", "early warning", where="type = pdf")),
    ("Do any documents mention unicorns?", LedgerQuestion("mentions", "unicorns")),
    ("What documents do you have on Iran?", LedgerQuestion("mentions", "Iran")),
    ("In which documents is Iran mentioned?", LedgerQuestion("mentions", "Iran")),
    ("Where is AUKUS mentioned?", LedgerQuestion("mentions", "AUKUS")),
    ('How many times does the word "ceasefire" appear?', LedgerQuestion("mentions", "ceasefire")),
    (
        "How many documents mention AUKUS since 2020?",
        LedgerQuestion("mentions", "AUKUS", time="documents dated since 2020"),
    ),
    ("Which document is newest?", LedgerQuestion("extreme", most="newest")),
    ("What are the three longest documents?", LedgerQuestion("extreme", most="longest", number=3)),
    ("the oldest file", LedgerQuestion("extreme", most="oldest")),
    ("List all rows with sanctions", LedgerQuestion("rows", "sanctions")),
    ("How many rows of the table mention Iran?", LedgerQuestion("rows", "Iran")),
]
TO_THE_TEXT = [
    "How many documents were signed at the summit?",
    "How many documents did the ministers sign?",
    "What documents do I need for a passport?",
    "Which documents contain nuts?",
    "What are the sources of the Nile?",
    "What papers did Einstein publish in 1905?",
    "Which document says so?",
    "Which documents mention it?",
    "What is the oldest university?",
    "What is the latest document about?",
    "List all countries that take part",
    "How many files does a marching band have?",
    "Do documents need to be signed?",
    "What are the benefits mentioned in the report?",
    "When did the dialogue end?",
    "",
]


@pytest.mark.parametrize(("question", "asked"), READ)
def test_a_question_about_the_documents_is_read_as_one(question: str, asked: LedgerQuestion):
    assert read(question) == asked


@pytest.mark.parametrize("question", TO_THE_TEXT)
def test_a_question_to_the_text_is_none(question: str):
    assert read(question) is None


DATED = {"time": "documents dated since 2020"}
ABROAD = {
    "de": [
        ("Wie viele Dokumente gibt es?", LedgerQuestion("documents")),
        ("Können Sie mir bitte sagen, wie viele Dateien es hier gibt?", LedgerQuestion("documents")),
        ("Wie viele PDF-Dateien sind in der Sammlung?", LedgerQuestion("documents", where="type = pdf")),
        ("Welche Dokumente liegen vor?", LedgerQuestion("documents")),
        ("Bitte listen Sie alle Dokumente auf.", LedgerQuestion("documents")),
        ("Liste alle Dokumente seit 2020 auf", LedgerQuestion("documents", **DATED)),
        ("Zeige mir alle Dokumente ab März 2020", LedgerQuestion("documents", time="documents dated since March 2020")),
        (
            "Wie viele Dokumente gibt es zwischen 2019 und 2021?",
            LedgerQuestion("documents", time="documents dated between 2019 and 2021"),
        ),
        (
            "Welche Dokumente gibt es im Ordner „annexes/a“?",
            LedgerQuestion("documents", where="folder = 'annexes/a/**'"),
        ),
        (
            "Welche Dokumente erwähnen den Waffenstillstand in Gaza?",
            LedgerQuestion("mentions", "Waffenstillstand in Gaza"),
        ),
        ("Welche Dokumente erwähnen AUKUS seit 2020?", LedgerQuestion("mentions", "AUKUS", **DATED)),
        ("Welche Dokumente enthalten das Wort „Frühwarnung“?", LedgerQuestion("mentions", "Frühwarnung")),
        ("In welchen Dokumenten wird der Iran erwähnt?", LedgerQuestion("mentions", "Iran")),
        ("Wo wird AUKUS erwähnt?", LedgerQuestion("mentions", "AUKUS")),
        ("Gibt es Dokumente zum Iran?", LedgerQuestion("mentions", "Iran")),
        ("Liste alle Dokumente auf, die AUKUS erwähnen", LedgerQuestion("mentions", "AUKUS")),
        ("Welches Dokument ist das neueste?", LedgerQuestion("extreme", most="newest")),
        ("Was sind die drei längsten Dokumente?", LedgerQuestion("extreme", most="longest", number=3)),
        ("Liste alle Zeilen mit Sanktionen auf", LedgerQuestion("rows", "Sanktionen")),
        ("Wie viele Dokumente wurden auf dem Gipfel unterzeichnet?", None),
        ("Welche Dokumente brauche ich für einen Pass?", None),
        ("Welche Dokumente erwähnen es?", None),
        ("Welche Quellen nennen die Autoren?", None),
        ("Gibt es Dokumente zu unterschreiben?", None),
        ("Wird Paris die Stadt der Liebe genannt?", None),
        ("Was ist die älteste Universität?", None),
        ("Wie viele Dateien hat das Archiv verloren?", None),
        ("Was sind die dreißig neuesten Dokumente?", None),
    ],
    "fr": [
        ("Combien de documents y a-t-il ?", LedgerQuestion("documents")),
        ("Pouvez-vous me dire combien de fichiers PDF vous avez ?", LedgerQuestion("documents", where="type = pdf")),
        ("Combien y a-t-il de documents dans la collection ?", LedgerQuestion("documents")),
        ("Quels documents avez-vous ?", LedgerQuestion("documents")),
        ("Donnez-moi la liste des documents", LedgerQuestion("documents")),
        ("Listez tous les documents depuis 2020", LedgerQuestion("documents", **DATED)),
        (
            "Listez tous les documents à partir de mars 2020",
            LedgerQuestion("documents", time="documents dated since March 2020"),
        ),
        (
            "Quels documents y a-t-il dans le dossier « annexes » ?",
            LedgerQuestion("documents", where="folder = 'annexes/**'"),
        ),
        ("Quels documents mentionnent le cessez-le-feu à Gaza ?", LedgerQuestion("mentions", "cessez-le-feu à Gaza")),
        ("Quels sont les documents qui parlent de l’Iran ?", LedgerQuestion("mentions", "Iran")),
        ("Dans quels documents l’Iran est-il mentionné ?", LedgerQuestion("mentions", "Iran")),
        ("Combien de fois AUKUS est-il mentionné ?", LedgerQuestion("mentions", "AUKUS")),
        ("AUKUS est-il mentionné quelque part ?", LedgerQuestion("mentions", "AUKUS")),
        ("Y a-t-il des documents sur l’Iran ?", LedgerQuestion("mentions", "Iran")),
        ("Quel est le document le plus récent ?", LedgerQuestion("extreme", most="newest")),
        ("Quels sont les trois documents les plus longs ?", LedgerQuestion("extreme", most="longest", number=3)),
        ("Listez toutes les lignes de tableau avec sanctions", LedgerQuestion("rows", "sanctions")),
        ("Combien de documents ont été signés au sommet ?", None),
        ("Quels documents faut-il pour un passeport ?", None),
        ("Quels documents le mentionnent ?", None),
        ("Quel document le dit ?", None),
        ("Pourquoi AUKUS est-il mentionné ?", None),
        ("Par qui l’accord est-il cité ?", None),
        ("Quelle est la plus ancienne université ?", None),
        ("Combien de lignes de métro y a-t-il ?", None),
        ("Quels documents sont nécessaires ?", None),
    ],
    "es": [
        ("¿Cuántos documentos hay?", LedgerQuestion("documents")),
        ("¿Puede decirme cuántos archivos PDF tiene?", LedgerQuestion("documents", where="type = pdf")),
        ("¿Qué documentos hay en la colección?", LedgerQuestion("documents")),
        ("Haga una lista de los documentos", LedgerQuestion("documents")),
        ("Enumera todos los documentos desde 2020", LedgerQuestion("documents", **DATED)),
        (
            "Enumera todos los documentos desde marzo de 2020",
            LedgerQuestion("documents", time="documents dated since March 2020"),
        ),
        ("¿Qué documentos hay en la carpeta «annexes»?", LedgerQuestion("documents", where="folder = 'annexes/**'")),
        ("¿Qué documentos mencionan el alto el fuego en Gaza?", LedgerQuestion("mentions", "alto el fuego en Gaza")),
        ("¿En qué documentos se menciona Irán?", LedgerQuestion("mentions", "Irán")),
        ("¿Cuántas veces se menciona AUKUS?", LedgerQuestion("mentions", "AUKUS")),
        ("¿Hay documentos sobre Irán?", LedgerQuestion("mentions", "Irán")),
        ("¿Hay documentos que mencionen unicornios?", LedgerQuestion("mentions", "unicornios")),
        ("¿Cuál es el documento más reciente?", LedgerQuestion("extreme", most="newest")),
        ("¿Cuáles son los tres documentos más largos?", LedgerQuestion("extreme", most="longest", number=3)),
        ("Enumera todas las filas con sanciones", LedgerQuestion("rows", "sanciones")),
        ("¿Cuántos documentos se firmaron en la cumbre?", None),
        ("¿Qué documentos necesito para un pasaporte?", None),
        ("¿Qué documentos lo mencionan?", None),
        ("¿Dónde se nombra al ministro?", None),
        ("¿Por qué se menciona Irán?", None),
        ("¿Cuál es la universidad más antigua?", None),
        ("¿Qué documentos presentaron los ministros?", None),
    ],
}


@pytest.mark.parametrize(
    ("language", "question", "asked"),
    [(language, *one) for language, of_it in ABROAD.items() for one in of_it],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_is_read_in_other_languages_and_no_question_to_the_text_is(language, question, asked):
    assert read(question) == (asked and replace(asked, language=language))


def test_a_long_question_that_begins_like_one_is_read_at_once():
    for long in (
        "Welche Dokumente erwähnen " + "a " * 2_000,
        "AUKUS " * 600 + "est-il",
        "liste " + "de " * 1_000 + "x",
    ):
        assert read(long) is None
