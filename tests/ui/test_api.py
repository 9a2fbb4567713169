"""The HTTP API over a real server: the same as the Python functions, errors in one shape, streams step by step."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from assistant import InvalidHistory, InvalidQuestion, KeptCitation, UnknownDocument
from corpus import DespatchError, Span
from index import IndexDamaged, InvalidFilter
from ui import shapes
from ui.api import replies
from ui.api.failures import STATUSES, UNAVAILABLE
from ui.api.requests import MOST_PASSAGES
from ui.chat.security import LARGEST_BODY
from ui.stretches import LONGEST_STRETCH, window

FERRY = "When does the ferry to Norholm leave?"
NOWHERE = "Who won the chess championship of Vilnius?"


@pytest.fixture(scope="module")
def api(site):
    with httpx.Client(base_url=f"{site}/v1/", timeout=60) as client:
        yield client


def events(answer: httpx.Response) -> list[tuple[str, dict]]:
    """The steps of a stream: each kind with its object."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    parts = [part.split("\n") for part in answer.text.strip().split("\n\n")]
    return [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for kind, data in parts]


@pytest.mark.parametrize("where", [None, "", "folder = 'notes/**'"])
def test_passages_are_those_of_the_python_function(api, harbour, where):
    given = api.post("retrieve", json={"question": FERRY, "k": 3, "where": where}).json()
    assert given == shapes.found_shape(harbour.search(FERRY, 3, where=where or None), harbour.path_of)
    assert given["hits"]


@pytest.mark.parametrize("question", [FERRY, NOWHERE])
def test_an_answer_is_that_of_the_python_function(api, harbour, question):
    given = api.post("ask", json={"question": question}).json()
    assert given == shapes.answer_shape(harbour.ask(question), harbour.path_of)
    assert given["abstained"] == (question == NOWHERE)


@pytest.mark.parametrize(
    ("body", "language", "said"),
    [
        ({"language": "de"}, "de", "Die Dokumente sagen dazu nichts."),
        ({"language": None}, "en", "The documents don't say."),
        ({}, "en", "The documents don't say."),
    ],
)
def test_the_language_of_who_asks_is_what_the_body_says_and_no_header(api, harbour, body, language, said):
    given = api.post("ask", json={"question": "Torquay?", **body}, headers={"accept-language": "fr"}).json()
    assert given == shapes.answer_shape(harbour.ask("Torquay?", language=body.get("language")), harbour.path_of)
    assert (given["language"], given["text"]) == (language, said)


def test_a_follow_up_is_read_with_its_history(api, harbour):
    history = [{"role": "user", "text": FERRY}, {"role": "assistant", "text": "At seven in the morning."}]
    asked = {"question": "And what does a ticket for it cost?", "history": history}
    expected = harbour.search(asked["question"], 5, history=history)
    assert api.post("retrieve", json=asked).json() == shapes.found_shape(expected, harbour.path_of)


@pytest.mark.parametrize(
    ("body", "headers"), [({"stream": True}, {}), ({}, {"accept": "text/event-stream"})], ids=["field", "header"]
)
def test_a_stream_ends_with_the_whole_answer(api, harbour, body, headers):
    steps = events(api.post("ask", json={"question": FERRY, **body}, headers=headers))
    whole = shapes.answer_shape(harbour.ask(FERRY), harbour.path_of)
    kinds = [kind for kind, _ in steps]
    assert kinds == ["searching", "found", *["statement"] * len(whole["statements"]), "answer"]
    assert steps[-1][1] == whole
    assert [shape["statement"] for kind, shape in steps if kind == "statement"] == whole["statements"]
    assert [one for kind, shape in steps if kind == "statement" for one in shape["citations"]] == whole["citations"]
    assert steps[1][1]["hits"][0]["document_id"] == "ferry.md"


def test_a_stream_of_a_wrong_question_is_an_error_before_it_begins(api):
    answer = api.post("ask", json={"question": FERRY, "where": "colour = red", "stream": True})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("The filter 'colour = red' cannot be read")


def test_documents_are_listed_a_part_at_a_time(api, harbour):
    whole = harbour.documents()
    assert api.get("documents").json() == shapes.documents_shape(whole, len(whole), harbour.path_of)
    part = api.get("documents", params={"offset": 1, "limit": 2}).json()
    assert [each["document_id"] for each in part["documents"]] == [each.id for each in whole[1:3]]
    assert part["total"] == len(whole)


@pytest.mark.parametrize("document_id", ["ferry.md", "notes/mill.txt"])
def test_a_stretch_of_a_document_is_its_stored_text(api, harbour, document_id):
    document = harbour.document(document_id)
    whole = api.get(f"documents/{document_id}").json()
    assert whole == shapes.document_shape(document, Span(0, len(document.text)), harbour.path_of)
    part = api.get(f"documents/{document_id}", params={"start": 5, "end": 9}).json()
    assert (part["text"], part["start"], part["end"]) == (document.text[5:9], 5, 9)


