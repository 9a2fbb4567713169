"""`despatch log`: the conversations of the chat, for their owner."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import resolve
from ui.shapes import conversations_shape, exchange_shape
from ui.terminal.options import index_option, json_option, open_assistant
from ui.terminal.output import say, write_json
from ui.terminal.prose import conversations_text, exchanges_text

MOST = 1_000_000  # conversations that are listed: all of them, and a limit for SQLite


@click.command("log")
@click.argument("conversation", required=False)
@click.option("--search", default="", metavar="WORDS", help="Only conversations that hold all of these words.")
@click.option("--export", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write CONVERSATION to a file.")
@click.option("--delete", is_flag=True, help="Erase CONVERSATION for good.")
@index_option
@json_option
def command(
    conversation: str | None, *, search: str, file: Path | None, delete: bool, index: Path | None, as_json: bool
) -> None:
    """List the conversations of the chat, or show CONVERSATION, whose id the list and the page's address give.

    --export writes Markdown, HTML, Word or JSON, by the file's name.
    """
    from assistant import Conversations  # noqa: PLC0415 - numpy loads with it, not for help and errors

    kept = Conversations(resolve(index=index).index)
    if conversation is None:
        if file is not None or delete:
            raise click.UsageError("--export and --delete are for one CONVERSATION; give its id")
        found = kept.listed(search, limit=MOST)
        if as_json:
            write_json(conversations_shape(found))
        else:
            say(conversations_text(found))
        return
    title, exchanges = kept.title(conversation), kept.exchanges(conversation)
    if file is not None:
        from ui.exporting import export_conversation  # noqa: PLC0415 - as above

        desk = open_assistant(index)
        export_conversation(file, title, exchanges, desk.status(), desk.path_of)
    if delete:
        kept.delete(conversation)
    elif as_json:
        write_json({"id": conversation, "title": title, "exchanges": [exchange_shape(each) for each in exchanges]})
    elif file is None:
        say(exchanges_text(title, exchanges))
