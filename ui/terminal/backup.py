"""`despatch backup`: a copy of an index in one file."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import resolve
from ui.terminal.options import index_option, json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import backup_text
from ui.terminal.reports import backup_shape


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@index_option
@json_option
def command(file: Path, force: bool, index: Path | None, as_json: bool) -> None:
    """Copy the index into FILE, whoever uses it meanwhile."""
    from index import backup  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    made = backup(file, resolve(index=index).index, force=force)
    if as_json:
        write_json(backup_shape(made))
    else:
        say(backup_text(made, "Copied"))
