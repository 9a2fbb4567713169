"""What a user may decide about how files are read."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How the files of a folder are listed and read.

    Attributes:
        passwords: tried, in this order, on files that one locks; they stand in no `repr`.
        encodings: patterns of document ids in gitignore's syntax, each with the encoding that the text files
            it matches are in; the last that matches decides.
        follow_links: whether symbolic links are followed, also out of the folder.
    """

    passwords: tuple[str, ...] = field(default=(), repr=False)
    encodings: tuple[tuple[str, str], ...] = ()
    follow_links: bool = False

    def __post_init__(self) -> None:
        for _, encoding in self.encodings:
            if codec(encoding) is None:
                raise ValueError(f"{encoding!r} is no encoding of text")

    def encoding_of(self, document_id: str) -> str:
        """The encoding that is set for a file, by its codec's own name; "" where none is."""
        chosen = ""
        for spec, encoding in _compiled(self.encodings):
            if spec.match_file(document_id):
                chosen = encoding
        return chosen


NO_OPTIONS = ReadingOptions()


def codec(encoding: str) -> str | None:
    """The one name of a codec for text that has several; None where there is no such codec."""
    try:
        name = codecs.lookup(encoding).name
        b"a".decode(name)
    except UnicodeError:
        return name if name != "undefined" else None  # one byte is half a character of UTF-16
    except (LookupError, ValueError):  # also what only turns bytes into bytes, such as base64
        return None
    return name


@lru_cache
def _compiled(encodings: Sequence[tuple[str, str]]) -> tuple[tuple[GitIgnoreSpec, str], ...]:
    if not encodings:
        return ()
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  30 ms that most corpora do not need

    return tuple((GitIgnoreSpec.from_lines([pattern]), codec(encoding) or "") for pattern, encoding in encodings)
