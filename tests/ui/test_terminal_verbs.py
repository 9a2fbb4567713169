"""The verbs over real indexes: what they write for people and for machines."""

from __future__ import annotations

import json

import pytest

ODD = {
    "beacon.txt": "The beacon \x1b[31mburns\u202e at dusk on the cliff of Ωρωπός.\r\nIts keeper lights it by hand.\r\n",
    "a\nb.md": "# Ferry\n\nThe ferry leaves the northern pier at seven in the morning.\n",
    "broken.docx": "this is no document of that kind",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """A folder of documents that try a terminal, and the place of its index."""
    folder = tmp_path_factory.mktemp("odd")
    for name, text in ODD.items():
        (folder / name).write_bytes(text.encode())
    return folder, folder.parent / f"{folder.name}-index"


@pytest.fixture
def synced(odd, given):
    """The place of the index over the odd documents, brought up to date."""
    given("sync", odd[0], "--index", odd[1])
    return odd[1]


def test_an_answer_for_people_has_numbers_and_sources(despatch, pack_index):
    status, out, err = despatch("ask", "When did the dialogue end?", "--index", pack_index)
    assert (status, err) == (0, "")
    statements, _, sources = out.partition("\n\nSources\n")
    assert "11 September 2024" in statements
    assert "[1]" in statements
    assert sources.startswith("[1] ")


def test_every_quote_of_an_answer_is_what_show_writes_for_its_offsets(despatch, given, pack_index):
    answer = given("ask", "When did the dialogue end?", "--index", pack_index)
    assert answer["abstained"] is False
    assert answer["citations"]
    for citation in answer["citations"]:
        at = ("--start", citation["start"], "--end", citation["end"], "--index", pack_index)
        assert despatch("show", citation["document_id"], *at) == (0, citation["quote"], "")
        shown = given("show", citation["document_id"], *at)
        assert {name: shown[name] for name in shown.keys() & citation.keys()} == {
            name: citation[name] for name in ("document_id", "path", "title", "sha256", "start", "end")
        }
        assert shown["text"] == citation["quote"]


def test_a_declined_question_says_so_and_cites_nothing(despatch, given, pack_index):
    question = "How much does a bushel of oats cost in Norwich?"
    answer = given("ask", question, "--index", pack_index)
    assert (answer["abstained"], answer["statements"], answer["citations"]) == (True, [], [])
    assert answer["reason"]
    assert answer["nearest"]
    status, out, _ = despatch("ask", question, "--index", pack_index)
    assert status == 0
    assert out.startswith("The documents don't say.")


def test_a_question_of_no_plain_language_is_declined_in_ones_own(despatch, given, pack_index):
    said = "Die Dokumente sagen dazu nichts."
    assert despatch("ask", "Torquay?", "--language", "de", "--index", pack_index)[1].startswith(said)
    assert given("ask", "Torquay?", "--language", "de", "--index", pack_index)["text"] == said
    assert given("ask", "Torquay?", "--index", pack_index)["text"] == "The documents don't say."


def test_hits_come_best_first_and_stand_in_their_documents(given, pack_index):
    hits = given("search", "AUKUS", "-k", 3, "--index", pack_index)["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    for hit in hits:
        text = given("show", hit["document_id"], "--index", pack_index)["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]
        assert hit["path"].endswith(f"/{hit['document_id']}")


def test_a_filter_is_passed_on(given, despatch, pack_index):
    hits = given("search", "AUKUS", "--where", "document = readout.md", "--index", pack_index)["hits"]
    assert {hit["document_id"] for hit in hits} == {"readout.md"}
    status, out, err = despatch("ask", "AUKUS?", "--where", "colour = red", "--index", pack_index)
    assert (status, out) == (1, "")
    assert "colour" in err


def test_a_hit_of_machines_says_where_each_ranker_placed_it_and_which_words_match(given, despatch, pack_index):
    hit = given("search", "When did the dialogue end?", "-k", "1", "--index", pack_index)["hits"][0]
    assert (hit["vector_rank"], hit["word_rank"]) != (None, None)
    assert "dialogue" in {match["word"].lower() for match in hit["matches"]}
    match = hit["matches"][0]
    at = ("--start", match["start"], "--end", match["end"], "--index", pack_index)
    assert despatch("show", hit["document_id"], *at) == (0, match["word"], "")


def test_an_explained_search_says_why_each_passage_was_found_and_what_the_filter_kept_out(given, despatch, pack_index):
    asked = ("search", "When did the dialogue end?", "-k", "3", "--index", pack_index)
    plain = given(*asked)
    assert given(*asked, "--explain") == plain | {"kept_out": [], "reranking": None}
    assert (plain["searched"], plain["excluded"], plain["time"], plain["degraded"]) == (18, 0, "", [])
    shown = despatch(*asked, "--explain")[1]
    assert f"[{plain['hits'][0]['score']:.3f}; meaning: rank " in shown
    assert shown.count("; in the text: ") == 3
    assert "filter" not in shown
    first = plain["hits"][0]["document_id"]
    narrowed = ("--explain", "--where", f"document != {first}")
    found = given(*asked, *narrowed)
    assert (found["searched"], found["excluded"]) == (17, 1)
    assert [(each["failed"], each["hit"]["document_id"]) for each in found["kept_out"]] == [
        (f"document != {first}", first)
    ]
    shown = despatch(*asked, *narrowed)[1]
    assert "The filter kept out 1 of 18 documents. Of these would have been found:\n" in shown
    assert shown.endswith(f"({first}), rank 1 without the filter, fails: document != {first}\n")


def test_an_explained_search_that_finds_nothing_still_says_what_was_kept_out(despatch, pack_index):
    status, out, _ = despatch("search", "dialogue", "--explain", "--where", "type = xlsb", "--index", pack_index)
    assert status == 0
    assert out.startswith("No passage comes near.\n\nThe filter kept out 18 of 18 documents.")


def test_a_file_of_questions_is_explained_line_by_line(given, despatch, tmp_path, pack_index):
    (tmp_path / "q.txt").write_text("When did the dialogue end?\n")
    out = despatch("search", "--from", tmp_path / "q.txt", "--explain", "--index", pack_index)[1]
    alone = given("search", "When did the dialogue end?", "--explain", "--index", pack_index)
    assert json.loads(out) == {"id": "1", **alone}


def test_a_file_of_questions_gives_a_line_each_even_without_json(despatch, tmp_path, pack_index):
    (tmp_path / "q.jsonl").write_text(
        '{"id": "first", "text": "When did the dialogue end?"}\n'
        "nonsense\n"
        '{"id": 3, "text": ""}\n'
        '{"id": "turn", "text": "Who?", "history": [{"role": "ghost", "text": "Boo."}]}\n'
        '{"text": "Who led it?", "history": [{"role": "user", "text": "When did the dialogue end?"}]}\n'
    )
    status, out, err = despatch("ask", "--from", tmp_path / "q.jsonl", "--index", pack_index)
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [line["id"] for line in lines] == ["first", "2", 3, "turn", "5"]
    assert [next(iter(line)) for line in lines] == ["id"] * 5
    assert [set(line) == {"id", "error"} for line in lines] == [False, True, True, True, False]
    assert lines[0]["statements"]


def test_a_question_of_a_file_gets_the_answer_it_gets_alone(despatch, given, tmp_path, pack_index):
    (tmp_path / "q.txt").write_text("\ufeff\nWho led the dialogue?\n", encoding="utf-8")
    at = ("--index", pack_index)
    for verb in ("ask", "search"):
        line = json.loads(despatch(verb, "--from", tmp_path / "q.txt", *at)[1])
        assert line == {"id": "2", **given(verb, "Who led the dialogue?", *at)}


def test_a_filter_that_cannot_be_read_ends_a_whole_run(despatch, tmp_path, pack_index):
    (tmp_path / "q.txt").write_text("Who?\nWhere?\n")
    status, out, err = despatch("ask", "--from", tmp_path / "q.txt", "--where", "x", "--index", pack_index)
    assert (status, out, err.count("\n")) == (1, "", 1)


def test_a_sync_reports_its_counts_and_its_failures(odd, despatch, given):
    index = odd[1].parent / "told-index"
    status, out, _ = despatch("sync", odd[0], "--index", index)
    first, failure = out.splitlines()
    assert status == 0
    assert first.startswith("Read 3 files: 2 added, 0 changed, 0 renamed, 0 removed, 0 unchanged, 1 failed. ")
    assert failure.strip().startswith("broken.docx: ")
    again = given("sync", "--index", index)
    assert (again["corpus"], again["files"], again["failed"], again["dry_run"]) == (str(odd[0]), 3, 1, False)
    assert [failure["path"] for failure in again["failures"]] == ["broken.docx"]


def test_a_dry_run_makes_no_index(odd, given, tmp_path):
    report = given("sync", odd[0], "--dry-run", "--index", tmp_path / "none")
    assert (report["added"], report["dry_run"]) == (2, True)
    assert not (tmp_path / "none").exists()


def test_the_corpus_setting_is_read_where_no_folder_is_named(odd, given, tmp_path, monkeypatch):
    monkeypatch.setenv("DESPATCH_CORPUS", str(odd[0]))
    assert given("sync", "--dry-run", "--index", tmp_path / "none")["corpus"] == str(odd[0])


def test_without_folder_setting_or_index_the_example_documents_are_read(given, tmp_path):
    report = given("sync", "--dry-run", "--index", tmp_path / "none")
    assert report["corpus"].endswith("/corpus/documents")
    assert report["added"] > 10


def test_status_is_the_same_for_people_and_machines(despatch, given, synced, odd):
    status = given("status", "--index", synced)
    assert status["corpus"] == str(odd[0])
    assert status["documents"] == 2
    assert status["last_sync"].endswith("Z")
    assert [failure["path"] for failure in status["failures"]] == ["broken.docx"]
    _, out, _ = despatch("status", "--index", synced)
    facts = dict(line.split(maxsplit=1) for line in out.replace("Last sync", "Last").splitlines())
    assert (facts["Corpus"], facts["Last"], facts["Failures"]) == (str(odd[0]), status["last_sync"], "1")


def test_no_escape_sequence_of_a_document_reaches_people(despatch, synced):
    for command in (("search", "beacon"), ("ask", "When does the beacon burn?"), ("search", "ferry")):
        _, out, _ = despatch(*command, "--index", synced)
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "\r" not in out
    assert r"\x1b[31mburns\u202e at dusk" in despatch("search", "beacon", "--index", synced)[1]


def test_machines_get_every_character(given, despatch, synced):
    hits = {hit["document_id"]: hit for hit in given("search", "beacon", "--index", synced)["hits"]}
    assert "\x1b[31mburns\u202e at dusk on the cliff of Ωρωπός.\r\n" in hits["beacon.txt"]["text"]
    assert (
        despatch("show", "beacon.txt", "--index", synced)[1] == given("show", "beacon.txt", "--index", synced)["text"]
    )
    assert r"a\x0ab.md" in hits


@pytest.mark.parametrize("at", [(-1, 4), (9, 3), (0, 10_000), (10_000, 10_001)])
def test_offsets_outside_the_text_are_one_sentence(despatch, synced, at):
    status, out, err = despatch("show", "beacon.txt", "--start", at[0], "--end", at[1], "--index", synced)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert f"from {at[0]} to {at[1]}" in err


def test_one_offset_is_enough(given, synced):
    text = given("show", "beacon.txt", "--index", synced)["text"]
    assert given("show", "beacon.txt", "--start", 4, "--index", synced)["text"] == text[4:]
    assert given("show", "beacon.txt", "--end", 4, "--index", synced)["text"] == text[:4]


@pytest.mark.parametrize(
    "arguments", [("show", "nothing.md"), ("ask", ""), ("search", "  "), ("ask", "x" * 100_000)], ids=" ".join
)
def test_what_cannot_be_answered_is_one_sentence(despatch, synced, arguments):
    status, out, err = despatch(*arguments, "--index", synced)
    assert (status, out, err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize("verb", [("ask", "x"), ("search", "x"), ("show", "x"), ("status",), ("chat",)], ids=" ".join)
def test_without_an_index_the_sentence_names_the_command_that_makes_one(despatch, tmp_path, verb):
    status, out, err = despatch(*verb, "--index", tmp_path / "none")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "despatch sync" in err
    assert not (tmp_path / "none").exists()


def test_the_index_may_be_named_by_a_variable_or_a_file(given, synced, monkeypatch):
    monkeypatch.setenv("DESPATCH_INDEX", str(synced))
    assert given("status")["index"] == str(synced)


def test_a_vector_server_that_is_down_is_one_sentence_and_the_folder_takes_the_vectors_back(despatch, given, tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "beacon.txt").write_text("The beacon burns at dusk.")
    where = ("--index", tmp_path / "index")
    status, _, err = despatch("sync", tmp_path / "corpus", *where, "--vectors", "http://127.0.0.1:9")
    assert status == 1
    assert "The vector store at http://127.0.0.1:9 fails (no connection" in err.splitlines()[-1]
    assert given("search", "beacon", *where)["hits"]
    assert given("sync", *where, "--vectors", "folder")["embedded"] == 0
    status, _, err = despatch("sync", *where, "--vectors", "nowhere")
    assert (status, err.count("\n")) == (1, 1)
    assert "'nowhere' is no address of a server" in err


def test_a_dry_run_that_is_to_go_on_is_refused_and_writes_nothing(despatch, tmp_path):
    (tmp_path / "notes").mkdir()
    status, out, err = despatch("sync", tmp_path / "notes", "--index", tmp_path / "index", "--dry-run", "--watch")
    assert (status, out) == (2, "")
    assert "give one of them" in err
    assert not (tmp_path / "index").exists()
