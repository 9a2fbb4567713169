"""Judged sets: questions with the documents that are right for them, read from a folder or a CSV file."""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

from assistant.errors import InvalidHistory, UnreadableSet
from assistant.followups import turns
from assistant.terms import Turn

CORPUS, QUERIES, JUDGEMENTS = "corpus", "queries", "qrels.tsv"
COLUMNS = ("question", "document", "answer")
LARGEST_GRADE = 50  # gains are 2^grade - 1, which a float holds exactly up to there
LONGEST_LINE = 100_000_000  # characters; a small compressed file can hold a line that no memory takes
_GRADE = re.compile(r"-?[0-9]{1,2}")

Row = Mapping[str, Any]
Made = TypeVar("Made", "JudgedDocument", "JudgedQuestion")


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A document that a set brings along; `title` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """Where an answer stands: `text[start:end]` of the document's text, in code points from 0, the end exclusive."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question of a set.

    `answerable` is None where it is not known, or where the text is no question; any of `answers` is right;
    `history` holds the turns before it, oldest first.
    """

    id: str
    text: str
    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    evidence: tuple[EvidencePlace, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A set: `grades` says by the id of a question how right a document is (0 is wrong, 1 and more is right).

    `documents` is None where the set judges documents of the user's own index; those in `grades` are then
    named by their ids or paths there.
    """

    name: str
    documents: tuple[JudgedDocument, ...] | None
    questions: tuple[JudgedQuestion, ...]
    grades: Mapping[str, Mapping[str, int]] = field(repr=False)

    @property
    def to_find(self) -> tuple[JudgedQuestion, ...]:
        """The questions that retrieval is measured on: not unanswerable, and with a right document."""
        return tuple(
            question
            for question in self.questions
            if question.answerable is not False and max(self.grades.get(question.id, {}).values(), default=0) > 0
        )


def read_set(place: Path) -> JudgedSet:
    """The judged set in a folder, or in a CSV file with the columns `question`, `document` and `answer`.

    A folder holds `queries.jsonl`, `qrels.tsv` and, if it brings its documents, `corpus.jsonl`; the `.jsonl` files may
    be compressed (`.jsonl.gz`). In a CSV file a question with several rows has several right documents, and one
    without a document is not answered by any.

    Raises:
        UnreadableSet: it is not there, or holds something else; the sentence names the file and the line.
    """
    if place.is_dir():
        return _from_folder(place)
    if place.suffix.lower() == ".csv":
        return _from_table(place)
    raise UnreadableSet(str(place), "it is neither a folder nor a .csv file" if place.exists() else "it is not there")


def _from_folder(folder: Path) -> JudgedSet:
    corpus, queries = _rows_file(folder, CORPUS), _rows_file(folder, QUERIES)
    if queries is None:
        raise UnreadableSet(str(folder), f"it holds no {QUERIES}.jsonl")
    documents = None if corpus is None else _by_id(corpus, _document)
    questions = _by_id(queries, _question)
    if documents is not None:
        _stand_there(queries, questions, documents)
    grades: dict[str, dict[str, int]] = {}
    judgements = folder / JUDGEMENTS
    for number, line in _lines(judgements):
        name, document, grade = _judgement(judgements, number, line)
        if name not in questions:
            raise _at(judgements, number, f"there is no question {name!r}")
        if documents is not None and document not in documents:
            raise _at(judgements, number, f"there is no document {document!r}")
        grades.setdefault(name, {})[document] = grade
    found = None if documents is None else tuple(documents.values())
    return JudgedSet(folder.resolve().name, found, tuple(questions.values()), grades)


def _stand_there(path: Path, questions: Mapping[str, JudgedQuestion], documents: Mapping[str, JudgedDocument]) -> None:
    for question in questions.values():
        for place in question.evidence:
            if place.document not in documents or place.end > len(documents[place.document].text):
                raise UnreadableSet(str(path), f"the evidence of {question.id!r} stands in no document")


def _rows_file(folder: Path, name: str) -> Path | None:
    return next((path for end in (".jsonl", ".jsonl.gz") if (path := folder / f"{name}{end}").exists()), None)


def _by_id(path: Path, make: Callable[[Row], Made]) -> dict[str, Made]:
    found: dict[str, Made] = {}
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise _Unfit("it is no JSON object")
            made = make(row)
        except _Unfit as error:
            raise _at(path, number, str(error)) from error
        except (ValueError, RecursionError) as error:
            raise _at(path, number, "it is not JSON") from error
        if made.id in found:
            raise _at(path, number, f"the id {made.id!r} is there already")
        found[made.id] = made
    return found


class _Unfit(Exception):
    """What is wrong with a row."""


def _document(row: Row) -> JudgedDocument:
    return JudgedDocument(_id(row), _text(row, "title", needed=False), _text(row, "text"))


def _question(row: Row) -> JudgedQuestion:
    answerable, answers, history = row.get("answerable"), row.get("answers") or [], row.get("history") or []
    if not (answerable is None or isinstance(answerable, bool)):
        raise _Unfit("`answerable` is not true, false or null")
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise _Unfit("`answers` is no list of texts")
    text = _text(row, "text")
    if not text.strip():
        raise _Unfit("the question is empty")
    evidence = row.get("evidence") or []
    if not isinstance(evidence, list):
        raise _Unfit("`evidence` is no list")
    try:
        said = tuple(turns(history))
    except (InvalidHistory, TypeError) as error:
        raise _Unfit("`history` is no list of objects with `role` and `text`") from error
    return JudgedQuestion(_id(row), text, answerable, tuple(answers), said, tuple(_place(one) for one in evidence))


def _place(given: object) -> EvidencePlace:
    if isinstance(given, dict):
        document, start, end = (given.get(key) for key in ("doc", "start", "end"))
        if isinstance(document, str) and isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
            return EvidencePlace(document, start, end)
    raise _Unfit("`evidence` holds something else than `doc`, `start` and `end`")


def _id(row: Row) -> str:
    if not (found := _text(row, "id")):
        raise _Unfit("`id` is empty")
    return found


def _text(row: Row, key: str, *, needed: bool = True) -> str:
    found = row.get(key, None if needed else "")
    if not isinstance(found, str):
        raise _Unfit(f"`{key}` is no text" if key in row else f"there is no `{key}`")
    return found


def _judgement(path: Path, number: int, line: str) -> tuple[str, str, int]:
    match line.rstrip("\r\n").split("\t"):
        case [question, document, grade] if _GRADE.fullmatch(grade) and int(grade) <= LARGEST_GRADE:
            return question, document, max(int(grade), 0)
    raise _at(path, number, f"it is not a question, a document and a grade up to {LARGEST_GRADE} with tabs between")


def _from_table(path: Path) -> JudgedSet:
    questions: dict[str, JudgedQuestion] = {}
    grades: dict[str, dict[str, int]] = {}
    for number, row in _table(path):
        text, document, answer = (row[column].strip() for column in COLUMNS)
        if not text:
            raise _at(path, number, "the question is empty")
        if answer and not document:
            raise _at(path, number, "there is an answer and no document that gives it")
        before = questions.get(text)
        answers = (*(before.answers if before else ()), *([answer] if answer else ()))
        answerable = bool(document) or (before is not None and before.answerable is True)
        # a table has no ids: by its words a question is found again in a later run, wherever its row has moved to
        questions[text] = JudgedQuestion(text, text, answerable, tuple(dict.fromkeys(answers)))
        if document:
            grades.setdefault(text, {})[document] = 1
    return JudgedSet(path.stem, None, tuple(questions.values()), grades)


def _table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of the line and the columns of each row that is not blank."""
    rows = csv.reader((line for _, line in _lines(path, blank_too=True)), strict=True)
    names: list[str] | None = None
    number = 1
    try:
        for cells in rows:
            if names is None:
                names = [name.strip().lower() for name in cells]
                if not {"question", "document"} <= set(names):
                    raise _at(path, number, "it does not name the columns `question` and `document`")
            elif any(cell.strip() for cell in cells):
                yield number, dict.fromkeys(COLUMNS, "") | dict(zip(names, cells, strict=False))
            number = rows.line_num + 1
    except csv.Error as error:
        raise _at(path, number, f"it is not CSV: {error}") from error


def _lines(path: Path, *, blank_too: bool = False) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file, compressed or not, with their numbers from 1."""
    try:
        with _opened(path) as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise _at(path, number, "it is too long")
                if blank_too or line.strip():
                    yield number, line
    except UnicodeDecodeError as error:
        raise UnreadableSet(str(path), "it is not UTF-8") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableSet(str(path), "its compression is damaged") from error
    except OSError as error:
        raise UnreadableSet(str(path), error.strerror or "it cannot be opened") from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="\n")
    return path.open(encoding="utf-8-sig", newline="\n")


def _at(path: Path, number: int, reason: str) -> UnreadableSet:
    return UnreadableSet(str(path), f"line {number}: {reason}")
