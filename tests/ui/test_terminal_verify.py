"""`despatch verify` over what `despatch ask --json` wrote."""

from __future__ import annotations

import json

from index import DEFAULT_MODEL, sync


def test_an_answer_is_verified_until_its_document_changes(despatch, given, tmp_path):
    corpus, answer = tmp_path / "corpus", tmp_path / "answer.json"
    corpus.mkdir()
    (corpus / "ferry.md").write_text("# Ferry\n\nThe ferry to Norholm leaves the northern pier at seven.\n")
    sync(corpus, tmp_path / "index", model=DEFAULT_MODEL)
    asked = given("ask", "When does the ferry to Norholm leave?", "--index", tmp_path / "index")
    answer.write_text(json.dumps(asked))
    assert despatch("verify", answer) == (0, "[1] ferry.md: unchanged\n1 of 1 citation still stands.\n", "")
    (corpus / "ferry.md").write_text("# Ferry\n\nThe ferry to Norholm leaves the northern pier at eight.\n")
    status, out, err = despatch("verify", answer)
    assert (status, err) == (1, "")
    assert "    now: The ferry to Norholm leaves the northern pier at eight." in out
    status, out, _ = despatch("verify", answer, "--json")
    assert (status, json.loads(out)["sound"], json.loads(out)["citations"][0]["state"]) == (1, False, "changed")


def test_what_is_no_answer_is_a_sentence(despatch, tmp_path):
    status, out, err = despatch("verify", tmp_path / "nothing.json")
    assert (status, out) == (1, "")
    assert "cannot be checked" in err
