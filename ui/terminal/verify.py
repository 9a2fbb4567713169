"""`despatch verify`: whether the citations of an answer that was kept still stand in the files."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import resolve
from ui.terminal.options import json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import verification_text
from ui.terminal.reports import verification_shape

SOUND, NOT_SOUND = 0, 1


@click.command("verify")
@click.argument("file", metavar="ANSWER", type=click.Path(path_type=Path))
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The folder of the documents, where it is not where the answer says.",
)
@json_option
@click.pass_context
def command(context: click.Context, file: Path, folder: Path | None, as_json: bool) -> None:
    """Check the citations of ANSWER against the files as they are now.

    ANSWER is a file that `despatch ask --json` wrote, one answer or an answer a line. No index is needed.
    """
    from assistant import kept_citations, verify  # noqa: PLC0415 - the readers load with them, not for help and errors

    verified = tuple(verify(kept_citations(file), folder=folder, options=resolve().reading))
    if as_json:
        write_json(verification_shape(verified))
    else:
        say(verification_text(verified))
    context.exit(SOUND if all(each.is_sound for each in verified) else NOT_SOUND)
