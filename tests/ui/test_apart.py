"""Two users, two groups, three corpora: nobody comes by what is not his, whichever way he tries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import platformdirs
import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import expect
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from assistant import Assistant, resolve
from index import DEFAULT_MODEL, sync
from tests.ui import test_chat_accessibility as accessibility
from tests.ui.conftest import served
from tests.ui.gradio_page import GradioPage
from ui.access import AccessUnreadable, Entries, key_hash, new_key, password_hash
from ui.chat.security import Guard
from ui.chat.tending import Tending
from ui.records import Records
from ui.rules import FILE, Rules
from ui.sessions import ASKED_A_MINUTE, Access, who_asks, who_may_ask
from ui.signing_in import add_signing_in

PASSWORD = "a long enough password"
SECRET = "lighthouse"  # stands in the treaties alone: in a text, a title and the folder's name
DOCUMENT = "lighthouse treaty.pdf"
QUESTION = "What does the cobalt clause oblige Norland to return?"
TREATY = "The cobalt clause obliges Norland to return the lighthouse before the first of May."
CORPORA = {
    "shared": {"canteen.txt": "Canteen rules\n\nThe canteen opens at noon and serves soup on Fridays.\n"},
    "minutes": {"minutes.txt": "Minutes of June\n\nThe committee chose the heron as its emblem and adjourned.\n"},
}
AUDIT = "audit.jsonl"
RULES = """
[groups]
press = ["ada", "key press-bot"]
mission = ["bob", "key mission-bot"]

