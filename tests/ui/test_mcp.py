"""The official MCP client against the real server, over stdio and over HTTP: the same as the Python functions."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters

from index import IndexMissing
from tests.conftest import GUARD, ROOT
from ui import shapes
from ui.mcp import LONGEST_PASSAGE
from ui.stretches import window

FERRY = "When does the ferry to Norholm leave?"
COMMAND = "import sys; from ui.terminal import main; sys.exit(main())"
CALLS = [
    ("retrieve", {"question": FERRY, "k": 2, "where": "folder = 'notes/**'"}),
    ("ask", {"question": FERRY}),
    ("ask", {"question": "Who won the chess championship of Vilnius?"}),
    ("ask", {"question": "And a ticket for it?", "history": [{"role": "user", "text": FERRY}]}),
    ("ask", {"question": "Torquay?", "language": "fr"}),
    ("read_passage", {"document_id": "notes/mill.txt", "start": 3}),
    ("list_documents", {"offset": 1, "limit": 2}),
]
WRONG = [
    ("ask", {"question": " "}, "The question is empty; write one."),
    ("ask", {}, "The request cannot be read (question: Field required); correct that and send it again."),
    ("ask", {"question": FERRY, "where": "colour = red"}, "The filter 'colour = red' cannot be read"),
    ("read_passage", {"document_id": "gone.md"}, "The index holds no document 'gone.md'"),
    ("read_passage", {"document_id": "ferry.md", "start": 9, "end": 2}, "has no characters from 9 to 2"),
    ("no_such_tool", {}, "There is no tool 'no_such_tool'; there are retrieve, ask, read_passage, list_documents."),
]


@pytest.fixture(scope="module")
def expected(harbour):
    """What the Python functions return for `CALLS`."""
    mill = harbour.document("notes/mill.txt")
    listed = harbour.documents()
    where, history = CALLS[0][1]["where"], CALLS[3][1]["history"]
    return [
        shapes.found_shape(harbour.search(FERRY, 2, where=where), harbour.path_of),
        shapes.answer_shape(harbour.ask(FERRY), harbour.path_of),
        shapes.answer_shape(harbour.ask(CALLS[2][1]["question"]), harbour.path_of),
        shapes.answer_shape(harbour.ask(CALLS[3][1]["question"], history=history), harbour.path_of),
        shapes.answer_shape(harbour.ask("Torquay?", language="fr"), harbour.path_of),
        shapes.document_shape(mill, window(mill, 3, None, LONGEST_PASSAGE), harbour.path_of),
        shapes.documents_shape(listed[1:3], len(listed), harbour.path_of),
    ]


def driven(server, mode):
    """What a client learns of a server: its tools, and the results of all calls."""

    async def drive():
        async with Client(server, mode=mode) as client:
            tools = (await client.list_tools()).tools
            right = [await client.call_tool(name, arguments) for name, arguments in CALLS]
            wrong = [await client.call_tool(name, arguments) for name, arguments, _ in WRONG]
            return tools, right, wrong

    with ThreadPoolExecutor(1) as aside:  # the browser's driver may have its own loop running in this thread
        return aside.submit(anyio.run, drive).result()


@pytest.fixture(scope="module", params=["stdio", "http", "http of before 2026"])
def session(request, site, harbour_index, tmp_path_factory):
    mode = "legacy" if "before" in request.param else "auto"
    if "http" in request.param:
        return driven(f"{site}/mcp", mode)
    arguments = ["-c", COMMAND, "mcp", "--index", str(harbour_index)]
    log = tmp_path_factory.mktemp("guard") / "attempts.txt"
    environment = {"PYTHONPATH": f"{GUARD}:{ROOT}", "GUARD_LOG": str(log)}
    learned = driven(StdioServerParameters(command=sys.executable, args=arguments, env=environment), mode)
    assert not log.exists(), "it reached for another machine"
    return learned


def test_the_tools_only_read_and_say_what_they_take_and_return(session):
    tools = {tool.name: tool for tool in session[0]}
    assert list(tools) == ["retrieve", "ask", "read_passage", "list_documents"]
    for tool in tools.values():
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert tool.description
    assert set(tools["ask"].input_schema["properties"]) == {
        *("question", "where", "history", "extractive", "language", "corpus")
    }


def test_each_tool_returns_what_the_python_function_returns(session, expected):
    for result, shape in zip(session[1], expected, strict=True):
        assert not result.is_error
        assert result.structured_content == shape
        assert json.loads(result.content[0].text) == shape


def test_what_is_wrong_is_told_in_a_sentence(session):
    for result, (_, _, told) in zip(session[2], WRONG, strict=True):
        assert result.is_error
        assert told in result.content[0].text
        assert "\n" not in result.content[0].text


def test_only_posts_are_answered_over_http(site):
    for method in ("GET", "DELETE"):
        answer = httpx.request(method, f"{site}/mcp")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_another_sites_page_is_refused(site):
    answer = httpx.post(f"{site}/mcp", json={}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_without_an_index_the_command_says_so(despatch, tmp_path):
    status, out, err = despatch("mcp", "--index", tmp_path / "none")
    assert (status, out, err) == (1, "", f"{IndexMissing(str(tmp_path / 'none'))}\n")
