"""`despatch search`: the passages that come nearest to a question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ui.shapes import Shape, explanation_shape, found_shape
from ui.terminal.asking import Request, takes_questions, write_each
from ui.terminal.options import indexes_option, json_option, open_assistants, rerank_option
from ui.terminal.output import complain, say, write_json
from ui.terminal.prose import explanation_text, found_text
from ui.terminal.questions import Question


@click.command("search")
@takes_questions("QUERY")
@click.option(
    "-k", "count", type=click.IntRange(min=1), default=5, show_default=True, metavar="N", help="How many passages."
)
@click.option("--explain", is_flag=True, help="Say why each passage was found, and what the filter kept out.")
@rerank_option
@indexes_option
@json_option
def command(
    request: Request, count: int, explain: bool, rerank: str | None, indexes: Mapping[str, Path | None], as_json: bool
) -> None:
    """Find the passages that come nearest to QUERY, best first; with --name again and again in several corpora."""
    desk = open_assistants(indexes, rerank=rerank)

    def shape(asked: Question) -> Shape:
        if explain:
            explained = desk.explain(asked.text, k=count, where=request.where, history=asked.history)
            return explanation_shape(explained, desk.path_of)
        found = desk.search(asked.text, k=count, where=request.where, history=asked.history)
        return found_shape(found, desk.path_of)

    if request.question is None:
        write_each(request.lines, shape)
    elif as_json:
        write_json(shape(Question("", request.question)))
    else:
        if explain:
            explained = desk.explain(request.question, k=count, where=request.where)
            found, told = explained.found, explanation_text(explained, desk.path_of)
        else:
            found = desk.search(request.question, k=count, where=request.where)
            told = found_text(found, desk.path_of)
        say(told)
        for sentence in found.degraded:
            complain(sentence)
