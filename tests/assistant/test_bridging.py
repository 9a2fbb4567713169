"""A question that needs two documents and has the words of one: the other is found by the name that the first says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.bridging import names_beyond
from index import Index
from tests.assistant.desks import desk_over

QUESTION = "In which town was the builder of the Norholm bridge born?"
FILES = {
    "bridge.md": "---\ndate: 2024-05-01\n---\n# Norholm bridge\n\n"
    "The Norholm bridge was designed and built by Marek Tolvan. It has four arches.\n",
    "tolvan.md": "# Tolvan\n\nMarek Tolvan was born at Osterby, where his father kept a mill. "
    "He wrote verses, kept bees, and sailed twice to the islands in the far north to look for whales.\n",
    # what has more of the question's words than the page on Tolvan
    **{
        f"{town}.md": f"# Bridges of {town}\n\nThe bridge in the town of {town} is of stone; its builder was paid.\n"
        for town in ("Aldby", "Brekke", "Corvik", "Dalum", "Elsby", "Falkby", "Gamla", "Hovden")
    },
}


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("bridges")
    with desk_over(folder, FILES) as desk:
        yield desk


def cited(answer) -> list[str]:
    return [each.document_id for each in answer.citations]


def test_what_the_opening_names_is_looked_up_and_quoted(bridges: Assistant):
    assert "tolvan.md" not in [hit.document_id for hit in bridges.retrieve(QUESTION, 6)]
    answer = bridges.ask(QUESTION)
    assert cited(answer)[0] == "bridge.md"
    assert "tolvan.md" in cited(answer)


def test_the_filter_of_the_question_holds_for_what_is_looked_up(bridges: Assistant):
    answer = bridges.ask(QUESTION, where="document != tolvan.md")
    assert cited(answer)[0] == "bridge.md"
    assert "tolvan.md" not in cited(answer)


@pytest.mark.parametrize(
    ("question", "searches"),
    [
        (QUESTION, 2),
        ("Who designed and built the Norholm bridge?", 1),  # nothing is left unsaid
        (
            "According to papers since 2020, in which town was the builder of the Norholm bridge born?",
            1,
        ),  # a time, which the second search would not know
        ("Wer hat die Norholm bridge designed und built, und wo ist er geboren?", 1),  # German writes all nouns so
    ],
)
def test_what_is_named_is_looked_up_where_something_is_unsaid_and_the_question_allows_it(bridges, question, searches):
    class Counted(Index):
        searched = 0

        def search(self, *asked, **how):
            self.searched += 1
            return super().search(*asked, **how)

    with Assistant(Counted(bridges.index.folder)) as desk:
        assert desk.ask(question).citations
        assert desk.index.searched == searches


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        ("Who built the bridge?", "The bridge was built by Marek Tolvan.", ("Marek Tolvan",)),
        ("Was it Marek Tolvan?", "The bridge was built by Marek Tolvan.", ()),
        ("Was it Tolvan?", "The bridge was built by Marek Tolvan.", ("Marek Tolvan",)),
        ("Which court?", "It went to the Court of Appeal in 1999.", ("Court of Appeal",)),
        ("What fell?", "Snow fell. Later it rained.", ()),
        ("What fell?", "Snow fell on the EU, Malta and Rome. Malta froze.", ("EU", "Malta and Rome")),
        ("Что случилось?", "В Москве прошли переговоры.", ()),
        ("", "", ()),
    ],
)
def test_names_are_those_of_which_the_question_lacks_a_word(question: str, text: str, names: tuple[str, ...]):
    assert names_beyond(question, text) == names
