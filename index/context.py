"""What stands before a passage when it is embedded and searched: title, headings, the header of a table it is cut from.

Six documents in a row that say the same are told apart by it; only the passage itself is ever quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONTEXT_VERSION = "2"
CONTEXT_TOKENS = 48  # with 200 of text and the frame this stays under a model's 256
SEPARATOR = " > "


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
    if not _is_row(text[line_start:].partition("\n")[0]):
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


def context_of(title: str, heading_path: Sequence[str], count: Callable[[str], int]) -> str:
    """Title and headings of a passage in at most `CONTEXT_TOKENS` tokens.

    The middle of the path goes first, then the end of what is left.
    """
    for parts in ((title, *heading_path), (title, *heading_path[-1:]), (title,)):
        context = SEPARATOR.join(" ".join(part.split()) for part in parts if part.strip())
        if count(context) <= CONTEXT_TOKENS:
            return context
    while context and count(context) > CONTEXT_TOKENS:
        context = context[: len(context) * 3 // 4].rstrip()
    return context
