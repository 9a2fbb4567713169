"""Which questions are about the documents as such, and what they ask."""

from __future__ import annotations

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
