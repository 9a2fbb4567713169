"""What stands before a passage when it is embedded and searched: title, headings, the header of a table it is cut from.

Six documents in a row that say the same are told apart by it; only the passage itself is ever quoted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from corpus import Document

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONTEXT_VERSION = "2"
CONTEXT_TOKENS = 48  # with 200 of text and the frame this stays under a model's 256
SEPARATOR = " > "


class Contexts(NamedTuple):
    """What stands before a passage: in the text that is embedded, and in the words that are searched."""

    embedded: str
    words: str

    def embedded_text(self, text: str) -> str:
        """The text whose vector a passage has."""
        return f"{self.embedded}\n{text}" if self.embedded else text


def counter(measure: Tokenizer | Callable[[str], int]) -> Callable[[str], int]:
    """A function that counts a text's tokens, without the model's frame."""
    if callable(measure):
        return measure
    return lambda text: len(measure.encode(text, add_special_tokens=False).ids)


class TableHeaders:
    """The header of the table that each passage of a document goes on with.

    Asked in the order of the passages, it looks at no row twice: a sheet may have a million.

    Args:
        text: the document's.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = -1  # where the last row begins that was asked for
        self._first = ""  # the first row of its table
        self._header = ""  # what was answered

    def above(self, start: int) -> str:
        """The first of the rows directly above a passage that begins in a table, else "".

        Args:
            start: where the passage begins, in characters; not before the one that was asked for last.
        """
        text = self._text
        line_start = text.rfind("\n", 0, start) + 1
        if line_start == self._seen:
            return self._header
        line_end = text.find("\n", start)
        first = text[line_start : line_end if line_end >= 0 else len(text)]
        if not _is_row(first):
            return ""
        seen, self._seen = self._seen, line_start
        while line_start:
            above_start = text.rfind("\n", 0, line_start - 1) + 1
            above = text[above_start : line_start - 1]
            if not _is_row(above):
                break
            first, line_start = above, above_start
            if above_start == seen:
                first, line_start = self._first, seen
                break
        self._first = first
        self._header = " ".join(first.split()) if line_start < self._seen else ""
        return self._header


def _is_row(line: str) -> bool:
    return line.startswith("|") or " | " in line


def contexts_of(document: Document, labels: Sequence[str], count: Callable[[str], int]) -> Contexts:
    """The contexts of a passage.

    The file name is searched where a document names no title, and never embedded: it tells the model
    nothing, and a renamed file would need new vectors.

    Args:
        document: what the passage is of.
        labels: the headings it stands under and the header of its table, the outermost first.
        count: counts the tokens of a text.
    """
    return Contexts(context_of(document.draft.title, labels, count), context_of(document.title, labels, count))


def text_hash(fingerprint: str, text: str) -> bytes:
    """What a vector is stored under: SHA-256 of the embedded text and of the model's fingerprint."""
    return hashlib.sha256(f"{fingerprint}\0{text}".encode()).digest()


def context_of(title: str, heading_path: Sequence[str], count: Callable[[str], int]) -> str:
    """Title and headings of a passage in at most `CONTEXT_TOKENS` tokens.

    The middle of the path goes first, then the end of what is left; "" where there is neither.
    """
    shorter = ((title,),) if title.strip() else ()
    for parts in ((title, *heading_path), (title, *heading_path[-1:]), *shorter):
        context = SEPARATOR.join(" ".join(part.split()) for part in parts if part.strip())
        if count(context) <= CONTEXT_TOKENS:
            return context
    while context and count(context) > CONTEXT_TOKENS:
        context = context[: len(context) * 3 // 4].rstrip()
    return context
