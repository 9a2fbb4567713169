"""Markdown: the text as it is written, its front matter taken as labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.readers.text import decoded, encoding_label
from corpus.terms import Draft, Heading, Span

_FRONT_MATTER = re.compile(r"---[ \t]*(?:\r\n|\r|\n)(.*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def read(source: bytes, name: str) -> Draft:
    """Read Markdown; the text is the file's own characters after a YAML front matter, if it has one.

    The title is the front matter's, else the first heading of level 1.

    Raises:
        UnreadableFile: the bytes are not text.
    """
    text, encoding = decoded(source)
    metadata, text = _without_front_matter(text)
    headings = tuple(_headings(text))
    title = metadata.get("title") or next((heading.text for heading in headings if heading.level == 1), "")
    return Draft(text, title=title, headings=headings, metadata={**metadata, **encoding_label(encoding)})


def _without_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    try:
        labels = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError):  # ValueError: a date that the calendar does not have
        return {}, text
    if not isinstance(labels, dict):
        return {}, text
    return {str(label): words for label, value in labels.items() if (words := _words(value))}, text[match.end() :]


def _words(value: object) -> str:
    # Nested values are left out: aliases inside aliases would write gigabytes from a few lines.
    values = value if isinstance(value, list) else [value]
    plain = (item for item in values if item is not None and not isinstance(item, dict | list | set))
    return ", ".join(str(item).strip() for item in plain)


def _headings(text: str) -> Iterator[Heading]:
    lines = [match.span() for match in _LINE.finditer(text)]
    blocks = MarkdownIt("commonmark").enable("table")
    blocks.core.ruler.enableOnly(["normalize", "block"])
    for opening, content in pairwise(blocks.parse(text)):
        # One inside a quotation or a list is quoted matter, not the head of a section.
        if opening.type != "heading_open" or opening.level or not opening.map:
            continue
        start, end = lines[opening.map[0]][0], lines[opening.map[1] - 1][1]
        written = text[start:end]
        start += len(written) - len(written.lstrip())
        if words := _plain(content.content):
            yield Heading(int(opening.tag[1:]), words, Span(start, start + len(written.strip())))


def _plain(written: str) -> str:
    inline = MarkdownIt("commonmark").parseInline(written)
    return " ".join("".join(_inline_texts(inline)).split())


def _inline_texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children:
            yield from _inline_texts(token.children)
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type in ("text", "code_inline"):
            yield token.content
