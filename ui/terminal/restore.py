"""`despatch restore`: an index made again from its backup."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import resolve
from ui.terminal.options import index_option, json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import backup_text
from ui.terminal.reports import backup_shape


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the index that is there.")
@index_option
@json_option
def command(file: Path, force: bool, index: Path | None, as_json: bool) -> None:
    """Make the index again from FILE, which `despatch backup` made; nothing is embedded."""
    from index import restore  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    made = restore(file, resolve(index=index).index, force=force)
    if as_json:
        write_json(backup_shape(made))
    else:
        say(backup_text(made, "Restored"))
