"""`despatch search`: the passages that come nearest to a question."""

from __future__ import annotations

from pathlib import Path

import click

from ui.terminal.asking import Request, takes_questions, write_each
from ui.terminal.options import index_option, json_option, open_assistant
from ui.terminal.output import say, write_json
from ui.terminal.prose import hits_text
from ui.terminal.shapes import hits_shape


@click.command("search")
@takes_questions("QUERY")
@click.option(
    "-k", "count", type=click.IntRange(min=1), default=5, show_default=True, metavar="N", help="How many passages."
)
@index_option
@json_option
def command(request: Request, count: int, index: Path | None, as_json: bool) -> None:
    """Find the passages that come nearest to QUERY, best first."""
    desk = open_assistant(index)
    if request.question is None:
        write_each(
            request.lines,
            lambda asked: hits_shape(
                desk.retrieve(asked.text, k=count, where=request.where, history=asked.history), desk.path_of
            ),
        )
        return
    hits = desk.retrieve(request.question, k=count, where=request.where)
    if as_json:
        write_json(hits_shape(hits, desk.path_of))
    else:
        say(hits_text(hits, desk.path_of) or "No passage comes near.")
