"""Keys and users as they are kept, and who may ask of a server that others can reach."""

from __future__ import annotations

import re
import stat
import sys
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI, Response
from starlette.testclient import TestClient

from assistant import Conversations, KeptExchange
from tests.ui.gradio_page import GradioPage
from ui.access import (
    AccessUnreadable,
    Entries,
    HostRefused,
    InvalidName,
    NameTaken,
    PasswordTooShort,
    UnknownName,
    is_password,
    key_hash,
    new_key,
    password_hash,
)
from ui.chat.security import Guard
from ui.sessions import ASKED_A_MINUTE, COOKIE, SESSION_SECONDS, TRIED_IN_A_MINUTE, Access, Allowance, who_may_ask
from ui.shapes import answer_shape
from ui.signing_in import add_signing_in

PASSWORD = "a long enough password"
ASKED = {"question": "When does the ferry to Norholm leave?"}
OF_PAGES = (
    *("/gradio_api/app_id", "/gradio_api/queue/data", "/theme.css", "/v1/citations/a/1", "/v1/nearest/a/1"),
    *("/ui/conversations", "/ui/conversations/a.md", "/ui/copies/a"),
)
OF_PROGRAMS = ("/v1/documents", "/v1/documents/ferry.md", "/v1/models", "/v1/docs", "/v1/openapi.json", "/metrics")
PUBLIC = ("/healthz", "/readyz", "/sign-in", "/ui/sign-in.css", "/favicon.ico")


def test_a_key_is_kept_as_its_hash_for_its_owner_alone(tmp_path):
    keys, key = Entries("key", tmp_path), new_key()
    keys.add("bot", key_hash(key))
    kept = tmp_path / "keys.json"
    assert key not in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(key) > 40
    assert new_key() != key


def test_a_password_is_recognised_and_no_other(tmp_path):
    kept = password_hash(PASSWORD)
    assert is_password(PASSWORD, kept)
    assert not is_password(PASSWORD + " ", kept)
    assert not is_password("short", kept)
    assert password_hash(PASSWORD) != kept
    with pytest.raises(PasswordTooShort, match=r"take 10 to 1000 characters\.$"):
        password_hash("short")


def test_names_are_added_once_and_removed_once(tmp_path):
    entries = Entries("user", tmp_path)
    entries.add("ada@example", "hash")
    with pytest.raises(NameTaken, match="There is a user 'ada@example' already"):
        entries.add("ada@example", "hash")
    for name in ("", "-a", "a b", "a" * 65, "a\nb", "../a"):
        with pytest.raises(InvalidName):
            entries.add(name, "hash")
    entries.remove("ada@example")
    with pytest.raises(UnknownName, match="`despatch users` lists"):
        entries.remove("ada@example")
    assert entries.all() == {}


def test_what_another_process_changes_counts_at_once(tmp_path):
    here, there = Entries("key", tmp_path), Entries("key", tmp_path)
    assert here.all() == {}
    there.add("one", "1")
    assert list(here.all()) == ["one"]
    there.add("two", "2")
    there.remove("one")
    assert list(here.all()) == ["two"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"a": 1}', '{"a": {}}', '{"a": {"secret": "x", "added": "y", "z": 1}}']
)
def test_a_broken_file_is_one_sentence(tmp_path, text):
    (tmp_path / "users.json").write_text(text)
    with pytest.raises(AccessUnreadable, match=r"users\.json cannot be used"):
        Entries("user", tmp_path).all()


def test_an_allowance_refills_evenly():
    now = [0.0]
    allowance = Allowance(3, lambda: now[0])
    assert [allowance.take("a") for _ in range(4)] == [True, True, True, False]
    assert allowance.take("b")
    now[0] += 20
    assert [allowance.take("a") for _ in range(2)] == [True, False]


# the server


@contextmanager
def guarded(folder, **options):
    """The guard over the page to sign in on and nothing else that could refuse."""
    access = Access(Entries("key", folder), Entries("user", folder), **options)
    application = FastAPI()
    add_signing_in(application, access)
    application.add_route("/{path:path}", lambda _: Response("inside"))
    application.add_middleware(Guard, access=access, hosts=None)
    with TestClient(application, base_url="https://despatch.example", follow_redirects=False) as client:
        yield client


