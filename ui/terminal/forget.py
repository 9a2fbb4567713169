"""`despatch forget`: a document erased from an index, and from the conversations about it, for good."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import named_indexes, resolve
from index import Forgotten, NothingToForget
from ui.terminal.characters import argument_text
from ui.terminal.options import complete_document, index_option, json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import forgotten_text
from ui.terminal.reports import forgotten_shape


@click.command("forget")
@click.argument("document_id", callback=argument_text, shell_complete=complete_document)
@index_option
@json_option
def command(document_id: str, index: Path | None, as_json: bool) -> None:
    """Erase DOCUMENT_ID from the index and from kept conversations, so that no byte of it stays in the index's folder.

    The file itself is left alone: delete it, or name it in `.despatchignore`, or the next sync reads it again.
    """
    from assistant import forget_answers  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors
    from index import forget  # noqa: PLC0415 - as above

    folder = resolve(index=index).index
    answers = forget_answers(document_id, folder, named_indexes())
    try:
        forgotten = forget(document_id, folder)
    except NothingToForget:
        if not answers:
            raise
        forgotten = Forgotten(str(folder), (), 0, "", still_there=False)  # removed before; what was said of it was not
    if as_json:
        write_json(forgotten_shape(forgotten, answers))
    else:
        say(forgotten_text(forgotten, answers))
