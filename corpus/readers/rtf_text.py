"""What a rich text says, gathered as its control words come: paragraphs, rows, notes, styles, labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.readers.blocks import Blocks, table_rows
from corpus.terms import Draft

_HEADING_STYLE = re.compile(r"heading ([1-9])\Z", re.IGNORECASE)
_DEEPEST_HEADING = 9
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_PAGE_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
# Stands in a line where the page's number does; no rich text holds this character.
PAGE_NUMBER = "\0"
_LABELS = frozenset(("title", "author", "created"))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The settings of a paragraph that tell what it is; `level` counts from 0, -1 for none."""

    style: int = 0
    level: int = -1
    is_in_table: bool = False

    def changed(self, word: str, number: int | None) -> Paragraph:
        """Give the settings after a control word."""
        if word == "pard":
            return Paragraph()
        if word == "s":
            return replace(self, style=number or 0)
        if word == "outlinelevel":
            return replace(self, level=_DEEPEST_HEADING if number is None else number)
        if word == "intbl":
            return replace(self, is_in_table=True)
        return self


class RichText:
    """The text of a file under construction.

    Attributes:
        title: the first paragraph of the style "Title", or "".
        labels: title, author and day of making as the file stores them.
    """

    def __init__(self) -> None:
        self.title = ""
        self.labels: dict[str, str] = {}
        self._blocks = Blocks()
        self._said: dict[str, list[str]] = {}
        self._notes: list[str] = []
        self._mark = ""
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._margins: dict[str, dict[str, None]] = {"head": {}, "foot": {}}
        self._style = 0
        self._style_level = -1
        self._style_names: dict[int, str] = {}
        self._style_levels: dict[int, int] = {}

    def say(self, place: str, words: str) -> None:
        """Add words to the text, or to a place beside it."""
        self._said.setdefault(place, []).append(words)

    def end(self, kind: str, paragraph: Paragraph) -> None:
        """End a paragraph, a cell or a row of the text."""
        if kind == "paragraph" and paragraph.is_in_table:
            self.say("text", "\n")
        elif kind == "paragraph":
            self._write_table()
            self._write_paragraph(paragraph)
        elif kind == "cell":
            mark, self._mark = self._mark, ""
            self._cells.append(f"{mark} {self._taken('text')}".replace(PAGE_NUMBER, "").strip())
        elif self._cells:
            self._rows.append(self._cells)
            self._cells = []

    def end_of(self, place: str, outer: str) -> None:
        """End a place beside the text: a note, the number of an item, a field, a style, a label."""
        if place == "style":
            self._end_style()
            return
        words = self._taken(place) if place != "text" else ""
        if place not in self._margins:
            words = words.replace(PAGE_NUMBER, "")
        if not words:
            return
        if place == "field" and _PAGE_FIELD.match(words):
            self.say(outer, PAGE_NUMBER)
        elif place == "note":
            self._notes.append(words)
        elif place == "mark":
            self._mark = words if any(map(str.isalnum, words)) else "-"
        elif place in self._margins:
            lines = (line.strip() for line in words.splitlines())
            self._margins[place] |= {line: None for line in lines if line and PAGE_NUMBER not in line}
        elif place in _LABELS:
            self.labels.setdefault(place, " ".join(words.split()))

    def define_style(self, word: str, number: int | None) -> None:
        """Take a setting of the style that is being described."""
        if word == "s":
            self._style = number or 0
        elif word in ("cs", "ds", "ts"):
            self._style = -1
        elif word == "outlinelevel":
            self._style_level = number or 0

    def written(self) -> Blocks:
        """Give the whole text, with the words at the head and the foot of its pages."""
        self._write_table()
        self._write_paragraph(Paragraph())
        blocks = Blocks()
        for words in self._margins["head"]:
            blocks.paragraph(words)
        blocks.include(Draft(self._blocks.text, headings=self._blocks.headings))
        for words in self._margins["foot"]:
            blocks.paragraph(words)
        return blocks

    def _taken(self, place: str) -> str:
        words = "".join(self._said.pop(place, ()))
        return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), words).strip()

    def _end_style(self) -> None:
        name = self._taken("style").rstrip(";")
        if name and self._style >= 0:
            heading = _HEADING_STYLE.match(name)
            self._style_names[self._style] = name
            self._style_levels[self._style] = int(heading[1]) - 1 if heading else self._style_level
        self._style, self._style_level = 0, -1

    def _write_paragraph(self, paragraph: Paragraph) -> None:
        words, mark = self._taken("text").replace(PAGE_NUMBER, ""), self._mark
        self._mark = ""
        if not words:
            return
        is_title = self._style_names.get(paragraph.style) == "Title"
        level = paragraph.level if paragraph.level >= 0 else self._style_levels.get(paragraph.style, -1)
        if is_title or 0 <= level < _DEEPEST_HEADING:
            words = f"{mark} {words}" if mark.strip("-") else words
            self._blocks.heading(1 if is_title else level + 1, words)
            self.title = self.title or (" ".join(words.split()) if is_title else "")
        elif mark:
            self._blocks.line(f"{mark} {words}")
        else:
            self._blocks.paragraph(words)
        self._write_notes()

    def _write_table(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        if max(map(len, rows), default=0) == 1:
            for line in (line.strip() for row in rows for line in row[0].splitlines()):
                if line:  # a frame around ordinary text
                    self._blocks.paragraph(line)
        else:
            self._blocks.end_lines()
            for words in table_rows([[" ".join(cell.split()) for cell in row] for row in rows]):
                self._blocks.line(words)
            self._blocks.end_lines()
        self._write_notes()

    def _write_notes(self) -> None:
        notes, self._notes = self._notes, []
        for words in notes:
            self._blocks.paragraph(words)