@pytest.fixture
def beyond(closed_site):
    """Speaks to the server as another machine would."""
    with httpx.Client(base_url=closed_site.address, timeout=60) as client:
        yield client


def signed_in(client, name="ada", password=PASSWORD, **headers):
    return client.post("/sign-in", data={"name": name, "password": password}, headers=headers)


def test_where_others_reach_it_nothing_is_open_but_the_door(beyond):
    for path in OF_PAGES:
        assert beyond.get(path).status_code == 401, path
    for path in OF_PROGRAMS:
        answer = beyond.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
        assert "`despatch keys add NAME`" in answer.json()["error"]["message"]
    for path in ("/v1/ask", "/v1/retrieve", "/v1/chat/completions", "/mcp", "/gradio_api/queue/join"):
        assert beyond.post(path, json=ASKED).status_code == 401, path
    for path in PUBLIC:
        assert beyond.get(path, headers={"host": "despatch.example"}).status_code == 200, path
    assert (beyond.get("/").status_code, beyond.get("/").headers["location"]) == (303, "sign-in")


def test_a_key_opens_what_programs_use(beyond, closed_site):
    headers = {"authorization": f"Bearer {closed_site.key}"}
    answer = beyond.post("/v1/ask", json=ASKED, headers=headers)
    assert answer.status_code == 200
    assert beyond.get("/metrics", headers=headers).status_code == 200
    for path in OF_PAGES:
        assert beyond.get(path, headers=headers).status_code == 401, path
    assert [cited["path"] for cited in answer.json()["citations"]] == [
        cited["document_id"] for cited in answer.json()["citations"]
    ]


def test_nobody_reaches_the_conversations_of_another_user_by_any_route(beyond, closed_site, harbour, harbour_index):
    answer = answer_shape(harbour.ask(ASKED["question"]), str)
    for user in ("ada", "bob"):
        mine = Conversations(harbour_index).of(f"user {user}")
        exchange = KeptExchange(f"{user}-1", f"of-{user}", datetime.now(UTC), ASKED["question"], None, "done", answer)
        mine.keep(exchange)
    signed_in(beyond, origin=closed_site.address)
    listed = [each["id"] for each in beyond.get("/ui/conversations").json()["conversations"]]
    assert "of-ada" in listed
    assert "of-bob" not in listed
    for method, path, body in (
        *(("GET", f"/{name}/bob-1/1", None) for name in ("v1/citations", "v1/nearest")),
        *(("GET", f"/ui/conversations/of-bob.{kind}", None) for kind in ("md", "html", "docx", "json")),
        *(("GET", path, None) for path in ("/ui/copies/bob-1", "/ui/pages/bob-1/1/1")),
        ("POST", "/ui/conversations/of-bob", {"title": "mine"}),
        ("POST", "/ui/exchanges/bob-1", {"helpful": True, "comment": "mine"}),
        ("DELETE", "/ui/conversations/of-bob", None),
    ):
        assert beyond.request(method, path, json=body).status_code == 404, path
    assert beyond.get("/v1/citations/ada-1/1").json()["quote"] in answer["text"]
    exported = beyond.get("/ui/conversations/of-ada.json").json()
    assert str(harbour_index.parent) not in str(exported["made"])
    his = Conversations(harbour_index).of("user bob").exchange("bob-1")
    assert (his.helpful, his.comment) == (None, "")


def test_who_learns_the_name_of_anothers_session_in_gradio_reads_nothing_of_it(beyond, closed_site):
    Entries("user", closed_site.folder).add("bob", password_hash(PASSWORD))
    signed_in(beyond)
    with httpx.Client(base_url=closed_site.address, timeout=60) as other:
        signed_in(other, "bob")
        page = GradioPage(beyond)
        page.join(page.function("Your question", "submit"), ASKED["question"], "", "").raise_for_status()
        spying = GradioPage(other, session=page.session)
        assert "ferry" not in spying.stream()
        with other.stream("GET", f"/gradio_api/heartbeat/{page.session}"):
            pass  # at its end Gradio forgets the session
        spying.join(spying.function("Your question", "stop")).raise_for_status()
        assert "ferry" not in spying.stream()
    assert "leaves the northern pier" in page.stream()


