"""Answers as a file that a stranger can check: Markdown, HTML, Word or JSON, with every quote and where it stands.

What documents and people wrote is data in all of them: quotes stand in code blocks or as escaped text, and nothing in
them is markup, a link or a script.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import Answer, Citation, Statement, despatch_version
from corpus import DespatchError
from index import Status
from ui.shapes import PathOf, Shape, answer_shape, exchange_shape, moment
from ui.terminal.characters import one_line

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from assistant import KeptExchange

HOW_TO_CHECK = (
    "Offsets count characters (Unicode code points) from 0 in a document's text as Despatch reads it, ends exclusive. "
    "SHA-256 is of the file's bytes when it was indexed. `despatch verify` checks the JSON form against the files."
)
NOT_KEPT = "This answer is not kept: a document that it quoted was forgotten."
_TOLD = ("Document", "Corpus", "Date", "Page", "Heading")  # of a source that is copied, as a reader would write it
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&~$:])")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{margin:.5rem 0;padding:.25rem 1rem;border-left:3px solid #888;white-space:pre-wrap}"
    "dt{font-weight:600}dd{margin:0 0 .25rem;overflow-wrap:anywhere}"
)


class UnknownExport(DespatchError):
    """A file whose name says no kind that an answer can be exported as."""

    def __init__(self, file: str) -> None:
        kinds = ", ".join(KINDS)
        super().__init__(f"An answer cannot be exported as {file}; give a name that ends in one of {kinds}.")
        self.file = file


class UnwritableExport(DespatchError):
    """An evidence file that the disk refuses."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"The answer cannot be written to {file} ({reason}); name another place.")
        self.file = file
        self.reason = reason


Source = tuple[int, Mapping[str, str], str]  # its number in the file, facts by name, the quote


