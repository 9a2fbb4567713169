from __future__ import annotations

import hashlib
import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import KeptCitation, UnusableAnswer, kept_citations, verify
from assistant.verifying import _nearest
from corpus import Span

TEXT = "# Lamps\n\nThe harbour lamps are lit at dusk. Oil is in the cellar. The keeper is Jonas Berg.\n"
QUOTE = "Oil is in the cellar."
WHOLE = {"number": 1, "document_id": "a", "path": "a", "sha256": "0", "start": 3, "end": 4, "quote": "x"}


def citation(file: Path, quote: str = QUOTE, text: str = TEXT, **changed: object) -> KeptCitation:
    start = text.index(quote)
    fields = {"number": 1, "document_id": file.name, "path": str(file), "span": Span(start, start + len(quote))}
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return KeptCitation(**{**fields, "sha256": sha256, "quote": quote, **changed})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lamps.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def became(kept: KeptCitation, **options: Path) -> tuple[str, bool, Span | None, str]:
    (found,) = verify([kept], **options)
    assert found.citation is kept
    return found.state, found.same_file, found.span, found.says


def test_a_quote_that_stands_where_it_did_is_unchanged(file: Path):
    assert became(citation(file)) == ("unchanged", True, citation(file).span, "")


def test_an_edit_elsewhere_below_leaves_a_quote_unchanged_in_another_file(file: Path):
    file.write_text(TEXT + "\nMore.\n", encoding="utf-8")
    assert became(citation(file)) == ("unchanged", False, citation(file).span, "")


def test_a_quote_that_stands_elsewhere_has_moved(file: Path):
    file.write_text("# Lamps\n\nNew words. " + TEXT.removeprefix("# Lamps\n\n"), encoding="utf-8")
    former = citation(file).span
    assert became(citation(file)) == ("moved", False, Span(former.start + 11, former.end + 11), "")


def test_a_quote_that_was_rewritten_has_changed_and_what_stands_there_now_is_told(file: Path):
    file.write_text(TEXT.replace("the cellar", "the attic"), encoding="utf-8")
    assert became(citation(file)) == ("changed", False, None, "Oil is in the attic.")


def test_where_nothing_like_a_quote_is_left_nothing_is_told(file: Path):
    file.write_text("# Lamps\n\nThe boats are painted in spring by the whole village.\n", encoding="utf-8")
    assert became(citation(file)) == ("changed", False, None, "")


def test_a_forged_quote_is_no_part_of_an_unchanged_file(file: Path):
    forged = citation(file, quote="Oil is in the kitchen", text=TEXT.replace("cellar.", "kitchen"), sha256=sha256(file))
    assert became(forged)[:2] == ("changed", True)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_file_that_is_gone_is_deleted_and_one_that_cannot_be_read_says_why(file: Path):
    kept = citation(file)
    file.write_bytes(b"%PDF-1.7 nothing")
    (found,) = verify([kept])
    assert (found.state, found.is_sound) == ("unreadable", False)
    assert found.reason
    file.unlink()
    assert became(kept) == ("deleted", False, None, "")


def test_documents_that_have_gone_to_another_folder_are_found_there(file: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = citation(file)
    file.rename(elsewhere / file.name)
    assert became(kept)[0] == "deleted"
    assert became(kept, folder=elsewhere)[0] == "unchanged"
    assert became(citation(elsewhere / file.name, document_id="../lamps.md"), folder=elsewhere / "x")[0] == "deleted"


def test_what_is_attached_to_a_mail_is_read_in_it(tmp_path: Path):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Lamps", "a@example.org", "b@example.org"
    mail.set_content("See what is attached.")
    mail.add_attachment(TEXT, subtype="markdown", filename="lamps.md")
    path = tmp_path / "mail.eml"
    path.write_bytes(mail.as_bytes())
    kept = citation(path, document_id="mail.eml/lamps.md")
    assert became(kept)[:1] == ("unchanged",)
    assert became(citation(path, document_id="mail.eml/other.md"))[0] == "deleted"


@given(st.text("ab", max_size=30), st.text("ab", min_size=1, max_size=3), st.integers(0, 35))
def test_of_several_places_the_nearest_is_told(text: str, quote: str, start: int):
    places = [at for at in range(len(text)) if text.startswith(quote, at)]
    found = _nearest(text, quote, start)
    assert (found is None) == (not places)
    if found is not None:
        assert found.of(text) == quote
        assert abs(found.start - start) == min(abs(at - start) for at in places)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "{",
        '{"citations": 1}',
        '{"citations": [1]}',
        '{"citations": [{"number": 1}]}',
        json.dumps({"citations": [{**WHOLE, "document_id": ""}]}),
        json.dumps({"citations": [{**WHOLE, "path": "a\0"}]}),
        json.dumps({"citations": [{**WHOLE, "start": True}]}),
        json.dumps({"citations": [{**WHOLE, "quote": "xy"}]}),
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_kept_answer_is_refused_in_a_sentence(tmp_path: Path, written: str):
    path = tmp_path / "answer.json"
    path.write_text(written, encoding="utf-8")
    if written:
        with pytest.raises(UnusableAnswer, match="despatch ask --json"):
            kept_citations(path)
    else:
        assert kept_citations(path) == ()


def test_answers_stand_on_a_line_each_and_some_have_none(tmp_path: Path, file: Path):
    lines = [
        {"id": "1", "citations": [{**WHOLE, "path": str(file)}]},
        {"id": "2", "error": "It is empty."},
        {"id": "3", "citations": []},
    ]
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert [kept.span for kept in kept_citations(path)] == [Span(3, 4)]
    with pytest.raises(UnusableAnswer):
        kept_citations(tmp_path / "nothing.json")
