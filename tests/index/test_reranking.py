from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Index, ModelUnavailable, sync
from index.embedding import locate
from tests.index.test_syncing import write

QUESTION = "When are the harbour lamps lit?"
# a real cross-encoder, small and untrained: what it says is arbitrary, but the same each time
MAKE = """
import sys, torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification
torch.manual_seed(3)
small = dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, initializer_range=1.0)
BertForSequenceClassification(BertConfig(**small, num_labels=1)).save_pretrained(sys.argv[2])
AutoTokenizer.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2])
"""
ASK = """
import json, sys, torch
from pathlib import Path
from sentence_transformers import CrossEncoder
from index import Index
from index.search import RERANKED
folder, model, question = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
plain, index = Index(folder), Index(folder, rerank=model)
before, found = plain.search(question, RERANKED).hits, index.search(question, RERANKED)
theirs = CrossEncoder(model, activation_fn=torch.nn.Sigmoid(), local_files_only=True).predict(
    [(question, f"{hit.title}\\n{hit.text}") for hit in before]
)
expected = sorted(zip(before, theirs.tolist()), key=lambda pair: -(pair[0].score + pair[1]))
print(json.dumps({
    "expected": [[hit.passage_id, said] for hit, said in expected],
    "found": [[hit.passage_id, hit.rerank_score] for hit in found.hits],
    "ranks": [hit.rank for hit in found.hits],
    "sorted": [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True),
    "first": [hit.passage_id for hit in index.search(question, 1).hits],
    "plain": [hit.passage_id for hit in before],
    "cost": [found.reranking.model, found.reranking.passages, found.reranking.seconds > 0],
}))
"""


def child(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("reranking")
    for name, text in (
        ("lamps", "The harbour lamps are lit at dusk."),
        ("oil", "Oil for the lamps is in the cellar."),
        ("tide", "The tide reached the quay wall in March."),
        ("cafe", "The café by the harbour sells herring."),
    ):
        write(base / "corpus", f"{name}.md", text)
    sync(base / "corpus", base / "index", model=DEFAULT_MODEL)
    return base


def test_a_cross_encoder_reads_the_best_passages_again_and_says_what_it_cost(made: Path):
    model = str(made / "model")
    child(MAKE, str(locate(DEFAULT_MODEL)), model)
    told = json.loads(child(ASK, str(made / "index"), model, QUESTION).splitlines()[-1])
    assert [number for number, _ in told["found"]] == [number for number, _ in told["expected"]]
    for (_, score), (_, expected) in zip(told["found"], told["expected"], strict=True):
        assert score == pytest.approx(expected, abs=1e-5)
    assert told["ranks"] == [1, 2, 3, 4]
    assert told["sorted"]
    assert told["first"] == [told["found"][0][0]]
    assert told["plain"] != [number for number, _ in told["found"]]
    assert told["cost"] == [model, 4, True]


@pytest.mark.parametrize("model", [DEFAULT_MODEL, "no/such-model"])
def test_what_is_no_cross_encoder_or_not_here_is_refused_in_a_sentence(made: Path, model: str):
    with closing(Index(made / "index", rerank=model)) as index, pytest.raises(ModelUnavailable, match=model):
        index.search(QUESTION, 3)
