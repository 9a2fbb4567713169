"""`despatch doctor`: whether an index is what it should be, and mending it where it is not."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import resolve
from ui.terminal.options import index_option, json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import diagnosis_text
from ui.terminal.reports import diagnosis_shape

SOUND, NOT_SOUND = 0, 1


@click.command("doctor")
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@index_option
@json_option
@click.pass_context
def command(context: click.Context, repair: bool, index: Path | None, as_json: bool) -> None:
    """Compare everything in the index with everything, and tell what is wrong.

    Without --repair nothing is written, and the index can be used and brought up to date meanwhile.
    """
    from index import checked_sqlite, doctor  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    diagnosis = doctor(resolve(index=index).index, repair=repair)
    if as_json:
        write_json(diagnosis_shape(diagnosis, checked_sqlite()))
    else:
        say(diagnosis_text(diagnosis, checked_sqlite()))
    context.exit(SOUND if diagnosis.sound else NOT_SOUND)