[corpora]
shared = ["*"]
treaties = ["@press"]
minutes = ["@mission"]
"""


@dataclass(frozen=True)
class Server:
    """Three corpora behind one address; what Ada has asked there of the treaties, and all that there is to learn."""

    address: str
    folder: Path
    ada: httpx.Client
    strangers: dict[str, httpx.Client]
    session: str
    conversation: str
    exchange: str
    sha256: str
    among: str  # a conversation with two corpora, of which the treaties are one
    told: str  # its exchange


def treaty(folder: Path) -> None:
    canvas = Canvas(str(folder / DOCUMENT))
    canvas.drawString(72, 700, TREATY)
    canvas.save()
    (folder / "warden.md").write_text(
        f"# Duties\n\n## Who keeps the {SECRET} at night?\n\nThe warden keeps the {SECRET} at night.\n"
    )


def indexed(corpus: Path, index: Path) -> Assistant:
    sync(corpus, index, model=DEFAULT_MODEL)
    return Assistant.open(index, resident=True)


@pytest.fixture(scope="module")
def desks(tmp_path_factory) -> Iterator[dict[str, Assistant]]:
    with ExitStack() as opened:
        made = {}
        for name, documents in CORPORA.items():
            corpus = tmp_path_factory.mktemp(name)
            for file, text in documents.items():
                (corpus / file).write_text(text)
            made[name] = opened.enter_context(indexed(corpus, tmp_path_factory.mktemp("index")))
        corpus = tmp_path_factory.mktemp(f"{SECRET} papers")
        treaty(corpus)
        made["treaties"] = opened.enter_context(indexed(corpus, tmp_path_factory.mktemp("index")))
        yield made


@pytest.fixture(scope="module")
def server(desks, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("access")
    rules = RULES + f"[audit]\nfile = '{folder / AUDIT}'\n[originals]\ncorpora = ['treaties']\n"
    (folder / FILE).write_text(rules)
    keys, users = Entries("key", folder), Entries("user", folder)
    made = {name: new_key() for name in ("press-bot", "mission-bot")}
    for name, key in made.items():
        keys.add(name, key_hash(key))
    hashed = password_hash(PASSWORD)
    for name in ("ada", "bob"):
        users.add(name, hashed)
    index = desks["treaties"].status().index
    settings = replace(resolve(index=index), model=DEFAULT_MODEL, precision="fp32")
    access = Access(keys, users, beyond=True, rules=Rules(folder))
    with (
        Tending(settings) as tending,
        served(desks, access, {"treaties": tending}) as address,
        ExitStack() as opened,
    ):

        def client(user: str = "", key: str = "") -> httpx.Client:
            headers = {"authorization": f"Bearer {made[key]}"} if key else {}
            one = opened.enter_context(httpx.Client(base_url=address, timeout=60, headers=headers))
            if user:
                one.post("/sign-in", data={"name": user, "password": PASSWORD})
            return one

        ada = client("ada")
        page = GradioPage(ada, {"corpus": "treaties"})
        assert SECRET in page.ask(QUESTION)
        assert SECRET in GradioPage(ada, {"corpus": "shared,treaties"}).ask(QUESTION)
        of = {
            ada.get("/ui/corpora", params={"c": each["id"]}).json()["chosen"]: each["id"]
            for each in ada.get("/ui/conversations").json()["conversations"]
        }
        kept = {
            name: ada.get(f"/ui/conversations/{each}.json").json()["exchanges"][0]["id"] for name, each in of.items()
        }
        strangers = {"bob": client("bob"), "his program": client(key="mission-bot"), "nobody": client()}
        yield Server(
            address,
            folder,
            ada,
            strangers,
            page.session,
            of["treaties"],
            kept["treaties"],
            desks["treaties"].document(DOCUMENT).sha256,
            of["shared,treaties"],
            kept["shared,treaties"],
        )


def said(answer: httpx.Response) -> str:
    """What an answer holds, as far as it was given; what is no text is told by its type alone."""
    if answer.status_code != 200:
        return f"{answer.status_code} {answer.text}"
    kind = answer.headers["content-type"]
    return f"{kind} {SECRET}" if answer.content[:4] in (b"\x89PNG", b"PK\x03\x04", b"%PDF") else answer.text


def page(**query: str) -> Callable[[httpx.Client, Server], str]:
    def opened(client: httpx.Client, server: Server) -> str:
        told = {name: value.format(**vars(server)) for name, value in query.items()}
        one = client.get("/", params=told)
        if one.status_code != 200:
            return said(one)
        window = GradioPage(client, told)
        return window.html + window.opened()

    return opened


def asked(corpus: str) -> Callable[[httpx.Client, Server], str]:
    def attempt(client: httpx.Client, server: Server) -> str:
        if client.get("/").status_code != 200:
            body = {"data": [QUESTION, "", ""], "fn_index": 0, "session_hash": "abc"}
            return said(client.post("/gradio_api/queue/join", params={"corpus": corpus}, json=body))
        return GradioPage(client, {"corpus": corpus}).ask(QUESTION)

    return attempt


def asked_on(client: httpx.Client, server: Server) -> str:
    if client.get("/").status_code != 200:
        return asked("shared")(client, server)
    window = GradioPage(client, {"c": server.among, "corpus": "shared"})
    window.opened()
    return window.ask("And before which day?")


def got(path: str, **parameters: object) -> Callable[[httpx.Client, Server], str]:
    def attempt(client: httpx.Client, server: Server) -> str:
        there = path.format(**vars(server), document=DOCUMENT)
        return said(client.get(there, params=parameters or None))

    return attempt


def listed(name: str) -> Callable[[httpx.Client, Server], str]:
    return lambda client, server: said(client.get("/ui/conversations")).replace(vars(server)[name], SECRET)


def posted(path: str, **body: object) -> Callable[[httpx.Client, Server], str]:
    return lambda client, _: said(client.post(path, json=body))


def tool(name: str, **arguments: object) -> Callable[[httpx.Client, Server], str]:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    headers = {"accept": "application/json, text/event-stream"}
    return lambda client, _: said(client.post("/mcp", json=call, headers=headers))


ANY = {"folder": "", "kind": "", "since": "", "until": ""}
MESSAGES = [{"role": "user", "content": QUESTION}]
BY_PAGE = {
    "the page": page(corpus="treaties"),
    "a conversation's link": page(c="{conversation}"),
    "a conversation's link, told another corpus": page(c="{conversation}", corpus="shared"),
    "a question on the page": asked("treaties"),
    "the list of conversations": listed("conversation"),
    "an export as Markdown": got("/ui/conversations/{conversation}.md"),
    "an export as a page": got("/ui/conversations/{conversation}.html"),
    "an export as data": got("/ui/conversations/{conversation}.json"),
    "an export for Word": got("/ui/conversations/{conversation}.docx"),
    "the list of the corpus": got("/ui/corpus", corpus="treaties"),
    "a filter of the corpus": posted("/ui/corpus/filter?corpus=treaties", documents=[], q=SECRET, **ANY),
    "a document that is read": got("/ui/corpus/document", name="warden.md", corpus="treaties"),
    "a place in a document": got("/ui/corpus/document", name=DOCUMENT, q="cobalt clause", corpus="treaties"),
    "more of a document": got("/ui/corpus/text?name={document}&place=0&back=false&sha256={sha256}&corpus=treaties"),
    "a document's file": got("/ui/corpus/original", name=DOCUMENT, corpus="treaties"),
    "a search in all texts": got("/ui/corpus", q="cobalt clause", in_text=True, corpus="treaties"),
    "a copy": got("/ui/copies/{exchange}"),
    "a citation's link": got("/v1/citations/{exchange}/1"),
    "a citation's link, told the corpus": got("/v1/citations/{exchange}/1", corpus="treaties"),
    "more of a citation's text": got("/ui/texts/cite/{exchange}/1?place=9999&back=true&sha256={sha256}"),
    "a citation's file": got("/ui/originals/cite/{exchange}/1"),
    "a page as a picture": got("/ui/pages/{exchange}/1/1"),
    "the page of several": page(corpus="shared,treaties"),
    "the page of all": page(corpus="*"),
    "a question to several": asked("treaties,shared"),
    "a question to all": asked("*"),
    "the link of a conversation with several": page(c="{among}"),
    "the same, told another corpus": page(c="{among}", corpus="shared"),
    "the same, asked on": asked_on,
    "the same in the list": listed("among"),
    "the same as Markdown": got("/ui/conversations/{among}.md"),
    "the same as data, told another corpus": got("/ui/conversations/{among}.json", corpus="shared"),
    "the same for Word": got("/ui/conversations/{among}.docx"),
    "a copy among several": got("/ui/copies/{told}"),
    "a citation's link among several": got("/v1/citations/{told}/1"),
    "a citation's link among several, told the corpus": got("/v1/citations/{told}/1", corpus="shared"),
    "a picture among several": got("/ui/pages/{told}/1/1"),
    "more of a text among several": got("/ui/texts/cite/{told}/1?place=9999&back=true&sha256={sha256}"),
    "a document among several that is read": got(
        "/ui/corpus/document", name="treaties/warden.md", corpus="treaties,shared"
    ),
    "a document among all that is read": got("/ui/corpus/document", name="treaties/warden.md", corpus="*"),
    "more of a document among all": got(
        "/ui/corpus/text?name=treaties/{document}&place=0&back=false&sha256={sha256}&corpus=*"
    ),
    "a search in the texts of all": got("/ui/corpus", q="cobalt clause", in_text=True, corpus="*"),
    "a filter by the texts of several": posted(
        "/ui/corpus/filter?corpus=shared,treaties", documents=[], q="cobalt clause", in_text=True, **ANY
    ),
    "the list of several": got("/ui/corpus", corpus="treaties,shared"),
    "the list of all on the page": got("/ui/corpus", corpus="*"),
    "a filter of several": posted("/ui/corpus/filter?corpus=shared,treaties", documents=[], q=SECRET, **ANY),
}
BY_PROGRAM = {
    "retrieve": posted("/v1/retrieve", question=QUESTION, corpus="treaties"),
    "ask": posted("/v1/ask", question=QUESTION, corpus="treaties"),
    "ask as a stream": posted("/v1/ask", question=QUESTION, corpus="treaties", stream=True),
    "the list of documents": got("/v1/documents", corpus="treaties"),
    "a document": got("/v1/documents/{document}", corpus="treaties"),
    "a completion": posted("/v1/chat/completions", model="despatch/treaties", messages=MESSAGES),
    "a completion as a stream": posted(
        "/v1/chat/completions", model="despatch/treaties", messages=MESSAGES, stream=True
    ),
    "the tool retrieve": tool("retrieve", question=QUESTION, corpus="treaties"),
    "the tool ask": tool("ask", question=QUESTION, corpus="treaties"),
    "the tool read_passage": tool("read_passage", document_id=DOCUMENT, corpus="treaties"),
    "the tool list_documents": tool("list_documents", corpus="treaties"),
    "retrieve from several": posted("/v1/retrieve", question=QUESTION, corpus="shared,treaties"),
    "retrieve from all": posted("/v1/retrieve", question=QUESTION, corpus="*"),
    "ask several": posted("/v1/ask", question=QUESTION, corpus="treaties,shared"),
    "ask all": posted("/v1/ask", question=QUESTION, corpus="*"),
    "ask all as a stream": posted("/v1/ask", question=QUESTION, corpus="*", stream=True),
    "count in all": posted("/v1/ask", question="Summarise the documents", corpus="*"),
    "the list of all documents": got("/v1/documents", corpus="*"),
    "a document among several": got("/v1/documents/treaties/warden.md", corpus="shared,treaties"),
    "a document among all": got("/v1/documents/treaties/warden.md", corpus="*"),
    "a completion from several": posted("/v1/chat/completions", model="despatch/shared,treaties", messages=MESSAGES),
    "a completion from all": posted("/v1/chat/completions", model="despatch/*", messages=MESSAGES),
    "the tool retrieve over all": tool("retrieve", question=QUESTION, corpus="*"),
    "the tool ask of several": tool("ask", question=QUESTION, corpus="shared,treaties"),
    "the tool read_passage among all": tool("read_passage", document_id="treaties/warden.md", corpus="*"),
    "the tool list_documents of all": tool("list_documents", corpus="*"),
}
ATTEMPTS = {**BY_PAGE, **BY_PROGRAM}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_who_may_read_a_corpus_comes_by_it_and_no_other(server, attempt):
    assert SECRET in attempt(server.ada, server)
    for name, stranger in server.strangers.items():
        assert SECRET not in attempt(stranger, server), name


UNTOLD = {
    "retrieve": posted("/v1/retrieve", question=QUESTION),
    "ask": posted("/v1/ask", question=QUESTION),
    "documents": got("/v1/documents"),
    "document": got("/v1/documents/{document}"),
    "a check whether something stands there": got(
        "/v1/citations", document_id=DOCUMENT, start=0, quote=TREATY, corpus="treaties"
    ),
    "how many documents a filter leaves": got("/ui/corpus/matching", where=f"title = '{SECRET}*'", corpus="treaties"),
    "a check among several": got(
        "/v1/citations", document_id=f"treaties/{DOCUMENT}", start=0, quote=TREATY, corpus="minutes,treaties"
    ),
    "a count in all": posted("/v1/ask", question="Which documents mention the heron?", corpus="*"),
    "a filter among all": posted("/v1/retrieve", question="warden", where="folder = 'treat*/**'", corpus="*"),
    "a model of several": got("/v1/models/despatch/shared,treaties"),
    "completion": posted("/v1/chat/completions", model="despatch", messages=MESSAGES),
    "models": got("/v1/models"),
    "a model": got("/v1/models/despatch/treaties"),
    "corpora": got("/v1/corpora"),
    "corpora of the page": got("/ui/corpora"),
    "measures": got("/metrics"),
    "the tool ask": tool("ask", question=QUESTION),
    "nearest": got("/v1/nearest/{exchange}/1"),
    "a passage's file": got("/ui/originals/near/{exchange}/1"),
    "whether a citation's file would be given": got("/ui/originals/cite/{exchange}/1", check=True),
    "whether a document's file would be given": got(
        "/ui/corpus/original", name=DOCUMENT, check=True, corpus="treaties"
    ),
    "a document's file among several": got("/ui/corpus/original", name=f"treaties/{DOCUMENT}", corpus="*"),
    "a document, told another corpus": got("/ui/corpus/document", name=DOCUMENT, corpus="shared"),
    "more of a passage's text": got("/ui/texts/near/{exchange}/1", place=0, back=False, sha256="a"),
    "a sync under way": got("/ui/corpus/work", corpus="treaties"),
    "nearest among several": got("/v1/nearest/{told}/1"),
    "a file among several": got("/ui/originals/cite/{told}/1"),
    "next questions among several": got("/ui/next/{told}"),
    "how many of all a filter leaves": got("/ui/corpus/matching", where="folder = 'treaties/**'", corpus="*"),
    "work on several": got("/ui/corpus/work", corpus="shared,treaties"),
    "Gradio's files": got("/gradio_api/file=/etc/hostname"),
    "Gradio's configuration": got("/config"),
    "Gradio's uploads": posted("/gradio_api/upload"),
}


@pytest.mark.parametrize("attempt", UNTOLD.values(), ids=UNTOLD)
def test_nothing_else_tells_of_it(server, attempt):
    for name, stranger in server.strangers.items():
        told = attempt(stranger, server)
        assert SECRET not in told.replace(DOCUMENT, ""), name
        assert "unchanged" not in told, name
        assert "treaties" not in told or "that you may read" in told or "There is no model" in told, (name, told)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/ui/conversations/{conversation}", {"title": "mine"}),
        ("DELETE", "/ui/conversations/{conversation}", None),
        ("POST", "/ui/exchanges/{exchange}", {"helpful": False, "comment": "mine"}),
        ("POST", "/ui/conversations/{among}", {"title": "mine"}),
        ("DELETE", "/ui/conversations/{among}?corpus=shared", None),
        ("POST", "/ui/exchanges/{told}", {"helpful": False, "comment": "mine"}),
        ("POST", "/ui/corpus/work?corpus=treaties", None),
        ("DELETE", "/ui/corpus/work?corpus=treaties", None),
    ],
)
def test_what_is_not_ones_own_is_not_changed(server, method, path, body):
    there = path.format(**vars(server))
    for name, stranger in server.strangers.items():
        assert stranger.request(method, there, json=body).status_code in (401, 404), name
    for conversation in (server.conversation, server.among):
        kept = server.ada.get(f"/ui/conversations/{conversation}.json").json()
        assert (kept["title"], kept["exchanges"][0]["comment"]) == (QUESTION, "")


def test_files_are_added_and_removed_by_readers_alone(server, desks):
    papers = Path(desks["treaties"].status().corpus)
    before = sorted(papers.iterdir())
    for name, stranger in server.strangers.items():
        for corpus in ("treaties", "treaties&corpus=shared", "shared&corpus=treaties"):
            there = f"/ui/corpus/files?corpus={corpus}"
            added = stranger.post(f"{there}&name=new.txt", content=b"The heron is grey.")
            removed = [stranger.delete(f"{there}&name={DOCUMENT}{erase}") for erase in ("", "&erase=true")]
            assert {answer.status_code for answer in (added, *removed)} <= {401, 403, 404}, name
    assert sorted(papers.iterdir()) == before
    there = {"corpus": "treaties", "name": "new.txt"}
    assert server.ada.post("/ui/corpus/files", params=there, content=b"The heron is grey.").status_code == 200
    (papers / "new.txt").unlink()
    assert "added" in (server.folder / AUDIT).read_text()


def test_gradios_own_ways_lead_to_nothing(server):
    bob = server.strangers["bob"]
    hers = GradioPage(server.ada, {"corpus": "treaties"})
    hers.join(hers.function("Your question", "submit"), QUESTION, "", "").raise_for_status()
    his = GradioPage(bob, {"c": server.conversation, "corpus": "treaties"}, session=hers.session)
    assert SECRET not in his.stream()
    assert SECRET not in his.ask("And what else?", conversation=server.conversation)
    his.join(his.function("Your question", "stop")).raise_for_status()
    assert SECRET not in his.stream()
    for number in range(len(his.config["dependencies"])):
        his.join(number, QUESTION, "", server.conversation)
        assert SECRET not in his.stream()
    assert SECRET in hers.stream()


def test_a_conversation_is_asked_on_in_its_own_corpus(server):
    shared = GradioPage(server.ada, {"corpus": "shared"})
    assert "soup" in shared.ask("What does the canteen serve on Fridays?")
    newest = server.ada.get("/ui/conversations").json()["conversations"][0]["id"]
    assert server.ada.get("/ui/corpora", params={"c": newest}).json()["chosen"] == "shared"
    assert server.ada.get("/ui/corpora", params={"c": server.conversation}).json()["chosen"] == "treaties"
    assert server.ada.get("/ui/corpora").json() == {"corpora": ["shared", "treaties"], "chosen": "shared"}
    again = GradioPage(server.ada, {"c": newest, "corpus": "treaties"})
    again.opened()
    assert SECRET not in again.ask(QUESTION)


@pytest.mark.parametrize("rules", [RULES.replace('"ada", ', ""), "treaties = [", None], ids=["lost", "broken", "gone"])
def test_who_loses_a_corpus_loses_what_was_answered_from_it(server, rules):
    file = server.folder / FILE
    before = file.read_text()
    try:
        file.unlink() if rules is None else file.write_text(rules)
        for name, attempt in ATTEMPTS.items():
            assert SECRET not in attempt(server.ada, server), name
        can_be_read = rules is not None and "minutes" in rules
        assert server.ada.get("/healthz").status_code == 200
        assert server.ada.get("/readyz").status_code == (200 if can_be_read else 503)
    finally:
        file.write_text(before)
    assert SECRET in got("/v1/citations/{exchange}/1")(server.ada, server)


def test_a_conversation_with_several_corpora_is_hidden_from_who_loses_any_of_them(server):
    file = server.folder / FILE
    before = file.read_text()
    of_it = {name: each for name, each in BY_PAGE.items() if "among" in name or name.startswith("the same ")}
    try:
        file.write_text(before.replace('shared = ["*"]', "shared = []"))
        assert SECRET in got("/v1/citations/{exchange}/1")(server.ada, server)
        for name, attempt in of_it.items():
            assert SECRET not in attempt(server.ada, server), name
        assert "return the" not in GradioPage(server.ada, {"c": server.among}).opened()
    finally:
        file.write_text(before)
    assert "return the" in GradioPage(server.ada, {"c": server.among}).opened()
    for name, attempt in of_it.items():
        assert SECRET in attempt(server.ada, server), name


def test_the_page_says_which_corpus_each_source_is_from(server):
    page = GradioPage(server.ada, {"c": server.among})
    assert "treaties" in re.sub(r"\s+", " ", page.opened()).partition('class=\\"refs')[2]
    opened = server.ada.get(f"/v1/citations/{server.told}/1").json()
    assert (opened["path"], opened["state"]) == (f"treaties/{DOCUMENT}", "same")
    assert "Corpus: treaties;" in server.ada.get(f"/ui/conversations/{server.among}.md").text
    assert server.ada.get("/ui/corpora", params={"c": server.among}).json()["chosen"] == "shared,treaties"
    listed = server.ada.get("/ui/corpus", params={"corpus": "*"}).json()
    assert (listed["name"], listed["documents"], listed["may_change"]) == ("shared, treaties", 3, False)


def test_what_several_corpora_answer_says_which_and_no_path_of_the_machine(server, desks):
    asked = {"question": QUESTION, "corpus": "*"}
    answer = server.ada.post("/v1/ask", json=asked).json()
    (cited,) = answer["citations"]
    assert (cited["corpus"], cited["document_id"], cited["path"]) == (
        "treaties", f"treaties/{DOCUMENT}", f"treaties/{DOCUMENT}",
    )  # fmt: skip
    there = {"corpus": "shared,treaties", "start": cited["start"], "end": cited["end"]}
    assert server.ada.get(f"/v1/documents/{cited['document_id']}", params=there).json()["text"] == cited["quote"]
    checked = {**there, "document_id": cited["document_id"], "quote": cited["quote"], "sha256": cited["sha256"]}
    assert server.ada.get("/v1/citations", params=checked).json()["state"] == "unchanged"
    counted = server.ada.post("/v1/ask", json={**asked, "question": "How many documents do you have?"}).json()
    assert counted["note"] == "There are 3 documents. Counted in shared and treaties together."
    assert str(Path(desks["treaties"].status().corpus)) not in json.dumps([answer, counted])


def test_it_is_noted_who_did_what_and_said_on_the_page(server):
    lines = [json.loads(line) for line in (server.folder / AUDIT).read_text().splitlines()]
    noted = {(each["who"], each["did"], each["corpus"]) for each in lines}
    assert {("user ada", "asked", "treaties"), ("user ada", "exported", "treaties")} <= noted
    assert all(each["corpus"] != "treaties" for each in lines if each["who"] != "user ada")
    assert QUESTION in {each["what"] for each in lines}
    assert (server.folder / AUDIT).stat().st_mode & 0o777 == 0o600
    assert "Who asks what is noted by whoever runs this server." in GradioPage(server.ada).opened()
    measures = server.ada.get("/metrics").text
    assert float(re.search(r'despatch_answers_total\{outcome="answered"\} (\S+)', measures)[1]) >= 1
    assert QUESTION not in measures


def test_notes_go_on_in_another_file_before_one_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("ui.records.LARGEST", 200)
    records = Records(tmp_path / "notes" / "audit.jsonl")
    for number in range(4):
        records.note("user ada", "asked", "treaties", f"{number}" * 60)
    records.close()
    files = sorted((tmp_path / "notes").iterdir())
    assert len(files) == 4
    assert all(each.stat().st_size <= 200 for each in files)
    with pytest.raises(AccessUnreadable, match=r"audit\.jsonl"):
        Records(tmp_path / "notes" / "audit.jsonl" / "audit.jsonl")


# whom a proxy signs in


def proxied(folder, addresses):
    (folder / FILE).write_text(f"[proxy]\naddresses = {addresses}\nheader = 'Remote-User'\n")
    access = Access(
        Entries("key", folder), Entries("user", folder), beyond=False, rules=Rules(folder), clock=lambda: 0.0
    )
    application = FastAPI()
    add_signing_in(application, access)
    seen = []

    @application.get("/")
    def inside(request: Request):
        seen.append(dict(request.headers))
        return Response(who_asks(request))

    application.add_middleware(Guard, access=access, hosts=None)
    client = TestClient(application, base_url="https://a", follow_redirects=False, client=("10.1.2.3", 5))
    return client, seen


@pytest.mark.parametrize(
    ("sent", "who"),
    [
        ([("remote-user", "ada")], "user ada"),
        ([("Remote-User", "ada"), ("remote-user", "bob")], None),
        ([("remote-user", "ada, bob")], None),
        ([("remote-user", "")], None),
        ([("x-forwarded-user", "ada")], None),
        ([], None),
    ],
)
def test_a_named_proxys_word_on_who_asks_counts(tmp_path, sent, who):
    client, seen = proxied(tmp_path, ["10.0.0.0/8", "::1"])
    answer = client.get("/", headers=sent)
    assert (answer.status_code, answer.text) == (200, who) if who else (303, answer.text)
    assert all("remote-user" not in headers for headers in seen)
    if who:
        told = client.get("/sign-in", headers=sent).text
        assert "You are signed in as ada." in told
        assert "Sign out" not in told


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["10.1.2.4", "2001:db8::/32"], []])
def test_the_same_word_from_anywhere_else_is_nothing(tmp_path, addresses):
    client, seen = proxied(tmp_path, addresses)
    assert client.get("/", headers={"remote-user": "ada"}).status_code == 303
    assert "You are signed in" not in client.get("/sign-in", headers={"remote-user": "ada"}).text
    assert seen == []


def test_where_a_proxy_signs_people_in_others_may_reach_the_server(tmp_path):
    folder = Path(platformdirs.user_config_dir("despatch"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text("[proxy]\naddresses = ['10.0.0.1']\nheader = 'Remote-User'\n")
    access = who_may_ask("0.0.0.0")
    assert access.beyond
    assert access.page_is_closed


def test_questions_on_the_page_are_counted_per_user(tmp_path):
    client, _ = proxied(tmp_path, ["10.1.2.3"])
    for user, most in (("ada", ASKED_A_MINUTE), ("bob", 1)):
        headers = {"remote-user": user}
        answers = [client.post("/gradio_api/queue/join", headers=headers).status_code for _ in range(most + 1)]
        assert answers[0] != 429
        assert (answers[-1] == 429) == (user == "ada")


# the rules


def test_where_there_are_no_rules_whoever_is_known_reads_everything(tmp_path):
    assert Rules(tmp_path).may_read("user ada", "treaties")


def test_rules_name_groups_users_and_keys(tmp_path):
    (tmp_path / FILE).write_text(RULES + 'diary = ["ada", "key bob"]\n')
    rules = Rules(tmp_path)
    readable = {
        (who, corpus)
        for who in ("user ada", "user bob", "key bob", "key ada", "key press-bot", "user eve")
        for corpus in ("shared", "treaties", "minutes", "diary", "another")
        if corpus != "shared" and rules.may_read(who, corpus)
    }
    assert readable == {
        ("user ada", "treaties"), ("key press-bot", "treaties"), ("user bob", "minutes"),
        ("user ada", "diary"), ("key bob", "diary"),
    }  # fmt: skip
    assert rules.may_read("user eve", "shared")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[corpora]\na = 'ada'", "a is not a list of names"),
        ("[corpora]\na = ['@press']", "there is no group 'press'"),
        ("[groups]\na = ['@b']\nb = []", "there is no group 'b'"),
        ("[corpus]\na = []", "it has a part 'corpus'"),
        ("corpora = 3", "begin it with"),
        ("[corpora", "access.toml cannot be used"),
        ("[proxy]\naddresses = ['10.0.0.0/8']", r"\[proxy\] takes addresses and header"),
        ("[proxy]\naddresses = ['10.0.0.1/8']\nheader = 'A'", "10.0.0.1/8 has host bits set"),
        ("[proxy]\naddresses = []\nheader = 'A:'", "'A:' is no header's name"),
        ("[audit]\nfile = 3", "file is not a text"),
        ("[originals]\ncorpora = 'a'", "corpora is not a list of names"),
        ("[originals]\nfolder = []", r"\[originals\] takes corpora"),
        ("[page]\naddress = 'desk'", "'desk' is neither a path"),
        ("[page]\naddress = 'https://a@b/desk'", "is neither a path"),
    ],
)
def test_a_slip_in_the_rules_is_one_sentence(tmp_path, text, wrong):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(AccessUnreadable, match=wrong) as told:
        Rules(tmp_path).may_read("user ada", "a")
    assert "\n" not in str(told.value)


def test_nobody_is_told_apart_where_nobody_is_asked_for_a_name(tmp_path):
    (tmp_path / FILE).write_text(RULES)
    keys, users = Entries("key", tmp_path), Entries("user", tmp_path)
    assert Access(keys, users, beyond=False, rules=Rules(tmp_path)).may_read(None, "treaties")
    assert not Access(keys, users, beyond=True, rules=Rules(tmp_path)).may_read(None, "treaties")


@pytest.mark.browser
def test_the_corpus_is_chosen_on_the_page_and_a_conversation_keeps_it(server, browser):
    window = browser.new_context(locale="en-GB")
    page = window.new_page()
    page.goto(server.address)
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    choice = page.get_by_role("combobox", name="Corpus")
    expect(choice.get_by_role("option")).to_have_text(["shared", "treaties", "All 2 corpora"])
    expect(page.get_by_role("heading", name="Ask 1 document")).to_be_visible()
    page.evaluate(accessibility.AXE)
    assert page.evaluate(accessibility.RUN, accessibility.RULES) == []
    usual = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert choice.bounding_box()["width"] >= 44
    assert page.evaluate(accessibility.RUN, accessibility.RULES) == []
    page.set_viewport_size(usual)
    choice.select_option("treaties")
    expect(page.get_by_role("heading", name="Ask 2 documents")).to_be_visible()
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("return the lighthouse before", timeout=60_000)
    page.get_by_role("link", name="Corpus").click()
    expect(page.get_by_role("row", name="lighthouse treaty")).to_be_visible()
    choice.select_option("shared")
    expect(page.get_by_role("heading", name="Ask 1 document")).to_be_visible()
    page.get_by_role("navigation", name="Conversations").get_by_role("link", name="What does the cobalt").first.click()
    expect(page.get_by_role("log")).to_contain_text("return the lighthouse before")
    expect(choice).to_have_value("treaties")
    window.close()


@pytest.mark.browser
def test_several_corpora_are_ticked_and_asked_as_one(desks, browser):
    with served(desks) as address:
        window = browser.new_context(locale="en-GB")
        page = window.new_page()
        page.goto(address)
        choice = page.get_by_role("combobox", name="Corpus")
        expect(choice.get_by_role("option")).to_have_text(
            ["shared", "minutes", "treaties", "All 3 corpora", "Several corpora…"]
        )
        choice.select_option("Several corpora…")
        ticks = page.get_by_role("dialog", name="Several corpora")
        expect(ticks.get_by_role("checkbox", name="shared")).to_be_checked()
        page.evaluate(accessibility.AXE)
        assert page.evaluate(accessibility.RUN, accessibility.RULES) == []
        page.keyboard.press("Escape")
        expect(ticks).to_be_hidden()
        expect(choice).to_have_value("shared")
        expect(choice).to_be_focused()
        choice.select_option("Several corpora…")
        page.keyboard.press("Space")
        expect(ticks.get_by_role("button", name="Ask these")).to_be_disabled()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        ticks.get_by_role("checkbox", name="treaties").check()
        ticks.get_by_role("button", name="Ask these").press("Enter")
        expect(choice).to_have_value("minutes,treaties")
        expect(choice.get_by_role("option", name="minutes, treaties")).to_be_attached()
        expect(page.get_by_role("heading", name="Ask 3 documents")).to_be_visible()
        page.get_by_role("textbox", name="Your question").fill(QUESTION)
        page.get_by_role("button", name="Send").click()
        log = page.get_by_role("log")
        source = log.get_by_role("link", name="1 lighthouse treaty.pdf")
        expect(source).to_contain_text("treaties", timeout=60_000)
        source.click()
        panel = page.get_by_role("region", name="Source", exact=True)
        expect(panel).to_contain_text(f"treaties/{DOCUMENT}")
        page.get_by_role("link", name="Corpus").click()
        expect(page.get_by_role("heading", name="minutes, treaties")).to_be_visible()
        expect(page.get_by_role("row", name="lighthouse treaty")).to_contain_text(f"treaties/{DOCUMENT}")
        expect(page.get_by_text("To add, remove or sync documents choose one corpus.")).to_be_visible()
        choice.select_option("All 3 corpora")
        expect(page.get_by_role("heading", name="Ask 4 documents")).to_be_visible()
        window.close()
