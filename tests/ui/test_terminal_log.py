"""`despatch log` over conversations of a real index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import Assistant, Conversations, KeptExchange, read_set
from ui.shapes import answer_shape


@pytest.fixture
def kept(tmp_path: Path, desk: Assistant) -> Conversations:
    """Two conversations; the folder holds nothing else."""
    conversations = Conversations(tmp_path)
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    for number, question in enumerate(("When did the dialogue end?", "How many people attended?")):
        shape = answer_shape(desk.ask(question), desk.path_of)
        conversations.keep(KeptExchange(f"e{number}", f"c{number}", noon, question, None, "done", shape))
    conversations.rate("e0", False, "Too\nshort.")
    return conversations


def test_conversations_are_listed_found_and_shown(kept: Conversations, despatch, given):
    index = kept.file.parent
    status, out, err = despatch("log", "--index", index)
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["c1", "c0"]
    assert "2026-11-25T12:00:00Z" in out
    assert [each["id"] for each in given("log", "--search", "dialogue end", "--index", index)["conversations"]] == [
        "c0"
    ]
    out = despatch("log", "c0", "--index", index)[1]
    assert "When did the dialogue end?" in out
    assert "    Not helpful. Too\n    short." in out
    shown = given("log", "c1", "--index", index)
    assert (shown["title"], shown["exchanges"][0]["answer"]["outcome"]) == ("How many people attended?", "declined")


def test_a_conversation_is_written_to_a_file_that_can_be_verified_and_then_erased(
    kept: Conversations, pack_index: Path, tmp_path: Path, despatch
):
    file, index = tmp_path / "talk.json", kept.file.parent
    (index / "ledger.db").symlink_to(pack_index / "ledger.db")
    assert despatch("log", "c0", "--export", file, "--index", index) == (0, "", "")
    assert despatch("verify", file)[0] == 0
    assert despatch("log", "c0", "--delete", "--index", index) == (0, "", "")
    status, _, err = despatch("log", "c0", "--index", index)
    assert status == 1
    assert err.startswith("There is no conversation 'c0'")


def test_what_is_for_one_conversation_needs_its_id(tmp_path: Path, despatch):
    assert despatch("log", "--delete", "--index", tmp_path)[0] == 2
    assert despatch("log", "--index", tmp_path) == (0, "No conversations are kept.\n", "")


def test_judged_answers_become_a_set_that_can_be_measured(
    kept: Conversations, pack_index: Path, tmp_path, despatch, given
):
    index, folder = kept.file.parent, tmp_path / "set"
    (index / "ledger.db").symlink_to(pack_index / "ledger.db")
    kept.rate("e0", True, "")
    kept.rate("e1", True, "Rightly so.")
    follow_up = kept.exchanges("c0")[0]
    kept.keep(replace(follow_up, id="e2", question="And where?"))
    kept.rate("e2", False, "Not asked.")
    status, out, err = despatch("log", "--export-set", folder, "--index", index)
    assert (status, out, err) == (0, f"Wrote 3 questions to {folder}.\n", "")
    judged = {each.id: each for each in read_set(folder).questions}
    assert [judged[name].answerable for name in ("e0", "e1", "e2")] == [True, False, None]
    assert [turn.role for turn in judged["e2"].history] == ["user", "assistant"]
    place = judged["e0"].evidence[0]
    with Assistant.open(pack_index) as desk:
        assert desk.document(place.document).text[place.start : place.end] == follow_up.answer["citations"][0]["quote"]
    measured = given("eval", folder, "--answers", "--index", index)
    assert measured["measures"]
    assert despatch("log", "--export-set", folder, "--index", index)[0] == 1
    assert "mark some in the chat first" in despatch("log", "--export-set", folder, "--index", pack_index)[2]
