"""An answer as a file that a stranger can check: Markdown, HTML, Word or JSON, with every quote and where it stands.

What documents and people wrote is data in all of them: quotes stand in code blocks or as escaped text, and nothing in
them is markup, a link or a script.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant import Answer, Citation, Statement, despatch_version
from corpus import DespatchError
from index import Status
from ui.shapes import PathOf, answer_shape, moment
from ui.terminal.characters import one_line

HOW_TO_CHECK = (
    "Offsets count characters (Unicode code points) from 0 in a document's text as Despatch reads it, ends exclusive. "
    "SHA-256 is of the file's bytes when it was indexed. `despatch verify` checks the JSON form against the files."
)
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


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What stands in an evidence file, in the order of reading: `sources` are facts by name, and a quote each."""

    question: str
    answer: str
    statements: Sequence[Statement]
    sources: Sequence[tuple[int, Mapping[str, str], str]]
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
    kind = file.suffix.lower()
    if kind not in KINDS:
        raise UnknownExport(str(file))
    made = {**_made(status), "written_by": answer.model or "the documents' own words", "left_out": str(answer.removed)}
    if kind == ".json":
        shape = {**answer_shape(answer, path_of), "made": made}
        written = (json.dumps(shape, ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")
    else:
        sources = [(each.number, _facts(each, path_of), each.quote) for each in answer.citations]
        said = answer.text if answer.abstained else answer.note
        sheet = _Sheet(answer.question, f"{said} {answer.reason}".strip(), answer.statements, sources, made)
        written = _RENDERERS[kind](sheet)
    try:
        file.write_bytes(written)
    except OSError as error:
        raise UnwritableExport(str(file), error.strerror or "it cannot be opened") from error


def _made(status: Status) -> dict[str, str]:
    from assistant import THRESHOLD  # noqa: PLC0415  numpy loads with it, only where a file is written

    return {
        "answered": moment(datetime.now(UTC)) or "",
        "despatch": despatch_version(),
        "corpus": status.corpus,
        "index": status.index,
        "last_sync": moment(status.last_sync) or "never",
        "documents": str(status.documents),
        "passages": str(status.passages),
        "model": f"{status.model}, {status.precision}",
        "model_revision": status.revision,
        "declines_below": f"{THRESHOLD:g}",
    }


def _facts(citation: Citation, path_of: PathOf) -> dict[str, str]:
    facts = {
        "Document": citation.title,
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


def _markdown(sheet: _Sheet) -> bytes:
    notes = (
        f"{_plain(each.text)}{''.join(f'[^{number}]' for number in each.citations)}{_plain(_support(each))}"
        for each in sheet.statements
    )
    sources = (
        f"[^{number}]: "
        + "; ".join(f"{name}: {_plain(value)}" for name, value in facts.items())
        + f"\n\n{_fenced(quote)}"
        for number, facts, quote in sheet.sources
    )
    made = (f"- {name}: {_plain(one_line(value))}" for name, value in sheet.made.items())
    parts = [f"# {_plain(one_line(sheet.question))}", _plain(sheet.answer), *notes, *sources, "## How this was made"]
    return "\n\n".join([*filter(None, parts), "\n".join(made), HOW_TO_CHECK]).encode(errors="replace") + b"\n"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _fenced(quote: str) -> str:
    """A quote in a code block of a footnote, character by character, whatever runs of backticks it holds."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", quote)), default=0))
    return "\n".join(f"    {line}" for line in (f"{fence}text", *quote.split("\n"), fence))


def _html(sheet: _Sheet) -> bytes:
    def marks(each: Statement) -> str:
        return "".join(f'<sup><a href="#source-{number}">[{number}]</a></sup>' for number in each.citations)

    said = [f"<p>{html.escape(each.text)}{marks(each)}{html.escape(_support(each))}</p>" for each in sheet.statements]
    sources = [
        f'<section id="source-{number}"><h2>[{number}]</h2><blockquote dir="auto">{html.escape(quote)}</blockquote>'
        f"{_definitions(facts)}</section>"
        for number, facts, quote in sheet.sources
    ]
    answer = f"<p>{html.escape(sheet.answer)}</p>" if sheet.answer else ""
    title = html.escape(one_line(sheet.question))
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
    )
    foot = f"<h2>How this was made</h2>{_definitions(sheet.made)}<p>{html.escape(HOW_TO_CHECK)}</p></body></html>"
    return "\n".join((head, answer, *said, *sources, foot, "")).encode(errors="replace")


def _definitions(facts: Mapping[str, str]) -> str:
    rows = (f"<dt>{html.escape(name)}</dt><dd>{html.escape(one_line(value))}</dd>" for name, value in facts.items())
    return f"<dl>{''.join(rows)}</dl>"


def _word(sheet: _Sheet) -> bytes:
    from docx import Document as word_document  # noqa: PLC0415  a tenth of a second, only where it is asked for

    document = word_document()
    document.add_heading(_storable(one_line(sheet.question)), level=1)
    if sheet.answer:
        document.add_paragraph(_storable(sheet.answer))
    for each in sheet.statements:
        paragraph = document.add_paragraph(_storable(each.text))
        paragraph.add_run("".join(f" [{number}]" for number in each.citations)).font.superscript = True
        paragraph.add_run(_storable(_support(each)))
    for number, facts, quote in sheet.sources:
        document.add_heading(f"[{number}]", level=2)
        document.add_paragraph(_storable(quote), style="Intense Quote")
        for name, value in facts.items():
            document.add_paragraph(_storable(f"{name}: {value}"), style="List Bullet")
    document.add_heading("How this was made", level=2)
    for name, value in sheet.made.items():
        document.add_paragraph(_storable(f"{name}: {one_line(value)}"), style="List Bullet")
    document.add_paragraph(HOW_TO_CHECK)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _storable(text: str) -> str:
    """The text without what XML has no character for, each such character as a replacement mark."""
    return _NOT_IN_XML.sub("\ufffd", text)


_RENDERERS: Mapping[str, Callable[[_Sheet], bytes]] = {".md": _markdown, ".html": _html, ".docx": _word}
KINDS = (*_RENDERERS, ".json")