def test_a_long_stretch_ends_where_it_says(harbour):
    document = harbour.document("ferry.md")
    long = type("Long", (), {"id": "long", "text": "x" * (LONGEST_STRETCH + 9)})
    assert window(document, None, None) == Span(0, len(document.text))
    assert window(long, 4, None) == Span(4, LONGEST_STRETCH + 4)


def test_a_citation_is_checked_against_the_text_as_it_is(api, harbour):
    cited = harbour.ask(FERRY).citations[0]
    asked = {"document_id": cited.document_id, "start": cited.span.start, "quote": cited.quote, "sha256": cited.sha256}
    given = api.get("citations", params=asked).json()
    kept = KeptCitation(1, cited.document_id, cited.document_id, cited.sha256, cited.span, cited.quote)
    assert given == shapes.verified_shape(harbour.verify(kept), cited.path)
    assert (given["state"], given["same_file"], given["start"]) == ("unchanged", True, cited.span.start)

    def state(**changes):
        return api.get("citations", params={**asked, **changes}).json()["state"]

    assert state(start=cited.span.start + 2) == "moved"
    assert state(quote=cited.quote.replace("seven", "eight")) == "changed"
    assert state(document_id="gone.md") == "deleted"


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "told"),
    [
        ("POST", "ask", {"json": {"question": " "}}, 400, "The question is empty"),
        ("POST", "ask", {"json": {"question": "x" * 5_000}}, 400, "more than 4,000 characters"),
        ("POST", "ask", {"json": {}}, 400, "The request cannot be read (question: Field required)"),
        ("POST", "ask", {"json": {"question": "a", "wher": "b"}}, 400, "(wher: Extra inputs are not permitted)"),
        ("POST", "ask", {"content": b"{", "headers": {"content-type": "application/json"}}, 400, "cannot be read"),
        ("POST", "ask", {"json": {"question": "a", "history": [{"role": "user"}]}}, 400, "history.0.text"),
        ("POST", "ask", {"json": {"question": "a", "language": "it"}}, 400, "(language: "),
        ("POST", "retrieve", {"json": {"question": "a", "k": MOST_PASSAGES + 1}}, 400, "(k: "),
        ("GET", "documents/gone.md", {}, 404, "The index holds no document 'gone.md'"),
        ("GET", "documents/ferry.md?start=9&end=2", {}, 400, "has no characters from 9 to 2"),
        ("GET", "documents?limit=0", {}, 400, "(limit: "),
        ("GET", "citations?document_id=a&start=0", {}, 400, "(quote: Field required)"),
        ("GET", "ask", {}, 405, "does not take that method"),
        ("GET", "nothing", {}, 404, "There is nothing at this address."),
    ],
)
def test_an_error_is_one_sentence_with_its_status(api, method, path, options, status, told):
    answer = api.request(method, path, **options)
    assert (answer.status_code, list(answer.json()), list(answer.json()["error"])) == (status, ["error"], ["message"])
    assert told in answer.json()["error"]["message"]
    assert "Traceback" not in answer.text


def test_what_the_caller_can_help_is_told_apart_from_what_he_cannot():
    for kind in (InvalidQuestion, InvalidHistory, InvalidFilter):
        assert STATUSES[kind] == 400
    assert STATUSES[UnknownDocument] == 404
    assert STATUSES.get(IndexDamaged, UNAVAILABLE) == 503
    assert all(issubclass(kind, DespatchError) for kind in STATUSES)


def test_the_description_lists_every_route_and_fetches_nothing(api):
    page = api.get("docs")
    schema = api.get("openapi.json").json()
    assert page.headers["content-type"].startswith("text/html")
    for path, methods in schema["paths"].items():
        for method in methods:
            assert f"{method.upper()} /v1{path}" in page.text
    assert "http:" not in page.text
    assert "https:" not in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(
    ("model", "path", "name"),
    [
        (replies.Answered, "ask", None),
        (replies.Source, "ask", "citations"),
        (replies.SaidStatement, "ask", "statements"),
        (replies.Passages, "retrieve", None),
        (replies.Passage, "retrieve", "hits"),
        (replies.ListedDocuments, "documents", None),
        (replies.ListedDocument, "documents", "documents"),
        (replies.DocumentText, "documents/ferry.md", None),
    ],
)
def test_the_described_fields_are_answered(api, model, path, name):
    answer = api.post(path, json={"question": FERRY}) if path in ("ask", "retrieve") else api.get(path)
    given = answer.json() if name is None else answer.json()[name][0]
    assert set(model.model_fields) == set(given)


def test_a_body_too_large_is_refused_even_if_it_does_not_say_how_large_it_is(api):
    large = [b" " * 65_536] * (LARGEST_BODY // 65_536) + [b" "]
    for body in (b"".join(large), iter(large)):
        answer = api.post("ask", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()) == (
            413,
            {"error": {"message": "The request is larger than 1 MiB; send less."}},
        )


def test_the_page_about_the_api_has_a_row_for_each_route(api):
    schema = api.get("openapi.json").json()
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    routes = {f"{method.upper()} /v1{path}" for path, methods in schema["paths"].items() for method in methods}
    assert {row for row in re.findall(r"^\| `([A-Z]+ /v1[^`]*)`", page, re.MULTILINE)} == routes
