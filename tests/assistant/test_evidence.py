from __future__ import annotations

import pytest

from assistant.evidence import gather, holds_quantity, holds_wanted
from assistant.judge import Judge
from assistant.terms import Answer, Statement
from corpus import Span
from index import DEFAULT_MODEL, Analyzer, Hit, Query
from index.embedding import open_embedder


def hit(text: str, *, rank: int = 1, title: str = "Harbour", headings: tuple[str, ...] = ()) -> Hit:
    return Hit(
        rank=rank,
        score=1 / rank,
        similarity=0.5,
        word_score=1.0,
        passage_id=rank,
        document_id=f"{rank}.md",
        title=title,
        date=None,
        span=Span(100, 100 + len(text)),
        page=None,
        page_number=None,
        heading_path=headings,
        text=text,
    )


@pytest.fixture(scope="module")
def embedder():
    return open_embedder(DEFAULT_MODEL)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many lamps?", "They lit 40 lamps."),
        ("How much oil?", "About 1,500.5 litres"),
        ("How many boats?", "Only one boat returned."),
        ("When did it end?", "It ended on 11 September 2024."),
        ("What year was it?", "In 1862 gas came."),
        ("Who lit them?", "They were lit by Ada Moreau."),
        ("Which row of the table is it?", "North | 40"),
        ("Why so?", "No reason is known."),
    ],
)
def test_a_sentence_that_holds_what_is_asked_for_is_recognised(question: str, text: str):
    assert holds_wanted(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many lamps?", "The lamps were lit."),
        ("How many lamps?", "They were lit on 11 September 2024."),
        ("How many lamps?", "It is one of the lamps."),
        ("When did it end?", "It was long."),
        ("Who lit them?", "They were lit by the keeper."),
        ("Which row of the table is it?", "North has most."),
    ],
)
def test_a_sentence_that_does_not_hold_it_is_recognised_too(question: str, text: str):
    assert not holds_wanted(question, text)


def test_a_year_is_no_quantity_and_a_count_is():
    assert not holds_quantity("In May 1936, on the 3 June 2020")
    assert holds_quantity("1936.5 tonnes")
    assert holds_quantity("two days")


def test_the_sentence_that_answers_comes_first_and_is_cut_exactly(embedder):
    passage = hit("The harbour was dredged in May.  The lamps on the quay are lit at dusk. Herring is sold at noon.")
    evidence = gather(
        Query("When are the lamps lit?"), [passage], embedder, {("lamp",): 2.0, ("lit",): 3.0}, Analyzer(), None
    )
    assert evidence[0].text == "The lamps on the quay are lit at dusk."
    for one in evidence:
        assert passage.text[one.span.start - 100 : one.span.end - 100] == one.text


def test_the_sentence_that_answers_by_itself_opens_though_another_scores_higher(embedder):
    passage = hit(
        "The ferry to Orsa leaves at seven in the morning. The ferry to Orsa was built in 1931 and leaves from the "
        "quay. Boats for Orsa sail at 7 am."
    )
    rarity = {("ferri",): 2.0, ("orsa",): 4.0, ("leav",): 2.0}
    question = Query("When does the ferry to Orsa leave?")
    opening, *others = gather(question, [passage], embedder, rarity, Analyzer(), Judge.load())
    assert opening.text == "The ferry to Orsa leaves at seven in the morning."
    assert others[0].score > opening.score
    assert [one.score for one in others] == sorted((one.score for one in others), reverse=True)


def test_headings_questions_and_shouted_lines_are_no_statements(embedder):
    passage = hit(
        "Lamps\n\nWhen are the lamps lit?\n\nTHE LAMPS OF THE QUAY\n\nThe lamps burn gas.", headings=("Lamps",)
    )
    evidence = gather(Query("When are the lamps lit?"), [passage], embedder, {("lamp",): 2.0}, Analyzer(), None)
    assert [one.text for one in evidence] == ["The lamps burn gas."]


