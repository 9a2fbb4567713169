"""Language models behind endpoints: a real server on loopback that fails in every way that one can."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant import LanguageModel, LanguageModelFailed, models, models_at, sent_to
from assistant.settings import LLM_KEY_VARIABLE
from tests.assistant.model_server import MODELS, ModelServer, Script, model_server

KEY = "sk-secret-0123456789"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(models, "PAUSES_SECONDS", (0.0, 0.0))


@pytest.fixture(scope="module")
def server():
    with model_server() as running:
        yield running


def said_by(server: ModelServer, script: Script, *, seconds: int = 30) -> str:
    server.script = lambda asked: script
    return "".join(LanguageModel(server.url, "scripted", seconds).answer("Hello?", 100))


def reason_of(server: ModelServer, script: Script, *, seconds: int = 30) -> str:
    with pytest.raises(LanguageModelFailed) as failed:
        said_by(server, script, seconds=seconds)
    return failed.value.reason


def test_an_answer_comes_in_the_pieces_in_which_it_is_sent(server: ModelServer):
    server.script = lambda asked: Script(["The ferry ", "leaves", " at seven."])
    pieces = list(LanguageModel(server.url, "scripted").answer("When?", 100))
    assert [piece for piece in pieces if piece] == ["The ferry ", "leaves", " at seven."]
    assert server.asked[-1]["model"] == "scripted"
    assert server.asked[-1]["max_tokens"] == 100
    assert server.prompt == "When?"


def test_the_models_that_an_endpoint_offers_are_listed(server: ModelServer):
    server.script = lambda asked: Script()
    assert models_at(server.url) == tuple(sorted(MODELS))


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Script(["Half of"], then="break"), "its answer broke off"),
        (Script(["Half of"], then="length"), "its answer was cut short"),
        (Script(status=401), f"it wants a key, {LLM_KEY_VARIABLE}"),
        (Script(status=404), "it knows no such model or address"),
        (Script(status=302), "it answers with HTTP status 302"),
        (Script(status=400, code="context_length_exceeded"), "HTTP status 400, context_length_exceeded"),
        (Script(status=400, code="<b>sk-secret</b>"), "it answers with HTTP status 400"),
        (Script(status=500), "it answers with HTTP status 500"),
        (Script(raw=b"<html>Not here</html>"), "its answer broke off"),
        (Script(raw=b"data: {no json\n\n"), "what it sends is no answer of a model"),
        (Script(raw=b'data: {"choices": 3}\n\n'), "what it sends is no answer of a model"),
        (Script(raw=b"data: " + b"[" * 100_000 + b"\n\n"), "what it sends is no answer of a model"),
        (Script(raw=b'data: {"error": {"message": "out of memory"}}\n\n'), "what it sends is no answer of a model"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_endpoint_that_fails_is_a_reason_in_a_few_words(server: ModelServer, script: Script, reason: str):
    assert reason in reason_of(server, script)


def test_an_endpoint_that_says_nothing_is_left_after_half_of_the_time(server: ModelServer):
    assert reason_of(server, Script(then="hang"), seconds=1) == "it said nothing for 0.5 s"


def test_one_that_stops_in_the_middle_is_left_at_the_end_of_the_time(server: ModelServer):
    server.script = lambda asked: Script(["Half of"], then="hang")
    heard = ""
    with pytest.raises(LanguageModelFailed) as failed:
        for piece in LanguageModel(server.url, "scripted", 1).answer("Hello?", 100):
            heard += piece
    # a machine that is slow enough hears nothing at all of it in time
    assert failed.value.reason == ("its answer was not finished within 1 s" if heard else "it said nothing for 0.5 s")


def test_one_that_never_ends_is_left_too(server: ModelServer):
    assert reason_of(server, Script(["and " * 1_000], then="again")) == "its answer does not end"


def test_one_that_nobody_listens_to_any_longer_is_hung_up_on(server: ModelServer):
    server.left.clear()
    server.script = lambda asked: Script(["and "], then="hang")
    pieces = LanguageModel(server.url, "scripted").answer("Go on.", 100)
    assert next(piece for piece in pieces if piece) == "and "
    pieces.close()
    assert server.left.wait(60)


def test_while_it_is_silent_whoever_listens_is_not_kept(server: ModelServer):
    server.script = lambda asked: Script(then="hang")
    pieces = LanguageModel(server.url, "scripted", 600).answer("Go on.", 100)
    assert next(pieces) == ""
    pieces.close()


def test_an_endpoint_that_is_busy_is_asked_again(server: ModelServer):
    replies = iter([Script(status=503), Script(status=429), Script(["Here."])])
    server.script = lambda asked: next(replies)
    assert "".join(LanguageModel(server.url, "scripted").answer("Well?", 100)) == "Here."


def test_a_model_that_takes_no_wishes_is_asked_without_them(server: ModelServer):
    replies = iter([Script(status=400, code="unsupported_parameter"), Script(["Here."])])
    server.script = lambda asked: next(replies)
    assert "".join(LanguageModel(server.url, "scripted").answer("Well?", 100)) == "Here."
    assert "temperature" in server.asked[-2]
    assert server.asked[-1].keys() == {"model", "messages", "stream"}


def test_nobody_at_the_address_is_a_reason():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(LanguageModelFailed, match=rf"127\.0\.0\.1:{port} cannot be used \(no connection"):
        models_at(f"http://127.0.0.1:{port}/v1")


def test_it_can_be_asked_from_inside_an_event_loop(server: ModelServer):
    server.script = lambda asked: Script(["Here."])

    async def within() -> str:
        return "".join(LanguageModel(server.url, "scripted").answer("Well?", 100))

    with ThreadPoolExecutor(1) as aside:  # a browser's driver may have a loop running in this thread
        assert aside.submit(asyncio.run, within()).result() == "Here."


def test_the_key_goes_to_the_endpoint_and_nowhere_else(server: ModelServer, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(LLM_KEY_VARIABLE, KEY)
    server.script = lambda asked: Script(["Here."])
    model = LanguageModel(server.url, "scripted")
    assert "".join(model.answer("Well?", 100)) == "Here."
    assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
    server.script = lambda asked: Script(status=401, raw=json.dumps({"error": {"message": f"bad key {KEY}"}}).encode())
    with pytest.raises(LanguageModelFailed, match="refuses the key in DESPATCH_LLM_KEY") as refused:
        list(model.answer("Well?", 100))
    assert KEY not in f"{refused.value} {model!r} {caplog.text}"


def test_an_endpoint_learns_nothing_of_this_machine(server: ModelServer, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "of-another-endpoint")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-own: of-another-endpoint")
    said_by(server, Script(["Here."]))
    sent = {name.lower(): value for name, value in server.headers[-1].items()}
    assert sent.pop("user-agent") == "despatch"
    assert sent.keys() <= {"host", "accept", "content-type", "content-length", "authorization", "connection"}
    assert "of-another-endpoint" not in sent.values()


def test_a_proxy_of_the_environment_gets_nothing_that_is_meant_for_this_machine(server: ModelServer, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert said_by(server, Script(["Here."])) == "Here."


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:8000/v1", ""),
        ("http://[::1]:8000/v1", ""),
        ("http://localhost:11434/v1", ""),
        ("https://llm.example.org/v1", "llm.example.org"),
        ("http://10.0.0.7:8000/v1", "10.0.0.7:8000"),
        ("http://127.0.0.1.example.org/v1", "127.0.0.1.example.org"),
        ("http://localhost.example.org/v1", "localhost.example.org"),
    ],
)
def test_where_passages_leave_the_machine_for_is_known(url: str, host: str):
    assert sent_to(url) == host
