"""The recipe of the judge: what it makes of data, and that what it trains is written as the judge reads it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random

import numpy as np
import onnxruntime
import pytest
import torch

from assistant.judge import OUTPUTS
from index import default_tokenizer
from tests.training import edits, export
from tests.training.data import TrainingData
from tests.training.items import Drawn, Items
from tests.training.network import Network, batch_of
from tests.training.rephrasing import keywords, sentences
from tests.training.statements import Statements
from tests.training.train import Run, train
from tests.training.turning import statement

LIBRARY = (
    "The library opened in 1936 after a gift by Anna Berg. It is open from 9 am to 6 pm on weekdays. "
    "Members may borrow up to ten books. The reading room was built in 1951 and holds forty seats."
)
HARBOUR = (
    "The harbour of Lund was dug in 1888 by order of the town. Ships of up to 90 metres may enter it. "
    "Its lighthouse was lit for the first time in March and has not been dark since."
)
DRAWN = Drawn({"squad": 4}, {"conjnli": 2}, 0.4)
QUESTIONS = (
    {"q": "When did the library open?", "p": 0, "a": 1, "ans": ["1936"], "e": [[0, 53]], "sp": [22, 26], "h": [1]},
    {"q": "How many books may Anna Berg borrow?", "p": 0, "a": 0, "ans": []},
    {"q": "When was the harbour dug?", "p": 1, "a": 1, "ans": ["1888"], "e": [[0, 57]], "sp": [31, 35], "h": [0]},
)

HIDDEN = 100  # a logit that is as far from all others belongs to no word of the passage


@pytest.fixture
def data(tmp_path: Path) -> TrainingData:
    passages = [
        {"s": "squad", "d": "Library", "t": "Library", "x": LIBRARY},
        {"s": "squad", "d": "Harbour", "t": "", "x": HARBOUR},
    ]
    pairs = [{"s": "The library is new.", "q": "The library opened in 1936.", "y": 0, "src": "conjnli"}]
    for name, rows in (("passages", passages), ("qa", QUESTIONS), ("sup", pairs)):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return TrainingData(tmp_path)


def test_an_item_that_answers_marks_the_answer_and_no_other_does(data: TrainingData):
    tokenizer = default_tokenizer()
    items, kinds = Items(data, tokenizer, DRAWN, 1).draw(0)
    assert kinds["answering"] >= 4
    assert kinds["unanswerable"] >= 2
    for item in items:
        if item.answers is None:
            assert item.supports is not None
            continue
        assert bool(item.evidence) == item.answers
        if item.span:
            start, end = item.span
            assert tokenizer.decode(item.second[start:end]) in {"1936", "1888"}


def test_the_same_seed_draws_the_same_pass(data: TrainingData):
    one, other = (Items(data, default_tokenizer(), DRAWN, 5).draw(0)[0] for _ in range(2))
    assert [(item.first.tolist(), item.second.tolist()) for item in one] == [
        (item.first.tolist(), item.second.tolist()) for item in other
    ]


def test_a_statement_is_supported_unless_something_in_it_was_changed(data: TrainingData):
    pairs = Statements(data, 3).draw(400)
    repeated = [pair for pair in pairs if pair.source == "sentence"]
    changed = [pair for pair in pairs if pair.source in {"figure", "negation", "name", "opposite", "unit"}]
    assert len(repeated) > 50
    assert len(changed) > 50
    assert all(pair.supported for pair in repeated)
    assert not any(pair.supported or pair.statement.lower() in pair.quote.lower() for pair in changed)


@pytest.mark.parametrize(
    ("edit", "text", "changed"),
    [
        (edits.other_figure, "It holds 40 seats.", {"40"}),
        (edits.other_month, "It was lit in March or later.", {"March"}),
        (edits.other_number_word, "Members may borrow ten books.", {"ten"}),
        (edits.other_unit, "Ships of 90 metres may enter.", {"metres"}),
        (edits.opposite, "It is the oldest of all.", {"oldest", "all."}),
        (edits.other_degree, "Most may enter after noon, but some must wait.", {"may", "after", "some", "must"}),
    ],
)
def test_an_edit_changes_one_thing(edit, text: str, changed: set[str]):
    for seed in range(20):
        other = edit(text, Random(seed))
        assert other != text
        assert {word for word in text.split() if word not in other.split()} <= changed


def test_a_negation_is_put_in_or_taken_out():
    assert edits.negated("It cannot be seen.", Random(1)) == "It can be seen."
    assert edits.negated("It has not been dark.", Random(1)) == "It has been dark."
    assert edits.negated("It was dug in 1888.", Random(1)) in {"It was not dug in 1888.", "It wasn't dug in 1888."}


def test_two_names_are_swapped_where_that_says_something_else():
    said = "In 1888 Anna Berg sold the harbour to Carl Lund."
    assert edits.swapped_names("Today Anna Berg and Carl Lund are friends.", Random(1)) is None
    found = {edits.swapped_names(said, Random(seed)) for seed in range(40)}
    assert "In 1888 Carl Lund sold the harbour to Anna Berg." in found


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("When did the library open?", "1936", "The library open in 1936."),
        ("When was the harbour opened?", "1888", "The harbour was opened in 1888."),
        ("Who built the reading room?", "Anna Berg", "Anna Berg built the reading room."),
        ("How many seats are in the room?", "forty", "Forty seats are in the room."),
        ("Why is it closed?", "repairs", None),
    ],
)
def test_a_question_and_its_answer_become_a_statement(question: str, answer: str, said: str | None):
    assert statement(question, answer) == said


def test_a_question_as_keywords_keeps_the_words_that_tell():
    assert keywords("When was the harbour of Lund dug?") == "harbour Lund dug"
    assert keywords("Who is it?") is None


def test_a_sentence_does_not_end_at_an_abbreviation():
    text = "Dr. Berg gave it to St. Olav. He left."
    assert [text[start:end] for start, end in sentences(text)] == ["Dr. Berg gave it to St. Olav.", "He left."]


def test_what_is_trained_is_written_as_the_judge_reads_it(data: TrainingData, tmp_path: Path):
    network, start = Network(), Network().bert.state_dict()
    train(network, data, Run(4, 1e-3, 1e-3, 1, 3, DRAWN), tmp_path / "weights")
    trained = network.bert.state_dict()
    alike = {name for name, one in start.items() if torch.equal(trained[name], one.half().float())}
    assert alike == {"embeddings.word_embeddings.weight"}
    export.main(tmp_path / "weights", tmp_path / "judge.onnx")
    file = onnxruntime.InferenceSession(tmp_path / "judge.onnx", providers=["CPUExecutionProvider"])
    network.eval()
    read, expected = [], []
    for item in Items(data, default_tokenizer(), DRAWN, 2).draw(0)[0][:12]:
        ids, mask, types = batch_of([item])[:3]
        with torch.no_grad():
            given = network(ids, mask, types)
        asked = {"input_ids": ids.numpy(), "attention_mask": mask.numpy(), "token_type_ids": types.numpy()}
        read.append(np.concatenate([one.ravel() for one in file.run(list(OUTPUTS), asked)]))
        expected.append(np.concatenate([one.numpy().ravel() for one in given]))
    told, meant = np.concatenate(read), np.concatenate(expected)
    seen = np.abs(meant) < HIDDEN
    assert told[~seen] == pytest.approx(meant[~seen], abs=1)
    # eight bits a weight: how near a value comes differs from processor to processor
    assert np.abs(told - meant)[seen].mean() < 0.15
    assert np.corrcoef(told[seen], meant[seen])[0, 1] > 0.98
