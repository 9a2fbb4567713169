"""What stands before a passage when it is embedded and searched: title, headings, the header of a table it is cut from.

Six documents in a row that say the same are told apart by it; only the passage itself is ever quoted.
"""

from __future__ import annotations

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


def table_header(text: str, start: int) -> str:
    """The header of the table that a passage goes on with: the first of the rows directly above it, else "".

    Args:
        text: the document's.
        start: where the passage begins, in characters.
    """
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    if not _is_row(text[line_start : line_end if line_end >= 0 else len(text)]):
        return ""
    header = ""
    while line_start:
        above_start = text.rfind("\n", 0, line_start - 1) + 1
        above = text[above_start : line_start - 1]
        if not _is_row(above):
            break
        header, line_start = above, above_start
    return " ".join(header.split())


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
