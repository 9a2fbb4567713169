from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Span
from index import DEFAULT_MODEL, Index, sync
from index.folding import COMPARED_HITS, Folds, covers
from index.rows import PassageRow
from tests.index.test_syncing import write

TEXT = (
    "The two governments met in London for two days, and agreed to support Ukraine with 250 million pounds a year. "
    "They did not agree on tariffs. A next meeting is planned for the spring, in Washington."
)
WORDS = st.lists(st.sampled_from(TEXT.split()), min_size=12, max_size=60)


@pytest.mark.parametrize(
    "other",
    [
        TEXT,
        TEXT.replace(". ", ".\n\n"),
        "\n".join(f"> {line}" for line in TEXT.split(". ")),
        TEXT.replace("a year", "each year"),
        TEXT.partition(". ")[0],
        TEXT.partition(". ")[2],
    ],
)
def test_what_is_said_again_or_in_part_in_nearly_the_same_words_is_covered(other: str):
    assert covers(TEXT, other)


@pytest.mark.parametrize(
    "other",
    [
        TEXT + " The ministers then dined together with their ambassadors and left for home in the evening.",
        TEXT.replace("250", "260"),
        TEXT.replace("two days", "2 days"),
        TEXT.replace("pounds", "Euros"),
        TEXT.replace("did not agree", "did agree"),
        TEXT.replace("Ukraine", "Georgia"),
        TEXT.replace("250 million pounds", "$250 million pounds"),
        " ".join(reversed(TEXT.split())),
        "",
    ],
)
def test_what_says_more_or_differs_in_a_figure_a_name_or_a_not_is_not(other: str):
    assert not covers(TEXT, other)


def test_a_not_that_the_better_passage_has_and_the_other_lacks_keeps_them_apart():
    assert not covers(TEXT, TEXT.replace(" not", ""))


@settings(deadline=None)
@given(WORDS, WORDS)
def test_every_text_covers_itself_and_what_stands_in_it_once(words: list[str], around: list[str]):
    text = " ".join(words)
    assert covers(text, text)
    inside = " ".join(f"q{number}" for number in range(12))
    assert covers(" ".join((*around, inside, *words)), inside)


@settings(deadline=None)
@given(WORDS, st.integers(0), st.sampled_from(["17", "Berlin", "never"]))
def test_one_telling_word_more_keeps_a_text_from_being_covered(words: list[str], place: int, telling: str):
    other = list(words)
    other.insert(place % len(words), telling)
    assert not covers(" ".join(words), " ".join(other))


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(text: str, other: str):
    covers(text, other)


def row(number: int, text: str) -> PassageRow:
    return PassageRow(number, f"{number}.md", f"No. {number}", None, Span(0, len(text)), None, None, (), text, None)


def test_enough_counts_what_says_something_of_its_own_and_later_repetitions_are_still_folded():
    folds = Folds(2)
    others = TEXT.replace("London", "Paris"), TEXT.replace("London", "Rome")
    for number, text in enumerate((TEXT, TEXT, others[0], others[1], TEXT, others[0])):
        folds.add(row(number, text))
    assert folds.full
    assert [(kept.id, [one.id for one in also]) for kept, also in folds.kept()] == [(0, [1, 4]), (2, [5])]


def test_short_passages_are_never_folded_for_their_titles_say_what_they_mean():
    folds = Folds(5)
    for number in range(3):
        folds.add(row(number, "Total: none so far."))
    assert len(folds.kept()) == 3


def test_a_text_without_blanks_is_folded_where_it_is_the_same():
    folds, text = (
        Folds(5),
        "两国政府在伦敦举行了为期两天的会谈并同意支持乌克兰下一次会议计划于春季在华盛顿举行届时将讨论关税问题",
    )
    for number, one in enumerate((text, text, text.replace("两天", "三天"))):
        folds.add(row(number, one))
    assert [(kept.id, len(also)) for kept, also in folds.kept()] == [(0, 1), (2, 0)]


def test_only_the_best_hits_are_compared_with():
    folds = Folds(100)
    for number in range(COMPARED_HITS + 1):
        folds.add(row(number, TEXT.replace("250", str(number))))
    for number in (COMPARED_HITS - 1, COMPARED_HITS):
        folds.add(row(1_000 + number, TEXT.replace("250", str(number))))
    assert [len(also) for _, also in folds.kept()] == [0] * (COMPARED_HITS - 1) + [1, 0, 0]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory):
    base = tmp_path_factory.mktemp("folding")
    write(base / "corpus", "readout.md", f"---\ndate: 2024-09-11\n---\n{TEXT}\n")
    write(base / "corpus", "archive/readout.md", f"---\ntitle: Copy\ndate: 2024-09-12\n---\n{TEXT}\n")
    write(base / "corpus", "mail.txt", "\n".join(f"> {line}" for line in TEXT.split(". ")))
    write(base / "corpus", "draft.md", TEXT.replace("250", "240"))
    write(base / "corpus", "lamps.md", "The lamps of the quay are lit at dusk, and put out at dawn by the keeper.")
    sync(base / "corpus", base / "index", model=DEFAULT_MODEL)
    opened = Index(base / "index")
    yield opened
    opened.close()


def test_copies_are_one_hit_that_names_them_and_hits_are_counted_without_them(index: Index):
    hits = index.search("How many million pounds a year for Ukraine?", 3).hits
    assert len(hits) == 3
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[2].document_id == "lamps.md"
    copies = next(hit for hit in hits if hit.also_in)
    assert {copies.document_id, *(one.document_id for one in copies.also_in)} == {
        "readout.md",
        "archive/readout.md",
        "mail.txt",
    }
    for one in copies.also_in:
        document = index.document(one.document_id)
        assert document is not None
        assert (one.title, one.date) == (document.title, document.date)
        assert covers(copies.text, one.span.of(document.text))


def test_a_version_with_another_figure_stays_a_hit_of_its_own(index: Index):
    hits = index.search("How many million pounds a year for Ukraine?", 2).hits
    assert {("250" in hit.text, "240" in hit.text) for hit in hits} == {(True, False), (False, True)}


def test_the_newer_of_copies_stands_for_them_where_the_latest_is_asked_for(index: Index):
    hits = index.search("What is the latest on Ukraine, in million pounds?", 3).hits
    copies = next(hit for hit in hits if hit.also_in)
    assert copies.date == date(2024, 9, 12)
