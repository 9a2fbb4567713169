"""Evidence files: an answer that somebody without Despatch can check."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant import Answer, Citation, KeptExchange, Statement, kept_citations
from corpus import Span
from index import Status
from tests.ui.conftest import HOSTILE, HOSTILE_TITLE
from ui.exporting import KINDS, UnknownExport, UnwritableExport, copied, export, export_conversation
from ui.shapes import answer_shape

LETTERS = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("`\n*_[]<&")
STATUS = Status("/c", "/i", "model", "fp32", "00ff", 3, 9, datetime(2024, 9, 11, 18, tzinfo=UTC), (), ())
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")


def answer(quote: str, title: str = "Title", question: str = "Who?") -> Answer:
    cited = Citation(
        1, "a/b.md", "/c/a/b.md", title, date(2024, 9, 11), "ab12", Span(5, 5 + len(quote)), "iv", 4, ("Top",), quote
    )
    statement = Statement(quote, "supported", "the document's own words", (1,))
    return Answer(question, f"{quote} [1]", "answered", "", (statement,), (cited,), (), 3, 0.1, declines_below=0.36)


def written(tmp_path: Path, kind: str, given: Answer) -> Path:
    file = tmp_path / f"evidence{kind}"
    export(file, given, STATUS, lambda document_id: f"/c/{document_id}")
    return file


def shown(file: Path) -> str:
    """What a reader of the file sees, without its markup."""
    match file.suffix:
        case ".html":
            return lxml.html.fromstring(file.read_bytes()).text_content()
        case ".docx":
            return "\n".join(paragraph.text for paragraph in docx.Document(str(file)).paragraphs)
        case ".md":
            rendered = MarkdownIt().render(file.read_text(encoding="utf-8"))
            return lxml.html.fromstring(f"<div>{rendered}</div>").text_content()
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_an_evidence_file_holds_all_that_a_stranger_needs(tmp_path: Path, kind: str):
    quote = "The keeper, Jonas Berg, lit the lamps."
    text = shown(written(tmp_path, kind, answer(quote)))
    for needed in (
        "Who?",
        quote,
        "Title",
        "2024-09-11",
        "iv",
        "Top",
        "a/b.md",
        "ab12",
        "5",
        "43",
        "00ff",
        "2024-09-11T18:00:00Z",
    ):
        assert needed in text
    assert "0.36" in text


@given(st.text(LETTERS, min_size=3), st.integers(0), st.integers(0))
@settings(max_examples=20, deadline=None)
def test_words_that_answer_are_bold_and_change_no_character(tmp_path_factory, quote: str, start: int, end: int):
    first, last = sorted((start % (len(quote) + 1), end % (len(quote) + 1)))
    plain = answer(quote)
    marked = replace(plain, statements=(replace(plain.statements[0], emphasis=(Span(first, last),)),))
    folder = tmp_path_factory.mktemp("marked")
    for kind in (".md", ".html", ".docx"):
        one, other = (TIME.sub("", shown(written(folder, kind, each))) for each in (marked, plain))
        assert one == other, kind


def test_words_that_answer_are_bold_in_every_kind_of_file(tmp_path: Path):
    quote = "Jonas Berg lit the lamps."
    plain = answer(quote)
    marked = replace(plain, statements=(replace(plain.statements[0], emphasis=(Span(0, 10),)),))
    assert "**Jonas Berg** lit" in written(tmp_path, ".md", marked).read_text(encoding="utf-8")
    assert "<b>Jonas Berg</b> lit" in written(tmp_path, ".html", marked).read_text(encoding="utf-8")
    runs = [run for each in docx.Document(str(written(tmp_path, ".docx", marked))).paragraphs for run in each.runs]
    assert [run.text for run in runs if run.bold] == ["Jonas Berg"]
    stored = json.loads(written(tmp_path, ".json", marked).read_text(encoding="utf-8"))
    assert stored["statements"][0]["emphasis"] == [{"start": 0, "end": 10}]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_document_says_is_text_and_nothing_else(tmp_path: Path, kind: str):
    hostile = answer(
        f"{HOSTILE}\n```\n# not a heading\n[^1]: forged", HOSTILE_TITLE, "<script>?</script> [x](http://y)"
    )
    file = written(tmp_path, kind, hostile)
    assert HOSTILE in shown(file) or kind == ".json"
    if kind in (".md", ".html"):
        source = file.read_text(encoding="utf-8")
        page = lxml.html.fromstring(f"<div>{MarkdownIt().render(source)}</div>" if kind == ".md" else source)
        assert not page.xpath("//script | //img | //form | //input | //mark | //*[@onerror]")
        assert not [link for link in page.xpath("//a/@href") if not link.startswith("#source-")]
        assert [heading.text_content() for heading in page.xpath("//h1")] == ["<script>?</script> [x](http://y)"]


def test_the_json_form_can_be_verified(tmp_path: Path):
    file = written(tmp_path, ".json", answer("The keeper lit the lamps."))
    assert kept_citations(file)[0].quote == "The keeper lit the lamps."
    assert json.loads(file.read_text(encoding="utf-8"))["made"]["model_revision"] == "00ff"


@settings(max_examples=40)
@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("`\n*_[]<&"), min_size=1).filter(str.strip)
)
def test_a_quote_in_markdown_and_html_is_the_quote_character_by_character(tmp_path_factory, quote: str):
    tmp_path = tmp_path_factory.mktemp("quote")
    page = written(tmp_path, ".html", answer(quote)).read_text(encoding="utf-8")
    held = re.search(r'<blockquote dir="auto">(.*?)</blockquote>', page, re.DOTALL)
    assert held is not None
    assert html.unescape(held[1]) == quote
    text = written(tmp_path, ".md", answer(quote)).read_text(encoding="utf-8")
    fenced = re.search(r"^    (`{3,})text\n(.*?)\n    \1$", text, re.DOTALL | re.MULTILINE)
    assert fenced is not None
    assert "\n".join(line.removeprefix("    ") for line in fenced[2].split("\n")) == quote


def test_a_declined_question_is_kept_with_its_reason(tmp_path: Path):
    declined = Answer("Who?", "The documents don't say.", "declined", "None mentions “Berg”.", (), (), (), 3, 0.1)
    for kind in KINDS:
        assert "None mentions “Berg”." in shown(written(tmp_path, kind, declined))


def test_a_name_of_no_known_kind_and_a_place_that_is_not_there_are_sentences(tmp_path: Path):
    with pytest.raises(UnknownExport, match=r"\.docx"):
        written(tmp_path, ".pdf", answer("x"))
    with pytest.raises(UnwritableExport, match="name another place"):
        written(tmp_path / "nowhere", ".md", answer("x"))


def test_the_terminal_writes_the_file_beside_the_answer(despatch, pack_index, tmp_path):
    file = tmp_path / "evidence.json"
    asked = ("ask", "When did the dialogue end?", "--index", pack_index)
    status, out, err = despatch(*asked, "--export", file)
    assert (status, err) == (0, "")
    assert "Sources" in out
    assert despatch("verify", file)[0] == 0
    questions = tmp_path / "questions.txt"
    questions.write_text("Who?\n")
    assert despatch("ask", "--from", questions, "--index", pack_index, "--export", file)[0] == 2


def conversation(tmp_path: Path, kind: str) -> Path:
    asked = datetime(2026, 11, 25, 12, tzinfo=UTC)
    exchanges = [
        KeptExchange(
            f"e{n}", "c", asked, question, where, "done", answer_shape(given, str), helpful=n == 1, comment=said
        )
        for n, (question, where, given, said) in enumerate(
            (
                ("Who <b>lit</b> them?", None, answer(HOSTILE, HOSTILE_TITLE, "Who <b>lit</b> them?"), ""),
                ("And then?", "type = md", answer("The keeper slept.", question="And then?"), "Not <i>that</i> one."),
            )
        )
    ]
    lost = KeptExchange("e3", "c", asked, "Why?", None, "done", None)
    failed = KeptExchange("e4", "c", asked, "How?", None, "failed", None, error="The disk burnt.")
    file = tmp_path / f"conversation{kind}"
    export_conversation(file, "Lamps & keepers", [*exchanges, lost, failed], STATUS, str)
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_a_conversation_holds_every_question_with_its_sources_numbered_through(tmp_path: Path, kind: str):
    text = shown(conversation(tmp_path, kind))
    for needed in (
        *("Lamps & keepers", "Who <b>lit</b> them?", "And then?", "The keeper slept.", "type = md", "Why?"),
        *("Not <i>that</i> one.", "The disk burnt.", "2026-11-25T12:00:00Z", "0.36"),
    ):
        assert needed in text
    if kind != ".json":
        assert "a document that it quoted was forgotten" in text
    if kind == ".html":
        page = lxml.html.fromstring((tmp_path / "conversation.html").read_bytes())
        assert page.xpath("//sup/a/@href") == ["#source-1", "#source-2"]
        assert page.xpath("//section/@id") == ["source-1", "source-2"]
        assert not page.xpath("//script | //img | //form | //i")


def test_the_json_form_of_a_conversation_can_be_verified(tmp_path: Path):
    assert [each.quote for each in kept_citations(conversation(tmp_path, ".json"))] == [HOSTILE, "The keeper slept."]


def test_an_answer_is_copied_as_plain_text_with_quote_title_place_and_id():
    shape = answer_shape(answer("The keeper slept."), str)
    kept = KeptExchange("e", "c", datetime(2026, 11, 25, tzinfo=UTC), "Who?", None, "done", shape)
    assert (
        copied(kept) == "Who?\n\nThe keeper slept. [1]\n\n[1] “The keeper slept.”\nTitle, 2024-09-11, iv, Top, a/b.md"
    )
