"""The words of a statement that answer."""

from __future__ import annotations

import pytest

from assistant import Statement
from corpus import Span
from tests.assistant.desks import desk_over

FERRY = """# Ferry timetable

The ferry to Norholm leaves the northern pier at seven in the morning on every day of the week. Captain Ada Lund rings
the bell twice before the ropes are cast off. The ferry was built because the old bridge fell into the water.
"""


@pytest.fixture(scope="module")
def ferry(tmp_path_factory):
    with desk_over(tmp_path_factory.mktemp("ferry"), {"ferry.md": FERRY}) as desk:
        yield desk


def bold(statement: Statement) -> list[str]:
    return [piece for piece, emphasised in statement.pieces() if emphasised]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("When does the ferry to Norholm leave?", "seven"), ("Who rings the bell twice?", "Ada Lund")],
)
def test_the_words_that_answer_stand_out_and_the_statement_stays_the_documents_own(ferry, question, answer):
    asked = ferry.ask(question)
    statement = asked.statements[0]
    assert any(answer in each for each in bold(statement))
    assert statement.text == asked.citations[0].quote
    assert "".join(piece for piece, _ in statement.pieces()) == statement.text


def test_without_the_judge_nothing_stands_out(ferry, monkeypatch):
    monkeypatch.setattr("assistant.desk.judge_at_hand", lambda: (None, ()))
    assert not any(each.emphasis for each in ferry.ask("When does the ferry to Norholm leave?").statements)


def test_pieces_of_a_stretch_are_cut_at_its_edges():
    statement = Statement("At seven sharp.", "supported", "", (1,), (Span(3, 8), Span(9, 14)))
    assert list(statement.pieces(5, 11)) == [("", False), ("ven", True), (" ", False), ("sh", True), ("", False)]


@pytest.mark.parametrize("emphasis", [(Span(3, 8), Span(7, 9)), (Span(9, 99),)])
def test_words_that_stand_out_lie_in_the_statement_in_order(emphasis):
    with pytest.raises(ValueError, match="emphasis"):
        Statement("At seven sharp.", "supported", "", (1,), emphasis)
