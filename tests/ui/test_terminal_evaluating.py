"""`despatch eval`: what it prints, and by which exit status a gate knows what happened."""

from __future__ import annotations

import json

import pytest

from tests.assistant.evaluation.sets import write_set


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A set that brings its documents, and where they are kept."""
    return write_set(tmp_path_factory.mktemp("sets") / "harbour"), tmp_path_factory.mktemp("work")


@pytest.fixture
def table(tmp_path):
    """Writes a table of questions about the bundled pack."""

    def write(*rows):
        place = tmp_path / "ours.csv"
        place.write_text("\n".join(("question,document,answer", *rows)), encoding="utf-8")
        return place

    return write


def test_the_measures_come_as_a_table_with_their_intervals(despatch, judged):
    folder, work = judged
    status, out, err = despatch("eval", folder, "--work", work)
    lines = [line.split() for line in out.splitlines()]
    assert status == 0
    assert out.startswith("harbour: 3 documents, all-MiniLM-L6-v2, fp32, Despatch ")
    assert [line[0] for line in lines[2:]] == ["ndcg@10", "recall@5", "recall@10", "recall@20", "mrr@10", "hit@1"]
    assert lines[2] == ["ndcg@10", "1.000", "1.000", "to", "1.000", "2"]


def test_the_json_names_what_was_measured_and_each_minimum(despatch, judged):
    folder, work = judged
    least = ("--min", "ndcg@10=.8", "--min", "recall@1=1.0")
    status, out, _ = despatch("eval", folder, "--work", work, "--json", *least)
    shape = json.loads(out)
    assert status == 0
    assert (shape["set"], shape["configuration"]["documents"], shape["passed"]) == ("harbour", "3", True)
    assert (shape["against"], shape["curve"]) == (None, [])
    assert shape["measures"][0] == {
        "measure": "ndcg@10", "value": 1.0, "low": 1.0, "high": 1.0, "questions": 2, "minimum": 0.8,
    }  # fmt: skip
    assert {row["measure"]: row["minimum"] for row in shape["measures"]}["recall@1"] == 1.0


def test_below_a_minimum_the_status_is_1_and_says_which(despatch, tmp_path, judged):
    wrong = write_set(tmp_path / "harbour", judgements="q1\tferry\t1\nq2\torchard\t1\n")
    status, out, err = despatch("eval", wrong, "--work", judged[1], "--json", "--min", "hit@1=.6", "--min", "hit@3=.1")
    assert (status, json.loads(out)["passed"]) == (1, False)
    assert err == "hit@1 is 0.5000, below its minimum of 0.6.\n"


def test_a_table_is_measured_on_the_index_that_is_named(given, table, pack_index):
    rows = ("When did the dialogue end?,readout.md,", "What is AUKUS?,readout.md,", "How much do oats cost?,,")
    shape = given("eval", table(*rows), "--index", pack_index)
    assert (shape["set"], shape["index"], shape["measures"][0]["questions"]) == ("ours", str(pack_index), 2)


def test_a_set_that_cannot_be_used_is_one_sentence_and_status_2(despatch, tmp_path, table, pack_index):
    for place in (tmp_path / "gone", table("Who?,gone.md,"), write_set(tmp_path / "set", questions=["x\n"])):
        status, out, err = despatch("eval", place, *(("--index", pack_index) if place.suffix else ()))
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "cannot be used" in err


@pytest.mark.parametrize(
    "least", ["ndcg@10", "map@10=.5", "ndcg@10=2", "ndcg@10=1.5", "ndcg@10=-1", "ndcg@10=nan", "=1"]
)
def test_a_minimum_that_is_none_is_wrong_use(despatch, judged, least):
    status, out, err = despatch("eval", judged[0], "--min", least)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "such as ndcg@10" in err


def test_options_that_do_not_fit_the_set_are_wrong_use(despatch, judged, table, tmp_path, pack_index):
    status, _, err = despatch("eval", judged[0], "--index", pack_index)
    assert (status, "brings its own documents" in err) == (2, True)
    status, _, err = despatch("eval", table("Who?,readout.md,"), "--work", tmp_path)
    assert (status, "none of its own" in err) == (2, True)


def test_documents_of_the_set_that_cannot_be_read_are_told(despatch, tmp_path):
    documents = [{"id": "blank", "title": "", "text": ""}, {"id": "b", "title": "", "text": "The ferry is late."}]
    questions = [{"id": "q1", "text": "When does the ferry leave?"}]
    folder = write_set(tmp_path / "set", documents, questions, "q1\tblank\t1\n")
    status, out, err = despatch("eval", folder, "--work", tmp_path / "work", "--json")
    assert (status, json.loads(out)["measures"][0]["value"]) == (0, 0.0)
    assert "1 of the set's documents cannot be read, the first 'blank': The file is empty" in err


def test_a_run_is_kept_and_a_later_one_compared_with_it(despatch, tmp_path, judged):
    folder, work = judged
    run = tmp_path / "run.json"
    assert despatch("eval", folder, "--work", work, "--save", run)[0] == 0
    other = write_set(tmp_path / "harbour", judgements="q1\tferry\t1\nq2\torchard\t1\n")
    status, out, err = despatch("eval", other, "--work", work, "--against", run)
    assert status == 0
    told = out.partition("\n\n")[2].splitlines()
    assert told[0].startswith(f"Against {run}, 3 documents")
    assert told[0].endswith("2 questions in common.")
    assert told[2].split()[:4] == ["ndcg@10", "1.000", "0.815", "-0.185"]
    assert told[-1].split(maxsplit=3) == ["1.000", "to", "0.631", "Who carved the oak wheel?"]
    assert "The set is not the one" in err
    status, out, _ = despatch("eval", folder, "--work", work, "--against", run, "--json")
    against = json.loads(out)["against"]
    assert (status, against["same_set"], against["changed"]) == (0, True, [])
    assert [row["p"] for row in against["differences"]] == [1.0] * 6
    assert "No question changed its ndcg@10." in despatch("eval", folder, "--work", work, "--against", run)[1]


def test_a_run_that_cannot_be_used_is_one_sentence_and_status_2(despatch, judged, tmp_path):
    status, out, err = despatch("eval", judged[0], "--against", tmp_path / "gone.json")
    assert (status, out, err.count("\n"), "gone.json" in err) == (2, "", 1, True)


def test_answers_are_measured_and_gated_on_request(despatch, judged):
    folder, work = judged
    least = ("--min", "correct=.9", "--min", "declined=.1", "--answers")
    status, out, _ = despatch("eval", folder, "--work", work, "--json", *least)
    shape = json.loads(out)
    rows = {row["measure"]: row for row in shape["measures"]}
    assert list(rows)[6:] == ["correct", "f1", "citation-precision", "citation-recall", "answered", "declined"]
    assert (rows["correct"]["value"], rows["correct"]["minimum"], rows["declined"]["questions"]) == (1.0, 0.9, 1)
    assert status == (0 if rows["declined"]["value"] else 1)
    surest = shape["curve"][0]
    assert (surest["answered"], surest["right"], 0 < surest["probability"] < 1) == (1 / 3, 1.0, True)
    told = despatch("eval", folder, "--work", work, "--answers")[1].partition("\n\n")[2].splitlines()
    assert told[0] == "Were only the surest answers given:"
    assert told[2].split() == ["0.333", "1.000", f"{surest['probability']:.3f}"]


def test_a_minimum_that_nothing_can_meet_is_told_before_anything_is_measured(despatch, judged, table, pack_index):
    status, out, err = despatch("eval", judged[0], "--min", "correct=.9")
    assert (status, out, "needs --answers" in err) == (2, "", True)
    own = table("When did the dialogue end?,readout.md,")
    status, out, err = despatch("eval", own, "--index", pack_index, "--answers", "--min", "declined=.5")
    assert (status, out, "no question of it tells declined" in err) == (2, "", True)


def test_a_draft_is_written_said_to_be_one_and_measured(despatch, given, tmp_path, pack_index):
    file = tmp_path / "ours.csv"
    status, out, err = despatch("eval", "draft", "-o", file, "--count", 6, "--index", pack_index)
    assert (status, err) == (0, "")
    assert out.startswith("Drafted 6 questions about 6 documents: ")
    assert "They are drafts" in out
    assert given("eval", file, "--index", pack_index)["measures"][0]["questions"] == 6
    status, out, err = despatch("eval", "draft", "-o", file, "--index", pack_index)
    assert (status, out, "may have been edited" in err) == (1, "", True)
    shape = given("eval", "draft", "-o", tmp_path / "b.csv", "--count", 3, "--index", pack_index)
    assert shape == {"file": str(tmp_path / "b.csv"), "questions": 3, "documents": 3}
    assert despatch("eval", "draft", "-o", tmp_path / "b.txt", "--index", pack_index)[0] == 2
