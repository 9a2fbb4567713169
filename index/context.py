"""What stands before a passage when it is embedded and searched: its title and headings.

Six documents in a row that say the same are told apart by it; only the passage itself is ever quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONTEXT_VERSION = "1"
CONTEXT_TOKENS = 48  # with 200 of text and the frame this stays under a model's 256
SEPARATOR = " > "


def counter(measure: Tokenizer | Callable[[str], int]) -> Callable[[str], int]:
    """A function that counts a text's tokens, without the model's frame."""
    if callable(measure):
        return measure
    return lambda text: len(measure.encode(text, add_special_tokens=False).ids)


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
