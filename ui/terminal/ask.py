"""`despatch ask`: an answer from the documents, every statement cited, or that they do not say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click

from assistant import LANGUAGES
from ui.shapes import answer_shape
from ui.terminal.asking import Request, takes_questions, write_each
from ui.terminal.options import indexes_option, json_option, open_assistants, rerank_option, strictness_option
from ui.terminal.output import complain, say, write_json
from ui.terminal.prose import answer_text


@click.command("ask")
@takes_questions("QUESTION")
@click.option(
    "--export",
    "exported",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the answer with all that proves it to FILE as well: .md, .html, .docx or .json.",
)
@click.option(
    "--extractive", is_flag=True, help="Answer in the documents' own words, whether or not a language model is set."
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Yours, for Despatch's own sentences where the question's language is not plain (default: en).",
)
@strictness_option
@rerank_option
@indexes_option
@json_option
def command(  # noqa: PLR0913  each is an option
    request: Request,
    *,
    exported: Path | None,
    extractive: bool,
    language: str | None,
    strictness: str | None,
    rerank: str | None,
    indexes: Mapping[str, Path | None],
    as_json: bool,
) -> None:
    """Answer QUESTION from the documents, each statement cited; with --name again and again from several corpora."""
    desk = open_assistants(indexes, rerank=rerank, strictness=strictness)
    answered = partial(desk.ask, where=request.where, extractive=extractive, language=language)
    if request.question is None:
        if exported is not None:
            raise click.UsageError("--export keeps the answer to one question; leave out --from")
        write_each(
            request.lines,
            lambda asked: answer_shape(answered(asked.text, history=asked.history), desk.path_of),
        )
        return
    answer = answered(request.question)
    if exported is not None:
        from ui.exporting import export  # noqa: PLC0415 - what writes Word documents loads with it

        export(exported, answer, desk.status(), desk.path_of)
    if as_json:
        write_json(answer_shape(answer, desk.path_of))
        return
    say(answer_text(answer, desk.path_of))
    for sentence in answer.degraded:
        complain(sentence)
