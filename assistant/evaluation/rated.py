"""What readers thought of answers, as a set of judged questions: those that people really asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.answer_json import answer_of
from assistant.conversations import Conversations, KeptExchange, said_before
from assistant.desk import Assistant
from assistant.errors import DraftRefused, UnknownDocument
from assistant.evaluation.judged import JUDGEMENTS, QUERIES
from assistant.terms import Citation
from assistant.verifying import place_of


def save_rated(folder: Path, kept: Conversations, desk: Assistant) -> int:
    """Write the answers that were judged as a set in a folder, which `read_set` reads.

    A helpful answer's documents are right, and the places of its quotes evidence, where they still stand; a question
    that was helpfully declined is one that the documents do not answer. Of an answer that was not helpful nobody has
    said what is right: its question is written without a judgement, with the reader's comment, to be completed.

    Returns:
        How many questions it holds.

    Raises:
        DraftRefused: there are none, or the folder is there already or cannot be written.
        ConversationsUnusable: the conversations cannot be read.
    """
    rated = kept.rated()
    if not rated:
        raise DraftRefused(str(folder), "no answer was marked as helpful or not", "mark some in the chat first")
    rows, grades = [], []
    for exchange in rated:
        places = _places(exchange, desk)
        rows.append(_row(exchange, kept.exchanges(exchange.conversation), places))
        grades += [(exchange.id, document) for document in dict.fromkeys(place["doc"] for place in places)]
    try:
        folder.mkdir(parents=True)
        written = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{QUERIES}.jsonl").write_text(written, encoding="utf-8", errors="replace")
        judged = "".join(f"{question}\t{document}\t1\n" for question, document in grades)
        (folder / JUDGEMENTS).write_text(judged, encoding="utf-8", errors="replace")
    except FileExistsError as error:
        raise DraftRefused(
            str(folder), "it is there already and may have been edited", "name another folder"
        ) from error
    except OSError as error:
        raise DraftRefused(str(folder), error.strerror or str(error), "name another folder") from error
    return len(rows)


def _row(
    exchange: KeptExchange, conversation: Sequence[KeptExchange], places: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    before = conversation[: [each.id for each in conversation].index(exchange.id)]
    answerable = None
    if exchange.helpful and exchange.answer is not None:
        answerable = {"answered": True, "declined": False}.get(exchange.answer["outcome"])
    return {
        "id": exchange.id,
        "text": exchange.question,
        "answerable": answerable,
        "history": said_before(before),
        "evidence": places,
        "comment": exchange.comment,
    }


def _places(exchange: KeptExchange, desk: Assistant) -> list[dict[str, Any]]:
    """Where the quotes of a helpful answer stand now; those that are gone are left out."""
    if not exchange.helpful or exchange.answer is None:
        return []
    found = ((citation, _place(citation, desk)) for citation in answer_of(exchange.answer).citations)
    return [{"doc": citation.document_id, "start": place[0], "end": place[1]} for citation, place in found if place]


def _place(citation: Citation, desk: Assistant) -> tuple[int, int] | None:
    if any(character in citation.document_id for character in "\t\r\n"):
        return None  # the file of judgements has tabs between its fields and a line for each
    try:
        text = desk.document(citation.document_id).text
    except UnknownDocument:
        return None
    span = place_of(citation.quote, citation.span, text)
    return None if span is None else (span.start, span.end)
