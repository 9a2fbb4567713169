"""The corpus as the page lists it: its documents, what is wrong with them, and the filter that some of them make."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal

from assistant import Assistant
from corpus import document_path
from index import DocumentSummary
from ui.chat.opening import corpus_name
from ui.chat.tending import State
from ui.shapes import Shape, moment, sync_counts

ROWS = 100  # documents that are sent at once: a screen or three; the page asks for more
MOST_FAILURES = 200  # that are named; all are counted, and `despatch status` names them all
WORDS_CHARACTERS = 200

Sort = Literal["title", "date", "passages"]
_SUFFIX = re.compile(r"\w{1,8}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents are listed, or asked: single ones, or all that meet each of the other conditions.

    `words` must all stand in title or id, or with `in_text` in a row in the text; `folder` includes what lies below it;
    `kind` is a suffix or a media type; `since` and `until` are dates, months or years. What is empty asks for nothing.
    """

    documents: tuple[str, ...] = ()
    words: str = ""
    in_text: bool = False
    folder: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""

    @property
    def where(self) -> str | None:
        """The filter that says the same in the language of docs/filters.md, but for the words; None for all."""
        if self.documents:
            return _any_of(self.documents)
        conditions = [
            f"folder = {_quoted(f'{self.folder}/**')}" if self.folder else "",
            f"type = {_quoted(self.kind)}" if self.kind else "",
            f"date >= {_quoted(self.since)}" if self.since else "",
            f"date <= {_quoted(self.until)}" if self.until else "",
        ]
        return " and ".join(filter(None, conditions)) or None


def overview(desk: Assistant, wanted: Wanted, *, sort: Sort = "title", falling: bool = False, first: int = 0) -> Shape:
    """The corpus in numbers, its failures, and `ROWS` of the documents that are wanted.

    Args:
        desk: the assistant over the corpus.
        wanted: which documents.
        sort: what they are put in order by.
        falling: the largest first.
        first: how many rows are left out before.

    Raises:
        InvalidFilter: a condition cannot be read.
        DespatchError: the index cannot be read.
    """
    status, every = desk.status(), desk.documents()
    times = _times(desk, wanted)
    found = _sorted(_matching(desk, wanted, times), sort, falling=falling)
    warnings = defaultdict(list)
    for doubt in status.warnings:
        warnings[doubt.path].append(doubt.warning)
    return {
        "name": corpus_name(status.corpus),
        "documents": len(every),
        "passages": sum(each.passages for each in every),
        "files": len({each.path for each in every}),
        "last_sync": moment(status.last_sync),
        "folders": sorted({folder for each in every for folder in _folders(each.id)}),
        "kinds": sorted({kind_of(each) for each in every}),
        "failed": len(status.failures),
        "failures": [{"path": each.path, "reason": each.reason} for each in status.failures[:MOST_FAILURES]],
        "found": len(found),
        "rows": [
            {**_row(each, warnings[each.id], Path(status.corpus)), "times": (times or {}).get(each.id)}
            for each in found[first : first + ROWS]
        ],
    }


def matching(desk: Assistant, wanted: Wanted) -> Sequence[DocumentSummary]:
    """The documents that are wanted, by id; errors are those of `overview`."""
    return _matching(desk, wanted, _times(desk, wanted))


def _times(desk: Assistant, wanted: Wanted) -> Mapping[str, int] | None:
    """How often the words stand in the text of each document that holds them; None where texts are not searched."""
    words = wanted.words[:WORDS_CHARACTERS]
    return desk.holding(words, wanted.where) if wanted.in_text and words.strip() and not wanted.documents else None


def _matching(desk: Assistant, wanted: Wanted, times: Mapping[str, int] | None) -> Sequence[DocumentSummary]:
    documents = desk.documents(wanted.where)
    if wanted.documents:
        return documents
    if times is not None:
        return [each for each in documents if each.id in times]
    words = [word.casefold() for word in wanted.words[:WORDS_CHARACTERS].split()]
    told = ((each, f"{each.title}\n{each.id}".casefold()) for each in documents)
    return [each for each, text in told if all(word in text for word in words)]


def filter_of(desk: Assistant, wanted: Wanted) -> Shape:
    """The filter that asks the wanted documents, and how many of how many they are; errors are those of `overview`."""
    found = matching(desk, wanted)
    where = wanted.where or ""
    if wanted.words and not wanted.documents:
        where = _any_of([each.id for each in found])
        found = desk.documents(where)  # more of them than a filter may name are refused here
    return {"where": where, "found": len(found), "documents": len(desk.documents())}


def kind_of(document: DocumentSummary) -> str:
    """A document's suffix, or its media type where it has none."""
    suffix = document.id.rpartition("/")[2].rpartition(".")[2].lower()
    return suffix if "." in document.id and _SUFFIX.fullmatch(suffix) else document.media_type


def _row(document: DocumentSummary, warnings: Sequence[str], folder: Path) -> Shape:
    return {
        "id": document.id,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "passages": document.passages,
        "warnings": list(warnings),
        "is_attached": document.path != str(document_path(folder, document.id)),
    }


def _sorted(documents: Sequence[DocumentSummary], sort: Sort, *, falling: bool) -> Sequence[DocumentSummary]:
    """In that order, equal ones by id; documents without a date last."""
    if sort == "passages":
        return sorted(documents, key=lambda each: each.passages, reverse=falling)
    if sort == "title":
        return sorted(documents, key=lambda each: each.title.casefold(), reverse=falling)
    dated = [each for each in documents if each.date]
    undated = [each for each in documents if not each.date]
    return [*sorted(dated, key=lambda each: each.date or date.max, reverse=falling), *undated]


def _folders(document_id: str) -> Iterable[str]:
    """The folders that a document lies in, from its own upwards."""
    return (str(folder) for folder in PurePosixPath(document_id).parents if folder.name)


def _any_of(documents: Sequence[str]) -> str:
    return " or ".join(f"document = {_quoted(each)}" for each in documents)


def _quoted(value: str) -> str:
    """The value as a filter takes it. No filter can hold both marks in one value: `?` stands for any one character."""
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace('"', "?") + '"'


def work_shape(state: State) -> Shape:
    """What is under way, and how the last sync ended."""
    progress, report = state.progress, state.report
    return {
        "ended": state.ended,
        "running": state.running,
        "stopping": state.stopping,
        "seconds": round(state.seconds, 1),
        "progress": None if progress is None else asdict(progress),
        "report": None if report is None else sync_counts(report),
        "erased": [{"document_id": document, "answers": answers} for document, answers in state.erased],
        "error": state.error,
        "stopped": state.stopped,
    }
