"""`despatch eval draft`: questions proposed from the user's own documents, to start a set."""

from __future__ import annotations

from pathlib import Path

import click

from ui.terminal.options import index_option, json_option, open_assistant
from ui.terminal.output import say, write_json
from ui.terminal.prose import draft_text
from ui.terminal.reports import draft_shape


@click.command("eval draft")
@click.option(
    "-o", "file", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The .csv file to write."
)
@click.option(
    "--count", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many questions."
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Another number, other questions.")
@index_option
@json_option
def command(file: Path, count: int, seed: int, index: Path | None, as_json: bool) -> None:
    """Propose questions from your own documents, as the start of a set.

    They are drafts, made by rules from single sentences and headings: edit them before you measure.
    """
    if file.suffix.lower() != ".csv":
        raise click.BadParameter("name a file that ends in .csv", param_hint="-o")
    desk = open_assistant(index)
    from assistant import draft_questions, save_draft  # noqa: PLC0415 - numpy and the index load with them

    drafts = draft_questions(desk, count, seed=seed)
    save_draft(file, drafts)
    if as_json:
        write_json(draft_shape(file, drafts))
    else:
        say(draft_text(file, drafts))
