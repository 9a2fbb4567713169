"""`despatch show`: the stored text of a document, which every citation's offsets point into."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ui.shapes import document_shape
from ui.stretches import stretch
from ui.terminal.characters import argument_text, visible
from ui.terminal.options import complete_document, index_option, json_option, open_assistant
from ui.terminal.output import write_exactly, write_json


@click.command("show")
@click.argument("document_id", callback=argument_text, shell_complete=complete_document)
@click.option("--start", type=int, metavar="N", help="The first character to show, counted from 0.")
@click.option("--end", type=int, metavar="N", help="The character to stop before.")
@index_option
@json_option
def command(document_id: str, start: int | None, end: int | None, index: Path | None, as_json: bool) -> None:
    """Write the stored text of DOCUMENT_ID.

    DOCUMENT_ID is the document's path below the folder of documents, with `/`; offsets count
    characters (code points).
    """
    desk = open_assistant(index)
    document = desk.document(document_id)
    span = stretch(document, start, end)
    text = span.of(document.text)
    if as_json:
        write_json(document_shape(document, span, desk.path_of))
    elif sys.stdout is not None and sys.stdout.isatty():
        write_exactly(visible(text))
    else:
        # A program that compares a quote with this needs every character as it is stored.
        write_exactly(text)
