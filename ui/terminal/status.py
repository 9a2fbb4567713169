"""`despatch status`: what an index holds, and which files it could not read."""

from __future__ import annotations

from pathlib import Path

import click

from ui.terminal.options import index_option, json_option, open_assistant
from ui.terminal.output import say, write_json
from ui.terminal.prose import status_text
from ui.terminal.reports import status_shape


@click.command("status")
@index_option
@json_option
def command(index: Path | None, as_json: bool) -> None:
    """Tell what the index holds, which files could not be read and what writes the answers."""
    desk = open_assistant(index)
    if as_json:
        write_json(status_shape(desk.status(), desk.model))
    else:
        say(status_text(desk.status(), desk.model))
