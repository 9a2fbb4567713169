"""Files of questions: one question a line (.txt), JSON lines (.jsonl) or a table (.csv), in UTF-8.

A question that has no id takes the number of its line, counted from 1 with blank lines and headers.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus import DespatchError
from ui.terminal.characters import is_utf8

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a file; `history` holds the turns before it, each with `role` and `text`."""

    id: str | int
    text: str
    history: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that holds no question, and why, in one sentence."""

    id: str | int
    error: str


class UnreadableQuestions(DespatchError):
    """A file of questions that cannot be read at all."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"The questions in {file} cannot be read ({reason}); give a .txt, .jsonl or .csv file.")
        self.file = file
        self.reason = reason


def read_questions(file: Path) -> tuple[Question | UnreadableLine, ...]:
    """The questions of a file in their order; blank lines are skipped.

    Raises:
        UnreadableQuestions: the file is not there, not of a known kind, or has no `question` column.
    """
    read = _READERS.get(file.suffix.lower())
    if read is None:
        raise UnreadableQuestions(str(file), f"its name ends in {file.suffix!r}" if file.suffix else "it has no suffix")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableQuestions(str(file), error.strerror or "it cannot be opened") from error
    if content.startswith(_UTF16_MARKS):
        raise UnreadableQuestions(str(file), "it is UTF-16")
    # A byte that is not UTF-8 becomes half a surrogate pair, so that it spoils its own line and no other.
    text = content.decode("utf-8-sig", errors="surrogateescape")
    try:
        return tuple(read(text))
    except _NoQuestionColumn as error:
        raise UnreadableQuestions(str(file), str(error)) from error


class _NoQuestionColumn(ValueError):
    pass


def _from_text(text: str) -> Iterator[Question | UnreadableLine]:
    for number, line in _lines(text):
        yield _question(str(number), line.strip())


def _from_json_lines(text: str) -> Iterator[Question | UnreadableLine]:
    for number, line in _lines(text):
        try:
            stored = json.loads(line)
        except (ValueError, RecursionError):
            yield UnreadableLine(str(number), f"Line {number} is not JSON; write an object with `text`.")
        else:
            yield _from_object(number, stored)


def _from_object(number: int, stored: object) -> Question | UnreadableLine:
    if not isinstance(stored, dict):
        return UnreadableLine(str(number), f"Line {number} is not a JSON object; write one with `text`.")
    given_id = stored.get("id")
    # To Python true is an integer; as an id it is a slip.
    if given_id is not None and (isinstance(given_id, bool) or not isinstance(given_id, str | int)):
        return UnreadableLine(str(number), f"The `id` on line {number} is neither a text nor a whole number.")
    own_id = str(number) if given_id is None else given_id
    text, history = stored.get("text"), stored.get("history")
    if not isinstance(text, str):
        return UnreadableLine(own_id, f"Line {number} has no `text`; write the question there.")
    turns = [] if history is None else history
    if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
        return UnreadableLine(own_id, f"The `history` on line {number} is no list of objects with `role` and `text`.")
    return _question(own_id, text, tuple({"role": turn["role"], "text": turn["text"]} for turn in turns))


def _is_turn(turn: object) -> bool:
    return isinstance(turn, dict) and all(isinstance(turn.get(key), str) for key in ("role", "text"))


def _from_csv(text: str) -> Iterator[Question | UnreadableLine]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
    except csv.Error as error:
        raise _NoQuestionColumn(f"its first line is not CSV: {error}") from error
    if "question" not in names:
        raise _NoQuestionColumn("its first line names no `question` column")
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield UnreadableLine(str(number), f"The row that starts on line {number} is not CSV ({error}).")
        else:
            if any(cell.strip() for cell in row):
                yield _from_row(number, dict(zip(names, row, strict=False)))


def _from_row(number: int, row: Mapping[str, str]) -> Question | UnreadableLine:
    own_id = row.get("id", "").strip() or str(number)
    text = row.get("question", "").strip()
    if not text:
        return UnreadableLine(own_id, f"The row on line {number} has no question.")
    return _question(own_id, text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    numbered = enumerate(io.StringIO(text, newline=None), start=1)
    return ((number, line) for number, line in numbered if line.strip())


def _question(own_id: str | int, text: str, history: tuple[Mapping[str, str], ...] = ()) -> Question | UnreadableLine:
    if not all(is_utf8(part) for part in (text, *(turn["text"] for turn in history))):
        return UnreadableLine(own_id, "The question cannot be read, for it holds characters that are not UTF-8.")
    return Question(own_id, text, history)


_READERS = {".txt": _from_text, ".jsonl": _from_json_lines, ".csv": _from_csv}
