"""One question to several corpora: answered as from one, each quote from where it says, and no corpus stops another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant import Answer, Assistant, LanguageModel, Several, index_of, verify
from assistant.verifying import kept_citations
from index import DEFAULT_MODEL, IndexDamaged, IndexMissing, InvalidFilter, sync
from tests.assistant.desks import desk_over
from ui.shapes import answer_shape

FERRY = "The ferry to Norland leaves the quay at seven in the morning."
FILES: Mapping[str, Mapping[str, str]] = {
    "harbour": {
        "ferry.md": f"# Ferry times\n\nDate: 2 May 2024\n\n{FERRY} It carries early warning gear.\n",
        "rules/lamps.md": "# Lamps\n\nThe harbour lamps are lit at dusk by the warden on duty.\n",
    },
    "mill": {
        "wheel.md": "# The wheel\n\nDate: 1 June 2023\n\nThe mill wheel is made of oak and was cut in Harwich.\n",
        "rules/ferry.md": f"# Getting here\n\n{FERRY}\n",
        "rules/grain.md": "# Grain\n\nNo early warning is given before the grain is weighed on Mondays.\n",
    },
}
WHEEL, LAMPS = "What is the mill wheel made of?", "When are the harbour lamps lit?"


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Assistant]]:
    with ExitStack() as opened:
        yield {
            name: opened.enter_context(desk_over(tmp_path_factory.mktemp(name), files)) for name, files in FILES.items()
        }


@pytest.fixture(scope="module")
def both(desks: dict[str, Assistant]) -> Several:
    return Several(desks)


def cited(answer: Answer) -> list[str]:
    return [citation.document_id for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "corpus", "document"), [(WHEEL, "mill", "wheel.md"), (LAMPS, "harbour", "rules/lamps.md")]
)
def test_an_answer_says_which_corpus_each_quote_is_from_and_the_quote_stands_there(
    both, desks, question, corpus, document
):
    answer = both.ask(question)
    citation = answer.citations[0]
    assert (answer.outcome, citation.corpus, citation.document_id) == ("answered", corpus, f"{corpus}/{document}")
    assert (answer.searched, answer.degraded) == (5, ())
    for text in (both.document(citation.document_id).text, desks[corpus].document(document).text):
        assert citation.span.of(text) == citation.quote
    assert both.path_of(citation.document_id) == citation.path == desks[corpus].path_of(document)


def test_the_steps_say_it_too(both):
    steps = list(both.ask_stream(WHEEL))
    assert [each.corpus for step in steps for each in step.citations][:1] == ["mill"]
    assert any(hit.document_id == "mill/wheel.md" for hit in steps[1].hits)


def test_what_neither_says_is_not_said(both):
    answer = both.ask("Who was the captain of the lifeboat in Rotterdam?")
    assert (answer.outcome, answer.citations, answer.searched) == ("declined", (), 5)
    assert answer.nearest


def test_passages_stand_in_one_order_each_with_a_number_of_its_own(both):
    hits = both.retrieve(LAMPS, 10)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert hits[0].document_id == "harbour/rules/lamps.md"
    assert {hit.document_id.partition("/")[0] for hit in hits} == {"harbour", "mill"}
    assert len({hit.passage_id for hit in hits}) == len(hits)


def test_what_two_corpora_hold_alike_is_found_once_and_said_to_stand_in_both(tmp_path):
    same = {"letter.md": "# A letter\n\nThe bursar promised to pay for the new bell before the winter came.\n"}
    with desk_over(tmp_path / "a", same) as one, desk_over(tmp_path / "b", same) as other:
        together = Several({"mill": other, "harbour": one})
        (hit,) = together.retrieve("Who pays for the bell?", 5)
        assert [hit.document_id, *(each.document_id for each in hit.also_in)] == ["harbour/letter.md", "mill/letter.md"]
        (citation,) = together.ask("Who promised to pay for the new bell?").citations
        assert [each.document_id for each in citation.also_in] == ["mill/letter.md"]


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ("folder = 'mill/**'", {"mill/wheel.md", "mill/rules/ferry.md", "mill/rules/grain.md"}),
        ("folder = mill", {"mill/wheel.md"}),
        ("folder = 'mill/rules'", {"mill/rules/ferry.md", "mill/rules/grain.md"}),
        ("folder = rules", {"harbour/rules/lamps.md", "mill/rules/ferry.md", "mill/rules/grain.md"}),
        ('document = "harbour/ferry.md" or document = mill/wheel.md', {"harbour/ferry.md", "mill/wheel.md"}),
        ("document != 'harbour/ferry.md' and date >= 2024", set()),
        ("date >= 2024", {"harbour/ferry.md"}),
    ],
)
def test_a_filter_takes_the_ids_as_they_are_told(both, where, left):
    assert {document.id for document in both.documents(where)} == left
    assert {hit.document_id for hit in both.retrieve("What is there?", 10, where=where)} <= left


def test_a_filter_with_a_slip_is_told(both):
    with pytest.raises(InvalidFilter):
        both.ask(WHEEL, where="folder =")


def test_documents_are_counted_in_all_and_it_is_said(both):
    answer = both.ask("How many documents do you have?")
    assert answer.note == "There are 5 documents. Counted in harbour and mill together."
    assert sorted(cited(answer)) == ["harbour/ferry.md", "harbour/rules/lamps.md",
                                     "mill/rules/ferry.md", "mill/rules/grain.md", "mill/wheel.md"]  # fmt: skip
    mentioned = both.ask("Which documents mention early warning?")
    assert mentioned.note.startswith("2 of the 5 documents mention “early warning”, 2 times in all.")
    assert sorted(cited(mentioned)) == ["harbour/ferry.md", "mill/rules/grain.md"]
    assert both.ask("What is the newest document?").citations[0].document_id == "harbour/ferry.md"


def test_documents_that_hold_words_are_told_by_the_ids_that_they_have_among_all(both):
    assert both.holding("early WARNING") == {"harbour/ferry.md": 1, "mill/rules/grain.md": 1}
    assert both.holding("leaves the quay", "folder = 'mill/**'") == {"mill/rules/ferry.md": 1}


def test_documents_are_summed_up_and_compared_across_corpora(both):
    assert cited(both.ask("Summarise The wheel")) == ["mill/wheel.md"]
    assert {each.partition("/")[0] for each in cited(both.ask("Summarise all the documents"))} == {"harbour", "mill"}
    compared = both.ask("Compare Ferry times and Getting here")
    assert set(cited(compared)) == {"harbour/ferry.md", "mill/rules/ferry.md"}
    assert cited(both.ask("What does Lamps say about the warden?")) == ["harbour/rules/lamps.md"]


def test_a_misspelt_word_is_taken_for_that_of_the_corpus_which_holds_it(both):
    answer = both.ask("What is the mill wheell made of?")
    assert answer.citations[0].document_id == "mill/wheel.md"
    assert "“wheell” stands in no document" in answer.spelling


def test_a_follow_up_is_understood_from_what_was_said(both):
    before = [{"role": "user", "text": WHEEL}, {"role": "assistant", "text": "The mill wheel is made of oak."}]
    assert both.ask("And where was it cut?", history=before).citations[0].document_id == "mill/wheel.md"


def test_a_corpus_that_breaks_is_left_aside_and_the_others_answer(tmp_path):
    files = {"bell.md": "# Bell\n\nThe bell of the chapel was cast in Ghent.\n"}
    with ExitStack() as opened:
        desks = {
            name: opened.enter_context(desk_over(tmp_path / name, each))
            for name, each in (("chapel", files), ("mill", FILES["mill"]))
        }
        both = Several(desks)
        (ledger,) = (tmp_path / "mill" / "index").glob("ledger*.db")
        for beside in ledger.parent.glob(f"{ledger.name}*"):
            beside.unlink()
        for question in ("Where was the bell of the chapel cast?", "How many documents do you have?"):
            answer = both.ask(question)
            assert cited(answer) == ["chapel/bell.md"]
            assert answer.degraded == (
                "The corpus mill cannot be read now and was left aside; `despatch status --name mill` says why.",
            )
        assert answer.note == "There is 1 document. Counted in chapel alone."
        assert both.search("bell", 3).degraded == answer.degraded
        for question in ("Wo wurde die Glocke der Kapelle gegossen?", "Wie viele Dokumente gibt es?"):
            (said,) = both.ask(question).degraded
            assert "mill" in said
            assert "The corpus" not in said
        for beside in (tmp_path / "chapel" / "index").glob("ledger*"):
            beside.unlink()
        with pytest.raises(IndexMissing):
            both.ask("Where was the bell of the chapel cast?")


@pytest.fixture
def named(tmp_path, monkeypatch) -> Path:
    """Two corpora that have names, `mill` and `harbour`."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name, files in FILES.items():
        for file, text in files.items():
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).write_text(text)
        sync(tmp_path / name, index_of(name), model=DEFAULT_MODEL, precision="int8" if name == "mill" else "fp32")
    return tmp_path