@pytest.mark.parametrize("sent", ["Bearer", "Bearer a b", "Bearer dsp_wrong", "Basic YWRhOng=", "Bearer \xff"])
def test_another_key_opens_nothing(beyond, sent):
    answer = beyond.post("/v1/ask", json=ASKED, headers={"authorization": sent.encode("latin-1")})
    assert answer.status_code == 401


def test_a_person_signs_in_uses_page_and_api_and_signs_out(beyond, closed_site):
    answer = signed_in(beyond, origin=closed_site.address)
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    cookie = answer.headers["set-cookie"]
    assert re.match(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age={SESSION_SECONDS}; Path=/; SameSite=lax$", cookie)
    assert beyond.get("/").status_code == 200
    assert beyond.post("/v1/ask", json=ASKED).status_code == 200
    assert "You are signed in as ada." in beyond.get("/sign-in").text
    kept = beyond.cookies[COOKIE]
    assert beyond.post("/sign-out").headers["location"] == "sign-in"
    beyond.cookies.set(COOKIE, kept)
    assert beyond.get("/").status_code == 303


def test_over_tls_the_session_stays_with_tls(closed_site):
    with guarded(closed_site.folder, beyond=True) as client:
        assert "; Secure" in signed_in(client, origin="https://despatch.example").headers["set-cookie"]


@pytest.mark.parametrize(("name", "password"), [("ada", "a wrong password"), ("eve", PASSWORD), ("", ""), ("ada", "")])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(beyond, name, password):
    answer = signed_in(beyond, name, password)
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert "Name and password do not belong together" in answer.text
    assert name not in answer.text or not name


def test_signing_in_from_another_sites_page_is_refused(beyond):
    assert signed_in(beyond, origin="https://evil.example").status_code == 403


def test_another_sites_page_cannot_act_with_a_session(beyond):
    signed_in(beyond)
    for path in ("/v1/ask", "/gradio_api/queue/join", "/mcp", "/sign-out"):
        assert beyond.post(path, json=ASKED, headers={"origin": "https://evil.example"}).status_code == 403, path


def test_passwords_cannot_be_tried_for_ever(tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr("ui.sessions.is_password", lambda *_: tried.append(1) or False)
    access = Access(Entries("key", tmp_path), Entries("user", tmp_path), beyond=True)
    assert [access.sign_in("ada", "x") for _ in range(TRIED_IN_A_MINUTE + 5)] == [None] * (TRIED_IN_A_MINUTE + 5)
    assert len(tried) == TRIED_IN_A_MINUTE


def test_a_session_ends_with_its_day_its_user_or_its_password(tmp_path):
    users, now = Entries("user", tmp_path), [0.0]
    access = Access(Entries("key", tmp_path), users, beyond=True, clock=lambda: now[0])
    kept = password_hash(PASSWORD)

    def who(token):
        return access.who({b"cookie": f"{COOKIE}={token}"})

    users.add("ada", kept)
    first, second = access.sign_in("ada", PASSWORD), access.sign_in("ada", PASSWORD)
    assert who(first) == who(second) == "user ada"
    now[0] = SESSION_SECONDS + 1
    assert who(first) is None
    third = access.sign_in("ada", PASSWORD)
    users.remove("ada")
    assert who(third) is None
    users.add("ada", password_hash(PASSWORD))
    assert who(third) is None


def test_who_asks_too_often_is_told_to_wait(closed_site):
    with guarded(closed_site.folder, beyond=True, clock=lambda: 0.0) as client:
        headers = {"authorization": f"Bearer {closed_site.key}"}
        answers = [client.get("/v1/models", headers=headers) for _ in range(ASKED_A_MINUTE + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "10")


@pytest.mark.parametrize(("held", "api", "page"), [("", 200, 200), ("keys", 401, 200), ("users", 401, 303)])
def test_on_this_machine_page_and_api_are_open_until_there_are_keys_or_users(closed_site, tmp_path, held, api, page):
    if held:
        (tmp_path / f"{held}.json").write_bytes((closed_site.folder / f"{held}.json").read_bytes())
    with guarded(tmp_path, beyond=False) as client:
        for path in OF_PROGRAMS:
            assert client.get(path).status_code == api, path
        assert client.get("/").status_code == page
        for path in OF_PAGES:
            assert client.get(path).status_code == (401 if held == "users" else 200), path


def test_a_file_that_breaks_while_the_server_runs_opens_nothing(tmp_path):
    Entries("key", tmp_path).add("bot", "hash")
    with guarded(tmp_path, beyond=True) as client:
        (tmp_path / "keys.json").write_text("{")
        answer = client.get("/v1/models", headers={"authorization": "Bearer x"})
    assert (answer.status_code, "keys.json cannot be used" in answer.json()["error"]["message"]) == (503, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "despatch.example", ""])
def test_an_address_that_others_can_reach_is_refused_until_somebody_can_sign_in(host):
    with pytest.raises(
        HostRefused, match=r"add people with `despatch users add NAME`, programs with `despatch keys add"
    ):
        who_may_ask(host)
    Entries("key").add("bot", "hash")
    assert who_may_ask(host).beyond
    assert not who_may_ask("127.0.0.1").beyond
    Entries("user").add("ada", "hash")
    assert who_may_ask("127.0.0.1").beyond


def test_the_chat_refuses_such_an_address_before_it_makes_an_index(despatch):
    status, out, err = despatch("chat", "--host", "0.0.0.0")
    assert (status, out, err) == (1, "", f"{HostRefused('0.0.0.0')}\n")


# the verbs


def test_keys_are_made_listed_and_removed(given, despatch):
    made = given("keys", "add", "bot")
    assert (made["name"], made["key"][:4]) == ("bot", "dsp_")
    assert [each["name"] for each in given("keys")["keys"]] == ["bot"]
    assert made["key"] not in despatch("keys")[1]
    access = Access(Entries("key"), Entries("user"), beyond=True)
    assert access.who({b"authorization": f"Bearer {made['key']}"}) == "key bot"
    assert given("keys", "remove", "bot") == {"name": "bot"}
    assert access.who({b"authorization": f"Bearer {made['key']}"}) is None
    assert despatch("keys")[1] == "There are no keys; `despatch keys add NAME` adds one.\n"


def test_a_user_is_added_with_a_password_of_stdin(despatch, given, monkeypatch, tmp_path):
    (tmp_path / "word").write_text(f"{PASSWORD}\nmore\n")
    with (tmp_path / "word").open() as word:
        monkeypatch.setattr(sys, "stdin", word)
        assert given("users", "add", "ada") == {"name": "ada"}
    assert is_password(PASSWORD, Entries("user").all()["ada"].secret)
    (tmp_path / "word").write_text("short\n")
    with (tmp_path / "word").open() as word:
        monkeypatch.setattr(sys, "stdin", word)
        status, _, err = despatch("users", "add", "bob")
    assert (status, err.count("\n")) == (1, 1)
    assert list(Entries("user").all()) == ["ada"]


def test_health_and_readiness_are_told(beyond):
    assert beyond.get("/healthz").json() == {"status": "ok"}
    assert beyond.get("/readyz").json() == {"status": "ready"}


def test_the_measures_count_requests_and_hold_no_question(beyond, closed_site):
    signed_in(beyond)
    beyond.post("/v1/ask", json={"question": "Where is Waldo's secret ferry?"})
    text = beyond.get("/metrics").text
    assert re.search(r'^despatch_requests_total\{route="/v1/ask",status="200"\} \d', text, re.MULTILINE)
    assert re.search(r'^despatch_request_seconds_count\{route="/v1/ask"\} \d', text, re.MULTILINE)
    assert re.search(r"^despatch_documents [1-9]", text, re.MULTILINE)
    assert "despatch_ready 1.0" in text
    assert "process_resident_memory_bytes" in text
    assert "Waldo" not in text
    assert set(re.findall(r'route="([^"]*)"', text)) <= {
        "other",
        "/v1/ask",
        "/v1/documents",
        "/v1/retrieve",
        "/mcp",
        "/v1/chat/completions",
        "/v1/citations",
        "/gradio_api/queue/join",
    }
