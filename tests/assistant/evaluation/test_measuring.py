"""A set is kept as files with an index, and its questions are measured on what `retrieve` finds."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from assistant import Assistant, UnreadableSet, WorkFolderRefused, documents_named, evaluate, keep_set, read_set
from assistant.evaluation.filing import file_documents
from assistant.evaluation.measuring import evidence_places, ranked_documents
from tests.assistant.evaluation.sets import DOCUMENTS, QUESTIONS, write_set


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """A small set and its index."""
    judged = read_set(write_set(tmp_path_factory.mktemp("sets") / "harbour"))
    return judged, keep_set(judged, tmp_path_factory.mktemp("work"))


def test_a_document_is_a_file_with_its_title_first(harbour):
    _, kept = harbour
    files = kept.index.parent / "files"
    assert {path.name: path.read_text() for path in files.iterdir()} == {
        "000001.md": f"# Ferry\n\n{DOCUMENTS[0]['text']}",
        "000002.md": DOCUMENTS[1]["text"],
        "000003.md": f"# Orchard\n\n{DOCUMENTS[2]['text']}",
    }
    names = {"000001.md": "ferry", "000002.md": "mill", "000003.md": "orchard"}
    assert kept.names == json.loads((files.parent / "ids.json").read_text()) == names


def test_a_set_is_measured_by_the_documents_that_its_questions_bring(harbour):
    judged, kept = harbour
    told = []
    with Assistant.open(kept.index) as desk:
        found = evaluate(desk, judged, kept.names, told=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    assert (found.degraded, found.configuration["documents"], found.configuration["rerank"]) == ((), "3", "")
    assert set(found.scores) == {"q1", "q2"}
    assert found.scores["q1"]["ndcg@10"] == found.figure("hit@1").value == 1.0
    assert (found.figure("hit@1").questions, found.figure("hit@1").low) == (2, 1.0)


def test_a_question_is_searched_in_the_light_of_its_history(tmp_path, harbour):
    _, kept = harbour
    said = [{"role": "user", "text": "Who carved the oak wheel?"}, {"role": "assistant", "text": "Jonas Berg."}]
    questions = [
        {"id": "leaning", "text": "When was that?", "history": said},
        {"id": "alone", "text": "When was that?"},
    ]
    judged = read_set(write_set(tmp_path, questions=questions, judgements="leaning\tmill\t1\nalone\tmill\t1\n"))
    with Assistant.open(kept.index) as desk:
        found = evaluate(desk, judged, kept.names)
        alone = ranked_documents(desk.retrieve("When was that?", 200), kept.names)
    assert found.scores["leaning"]["hit@1"] == 1.0
    assert found.scores["alone"]["hit@1"] == float(alone[0] == "mill")


def test_a_document_counts_once_at_its_best_passage(tmp_path):
    long = "\n\n".join(f"Lamp {number} of the beacon burns all night long. " * 20 for number in range(12))
    documents = [{"id": "beacon", "title": "Beacon", "text": long}, DOCUMENTS[0]]
    judged = read_set(write_set(tmp_path / "set", documents=documents, judgements="q1\tferry\t1\n"))
    kept = keep_set(judged, tmp_path / "work")
    with Assistant.open(kept.index) as desk:
        assert desk.status().passages > 4
        hits = desk.retrieve("When does the beacon burn?", 200)
        assert [hit.document_id for hit in hits].count("000001.md") > 1
        assert ranked_documents(hits, kept.names) == ("beacon", "ferry")


def test_a_second_run_reads_only_what_changed(tmp_path):
    folder, work = tmp_path / "set", tmp_path / "work"
    kept = keep_set(read_set(write_set(folder)), work)
    files = kept.index.parent / "files"
    before = {path.name: path.stat().st_mtime_ns for path in files.iterdir()}
    changed = [DOCUMENTS[0], {**DOCUMENTS[1], "text": "The mill burnt down."}]
    keep_set(read_set(write_set(folder, documents=changed, judgements="q1\tferry\t1\n")), work)
    after = {path.name: path.stat().st_mtime_ns for path in files.iterdir()}
    assert {name for name in before if after.get(name) == before[name]} == {"000001.md"}
    with Assistant.open(kept.index) as desk:
        assert [document.id for document in desk.documents()] == ["000001.md", "000002.md"]
        assert desk.document("000002.md").text == "The mill burnt down."


def test_a_folder_with_files_of_something_else_is_left_alone(tmp_path):
    mine = tmp_path / "files" / "000001.md"
    mine.parent.mkdir()
    mine.write_text("My diary.")
    documents = read_set(write_set(tmp_path / "set")).documents
    with pytest.raises(WorkFolderRefused, match="files of something else"):
        file_documents(documents, tmp_path)
    with pytest.raises(WorkFolderRefused, match="--work"):
        file_documents(documents, mine)
    assert [path.read_text() for path in mine.parent.iterdir()] == ["My diary."]


def test_half_a_character_is_written_as_one_so_that_offsets_stay(tmp_path):
    documents = [{"id": "a", "title": "", "text": "wind\ud800 and weather"}]
    judged = read_set(write_set(tmp_path / "set", documents=documents, judgements="", questions=[]))
    file_documents(judged.documents, tmp_path / "work")
    assert (tmp_path / "work" / "files" / "000001.md").read_text() == "wind? and weather"


def test_documents_of_an_index_are_named_by_their_id_or_path(tmp_path, desk, monkeypatch):
    first, second, third = desk.documents()[:3]
    monkeypatch.chdir(desk.status().corpus)
    rows = [f"One?,{first.id},", f"Two?,{second.path},", f"Three?,./{third.id},"]
    (tmp_path / "ours.csv").write_text("\n".join(("question,document,answer", *rows)))
    names = documents_named(read_set(tmp_path / "ours.csv"), desk)
    assert names == {first.id: first.id, second.id: second.path, third.id: f"./{third.id}"}


def test_a_set_that_names_documents_that_are_not_there_is_refused(tmp_path, desk):
    (tmp_path / "ours.csv").write_text("question,document\nOne?,gone.md\nTwo?,away.md\n")
    with pytest.raises(UnreadableSet, match="names 2 documents that the index does not hold: 'gone.md'"):
        documents_named(read_set(tmp_path / "ours.csv"), desk)


@pytest.mark.parametrize(
    ("questions", "judgements", "told"),
    [
        (QUESTIONS, "q3\tferry\t1\n", "none has a right document"),
        ([{"id": "long", "text": "why " * 2_000}], "long\tferry\t1\n", "its question 'long' has more than 4,000"),
    ],
    ids=["none to find", "too long"],
)
def test_a_set_that_cannot_be_asked_is_refused(tmp_path, harbour, questions, judgements, told):
    judged = read_set(write_set(tmp_path, questions=questions, judgements=judgements))
    with Assistant.open(harbour[1].index) as desk, pytest.raises(UnreadableSet, match=told):
        evaluate(desk, judged, harbour[1].names)


def test_answers_are_measured_where_that_is_asked_for(harbour):
    judged, kept = harbour
    with Assistant.open(kept.index) as desk:
        found = evaluate(desk, judged, kept.names, answers=True)
        assert desk.ask(judged.questions[0].text).citations[0].document_id == "000001.md"
    assert list(found.scores["q1"])[6:] == ["correct", "f1", "citation-precision", "citation-recall", "answered"]
    assert found.scores["q1"]["correct"] == found.scores["q1"]["citation-precision"] == 1.0
    assert list(found.scores["q2"]) == list(found.scores["q1"])[:6]  # not known whether it can be answered
    assert list(found.scores["q3"]) == ["declined"]
    assert [figure.measure for figure in found.figures][6:] == [*list(found.scores["q1"])[6:], "declined"]
    assert found.figure("declined").questions == 1
    with pytest.raises(UnreadableSet, match="no question of it tells ndcg@7"):
        found.figure("ndcg@7")


def test_evidence_is_moved_to_where_the_index_has_it(harbour):
    judged, kept = harbour
    with Assistant.open(kept.index) as desk:
        (place,) = evidence_places(desk, judged, judged.questions[0], kept.names)
        assert desk.document(place.document).text[place.start : place.end] == DOCUMENTS[0]["text"]


def test_evidence_is_found_where_reading_changed_the_text_before_it(tmp_path):
    documents = [{"id": "a", "title": "A", "text": "One line.\r\n\r\nAnother line.\r\nThe wheel is of oak."}]
    questions = [{"id": "q1", "text": "Of what?", "evidence": [{"doc": "a", "start": 28, "end": 48}]}]
    judged = read_set(write_set(tmp_path / "set", documents, questions, "q1\ta\t1\n"))
    kept = keep_set(judged, tmp_path / "work")
    with Assistant.open(kept.index) as desk:
        (place,) = evidence_places(desk, judged, judged.questions[0], kept.names)
        assert desk.document(place.document).text[place.start : place.end] == "The wheel is of oak."


def test_evidence_in_the_users_own_documents_counts_in_their_stored_text(tmp_path, desk):
    document = desk.documents()[0]
    length = len(desk.document(document.id).text)

    def judged(end):
        questions = [{"id": "q", "text": "?", "evidence": [{"doc": document.path, "start": 3, "end": end}]}]
        return read_set(write_set(tmp_path, None, questions, ""))

    names = documents_named(judged(9), desk)
    assert names == {document.id: document.path}
    (place,) = evidence_places(desk, judged(9), judged(9).questions[0], names)
    assert (place.document, place.start, place.end) == (document.id, 3, 9)
    with pytest.raises(UnreadableSet, match="does not hold"):
        evidence_places(desk, judged(length + 1), judged(length + 1).questions[0], names)


def test_files_that_are_already_what_they_should_be_are_taken_over(tmp_path):
    documents = read_set(write_set(tmp_path / "set")).documents
    file_documents(documents, tmp_path / "work")
    (tmp_path / "work" / "ids.json").unlink()
    assert set(file_documents(documents, tmp_path / "work").values()) == {"ferry", "mill", "orchard"}


def test_what_was_not_at_hand_is_told(tmp_path, harbour):
    judged, kept = harbour
    broken = tmp_path / "index"
    shutil.copytree(kept.index, broken)
    with closing(sqlite3.connect(next(broken.rglob("*.db")))) as ledger, ledger:
        ledger.execute("UPDATE card SET value = 'gone/model' WHERE name = 'model'")
        ledger.execute("UPDATE card SET value = '00' WHERE name = 'model_fingerprint'")
    with Assistant.open(broken) as desk:
        found = evaluate(desk, judged, kept.names)
    assert len(found.degraded) == 1
    assert "Only words were searched" in found.degraded[0]
