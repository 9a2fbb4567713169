"""The text that we write for formats whose own characters cannot be shown: blocks, one after another."""

from __future__ import annotations

import re

from corpus.terms import Draft, Heading, Span

# What programs put into the title of a file when its author gave none.
_NO_TITLE = re.compile(
    r"(?:untitled|title|(?:word )?document|(?:powerpoint )?presentation|slide|unknown|none|null)?[\s\d.]*\Z|"
    r"microsoft (?:word|powerpoint|excel)\b|\S+\.[a-z][a-z0-9]{1,4}\Z|"
    r".*\.(?:docx?|xls[xmb]?|pptx?|pdf|html?|indd|rtf|od[tsp]|wpd)\Z",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]+")
# Half of a pair, or a zero byte: no database or terminal takes them, and no reader of a file sees them.
_UNFIT = re.compile("[\0\ud800-\udfff]")


class Blocks:
    """A text under construction: blocks parted by a blank line, rows and items by a line end.

    Attributes:
        length: the number of characters so far.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self._ends_in_line = False
        self._headings: list[Heading] = []

    @property
    def text(self) -> str:
        """All blocks so far."""
        return "".join(self._parts)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings so far, in order."""
        return tuple(self._headings)

    def paragraph(self, words: str) -> Span:
        """Add a block of its own."""
        return self._add(words, is_line=False)

    def line(self, words: str) -> Span:
        """Add a row or an item: it follows another directly, and stands apart from all else."""
        return self._add(words, is_line=True)

    def end_lines(self) -> None:
        """Set the next line apart from those before: another list or another table begins."""
        self._ends_in_line = False

    def heading(self, level: int, words: str) -> Span:
        """Add a block and record it as a heading."""
        words = _fit(words)
        span = self._add(words, is_line=False)
        self._headings.append(Heading(level, " ".join(words.split()), span))
        return span

    def include(self, draft: Draft, *, deeper: int = 0) -> None:
        """Add the whole text of another draft with its headings, each so many levels deeper."""
        before = len(draft.text) - len(draft.text.lstrip("\r\n"))
        words = draft.text.strip("\r\n")
        if not words.strip():
            return
        shift = self._add(words, is_line=False).start - before
        for heading in draft.headings:
            span = Span(heading.span.start + shift, heading.span.end + shift)
            self._headings.append(Heading(heading.level + deeper, heading.text, span))

    def _add(self, words: str, *, is_line: bool) -> Span:
        words = _fit(words)
        if self._parts:
            self._append("\n" if is_line and self._ends_in_line else "\n\n")
        start = self.length
        self._append(words)
        self._ends_in_line = is_line
        return Span(start, self.length)

    def _append(self, piece: str) -> None:
        self._parts.append(piece)
        self.length += len(piece)


def _fit(words: str) -> str:
    # Each is replaced by one character: spans into an included draft stay right.
    return _UNFIT.sub("\ufffd", words)


def table_rows(cells: list[list[str]]) -> list[str]:
    """Write a table's rows as "cell | cell"; rows and columns that are empty throughout are left out."""
    width = max(map(len, cells), default=0)
    square = [row + [""] * (width - len(row)) for row in cells]
    filled = [column for column in range(width) if any(row[column] for row in square)]
    return [" | ".join(row[column] for column in filled).strip() for row in square if any(row)]


def own_title(title: str, name: str) -> str:
    """Give a file's stored title, or "" where a program or the file's name stands in its place."""
    title = " ".join(title.split())
    if _NO_TITLE.match(title):
        return ""
    is_file_name = _WORDS.findall(title.lower()) == _WORDS.findall(name.rpartition(".")[0].lower())
    return "" if is_file_name and " " not in title else title
