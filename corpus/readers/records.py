"""JSON and JSON Lines: records with a text each, and any other values as readable lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from corpus.errors import UnreadableFile
from corpus.readers.blocks import Blocks
from corpus.readers.text import decoded, encoding_label
from corpus.terms import Draft

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | None"

MAX_DEPTH = 100  # arrays and objects inside each other; a hand writes ten, a program some tens

# The field that holds a record's words, and the one that names it; the strongest first.
_TEXTS = ("text", "content", "body", "page_content", "answer", "description", "abstract", "message")
_NAMES = ("title", "name", "heading", "subject", "question", "headline", "label", "id")
_LABELS = ("title", "author", "date", "published", "date_published", "publication_date", "language")
_HEADED_LEVELS = 2  # what lies deeper is indented
_LONGEST_NAME = 120  # characters
_LONGEST_LINE = 200  # characters; a longer value is a paragraph of its own
_NESTED = "The values are nested hundreds deep; save what is to be read in a flatter form, then sync."


class _Number(str):
    """A number as the file writes it: 1.10 stays 1.10."""


def read(source: bytes, name: str) -> Draft:
    """Read one JSON value, or one on each line.

    In a list of objects each is a section under its title, name or number, its text field first as
    paragraphs. Everything else is `key: value` lines; of an object that is no record, two levels are
    headings. Numbers stay as they are written; empty values are left out.

    Raises:
        UnreadableFile: the bytes are no JSON, cut short, or nested more than 100 deep.
    """
    text, encoding = decoded(source)
    value = load(text)
    blocks = Blocks()
    if isinstance(value, dict):
        _write_object(blocks, value, 1)
    elif isinstance(value, list):
        _write_list(blocks, value, "Record", 1)
    elif not _is_empty(value):
        blocks.paragraph(_scalar(value))
    labels = _labels(value)
    return Draft(
        blocks.text,
        title=labels.get("title", ""),
        headings=blocks.headings,
        metadata={**labels, **encoding_label(encoding)},
    )


def load(text: str) -> Json:
    """Parse JSON, or JSON Lines as the list of their values; numbers are strings as they are written.

    Raises:
        UnreadableFile: the text is no JSON, cut short, or nested too deep.
    """
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2 or not _is_whole(lines[0][1]):  # noqa: PLR2004 one line is no list
            raise UnreadableFile(_damaged(error.lineno)) from error
        return [_line(number, line) for number, line in lines]


def _parsed(text: str) -> Json:
    try:
        value: Json = json.loads(text, strict=False, parse_float=_Number, parse_int=_Number, parse_constant=_Number)
    except RecursionError as error:
        raise UnreadableFile(_NESTED) from error
    return value


def _is_whole(line: str) -> bool:
    try:
        _parsed(line)
    except json.JSONDecodeError:
        return False
    return True


def _line(number: int, line: str) -> Json:
    try:
        return _parsed(line)
    except json.JSONDecodeError as error:
        raise UnreadableFile(_damaged(number)) from error


def _damaged(line: int) -> str:
    return f"The JSON is damaged or cut short in line {line}; write the file again, then sync."


def _write_object(blocks: Blocks, fields: Mapping[str, Json], level: int) -> None:
    for key, value in fields.items():
        if not isinstance(value, dict | list) or _is_empty(value) or level > _HEADED_LEVELS:
            _write_field(blocks, key, value, 0)
            continue
        blocks.heading(level, " ".join(key.split()) or "-")
        if isinstance(value, dict):
            _write_object(blocks, value, level + 1)
        else:
            _write_list(blocks, value, key, level + 1)


def _write_list(blocks: Blocks, values: list[Json], name: str, level: int) -> None:
    if level > _HEADED_LEVELS or not any(isinstance(value, dict) for value in values):
        _write_items(blocks, values, 0)
        return
    for number, value in enumerate(values, 1):
        if isinstance(value, dict):
            _write_record(blocks, value, f"{name} {number}", level)
        else:
            _write_items(blocks, [value], 0)


def _write_record(blocks: Blocks, record: Mapping[str, Json], name: str, level: int) -> None:
    named_by = _first(record, _NAMES, _LONGEST_NAME)
    words = str(record[named_by]) if named_by else name
    blocks.heading(level, " ".join(words.split()))
    text = _first(record, _TEXTS)
    if text:
        blocks.paragraph(str(record[text]).strip())
    written = {key for key in (named_by, text) if key}
    for key, value in record.items():
        if key not in written:
            _write_field(blocks, key, value, 0)


def _write_field(blocks: Blocks, key: str, value: Json, depth: int, *, mark: str = "") -> None:
    if depth > MAX_DEPTH:
        raise UnreadableFile(_NESTED)
    indent = "  " * (depth - bool(mark)) + mark
    if _is_empty(value):
        return
    if isinstance(value, dict):
        blocks.line(f"{indent}{key}:")
        for inner, words in value.items():
            _write_field(blocks, inner, words, depth + 1)
    elif isinstance(value, list) and not _is_row(value):
        blocks.line(f"{indent}{key}:")
        _write_items(blocks, value, depth + 1)
    else:
        words = _scalar(value)
        is_long = "\n" in words or len(words) > _LONGEST_LINE
        (blocks.paragraph if is_long else blocks.line)(f"{indent}{key}: {words}")


def _write_items(blocks: Blocks, values: list[Json], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise UnreadableFile(_NESTED)
    indent = "  " * depth
    for value in values:
        if isinstance(value, dict):
            mark = "- "
            for inner, words in value.items():
                _write_field(blocks, inner, words, depth + 1, mark=mark)
                mark = mark if _is_empty(words) else ""
        elif isinstance(value, list) and not _is_row(value):
            _write_items(blocks, value, depth + 1)
        elif not _is_empty(value):
            blocks.line(f"{indent}- {_scalar(value)}")


def _is_row(values: list[Json]) -> bool:
    """Whether a list is numbers and the like, which are read across."""
    return all(isinstance(value, _Number | bool) or value is None for value in values)


def _is_empty(value: Json) -> bool:
    """Whether a value holds nothing to read; it looks no deeper than the value itself."""
    return value in (None, {}, []) or (isinstance(value, str) and not value.strip())


def _scalar(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(map(_scalar, value))
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value)


def _first(record: Mapping[str, Json], names: tuple[str, ...], longest: int | None = None) -> str:
    """The first of some fields that holds words, no more than so many characters; "" for none."""
    for name in names:
        value = record.get(name)
        is_words = isinstance(value, str) and not isinstance(value, _Number) and bool(value.strip())
        if is_words and (longest is None or len(str(value)) <= longest):
            return name
    return ""


def _labels(value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {label: " ".join(str(value[label]).split()) for label in _LABELS if _first(value, (label,))}
