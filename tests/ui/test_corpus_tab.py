"""What the server tells the page of the corpus, and the filters that it makes for it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from assistant import Assistant
from index import DEFAULT_MODEL, sync
from tests.ui.conftest import DOCUMENTS, HOSTILE_TITLE
from ui.chat import corpus_tab
from ui.chat.corpus_tab import Wanted, filter_of, matching, overview
from ui.corpora import Corpora
from ui.server import build

ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def client(harbour):
    with TestClient(build(Corpora({"harbour": harbour})), base_url=ADDRESS, headers={"origin": ADDRESS}) as opened:
        yield opened


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """An assistant over files whose names and dates are odd, some of which cannot be read."""
    corpus, index = tmp_path_factory.mktemp("odd"), tmp_path_factory.mktemp("odd index")
    names = [
        "a.txt",
        "deep/er/b.txt",
        "deep/er/it's.txt",
        "deep/both'\".txt",
        "deep/both'x.txt",
        "what?.md",
        "whats.md",
    ]
    for number, name in enumerate(names):
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(f"Entry {number} of {2019 + number}-03-01 tells of the bridge and its toll.\n")
    (corpus / "mail.eml").write_text(
        'From: a@example.org\nSubject: Toll\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n'
        "--x\nContent-Type: text/plain\n\nThe toll is attached.\n--x\nContent-Type: text/plain\n"
        'Content-Disposition: attachment; filename="toll.txt"\n\nThe toll is two crowns.\n--x--\n'
    )
    (corpus / "empty.docx").touch()
    (corpus / "strange.xyz").write_bytes(b"\x00\x01")
    sync(corpus, index, model=DEFAULT_MODEL)
    with Assistant.open(index) as desk:
        yield desk


def test_the_counts_add_up(odd):
    shape = overview(odd, Wanted())
    assert (shape["documents"], shape["files"], shape["failed"]) == (9, 8, 2)  # a mail and what is attached to it
    assert shape["found"] == len(shape["rows"]) == shape["documents"]
    assert shape["passages"] == sum(row["passages"] for row in shape["rows"])
    assert [each["path"] for each in shape["failures"]] == ["empty.docx", "strange.xyz"]
    assert all(each["reason"].endswith("then sync.") for each in shape["failures"])


def test_folders_and_kinds_can_be_chosen_and_each_choice_is_a_filter(odd):
    shape = overview(odd, Wanted())
    assert (shape["folders"], shape["kinds"]) == (["deep", "deep/er", "mail.eml"], ["eml", "md", "txt"])
    for folder in shape["folders"]:
        assert matching(odd, Wanted(folder=folder)), folder
    found = [len(matching(odd, Wanted(kind=kind))) for kind in shape["kinds"]]
    assert found == [1, 2, 6]


def test_conditions_narrow_one_another(odd):
    assert [each.id for each in matching(odd, Wanted(folder="deep", since="2021", words="IT'S"))] == [
        "deep/er/it's.txt"
    ]
    assert matching(odd, Wanted(folder="deep", until="2019")) == []


def test_one_document_is_asked_by_its_id_whatever_stands_in_it(odd):
    for each in odd.documents():
        shape = filter_of(odd, Wanted((each.id,)))
        named = [one.id for one in odd.documents(shape["where"])]
        assert each.id in named
        # the language has no sign for a `?` or for both quotation marks: there it may name one more, and counts it
        assert shape["found"] == len(named) == (2 if each.id in ("what?.md", "deep/both'\".txt") else 1), each.id


def test_what_was_found_by_words_is_asked_document_by_document(odd):
    shape = filter_of(odd, Wanted(words="deep"))
    assert (shape["found"], shape["documents"]) == (4, 9)
    assert shape["where"].count("document = ") == 4


def test_documents_are_found_by_their_text_which_their_rows_count(odd):
    shape = overview(odd, Wanted(words="OF  2021-03-01", in_text=True))
    assert [(row["id"], row["times"]) for row in shape["rows"]] == [("deep/er/it's.txt", 1)]
    assert [each.id for each in matching(odd, Wanted(words="the toll is", in_text=True))] == [
        "mail.eml",
        "mail.eml/toll.txt",
    ]
    assert matching(odd, Wanted(words="the toll is", in_text=True, kind="md")) == []
    assert len(matching(odd, Wanted(words=" ", in_text=True))) == 9
    assert {row["times"] for row in overview(odd, Wanted(words="deep"))["rows"]} == {None}
    assert filter_of(odd, Wanted(words="the toll is", in_text=True))["where"].count("document = ") == 2


def test_documents_that_were_chosen_are_asked_whatever_is_searched_for_meanwhile(odd):
    assert filter_of(odd, Wanted(("a.txt", "whats.md"), words="bridges"))["found"] == 2


def test_rows_come_in_order_and_a_screenful_at_a_time(odd, monkeypatch):
    monkeypatch.setattr(corpus_tab, "ROWS", 4)
    seen = [row["id"] for first in (0, 4, 8) for row in overview(odd, Wanted(), sort="date", first=first)["rows"]]
    dates = [odd.document(each).date for each in seen]
    assert len(set(seen)) == 9
    assert dates == [*sorted(filter(None, dates)), None, None]
    passages = [row["passages"] for row in overview(odd, Wanted(), sort="passages", falling=True)["rows"]]
    assert passages == sorted(passages, reverse=True)


def test_a_document_in_doubt_says_so_in_its_row(tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "old.txt").write_bytes(
        "Über die Brücke führt ein schmaler Weg für Fußgänger.".encode("cp1252")
    )
    sync(tmp_path / "papers", tmp_path / "index", model=DEFAULT_MODEL)
    with Assistant.open(tmp_path / "index") as desk:
        (row,) = overview(desk, Wanted())["rows"]
    assert any("Its encoding was guessed" in warning for warning in row["warnings"])


def test_the_page_gets_the_list_and_a_filter_of_it(client):
    listed = client.get("/ui/corpus", params={"q": "beacon"}).json()
    assert (listed["documents"], [row["title"] for row in listed["rows"]]) == (len(DOCUMENTS), [HOSTILE_TITLE])
    parts = {"documents": ["ferry.md", "orchard.txt"], "q": "", "folder": "", "kind": "", "since": "", "until": ""}
    made = client.post("/ui/corpus/filter", json=parts).json()
    assert made["found"] == 2
    left = client.get("/ui/corpus/matching", params={"where": made["where"]}).json()
    assert left == {"found": 2, "documents": len(DOCUMENTS)}


@pytest.mark.parametrize(
    ("path", "parameters", "sentence"),
    [
        ("/ui/corpus", {"since": "May"}, "a date such as 2024-09-11"),
        ("/ui/corpus", {"folder": "x" * 5_000}, "more than 4,000 characters"),
        ("/ui/corpus/matching", {"where": "title"}, "after title an operator"),
    ],
)
def test_what_is_no_filter_is_refused_in_a_sentence(client, path, parameters, sentence):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]["message"]


def test_more_documents_than_a_filter_can_name_are_refused(client):
    parts = {"documents": [f"{n}.txt" for n in range(65)], "q": "", "folder": "", "kind": "", "since": "", "until": ""}
    answer = client.post("/ui/corpus/filter", json=parts)
    assert (answer.status_code, "64 comparisons" in answer.json()["error"]["message"]) == (400, True)


def test_another_sites_page_makes_no_filter(client):
    assert client.post("/ui/corpus/filter", json={}, headers={"origin": "https://evil.example"}).status_code == 403
