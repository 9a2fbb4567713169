"""What `search` and `ask` share: a question or a file of questions, and a filter."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from assistant import InvalidHistory, InvalidQuestion
from ui.shapes import Shape
from ui.terminal.characters import argument_text
from ui.terminal.output import write_json
from ui.terminal.questions import Question, UnreadableLine, read_questions


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: one question, or (where that is None) the lines of a file; and of which documents."""

    question: str | None
    lines: tuple[Question | UnreadableLine, ...]
    where: str | None


def takes_questions(metavar: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a verb the argument `metavar`, `--from` and `--where`, handed to it as one `Request`."""

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        @click.argument("question", metavar=f"[{metavar}]", required=False, callback=argument_text)
        @click.option(
            "--from",
            "file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Take the questions from a .txt, .jsonl or .csv file, and write a JSON object a line.",
        )
        @click.option(
            "--where",
            callback=argument_text,
            metavar="FILTER",
            help="Look only into some documents, for example: folder = 'annexes/**' and date >= 2024-01-01.",
        )
        @functools.wraps(verb)
        def wrapped(*, question: str | None, file: Path | None, where: str | None, **others: object) -> None:
            verb(request=_request(metavar, question, file, where), **others)

        return wrapped

    return decorate


def write_each(lines: tuple[Question | UnreadableLine, ...], answer: Callable[[Question], Shape]) -> None:
    """Answer line after line, each written when it is done; a line at fault is told and passed over."""
    for line in lines:
        if isinstance(line, UnreadableLine):
            write_json({"id": line.id, "error": line.error})
            continue
        try:
            shape = answer(line)
        except (InvalidQuestion, InvalidHistory) as error:
            shape = {"error": str(error)}
        write_json({"id": line.id, **shape})


def _request(metavar: str, question: str | None, file: Path | None, where: str | None) -> Request:
    if (question is None) == (file is None):
        raise click.UsageError(f"Give either {metavar} or --from FILE")
    return Request(question, () if file is None else read_questions(file), where)
