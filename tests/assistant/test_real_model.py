"""A real language model, too small to follow any format: what is shown of it is proven all the same."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from assistant import Assistant, draft_questions
from tests.assistant.small_model import small_model

ASKED = 50
OWN = Path(__file__).parent.parent / "questions.jsonl"


@pytest.mark.prove
def test_of_fifty_answers_no_citation_is_broken_nothing_unsupported_is_shown_and_silence_is_kept(pack_index: Path):
    told = Counter()
    with small_model() as model, Assistant.open(pack_index, model=model) as desk:
        own = [json.loads(line)["text"] for line in OWN.read_text(encoding="utf-8").splitlines()]
        drafted = [draft.question for draft in draft_questions(desk, ASKED)]
        for question in [*own, *drafted][:ASKED]:
            answer, extractive = desk.ask(question), desk.ask(question, extractive=True)
            assert answer.abstained == extractive.abstained
            for citation in answer.citations:
                text = desk.document(citation.document_id).text
                assert text[citation.span.start : citation.span.end] == citation.quote
            for statement in answer.statements:
                assert statement.support != "unsupported"
                assert statement.citations
            told["asked"] += 1
            told["declined"] += answer.abstained
            told["worded"] += bool(answer.model)
            told["citations"] += len(answer.citations)
            told["removed"] += answer.removed
            told.update(statement.support for statement in answer.statements if answer.model)
    sys.stdout.write(f"{dict(told)}\n")  # for docs/figures.md, with `pytest -s`
    assert told["asked"] == ASKED
