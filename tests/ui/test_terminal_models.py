"""A language model in the terminal: what is reachable, what it worded, what was left out, what leaves the machine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.assistant.model_server import MODELS, ModelServer, Script, model_server

FERRY = "When does the ferry to Norholm leave?"
TRUE = "The ferry to Norholm leaves the northern pier at seven in the morning."
FALSE = "The ferry to Norholm leaves the northern pier at nine in the evening."


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def configured(server: ModelServer, harbour_index, monkeypatch) -> ModelServer:
    """The variables that name the scripted model and the index of the harbour."""
    monkeypatch.setenv("DESPATCH_INDEX", str(harbour_index))
    monkeypatch.setenv("DESPATCH_LLM_URL", server.url)
    monkeypatch.setenv("DESPATCH_LLM", "scripted")
    server.script = lambda asked: Script()
    return server


def test_the_models_of_the_endpoint_are_listed_with_the_one_that_answers(configured, given, despatch):
    assert given("models") == {"url": configured.url, "sent_to": "", "model": "scripted", "models": sorted(MODELS)}
    lines = f"2 models at {configured.url}\n    another\n    scripted\nscripted answers.\n"
    assert despatch("models") == (0, lines, "")


def test_a_model_that_is_not_among_them_and_none_at_all_are_said(configured, despatch, monkeypatch):
    monkeypatch.setenv("DESPATCH_LLM", "missing")
    assert despatch("models")[1].endswith("\nmissing answers, though it is not among them.\n")
    monkeypatch.delenv("DESPATCH_LLM")
    assert despatch("models")[1].endswith("\nNone of them answers; name one with the setting `llm`.\n")


def test_no_endpoint_and_one_that_fails_are_a_sentence_each(configured, despatch, monkeypatch):
    configured.script = lambda asked: Script(status=403)
    status, out, err = despatch("models")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "cannot be used (it wants a key, DESPATCH_LLM_KEY); check the settings" in err
    monkeypatch.delenv("DESPATCH_LLM_URL")
    monkeypatch.delenv("DESPATCH_LLM")
    status, out, err = despatch("models")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "No language model is named, so the documents answer themselves; set `llm_url`" in err


def test_an_answer_says_who_worded_it_and_how_much_was_left_out(configured, given, despatch):
    configured.script = lambda asked: Script([f"{TRUE} {FALSE}"])
    status, out, err = despatch("ask", FERRY)
    assert (status, err) == (0, "")
    assert f"{TRUE} [1]\n" in out
    assert "nine" not in out
    assert "Written by scripted, each sentence checked against its sources. 1 sentence of the model was left out" in out
    answer = given("ask", FERRY)
    assert (answer["model"], answer["removed"]) == ("scripted", 1)
    assert given("ask", FERRY, "--extractive")["model"] == ""


def test_a_model_that_fails_is_told_beside_the_documents_own_answer(configured, despatch, given):
    own = given("ask", FERRY, "--extractive")
    configured.script = lambda asked: Script(["The fer"], "break")
    status, out, err = despatch("ask", FERRY)
    assert (status, err.count("\n")) == (0, 1)
    assert "did not finish its answer (its answer broke off), so the documents answer in their own words." in err
    assert own["statements"][0]["text"] in out


def test_an_exported_answer_says_who_worded_it(configured, despatch, tmp_path):
    configured.script = lambda asked: Script([f"{TRUE} {FALSE}"])
    assert despatch("ask", FERRY, "--export", tmp_path / "answer.json")[0] == 0
    made = json.loads((tmp_path / "answer.json").read_text())["made"]
    assert (made["written_by"], made["left_out"]) == ("scripted", "1")


def test_the_status_says_what_words_the_answers_and_where_passages_go(configured, given, despatch, monkeypatch):
    shape = given("status")
    assert (shape["llm"], shape["llm_url"], shape["sent_to"]) == ("scripted", configured.url, "")
    monkeypatch.setenv("DESPATCH_LLM_URL", "https://llm.example.org")
    monkeypatch.setenv("DESPATCH_LLM_KEY", "sk-secret")
    status, out, _ = despatch("status")
    assert status == 0
    assert "scripted at https://llm.example.org/v1; passages are sent to llm.example.org\n" in out
    assert "sk-secret" not in out + json.dumps(given("status"))