@dataclass(frozen=True, slots=True)
class _Part:
    """A question and what was answered, in an evidence file; `noted` are facts about both, by name."""

    question: str
    answer: str
    statements: Sequence[Statement]
    sources: Sequence[Source]
    noted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What stands in an evidence file, in the order of reading. Sources are numbered through all its parts."""

    title: str
    parts: Sequence[_Part]
    made: Mapping[str, str]


def export(file: Path, answer: Answer, status: Status, path_of: PathOf) -> None:
    """Write an answer to a file of the kind that its name says.

    Args:
        file: ends in one of `KINDS`; what is there is replaced.
        answer: as from `ask`.
        status: of the index that answered.
        path_of: the file of a document, from its id.

    Raises:
        UnknownExport: the name says no kind.
        UnwritableExport: the disk refuses.
    """
    kind = _kind(file)
    by = {"written_by": answer.model or "the documents' own words", "left_out": str(answer.removed)}
    by |= {"declines_below": limit} if (limit := _limit(answer)) else {}
    made = {"answered": moment(datetime.now(UTC)) or "", **_made(status), **by}
    if kind == ".json":
        content = _json({**answer_shape(answer, path_of), "made": made})
    else:
        content = _RENDERERS[kind](_Sheet(answer.question, (_part(answer, path_of, first=1),), made))
    _write(file, content)


def export_conversation(
    file: Path, title: str, exchanges: Sequence[KeptExchange], status: Status, path_of: PathOf
) -> None:
    """Write a conversation to a file of the kind that its name says; arguments and errors are those of `export`."""
    _write(file, conversation_as(_kind(file), title, exchanges, status, path_of))


def conversation_as(kind: str, title: str, exchanges: Sequence[KeptExchange], status: Status, path_of: PathOf) -> bytes:
    """What `export_conversation` writes, for a kind that is one of `KINDS`."""
    made = {"exported": moment(datetime.now(UTC)) or "", **_made(status)}
    if kind == ".json":
        return _json({"title": title, "exchanges": [exchange_shape(each) for each in exchanges], "made": made})
    parts: list[_Part] = []
    for each in exchanges:
        parts.append(_kept_part(each, path_of, first=1 + sum(len(part.sources) for part in parts)))
    return _RENDERERS[kind](_Sheet(title, parts, made))


def copied(exchange: KeptExchange) -> str:
    """A kept answer as plain text with its references, for a clipboard."""
    if exchange.answer is None:
        return exchange.question
    part = _part(_read(exchange.answer), str, first=1)
    said = (f"{each.text} {_marks(each)}".rstrip() + _support(each) for each in part.statements)
    listed = (
        f"[{number}] “{quote}”\n" + ", ".join(facts[name] for name in (*_TOLD, "Id") if name in facts)
        for number, facts, quote in part.sources
    )
    return "\n\n".join(filter(None, (part.question, part.answer, *said, *listed)))


def _kind(file: Path) -> str:
    kind = file.suffix.lower()
    if kind not in KINDS:
        raise UnknownExport(str(file))
    return kind


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UnwritableExport(str(file), error.strerror or "it cannot be opened") from error


def _json(shape: Shape) -> bytes:
    return (json.dumps(shape, ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")


def _part(answer: Answer, path_of: PathOf, *, first: int, noted: Mapping[str, str] | None = None) -> _Part:
    """An answer whose sources are numbered from `first`."""
    numbers = {each.number: place for place, each in enumerate(answer.citations, start=first)}
    return _Part(
        answer.question,
        f"{answer.text if answer.abstained else answer.note} {answer.reason}".strip(),
        [replace(each, citations=tuple(numbers[number] for number in each.citations)) for each in answer.statements],
        [(numbers[each.number], _facts(each, path_of), each.quote) for each in answer.citations],
        noted or {},
    )


def _read(shape: Mapping[str, Any]) -> Answer:
    from assistant import answer_of  # noqa: PLC0415  numpy loads with it, only where something is kept

    return answer_of(shape)


def _kept_part(exchange: KeptExchange, path_of: PathOf, *, first: int) -> _Part:
    answer = None if exchange.answer is None else _read(exchange.answer)
    judged = {True: "helpful", False: "not helpful", None: ""}[exchange.helpful]
    noted = {
        "Asked": moment(exchange.asked) or "",
        "Filter": exchange.where or "",
        "Written by": answer.model if answer else "",
        "Answered by": "passages alone" if answer and answer.outcome == "found" else "",
        "Left out": str(answer.removed or "") if answer else "",
        "Declines below": _limit(answer) if answer else "",
        "Ended": "" if exchange.ending == "done" else f"{exchange.ending}. {exchange.error}".strip(),
        "Judged": ", ".join(filter(None, (judged, exchange.comment))),
    }
    noted = {name: one_line(value) for name, value in noted.items() if value}
    if answer is None:
        return _Part(exchange.question, "" if exchange.error else NOT_KEPT, (), (), noted)
    return _part(answer, path_of, first=first, noted=noted)


def _limit(answer: Answer) -> str:
    """The probability below which nothing would have been answered, "" where none was asked for."""
    return "" if answer.declines_below is None else f"{answer.declines_below:g}"


def _made(status: Status) -> dict[str, str]:
    return {
        "despatch": despatch_version(),
        "corpus": status.corpus,
        "index": status.index,
        "last_sync": moment(status.last_sync) or "never",
        "documents": str(status.documents),
        "passages": str(status.passages),
        "model": f"{status.model}, {status.precision}",
        "model_revision": status.revision,
    }


def _facts(citation: Citation, path_of: PathOf) -> dict[str, str]:
    facts = {
        "Document": citation.title,
        "Corpus": citation.corpus,
        "Date": citation.date.isoformat() if citation.date else "",
        "Page": citation.page or "",
        "Heading": " > ".join(citation.heading_path),
        "File": path_of(citation.document_id),
        "Id": citation.document_id,
        "Characters": f"{citation.span.start} to {citation.span.end}",
        "SHA-256": citation.sha256,
        "Note": "read from a picture of the page (OCR)" if citation.is_ocr else "",
    }
    return {name: one_line(value) for name, value in facts.items() if value}


def _support(statement: Statement) -> str:
    return "" if statement.support == "supported" else f" ({statement.support}: {statement.support_reason})"


def _marks(statement: Statement) -> str:
    return "".join(f"[{number}]" for number in statement.citations)


def _markdown(sheet: _Sheet) -> bytes:
    made = (f"- {name}: {_plain(one_line(value))}" for name, value in sheet.made.items())
    parts = (block for part in sheet.parts for block in _markdown_part(part, alone=len(sheet.parts) == 1))
    blocks = [f"# {_plain(one_line(sheet.title))}", *parts, "## How this was made", "\n".join(made), HOW_TO_CHECK]
    return "\n\n".join(filter(None, blocks)).encode(errors="replace") + b"\n"


def _markdown_part(part: _Part, *, alone: bool) -> Iterator[str]:
    if not alone:
        yield f"## {_plain(one_line(part.question))}"
    yield "\n".join(f"- {name}: {_plain(value)}" for name, value in part.noted.items())
    yield _plain(part.answer)
    for each in part.statements:
        said = "".join(_bold(piece) if bold else _plain(piece) for piece, bold in each.pieces())
        yield f"{said}{''.join(f'[^{number}]' for number in each.citations)}{_plain(_support(each))}"
    for number, facts, quote in part.sources:
        told = "; ".join(f"{name}: {_plain(value)}" for name, value in facts.items())
        yield f"[^{number}]: {told}\n\n{_fenced(quote)}"


def _bold(piece: str) -> str:
    """Words in bold; between marks that Markdown would read as something else they stay plain."""
    return f"**{_plain(piece)}**" if piece[0].isalnum() and piece[-1].isalnum() else _plain(piece)


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _fenced(quote: str) -> str:
    """A quote in a code block of a footnote, character by character, whatever runs of backticks it holds."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", quote)), default=0))
    return "\n".join(f"    {line}" for line in (f"{fence}text", *quote.split("\n"), fence))


