"""The JSON objects that terminal, HTTP API and MCP server write alike; docs/command-line.md lists their fields.

Fields may be added, none is renamed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant import (
        Answer,
        Citation,
        Event,
        KeptConversation,
        KeptExchange,
        Statement,
        VerifiedCitation,
    )
    from corpus import Span
    from index import (
        DocumentSummary,
        Explanation,
        Found,
        Hit,
        KeptOut,
        Reference,
        Status,
        StoredDocument,
        SyncReport,
    )

Shape = dict[str, object]
PathOf = Callable[[str], str]


def encoded(shape: Mapping[str, object]) -> bytes:
    r"""A JSON object on one line in UTF-8, with the characters themselves.

    Half of a surrogate pair (of a file name that is not UTF-8) has no UTF-8; `\udc80` is its escape in JSON too.
    """
    return json.dumps(shape, ensure_ascii=False).encode("utf-8", errors="backslashreplace")


def problem_shape(sentence: str) -> Shape:
    """What went wrong, as the server tells it: where clients made for OpenAI look for it."""
    return {"error": {"message": sentence}}


def found_shape(found: Found, path_of: PathOf) -> Shape:
    """What `search` writes: the passages found, best first, and what was searched."""
    return {
        "hits": [_hit(hit, path_of) for hit in found.hits],
        "searched": found.searched,
        "excluded": found.excluded,
        "time": found.time,
        "spelling": found.spelling,
        "degraded": list(found.degraded),
    }


def explanation_shape(explanation: Explanation, path_of: PathOf) -> Shape:
    """What `search --explain` writes: the passages found, and what the filter kept out."""
    cost = explanation.found.reranking
    return {
        **found_shape(explanation.found, path_of),
        "kept_out": [_kept_out(each, path_of) for each in explanation.kept_out],
        "reranking": asdict(cost) if cost else None,
    }


def answer_shape(answer: Answer, path_of: PathOf) -> Shape:
    """What `ask` writes: the answer with its citations, or why there is none and what came nearest."""
    return {
        "question": answer.question,
        "text": answer.text,
        "outcome": answer.outcome,
        "language": answer.language,
        "model": answer.model,
        "removed": answer.removed,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "note": answer.note,
        "choices": list(answer.choices),
        "degraded": list(answer.degraded),
        "time": answer.time,
        "spelling": answer.spelling,
        "probability": answer.probability,
        "declines_below": answer.declines_below,
        "statements": [_statement(statement) for statement in answer.statements],
        "citations": [_citation(citation, path_of) for citation in answer.citations],
        "nearest": [_hit(hit, path_of) for hit in answer.nearest],
    }


def step_shape(step: Event, path_of: PathOf) -> Shape:
    """One step of an answer that is streamed: what is new in it."""
    match step.kind:
        case "found":
            return {"hits": [_hit(hit, path_of) for hit in step.hits]}
        case "statement" if step.statement is not None:
            citations = [_citation(citation, path_of) for citation in step.citations]
            return {"statement": _statement(step.statement), "citations": citations}
        case "answer" if step.answer is not None:
            return answer_shape(step.answer, path_of)
    return {}


def document_shape(document: StoredDocument, span: Span, path_of: PathOf) -> Shape:
    """What `show` writes: a document, and the stretch of its text that was asked for."""
    return {
        "document_id": document.id,
        "path": path_of(document.id),
        "title": document.title,
        "sha256": document.sha256,
        "start": span.start,
        "end": span.end,
        "length": len(document.text),
        "text": span.of(document.text),
    }


def served_shape(corpora: Sequence[tuple[str, Status]]) -> Shape:
    """The corpora that are served, by their names, and the state of each."""
    return {
        "corpora": [
            {
                "name": name,
                "documents": status.documents,
                "passages": status.passages,
                "last_sync": moment(status.last_sync),
            }
            for name, status in corpora
        ]
    }


def documents_shape(documents: Sequence[DocumentSummary], total: int, path_of: PathOf) -> Shape:
    """Some of the documents of an index, by id, without their texts, and how many there are in all."""
    return {
        "documents": [
            {
                "document_id": each.id,
                "path": path_of(each.id),
                "title": each.title,
                "date": each.date.isoformat() if each.date else None,
                "media_type": each.media_type,
                "language": each.language,
                "sha256": each.sha256,
                "size_bytes": each.size_bytes,
                "passages": each.passages,
                "metadata": dict(each.metadata),
            }
            for each in documents
        ],
        "total": total,
    }


def verified_shape(verified: VerifiedCitation, path: str) -> Shape:
    """What became of one citation, of a document that is, or was, at `path`."""
    return {
        "number": verified.citation.number,
        "document_id": verified.citation.document_id,
        "path": path,
        "state": verified.state,
        "same_file": verified.same_file,
        "start": verified.span.start if verified.span else None,
        "end": verified.span.end if verified.span else None,
        "quote": verified.citation.quote,
        "says": verified.says,
        "reason": verified.reason,
    }


def conversations_shape(conversations: Sequence[KeptConversation]) -> Shape:
    """What `log` writes: the conversations, the last asked first."""
    return {
        "conversations": [
            {
                "id": each.id,
                "user": each.user,
                "title": each.title,
                "asked": moment(each.asked),
                "exchanges": each.exchanges,
            }
            for each in conversations
        ]
    }


def exchange_shape(exchange: KeptExchange) -> Shape:
    """What `log` writes of one question: how it ended, its answer as `ask` writes it, what a reader thought of it."""
    return {
        "id": exchange.id,
        "asked": moment(exchange.asked),
        "question": exchange.question,
        "filter": exchange.where,
        "ending": exchange.ending,
        "answer": exchange.answer,
        "error": exchange.error,
        "helpful": exchange.helpful,
        "comment": exchange.comment,
    }


def moment(when: datetime | None) -> str | None:
    """A moment in UTC to the second, as ISO 8601 writes it: `2024-09-11T18:00:00Z`."""
    return None if when is None else f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _hit(hit: Hit, path_of: PathOf) -> Shape:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "similarity": hit.similarity,
        "vector_rank": hit.vector_rank,
        "word_score": hit.word_score,
        "word_rank": hit.word_rank,
        "rerank_score": hit.rerank_score,
        "document_id": hit.document_id,
        "path": path_of(hit.document_id),
        "title": hit.title,
        "date": hit.date.isoformat() if hit.date else None,
        "start": hit.span.start,
        "end": hit.span.end,
        "page": hit.page,
        "page_number": hit.page_number,
        "heading_path": list(hit.heading_path),
        "text": hit.text,
        "also_in": _references(hit.also_in, path_of),
        "matches": [{"word": each.word, "start": each.span.start, "end": each.span.end} for each in hit.matches],
    }


def _references(references: Sequence[Reference], path_of: PathOf) -> list[Shape]:
    return [
        {
            "document_id": each.document_id,
            "path": path_of(each.document_id),
            "title": each.title,
            "date": each.date.isoformat() if each.date else None,
            "start": each.span.start,
            "end": each.span.end,
        }
        for each in references
    ]


def _kept_out(kept_out: KeptOut, path_of: PathOf) -> Shape:
    return {"failed": kept_out.failed, "hit": _hit(kept_out.hit, path_of)}


def _statement(statement: Statement) -> Shape:
    return {
        "text": statement.text,
        "support": statement.support,
        "support_reason": statement.support_reason,
        "citations": list(statement.citations),
        "emphasis": [asdict(span) for span in statement.emphasis],
    }


def _citation(citation: Citation, path_of: PathOf) -> Shape:
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "path": path_of(citation.document_id),
        "title": citation.title,
        "date": citation.date.isoformat() if citation.date else None,
        "sha256": citation.sha256,
        "start": citation.span.start,
        "end": citation.span.end,
        "page": citation.page,
        "page_number": citation.page_number,
        "heading_path": list(citation.heading_path),
        "quote": citation.quote,
        "boxes": [asdict(box) for box in citation.boxes],
        "is_ocr": citation.is_ocr,
        "also_in": _references(citation.also_in, path_of),
        "corpus": citation.corpus,
    }


def sync_counts(report: SyncReport) -> Shape:
    """The counts of a sync by their names; those of files add up to `files`, `removed` aside."""
    return {
        "files": report.files,
        "added": len(report.added),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "removed": len(report.removed),
        "unchanged": report.unchanged,
        "failed": len(report.failures),
    }
