"""Jupyter notebooks: their prose, their code and what it wrote."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.errors import UnreadableFile
from corpus.readers import markdown
from corpus.readers.blocks import Blocks
from corpus.readers.records import Json, load
from corpus.readers.text import decode
from corpus.terms import Draft

# A cell's output is often a log or a listing of data: its first lines say what it is.
OUTPUT_LINES = 20
OUTPUT_CHARACTERS = 2000

_DEEPEST_HEADING = 6


def read(source: bytes, name: str) -> Draft:
    """Read a notebook of format 3 or later: Markdown as it is written, code as fenced blocks.

    Of what a cell wrote, text is kept up to 20 lines and 2,000 characters; pictures are left out.

    Raises:
        UnreadableFile: the bytes are no notebook, or cut short.
    """
    notebook = load(decode(source))
    cells = _cells(notebook)
    if cells is None:
        raise UnreadableFile("The JSON is not a notebook; give the file the suffix .json, then sync.")
    blocks = Blocks()
    language = _language(notebook)
    for cell in cells:
        _write(blocks, cell, language)
    title = next((heading.text for heading in blocks.headings if heading.level == 1), "")
    return Draft(blocks.text, title=_title(notebook) or title, headings=blocks.headings)


def _cells(notebook: Json) -> list[dict[str, Json]] | None:
    if not isinstance(notebook, dict):
        return None
    sheets = notebook.get("worksheets")
    holders: list[Json] = sheets if isinstance(sheets, list) else [notebook]  # format 3 kept them in sheets
    found = [holder.get("cells") for holder in holders if isinstance(holder, dict)]
    if not any(isinstance(cells, list) for cells in found):
        return None
    return [cell for cells in found if isinstance(cells, list) for cell in cells if isinstance(cell, dict)]


def _inner(value: Json, *keys: str) -> Json:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _joined(value: Json) -> str:
    """The words of a field that is a string or a list of lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _language(notebook: Json) -> str:
    language = _inner(notebook, "metadata", "language_info", "name") or _inner(
        notebook, "metadata", "kernelspec", "language"
    )
    return language if isinstance(language, str) and language.isprintable() else ""


def _title(notebook: Json) -> str:
    title = _inner(notebook, "metadata", "title")
    return " ".join(title.split()) if isinstance(title, str) else ""


def _write(blocks: Blocks, cell: dict[str, Json], language: str) -> None:
    kind = cell.get("cell_type")
    words = _joined(cell.get("source", cell.get("input")))
    if kind == "code":
        _write_code(blocks, words, language)
        outputs = cell.get("outputs")
        written = "".join(_outputs(outputs if isinstance(outputs, list) else []))
        if written.strip():
            blocks.paragraph(f"Output:\n{_shortened(written)}")
    elif kind == "heading" and words.strip():
        blocks.heading(_level(cell.get("level")), words.strip())
    elif kind == "markdown":
        blocks.include(markdown.read(words.encode("utf-8", "replace"), ""))
    elif words.strip():
        blocks.paragraph(words.strip("\r\n"))


def _level(level: Json) -> int:
    return min(max(int(level), 1), _DEEPEST_HEADING) if isinstance(level, str) and level.isdecimal() else 1


def _write_code(blocks: Blocks, code: str, language: str) -> None:
    if code.strip():
        fence = "````" if "```" in code else "```"
        blocks.paragraph(f"{fence}{language}\n{code.strip(chr(10))}\n{fence}")


def _outputs(outputs: list[Json]) -> Iterator[str]:
    for output in outputs:
        words = _joined(_inner(output, "data", "text/plain") or _inner(output, "text"))
        if _inner(output, "ename"):
            words = f"{_joined(_inner(output, 'ename'))}: {_joined(_inner(output, 'evalue'))}"
        yield words if words.endswith("\n") or not words else f"{words}\n"


def _shortened(words: str) -> str:
    lines = words[:OUTPUT_CHARACTERS].strip("\n").split("\n")
    shown = "\n".join(lines[:OUTPUT_LINES])
    return shown if len(shown) == len(words.strip("\n")) else f"{shown}\n..."
