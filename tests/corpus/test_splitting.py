"""Passages: nothing lost, nothing doubled, nothing too long, nothing cut in the wrong place."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Draft, Heading, Page, Span, SplitOptions, read, scan, sentences, split
from corpus.readers import markdown
from corpus.splitting import CHARACTERS_PER_TOKEN
from tests.corpus.texts import MIXED


def _document(draft):
    return Document("a.md", "0" * 64, 1, 1, "text/markdown", draft)


def _markdown(text):
    return _document(markdown.read(text.encode(), "a.md"))


def _words(text):
    return len(text.split())


def _split(text, limit, measure=_words):
    return tuple(split(_markdown(text), measure, options=SplitOptions(passage_tokens=limit)))


def _texts(text, limit, measure=_words):
    return [passage.text for passage in _split(text, limit, measure)]


SENTENCE = "Six plain words stand right here."


@given(MIXED, st.integers(1, 40))
def test_every_visible_character_is_in_exactly_one_passage(text, limit):
    document = _markdown(text)
    passages = split(document, _words, options=SplitOptions(passage_tokens=limit))
    end = 0
    for passage in passages:
        assert document.text[end : passage.span.start].strip() == ""
        assert passage.span.of(document.text) == passage.text == passage.text.strip() != ""
        end = passage.span.end
    assert document.text[end:].strip() == ""


@given(MIXED, st.integers(1, 40))
def test_no_passage_is_longer_than_the_limit(text, limit):
    for passage in _split(text, limit):
        assert _words(passage.text) <= limit
        assert len(passage.text) <= limit * CHARACTERS_PER_TOKEN


@given(MIXED, st.integers(8, 60))
def test_no_passage_is_longer_than_the_limit_in_tokens(tokenizer, text, limit):
    for passage in _split(text, limit, tokenizer):
        assert len(tokenizer.encode(passage.text, add_special_tokens=False).ids) <= limit


@given(MIXED, st.integers(2, 40))
def test_a_measure_that_counts_line_ends_is_kept_to(text, limit):
    def measure(part):
        return len(part.split()) + part.count("\n") + part.count("\r")

    for passage in _split(text, limit, measure):
        assert measure(passage.text) <= limit or len(passage.text) == 1


def test_a_tokenizer_that_cuts_and_pads_is_not_believed(shipped_tokenizer, tokenizer):
    text = "The dialogue ended in London on that day. " * 200
    passages = _split(text, 60, shipped_tokenizer)
    assert passages == _split(text, 60, tokenizer)
    assert len(passages) > 20
    assert shipped_tokenizer.truncation is not None  # the caller's own is left as it was


def test_a_run_of_letters_that_is_one_token_is_cut_by_its_length(tokenizer):
    passages = _split("x" * 30_000, 200, tokenizer)
    assert {len(passage.text) for passage in passages} == {2000}


def test_paragraphs_that_fit_are_not_cut():
    paragraph = f"{SENTENCE} {SENTENCE}"
    assert _texts(f"{paragraph}\n\n{paragraph}\n\n{paragraph}", 20) == [paragraph, paragraph, paragraph]


def test_a_long_paragraph_is_cut_between_sentences_not_at_its_line_ends():
    wrapped = (
        "Mr. Lammy and Mr. Blinken met\nin London. They spoke of the\nU.S. Secretary and his aims. The\nend came soon."
    )
    assert _texts(wrapped, 10) == [
        "Mr. Lammy and Mr. Blinken met\nin London.",
        "They spoke of the\nU.S. Secretary and his aims.",
        "The\nend came soon.",
    ]


def test_a_table_is_cut_between_its_rows():
    rows = [f"| row {number} | some words |" for number in range(6)]
    text = "\n".join([rows[0], "|---|---|", *rows[1:]])
    for passage in _split(text, 14):
        assert passage.text.startswith("| row")
        assert passage.text.endswith("|")


def test_a_heading_goes_with_the_text_below_it():
    text = f"# Top\n\n{SENTENCE}\n\n## Below\n\n{SENTENCE}"
    assert _texts(text, 100) == [f"# Top\n\n{SENTENCE}", f"## Below\n\n{SENTENCE}"]


@pytest.mark.parametrize("heading", ["## What is below?", "## Below", "Below\n-----"])
def test_a_heading_goes_with_the_text_below_it_even_where_that_must_be_cut(heading):
    body = " ".join([SENTENCE] * 4)
    first, *others = _texts(f"{heading}\n\n{body}", 12)
    assert first.startswith(heading)
    assert SENTENCE in first
    assert len(others) == 2


def test_bare_headings_go_with_the_next_text():
    text = f"# Top\n\n## Middle\n\n### Low\n\n{SENTENCE}"
    (passage,) = _split(text, 100)
    assert passage.text == text
    assert passage.heading_path == ("Middle", "Low")  # "Top" is the document's title


def test_a_bare_heading_at_the_end_goes_with_the_text_above():
    for limit in (9, 100):
        passages = _split(f"## One\n\n{SENTENCE} {SENTENCE}\n\n## Two\n\n## Three", limit)
        assert passages[-1].text.endswith(f"{SENTENCE}\n\n## Two\n\n## Three" if limit == 100 else "## Three")
        assert passages[-1].heading_path == ("One",)


@pytest.mark.parametrize("limit", [12, 13, 20])
def test_no_passage_is_a_heading_alone(limit):
    text = "\n\n".join(f"## Heading {number}\n\n{SENTENCE} {SENTENCE}\n\n{SENTENCE}" for number in range(5))
    for passage in _split(f"# Title\n\n{text}\n\n## Last", limit):
        assert "Six plain words" in passage.text


def test_a_document_of_nothing_but_a_heading_is_one_passage():
    (passage,) = _split("## Alone", 100)
    assert (passage.text, passage.heading_path) == ("## Alone", ())


def test_the_heading_path_names_the_headings_above_without_the_title():
    text = (
        f"# Title\n\n{SENTENCE}\n\n## A\n\n{SENTENCE}\n\n### B\n\n{SENTENCE}\n\n## C\n\n{SENTENCE}\n\n# D\n\n{SENTENCE}"
    )
    assert [passage.heading_path for passage in _split(text, 100)] == [(), ("A",), ("A", "B"), ("C",), ("D",)]


def test_text_before_the_first_heading_stands_under_none():
    assert [passage.heading_path for passage in _split(f"{SENTENCE}\n\n## A\n\n{SENTENCE}", 100)] == [(), ("A",)]


def test_a_passage_bears_the_page_it_starts_on():
    text = f"{SENTENCE}\n\n{SENTENCE}\n\n{SENTENCE}"
    first, second = Page(1, "i", Span(0, 33)), Page(2, "ii", Span(35, 103))
    draft = Draft(text, pages=(first, second))
    passages = tuple(split(_document(draft), _words, options=SplitOptions(passage_tokens=6)))
    assert [passage.page for passage in passages] == [first, second, second]


def test_a_page_without_text_takes_no_passage():
    pages = (Page(1, "1", Span(0, 33)), Page(2, "2", Span(33, 33)), Page(3, "3", Span(35, 68)))
    passages = split(_document(Draft(f"{SENTENCE}\n\n{SENTENCE}", pages=pages)), _words, options=SplitOptions(6))
    assert [passage.page.number for passage in passages] == [1, 3]


def test_equal_headings_in_a_row_each_head_their_own_section():
    text = "Same\n\nSix.\n\nSame\n\nSeven."
    headings = (Heading(2, "Same", Span(0, 4)), Heading(2, "Same", Span(12, 16)))
    passages = split(_document(Draft(text, headings=headings)), _words)
    assert [passage.text for passage in passages] == ["Same\n\nSix.", "Same\n\nSeven."]


def test_a_long_section_is_cut_alike_from_end_to_end():
    paragraph = f"{SENTENCE} {SENTENCE}"
    assert set(_texts("\n\n".join([paragraph] * 1_000), 20)) == {paragraph}
    assert set(_texts(" ".join([SENTENCE] * 2_000), 20)) == {f"{SENTENCE} {SENTENCE} {SENTENCE}", paragraph}


def test_a_long_text_is_split_in_memory_that_does_not_grow_with_it():
    text = "\n\n".join([SENTENCE] * 100_000)
    document = _document(Draft(f"{text} {text}".replace("\n\n", " ")[: len(text)] + "\n\n" + text))
    tracemalloc.start()
    found = sum(1 for _ in split(document, _words))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found > 5_000
    assert held < len(document.text) / 4


def test_passages_come_as_they_are_asked_for():
    asked = 0

    def measure(text):
        nonlocal asked
        asked += 1
        return _words(text)

    next(split(_markdown(" ".join([SENTENCE] * 50_000)), measure))
    assert asked < 1_000


def test_a_limit_below_one_token_is_refused():
    with pytest.raises(ValueError, match="at least one token"):
        SplitOptions(passage_tokens=0)


def test_bundled_sentences_are_never_cut_in_two(repository, tokenizer):
    for entry in scan(repository / "corpus" / "documents"):
        document = read(entry)
        passages = tuple(split(document, tokenizer))
        for sentence in sentences(document.text):
            assert any(p.span.start <= sentence.start and sentence.end <= p.span.end for p in passages), entry.id
