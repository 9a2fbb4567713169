"""Judged sets are read as their description says, and refused in one sentence that names the place."""

from __future__ import annotations

import pytest

from assistant import UnreadableSet, read_set
from assistant.evaluation import judged
from assistant.evaluation.judged import EvidencePlace
from assistant.terms import Turn
from tests.assistant.evaluation.sets import DOCUMENTS, QUESTIONS, write_set


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "compressed"])
def test_a_folder_holds_documents_questions_and_grades(tmp_path, compressed):
    found = read_set(write_set(tmp_path / "harbour", compressed=compressed))
    assert found.name == "harbour"
    assert [(one.id, one.title, one.text) for one in found.documents] == [
        tuple(document.values()) for document in DOCUMENTS
    ]
    assert [(one.id, one.text, one.answerable) for one in found.questions] == [
        (question["id"], question["text"], question["answerable"]) for question in QUESTIONS
    ]
    assert found.questions[0].answers == ("at seven",)
    assert found.questions[0].evidence == (EvidencePlace("ferry", 0, 55),)
    assert found.grades == {"q1": {"ferry": 2, "orchard": 0}, "q2": {"mill": 1}, "q3": {"ferry": 1}}


def test_unanswerable_questions_and_those_without_a_right_document_are_not_looked_for(tmp_path):
    more = [*QUESTIONS, {"id": "q4", "text": "Unjudged?"}, {"id": "q5", "text": "All wrong?"}]
    found = read_set(write_set(tmp_path, questions=more, judgements="q1\tferry\t1\nq3\tmill\t1\nq5\tmill\t0\n"))
    assert [question.id for question in found.to_find] == ["q1"]


def test_a_folder_without_a_corpus_judges_the_documents_of_an_index(tmp_path):
    found = read_set(write_set(tmp_path, documents=None, judgements="q1\tnotes/ferry.md\t1\n"))
    assert found.documents is None
    assert found.grades == {"q1": {"notes/ferry.md": 1}}


def test_the_history_of_a_question_is_kept_in_its_order(tmp_path):
    said = [{"role": "user", "text": "And the mill?"}, {"role": "assistant", "text": "It turns."}]
    found = read_set(
        write_set(tmp_path, questions=[{"id": "q1", "text": "Since when?", "history": said}], judgements="")
    )
    assert found.questions[0].history == (Turn("user", "And the mill?"), Turn("assistant", "It turns."))


def test_a_table_is_a_set_whose_questions_are_known_by_their_words(tmp_path):
    table = tmp_path / "Ours.CSV"
    table.write_text(
        "\ufeffNote, Question ,document,answer\n"
        'x,"When does the ferry, if any, leave?",ferry.md,at seven\n'
        "\n"
        ",Who?,a.md,Jonas\n"
        ",Who?,b.md,\n"
        ",How deep?,,\n",
        encoding="utf-8",
    )
    found = read_set(table)
    assert (found.name, found.documents) == ("Ours", None)
    assert [(one.id, one.answerable, one.answers) for one in found.questions] == [
        ("When does the ferry, if any, leave?", True, ("at seven",)),
        ("Who?", True, ("Jonas",)),
        ("How deep?", False, ()),
    ]
    assert found.grades == {
        "When does the ferry, if any, leave?": {"ferry.md": 1},
        "Who?": {"a.md": 1, "b.md": 1},
    }


