"""What the server lets through, and what it tells the browser to refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import ui
from ui.chat.security import GRADIO_STYLE, content_policy
from ui.corpora import Corpora
from ui.server import build

ADDRESS = "http://127.0.0.1:7860"
SOURCES = sorted((Path(ui.__file__).parent / "chat").rglob("*.py"))


@pytest.fixture(scope="module")
def client(harbour):
    with TestClient(build(Corpora({"harbour": harbour})), base_url=ADDRESS) as opened:
        yield opened


def test_the_page_opens_under_each_name_of_this_machine(client):
    for host in ("127.0.0.1:7860", "localhost:7860", "[::1]:7860", "localhost"):
        assert client.get("/", headers={"host": host}).status_code == 200, host


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "[bad"])
def test_a_foreign_host_name_is_refused_even_if_it_leads_here(client, host):
    answer = client.get("/healthz", headers={"host": host})
    assert answer.status_code == 421
    assert answer.json()["error"]["message"].startswith("This host name is not Despatch's")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:7860"])
def test_a_post_from_another_sites_page_is_refused(client, origin):
    answer = client.post("/gradio_api/queue/join", json={}, headers={"origin": origin})
    assert answer.status_code == 403


def test_a_post_from_our_own_page_reaches_the_queue(client):
    answer = client.post("/gradio_api/queue/join", json={}, headers={"origin": ADDRESS})
    assert answer.status_code not in {403, 404, 421}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[
            ("GET", f"/gradio_api/{name}")
            for name in (
                "info", "openapi.json", "runs", "run-history/buckets", "upload_progress", "token", "user",
                "login_check", "dev/reload", "vibe-code", "startup-events", "call/answer/1", "file=/etc/passwd",
                "file/etc/passwd", "proxy=https://evil.example", "deep_link", "stream/a/b/1/playlist.m3u8",
                "custom_component/a/b/c/d",
            )
        ],
        *[
            ("POST", f"/gradio_api/{name}")
            for name in (
                "call/answer", "call/v2/answer", "run/answer", "api/answer", "upload", "reset", "cancel",
                "component_server", "process_recording", "vibe-edit", "stream/1", "run-history/connect",
            )
        ],
        ("GET", "/config"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/robots.txt"),
        ("GET", "/pwa_icon"),
        ("GET", "/svelte/x.js"),
        ("POST", "/login"),
        ("GET", "/ui/desk.py"),
        ("GET", "/ui/..%2Fapp.py"),
        ("GET", "/static/..%2f..%2fetc/passwd"),
        ("GET", "/v1/citations/a/1/2"),
        ("PUT", "/ui/conversations/a"),
        ("GET", "/ui/conversations/a"),
        ("GET", "/ui/conversations/a.exe"),
        ("GET", "/ui/conversations/..%2f..%2fledger.db"),
        ("DELETE", "/ui/conversations"),
        ("GET", "/ui/pages/unknown/1/1"),
        ("GET", "/ui/pages/a/1/..%2f1"),
        ("DELETE", "/"),
    ],
)  # fmt: skip
def test_what_the_page_does_not_use_is_not_there(client, method, path):
    answer = client.request(method, path, headers={"origin": ADDRESS})
    assert answer.status_code in {404, 405}, answer.text


def test_no_answer_allows_another_site_to_read_it(client):
    for path in ("/", "/healthz", "/ui/desk.js", "/theme.css"):
        headers = client.get(path, headers={"origin": "https://evil.example"}).headers
        assert "access-control-allow-origin" not in headers, path


def test_a_proxys_word_on_the_host_is_not_believed(client):
    forged = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "forwarded": "host=evil.example"}
    assert "evil.example" not in client.get("/", headers=forged).text


@pytest.mark.parametrize("path", ["/", "/healthz", "/ui/desk.css", "/v1/citations/unknown/1", "/config"])
def test_every_answer_forbids_framing_guessing_and_referring(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_every_inline_script_carries_the_nonce_of_its_own_answer(client):
    seen = set()
    for _ in range(2):
        page = client.get("/", headers={"accept-encoding": "br, gzip"})
        nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", page.headers["content-security-policy"])[1]
        tags = re.findall(r"<(?:script|style)\b[^>]*>", page.text)
        assert tags
        assert all(f'nonce="{nonce}"' in tag for tag in tags)
        seen.add(nonce)
    assert len(seen) == 2


def test_the_policy_allows_no_eval_and_no_unnamed_inline_script():
    policy = content_policy("n")
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self' 'nonce-n'"
    assert "unsafe-eval" not in policy
    assert GRADIO_STYLE in policy


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_is_used_that_would_need_eval(path):
    assert not re.search(r"gr\.HTML\(|[( ]js=|sanitize_html=False", path.read_text())


def test_our_files_come_from_memory_with_their_type_and_a_tag(client):
    for name, kind in (("desk.css", "text/css"), ("desk.js", "text/javascript")):
        first = client.get(f"/ui/{name}")
        assert first.headers["content-type"].startswith(kind)
        again = client.get(f"/ui/{name}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/ui/conversations/unknown"),
        ("POST", "/ui/conversations/unknown"),
        ("GET", "/ui/conversations/unknown.json"),
        ("POST", "/ui/exchanges/unknown"),
        ("GET", "/ui/copies/unknown"),
    ],
)
def test_what_is_kept_is_changed_by_our_own_page_alone_and_only_where_it_is(client, method, path):
    body = {"title": "x"} if "conversations" in path else {"helpful": True, "comment": ""}
    answer = client.request(method, path, json=body if method == "POST" else None, headers={"origin": ADDRESS})
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].endswith(".")
    if method != "GET":
        assert client.request(method, path, json=body, headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/v1/citations/unknown/1", "/v1/nearest/unknown/1", "/v1/citations/unknown/0"])
def test_an_unknown_source_is_one_sentence(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"error": {"message": "This answer is no longer kept; ask its question again."}}