def _html(sheet: _Sheet) -> bytes:
    title = html.escape(one_line(sheet.title))
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
    )
    parts = (line for part in sheet.parts for line in _html_part(part, alone=len(sheet.parts) == 1))
    foot = f"<h2>How this was made</h2>{_definitions(sheet.made)}<p>{html.escape(HOW_TO_CHECK)}</p></body></html>"
    return "\n".join((head, *parts, foot, "")).encode(errors="replace")


def _html_part(part: _Part, *, alone: bool) -> Iterator[str]:
    def marks(each: Statement) -> str:
        return "".join(f'<sup><a href="#source-{number}">[{number}]</a></sup>' for number in each.citations)

    level = "h2" if alone else "h3"
    if not alone:
        yield f"<h2>{html.escape(one_line(part.question))}</h2>"
    if part.noted:
        yield _definitions(part.noted)
    if part.answer:
        yield f"<p>{html.escape(part.answer)}</p>"
    for each in part.statements:
        yield f"<p>{_html_text(each)}{marks(each)}{html.escape(_support(each))}</p>"
    for number, facts, quote in part.sources:
        yield (
            f'<section id="source-{number}"><{level}>[{number}]</{level}>'
            f'<blockquote dir="auto">{html.escape(quote)}</blockquote>{_definitions(facts)}</section>'
        )


def _html_text(statement: Statement) -> str:
    told = ((html.escape(piece), bold) for piece, bold in statement.pieces())
    return "".join(f"<b>{piece}</b>" if bold else piece for piece, bold in told)


def _definitions(facts: Mapping[str, str]) -> str:
    rows = (f"<dt>{html.escape(name)}</dt><dd>{html.escape(one_line(value))}</dd>" for name, value in facts.items())
    return f"<dl>{''.join(rows)}</dl>"


def _word(sheet: _Sheet) -> bytes:
    from docx import Document as word_document  # noqa: PLC0415  a tenth of a second, only where it is asked for

    document = word_document()
    document.add_heading(_storable(one_line(sheet.title)), level=1)
    for part in sheet.parts:
        alone = len(sheet.parts) == 1
        if not alone:
            document.add_heading(_storable(one_line(part.question)), level=2)
        _word_part(document, part, level=2 if alone else 3)
    document.add_heading("How this was made", level=2)
    for name, value in sheet.made.items():
        document.add_paragraph(_storable(f"{name}: {one_line(value)}"), style="List Bullet")
    document.add_paragraph(HOW_TO_CHECK)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _word_part(document: WordDocument, part: _Part, *, level: int) -> None:
    for name, value in part.noted.items():
        document.add_paragraph(_storable(f"{name}: {value}"), style="List Bullet")
    if part.answer:
        document.add_paragraph(_storable(part.answer))
    for each in part.statements:
        paragraph = document.add_paragraph()
        for piece, bold in each.pieces():
            paragraph.add_run(_storable(piece)).bold = bold or None
        paragraph.add_run("".join(f" [{number}]" for number in each.citations)).font.superscript = True
        paragraph.add_run(_storable(_support(each)))
    for number, facts, quote in part.sources:
        document.add_heading(f"[{number}]", level=level)
        document.add_paragraph(_storable(quote), style="Intense Quote")
        for name, value in facts.items():
            document.add_paragraph(_storable(f"{name}: {value}"), style="List Bullet")


def _storable(text: str) -> str:
    """The text without what XML has no character for, each such character as a replacement mark."""
    return _NOT_IN_XML.sub("\ufffd", text)


_RENDERERS: Mapping[str, Callable[[_Sheet], bytes]] = {".md": _markdown, ".html": _html, ".docx": _word}
KINDS = (*_RENDERERS, ".json")