def test_corpora_are_opened_by_their_names_whatever_their_models(named):
    with Several.named("harbour", "mill") as both:
        assert both.ask(WHEEL).citations[0].corpus == "mill"
        assert both.ask(LAMPS).citations[0].corpus == "harbour"
        assert {each.partition("/")[0] for each in cited(both.ask("Summarise all the documents"))} == {
            "harbour",
            "mill",
        }
        assert cited(both.ask("Compare Ferry times and Getting here"))
        status = both.status()
        assert (status.documents, status.model, status.precision) == (5, DEFAULT_MODEL, "harbour: fp32; mill: int8")
        alike = {hit.document_id: hit.similarity for hit in both.retrieve(FERRY, 5)}
        assert alike["mill/rules/ferry.md"] > alike["harbour/rules/lamps.md"]


def test_one_that_cannot_be_opened_is_left_aside_unless_it_was_never_there(named):
    with pytest.raises(IndexMissing):
        Several.named("harbour", "mil")
    (ledger,) = index_of("mill").glob("ledger*.db")
    ledger.write_bytes(b"this is no ledger" * 400)
    with Several.named("harbour", "mill") as both:
        assert both.ask(LAMPS).citations[0].corpus == "harbour"
        assert "mill" in both.ask(LAMPS).degraded[0]
    with pytest.raises(IndexDamaged):
        Several.named("mill")


def test_a_kept_answer_is_verified_against_the_files(named, tmp_path):
    with Several.named("harbour", "mill") as both:
        answer = both.ask(WHEEL)
        kept = tmp_path / "answer.json"
        kept.write_text(json.dumps(answer_shape(answer, both.path_of)))
        assert json.loads(kept.read_text())["citations"][0]["corpus"] == "mill"
        assert {each.state for each in verify(kept_citations(kept))} == {"unchanged"}
        assert both.verify(kept_citations(kept)[0]).state == "unchanged"


def test_what_is_decided_for_each_corpus_holds_for_all(desks):
    indexes = {name: desk.index for name, desk in desks.items()}
    model = LanguageModel("http://127.0.0.1:9/v1", "small")
    strict = Assistant(indexes["harbour"], model, strictness="strict")
    loose = Assistant(indexes["mill"], model, strictness="generous")
    assert (Several({"a": strict, "b": loose}).model, Several({"a": loose, "b": strict}).strictness) == (
        model,
        "strict",
    )
    assert Several({"a": strict, "b": Assistant(indexes["mill"])}).model is None