FAULTS = {
    "not JSON": ({"questions": ["nonsense\n"]}, "queries.jsonl cannot be used (line 1: it is not JSON)"),
    "JSON too deep": ({"questions": ["[" * 100_000 + "\n"]}, "line 1: it is not JSON"),
    "no object": ({"questions": ["[]\n"]}, "line 1: it is no JSON object"),
    "no id": ({"questions": [{"text": "Who?"}]}, "line 1: there is no `id`"),
    "an id that is no text": ({"questions": [{"id": 1, "text": "Who?"}]}, "line 1: `id` is no text"),
    "an id twice": ({"documents": [DOCUMENTS[0], DOCUMENTS[0]]}, "line 2: the id 'ferry' is there already"),
    "no question": ({"questions": [{"id": "q", "text": " "}]}, "line 1: the question is empty"),
    "answerable": ({"questions": [{"id": "q", "text": "?", "answerable": "no"}]}, "`answerable` is not true"),
    "answers": ({"questions": [{"id": "q", "text": "?", "answers": "no"}]}, "`answers` is no list of texts"),
    "history": ({"questions": [{"id": "q", "text": "?", "history": [{"role": "ghost", "text": ""}]}]}, "`history`"),
    "history is a number": ({"questions": [{"id": "q", "text": "?", "history": 3}]}, "`history`"),
    "evidence": ({"questions": [{"id": "q", "text": "?", "evidence": [{"doc": "ferry", "start": 3, "end": 3}]}]},
                 "`evidence` holds something else"),
    "evidence elsewhere": (
        {"questions": [{"id": "q", "text": "?", "evidence": [{"doc": "mill", "start": 0, "end": 999}]}]},
        "the evidence of 'q' stands in no document",
    ),
    "a document without text": ({"documents": [{"id": "a", "title": "A"}]}, "line 1: there is no `text`"),
    "two columns": ({"judgements": "q1\tferry\n"}, "qrels.tsv cannot be used (line 1: it is not a question"),
    "a header": ({"judgements": "query-id\tcorpus-id\tscore\n"}, "line 1: it is not a question"),
    "a huge grade": ({"judgements": "q1\tferry\t51\n"}, "a grade up to 50"),
    "an unknown question": ({"judgements": "\nq9\tferry\t1\n"}, "line 2: there is no question 'q9'"),
    "an unknown document": ({"judgements": "q1\tpier\t1\n"}, "line 1: there is no document 'pier'"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_sentence_with_its_place(tmp_path, fault):
    given, told = FAULTS[fault]
    with pytest.raises(UnreadableSet) as refused:
        read_set(write_set(tmp_path, **given))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


TABLES = {
    "no columns": (b"question,answer\n", "line 1: it does not name the columns"),
    "no question": (b"question,document\n,a.md\n", "line 2: the question is empty"),
    "an answer from nowhere": (
        b"question,document,answer\nWho?,,Jonas\n",
        "line 2: there is an answer and no document",
    ),
    "an open quote": (b'question,document\n"Who?,a.md\n', "line 2: it is not CSV"),
    "not UTF-8": (b"question,document\ncaf\xe9,a.md\n", "it is not UTF-8"),
}


@pytest.mark.parametrize("fault", TABLES)
def test_a_fault_of_a_table_is_one_sentence_with_its_line(tmp_path, fault):
    content, told = TABLES[fault]
    (tmp_path / "set.csv").write_bytes(content)
    with pytest.raises(UnreadableSet) as refused:
        read_set(tmp_path / "set.csv")
    assert told in str(refused.value)


def test_what_is_no_set_is_refused(tmp_path):
    (tmp_path / "set.txt").write_text("Who?")
    for place, told in (
        ("set.txt", "neither a folder nor"),
        ("gone", "it is not there"),
        (".", "no queries.jsonl"),
    ):
        with pytest.raises(UnreadableSet, match=told):
            read_set(tmp_path / place)
    write_set(tmp_path, compressed=True)
    (tmp_path / "qrels.tsv").unlink()
    with pytest.raises(UnreadableSet, match=r"qrels\.tsv"):
        read_set(tmp_path)
    for damaged in (b"no gzip", (tmp_path / "queries.jsonl.gz").read_bytes()[:-9]):
        (tmp_path / "queries.jsonl.gz").write_bytes(damaged)
        with pytest.raises(UnreadableSet, match="its compression is damaged"):
            read_set(tmp_path)


def test_a_line_that_no_memory_takes_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(judged, "LONGEST_LINE", 200)
    write_set(tmp_path, documents=[{"id": "a", "text": "x" * 300}], compressed=True)
    with pytest.raises(UnreadableSet, match="line 1: it is too long"):
        read_set(tmp_path)
