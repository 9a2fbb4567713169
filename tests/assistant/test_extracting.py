from __future__ import annotations

from dataclasses import replace

import numpy as np

from assistant.evidence import Evidence, Features
from assistant.extracting import MARGIN, MOST_STATEMENTS, OTHER_DOCUMENT, WIDENS, compose
from corpus import Span, sentences
from tests.assistant.test_evidence import hit

NOTHING = Features(0, 0, 0, 0, 0, 0)


def evidence(passage, *scores: float) -> list[Evidence]:
    """The sentences of a passage with these scores, the best first; no two alike in meaning."""
    found = [
        Evidence(
            passage,
            Span(passage.span.start + span.start, passage.span.start + span.end),
            span.of(passage.text),
            position,
            NOTHING,
            score,
            np.eye(64, dtype=np.float32)[position + 8 * passage.rank],
        )
        for position, (span, score) in enumerate(zip(sentences(passage.text), scores, strict=True))
    ]
    return sorted(found, key=lambda one: -one.score)


def test_the_best_sentence_opens_the_answer():
    first, second = hit("Gas came in 1862.", rank=1), hit("The lamps burn gas.", rank=2)
    quotes = compose([*evidence(second, 5.0), *evidence(first, 4.5)], {})
    assert [quote.text for quote in quotes] == ["The lamps burn gas.", "Gas came in 1862."]


def test_what_lies_far_behind_the_best_is_left_out():
    first, second = hit("Gas came in 1862.", rank=1), hit("The lamps burn gas.", rank=2)
    assert len(compose([*evidence(second, 5.0), *evidence(first, 5.0 - MARGIN - OTHER_DOCUMENT - 0.1)], {})) == 1


def test_a_neighbour_that_is_nearly_as_good_stands_in_the_opening_statement():
    passage = hit("Gas came in 1862. Lamps were lit at dusk. Herring is sold at noon.")
    assert compose(evidence(passage, 5.0, 5.0 - WIDENS + 0.1, 0.0), {})[0].text == passage.text[:41]
    assert compose(evidence(passage, 5.0, 5.0 - WIDENS - 0.6, 0.0), {})[0].text == passage.text[:17]


def test_words_of_the_question_that_were_not_yet_said_bring_their_sentence():
    first, second = hit("Gas came in 1862.", rank=1), hit("The lamps burn gas.", rank=2)
    behind = evidence(second, 5.0 - MARGIN - OTHER_DOCUMENT - 0.5)
    rarity = {("lamp",): 1.0}
    assert len(compose([*evidence(first, 5.0), *behind], rarity)) == 1
    behind = [replace(one, held=frozenset(rarity)) for one in behind]
    assert len(compose([*evidence(first, 5.0), *behind], rarity)) == 2
    opening = [replace(one, held=frozenset(rarity)) for one in evidence(first, 5.0)]
    assert len(compose([*opening, *behind], rarity)) == 1


def test_another_document_is_heard_before_a_second_passage_of_the_same():
    first, same, other = (hit(f"Lamp {rank} burns.", rank=rank) for rank in (1, 2, 3))
    same = replace(same, document_id=first.document_id)
    found = compose([*evidence(first, 5.0), *evidence(same, 4.0), *evidence(other, 3.9)], {})
    assert [quote.text for quote in found][:2] == ["Lamp 1 burns.", "Lamp 3 burns."]


def test_neighbours_are_merged_into_one_quote():
    passage = hit("Gas came in 1862. Lamps were lit at dusk. Herring is sold at noon. Boats sail on Friday.")
    quotes = compose(evidence(passage, 5.0, 4.9, 0.0, 4.8), {})
    assert [quote.text for quote in quotes] == ["Gas came in 1862. Lamps were lit at dusk.", "Boats sail on Friday."]


def test_a_sentence_that_leans_brings_the_one_before_it():
    passage = hit("The keeper lights the lamps. They burn until dawn.")
    assert compose(evidence(passage, 0.0, 5.0), {})[0].text == passage.text


def test_a_sentence_does_not_lean_across_a_blank_line():
    passage = hit("The keeper lights the lamps.\n\nThey burn until dawn.")
    assert compose(evidence(passage, 0.0, 5.0), {})[0].text == "They burn until dawn."


def test_the_same_words_in_two_documents_are_said_once():
    passages = [hit("Gas came in 1862.", rank=rank) for rank in (1, 2)]
    assert len(compose([one for passage in passages for one in evidence(passage, 5.0)], {})) == 1


def test_an_answer_has_at_most_four_statements():
    passages = [hit(f"Lamp {rank} burns.", rank=rank) for rank in range(1, 7)]
    assert len(compose([one for passage in passages for one in evidence(passage, 5.0)], {})) == MOST_STATEMENTS
