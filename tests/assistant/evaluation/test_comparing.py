"""Two runs are compared over the questions that both asked, and a run is read as it was kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from assistant import Evaluation, UnusableRun, compare, read_run, read_set, save_run
from assistant.evaluation.measuring import figures_of
from tests.assistant.evaluation.sets import QUESTIONS, write_set


def evaluation(scores):
    return Evaluation("harbour", "/i", {"model": "m", "documents": "3"}, figures_of(scores), scores)


BEFORE = {f"q{number}": {"ndcg@10": 0.5, "hit@1": 0.0} for number in range(1, 13)}
AFTER = {question: {"ndcg@10": 0.7, "hit@1": 0.0} for question in BEFORE} | {"q1": {"ndcg@10": 0.4, "hit@1": 1.0}}


@pytest.fixture
def judged(tmp_path):
    return read_set(write_set(tmp_path / "harbour"))


@pytest.fixture
def before(tmp_path, judged):
    save_run(tmp_path / "before.json", evaluation(BEFORE), judged)
    return read_run(tmp_path / "before.json")


def test_a_run_is_read_as_it_was_kept(before, tmp_path):
    assert (before.file, before.scores) == (str(tmp_path / "before.json"), BEFORE)
    assert before.configuration == {"model": "m", "documents": "3"}
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["before.json"]


def test_differences_are_paired_by_question(before, judged):
    found = compare(before, evaluation(AFTER), judged)
    first, second = found.differences
    assert (found.questions, found.same_set, first.measure, second.measure) == (12, True, "ndcg@10", "hit@1")
    assert (first.before, first.after) == (pytest.approx(0.5), pytest.approx(8.1 / 12))
    assert first.value == pytest.approx(2.1 / 12)
    assert first.low < first.value < first.high
    # 2 + 2 of 2^12 signings are as far: all as they are or but the smallest, and the same turned round
    assert first.p == pytest.approx(4 / 4096, abs=0.001)
    assert second.p == 1.0  # one question of twelve is no evidence


def test_the_questions_that_changed_most_come_first_and_the_others_not_at_all(before, judged):
    few = {**BEFORE, "q3": {"ndcg@10": 0.1, "hit@1": 0.0}, "q7": {"ndcg@10": 1.0, "hit@1": 1.0}}
    assert [(one.question, one.before, one.after) for one in compare(before, evaluation(few), judged).changed] == [
        ("q7", 0.5, 1.0),
        ("q3", 0.5, 0.1),
    ]
    assert len(compare(before, evaluation(AFTER), judged).changed) == 10


def test_only_questions_and_measures_in_common_are_compared(before, judged):
    other = {"q1": {"ndcg@10": 0.9, "recall@3": 1.0}, "new": {"ndcg@10": 0.0, "recall@3": 1.0}}
    found = compare(before, evaluation(other), judged)
    assert (found.questions, [one.measure for one in found.differences]) == (1, ["ndcg@10"])
    assert found.differences[0].after == 0.9
    with pytest.raises(UnusableRun, match="no question of this set"):
        compare(before, evaluation({"new": {"ndcg@10": 0.0}}), judged)


@pytest.mark.parametrize(
    "change",
    [{"judgements": "q1\tferry\t1\n"}, {"questions": [*QUESTIONS[:2], {**QUESTIONS[2], "answerable": None}]}],
    ids=["a grade", "a question"],
)
def test_a_set_that_was_changed_in_between_is_noticed(before, tmp_path, change):
    same, other = read_set(tmp_path / "harbour"), read_set(write_set(tmp_path / "harbour", **change))
    assert compare(before, evaluation(AFTER), same).same_set
    assert not compare(before, evaluation(AFTER), other).same_set


@pytest.mark.parametrize(
    "content",
    [
        "nonsense",
        "[" * 100_000,
        "[]",
        '{"format": 2}',
        '{"format": 1}',
        '{"format": 1, "configuration": {"model": 3}, "fingerprint": "", "scores": {}}',
        '{"format": 1, "configuration": {}, "fingerprint": "", "scores": {"q1": {"ndcg@10": "high"}}}',
        '{"format": 1, "configuration": {}, "fingerprint": "", "scores": {"q1": {"ndcg@10": NaN}}}',
        '{"format": 1, "configuration": {}, "fingerprint": "", "scores": {"q1": 0.5}}',
    ],
)
def test_what_is_no_run_is_refused(tmp_path, content):
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(UnusableRun, match="--save"):
        read_run(tmp_path / "run.json")


def test_a_run_that_cannot_be_read_or_kept_is_refused(tmp_path, judged):
    with pytest.raises(UnusableRun, match=r"gone\.json"):
        read_run(tmp_path / "gone.json")
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "nowhere" / "run.json", tmp_path / "folder"):
        with pytest.raises(UnusableRun, match="name another"):
            save_run(place, evaluation(BEFORE), judged)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "harbour"]


def test_a_file_keeps_the_scores_so_that_other_programs_read_them(tmp_path, judged):
    save_run(tmp_path / "run.json", replace(evaluation(BEFORE), name="élan"), judged)
    stored = json.loads((tmp_path / "run.json").read_text())
    assert list(stored) == ["format", "set", "configuration", "fingerprint", "scores"]
    assert stored["scores"]["q1"] == {"ndcg@10": 0.5, "hit@1": 0.0}
