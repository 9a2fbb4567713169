"""`despatch show`: the stored text of a document, which every citation's offsets point into."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from corpus import DespatchError
from ui.terminal.characters import argument_text, visible
from ui.terminal.options import complete_document, index_option, json_option, open_assistant
from ui.terminal.output import write_exactly, write_json
from ui.terminal.shapes import document_shape


class InvalidOffsets(DespatchError):
    """Offsets that do not lie in the document, or run backwards."""

    def __init__(self, document_id: str, start: int, end: int, length: int) -> None:
        super().__init__(
            f"The document {document_id!r} has no characters from {start} to {end}; "
            f"give a start and an end from 0 to {length}, the start not after the end."
        )
        self.document_id = document_id
        self.start = start
        self.end = end
        self.length = length


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
    text = _stretch(document_id, document.text, start, end)
    if as_json:
        write_json(document_shape(document, text, desk.path_of))
    elif sys.stdout is not None and sys.stdout.isatty():
        write_exactly(visible(text))
    else:
        # A program that compares a quote with this needs every character as it is stored.
        write_exactly(text)


def _stretch(document_id: str, text: str, start: int | None, end: int | None) -> str:
    first = 0 if start is None else start
    last = len(text) if end is None else end
    if not 0 <= first <= last <= len(text):
        raise InvalidOffsets(document_id, first, last, len(text))
    return text[first:last]