def test_a_row_of_a_table_is_understood_with_the_names_of_its_columns(embedder):
    passage = hit("Quay | Lamps | Keeper\nNorth | 40 | Moreau\nSouth | 12 | Lind")
    rarity = {("keeper",): 3.0, ("south",): 3.0}
    evidence = gather(Query("Who is the keeper of the south quay?"), [passage], embedder, rarity, Analyzer(), None)
    assert evidence[0].text == "South | 12 | Lind"
    assert evidence[0].features.coverage == 1.0


def test_a_row_that_names_its_columns_itself_is_not_given_those_of_the_row_above(embedder):
    passage = hit("Region: North | Total: 4\n\nRegion: South | Total: 5")
    evidence = gather(
        Query("What is the total of the south?"),
        [passage],
        embedder,
        {("south",): 3.0, ("north",): 3.0},
        Analyzer(),
        None,
    )
    assert evidence[0].text == "Region: South | Total: 5"
    assert evidence[0].features.coverage == 0.5


def test_without_a_model_sentences_are_weighed_by_their_words():
    passage = hit("The harbour was dredged. The lamps are lit at dusk.")
    evidence = gather(Query("When are lamps lit?"), [passage], None, {("lamp",): 2.0, ("lit",): 3.0}, Analyzer(), None)
    assert evidence[0].text == "The lamps are lit at dusk."


@pytest.mark.parametrize(("sentences", "read"), [(1, 12), (6, 10), (10, 6)])
def test_more_passages_are_read_where_they_are_short(sentences: int, read: int):
    text = " ".join(
        f"The lamps of quay {number} are lit at dusk, and so they stay until dawn." for number in range(sentences)
    )
    hits = [hit(text, rank=rank) for rank in range(1, 13)]
    evidence = gather(Query("When are lamps lit?"), hits, None, {("lamp",): 2.0}, Analyzer(), None)
    assert len({one.hit.passage_id for one in evidence}) == read


def test_no_hits_give_no_evidence(embedder):
    assert gather(Query("When?"), [], embedder, {}, Analyzer(), None) == ()


def test_an_answer_that_cites_what_it_lacks_cannot_be_made():
    with pytest.raises(ValueError, match="which are not all in"):
        Answer("q", "t", "answered", "", (Statement("t", "supported", "", (1,)),), (), (), 0, 0.0)


def test_an_answer_that_is_none_cites_nothing_and_has_an_outcome_that_is_known():
    with pytest.raises(ValueError, match="cites nothing"):
        Answer("q", "t", "declined", "", (Statement("t", "supported", "", ()),), (), (), 0, 0.0)
    with pytest.raises(ValueError, match="one of"):
        Answer("q", "t", True, "", (), (), (), 0, 0.0)


def test_the_judge_finds_the_answer_where_the_words_of_the_question_stand_elsewhere(embedder):
    passage = hit("The bridge over the river is named after the river. It spans 120 metres.")
    query, rarity = Query("How long is the bridge over the river?"), {("bridg",): 2.0, ("river",): 2.0, ("long",): 1.0}
    without, beside = (gather(query, [passage], embedder, rarity, Analyzer(), judge) for judge in (None, Judge.load()))
    assert "named after" in without[0].text
    assert "120 metres" in beside[0].text
    assert all(one.reading is None and one.features.answering == 0 for one in without)
    assert all(one.reading is not None and 0 < one.features.answering < 1 for one in beside)


def test_a_passage_is_read_once_and_its_sentences_share_what_was_seen(embedder):
    passages = [hit("Gas came in 1862. The lamps burn gas.", rank=1), hit("Herring is sold. Boats sail.", rank=2)]
    found = gather(Query("When did gas come?"), passages, embedder, {("gas",): 2.0}, Analyzer(), Judge.load())
    readings = {one.hit.passage_id: {id(other.reading) for other in found if other.hit == one.hit} for one in found}
    assert {len(seen) for seen in readings.values()} == {1}
    assert found[0].text == "Gas came in 1862."
