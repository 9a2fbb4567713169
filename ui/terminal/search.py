"""`despatch search`: the passages that come nearest to a question."""

from __future__ import annotations

from pathlib import Path

import click

from ui.terminal.asking import Request, takes_questions, write_each
from ui.terminal.options import index_option, json_option, open_assistant, rerank_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import explanation_text, hits_text
from ui.terminal.questions import Question
from ui.terminal.shapes import Shape, explanation_shape, hits_shape

_NONE_NEAR = "No passage comes near."


@click.command("search")
@takes_questions("QUERY")
@click.option(
    "-k", "count", type=click.IntRange(min=1), default=5, show_default=True, metavar="N", help="How many passages."
)
@click.option("--explain", is_flag=True, help="Say why each passage was found, and what the filter kept out.")
@rerank_option
@index_option
@json_option
def command(request: Request, count: int, explain: bool, rerank: str | None, index: Path | None, as_json: bool) -> None:
    """Find the passages that come nearest to QUERY, best first."""
    desk = open_assistant(index, rerank=rerank)

    def shape(asked: Question) -> Shape:
        if explain:
            found = desk.explain(asked.text, k=count, where=request.where, history=asked.history)
            return explanation_shape(found, desk.path_of)
        hits = desk.retrieve(asked.text, k=count, where=request.where, history=asked.history)
        return hits_shape(hits, desk.path_of)

    if request.question is None:
        write_each(request.lines, shape)
    elif as_json:
        write_json(shape(Question("", request.question)))
    elif explain:
        explanation = desk.explain(request.question, k=count, where=request.where)
        told = explanation_text(explanation, desk.path_of)
        say(told if explanation.found.hits else f"{_NONE_NEAR}\n\n{told}".rstrip())
    else:
        say(hits_text(desk.retrieve(request.question, k=count, where=request.where), desk.path_of) or _NONE_NEAR)
