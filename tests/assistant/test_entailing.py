"""A model that the operator names reads each statement of the language model beside its quote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index import DEFAULT_MODEL
from index.embedding import locate
from tests.assistant.model_server import Script, model_server

# Real classifiers, small and untrained: the last layer is set so that each says the same of whatever it reads.
MAKE = """
import sys, torch
from pathlib import Path
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification
small = dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
nli = ("contradiction", "ENTAILMENT", "neutral")
for name, labels, last in (
    ("entails", nli, (0, 3, 0)), ("contradicts", nli, (3, 0, 0)), ("neutral", nli, (0, 0, 3)),
    ("sure", ("LABEL_0",), (3,)), ("unsure", ("LABEL_0",), (-3,)), ("mood", ("glad", "sad"), (3, 0)),
):
    model = BertForSequenceClassification(BertConfig(**small, id2label=dict(enumerate(labels))))
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor(last))
    folder = Path(sys.argv[2]) / name
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(sys.argv[1]).save_pretrained(folder)
"""
READ = """
import json, sys
from pathlib import Path
from assistant import Assistant, LanguageModel
from assistant.checking.entailing import Verifier
from index import ModelUnavailable
models, index, url, question = Path(sys.argv[1]), *sys.argv[2:]
told = {}
for folder in sorted(models.iterdir()):
    try:
        read = Verifier(str(folder)).read("The mill has four wheels.", ["The mill has 4 wheels."])
        with Assistant.open(index, model=LanguageModel(url, "scripted", verifier=str(folder))) as desk:
            answer = desk.ask(question)
        statements = [[each.text, each.support, each.support_reason] for each in answer.statements]
        told[folder.name] = [read.support, answer.removed, statements]
    except ModelUnavailable as error:
        told[folder.name] = str(error)
print(json.dumps(told))
"""
QUESTION = "When did the dialogue end?"
VERBATIM = "The UK-US Strategic Dialogue concluded in London on 11 September 2024 after two days."
REWORDED = "The dialogue ended in London on 11 September 2024."
OTHER_WORDS, DOUBTED = "the source says so in other words", "the verifier does not find it in the source"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, pack_index: Path) -> dict[str, object]:
    """What each model says of a statement, and what becomes of an answer with it."""
    models = str(tmp_path_factory.mktemp("models"))
    subprocess.run([sys.executable, "-c", MAKE, str(locate(DEFAULT_MODEL)), models], check=True, capture_output=True)
    with model_server() as server:
        server.script = lambda asked: Script((f"{VERBATIM} {REWORDED}",), "stop")
        command = [sys.executable, "-c", READ, models, str(pack_index), server.url, QUESTION]
        said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout.splitlines()[-1])


@pytest.mark.parametrize("model", ["entails", "sure"])
def test_what_the_model_too_finds_in_the_source_stays_supported(told, model: str):
    verdict, removed, statements = told[model]
    assert (verdict, removed) == ("supported", 0)
    assert statements[1] == [REWORDED, "supported", OTHER_WORDS]


@pytest.mark.parametrize("model", ["neutral", "unsure"])
def test_what_the_model_does_not_find_is_marked_as_doubtful(told, model: str):
    verdict, removed, statements = told[model]
    assert (verdict, removed) == ("partial", 0)
    assert statements[1] == [REWORDED, "partial", DOUBTED]


def test_what_the_model_finds_contradicted_is_left_out_and_counted(told):
    verdict, removed, statements = told["contradicts"]
    assert (verdict, removed, len(statements)) == ("unsupported", 1, 1)


def test_a_sentence_of_the_document_needs_no_other_proof(told):
    for model in ("entails", "contradicts", "neutral", "sure", "unsure"):
        assert told[model][2][0] == [VERBATIM, "supported", "the document's own words"]


def test_a_model_that_speaks_of_something_else_is_refused_in_a_sentence(told):
    assert "mood has the scores glad, sad, of which none is entailment" in told["mood"]
    assert told["mood"].endswith("or one of them called entailment.")
