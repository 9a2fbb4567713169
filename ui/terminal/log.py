"""`despatch log`: the conversations of the chat, for their owner."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import resolve
from ui.shapes import conversations_shape, exchange_shape
from ui.terminal.options import indexes_option, json_option, open_assistants
from ui.terminal.output import say, write_json
from ui.terminal.prose import conversations_text, exchanges_text

if TYPE_CHECKING:
    from assistant import Conversations

MOST = 1_000_000  # conversations that are listed: all of them, and a limit for SQLite


@click.command("log")
@click.argument("conversation", required=False)
@click.option("--search", default="", metavar="WORDS", help="Only conversations that hold all of these words.")
@click.option("--export", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write CONVERSATION to a file.")
@click.option(
    "--export-set",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write the answers that were marked as helpful or not as a set for `despatch eval`.",
)
@click.option("--delete", is_flag=True, help="Erase CONVERSATION for good.")
@indexes_option
@json_option
def command(  # noqa: PLR0913  each is one option
    conversation: str | None,
    *,
    search: str,
    file: Path | None,
    folder: Path | None,
    delete: bool,
    indexes: Mapping[str, Path | None],
    as_json: bool,
) -> None:
    """List the conversations of the chat, or show CONVERSATION, whose id the list and the page's address give.

    --export writes Markdown, HTML, Word or JSON, by the file's name. --export-set takes all conversations. With --name
    again and again they are those with these corpora at once.
    """
    from assistant import Conversations, folder_of  # noqa: PLC0415 - numpy loads with it, not for help and errors

    folders = {name: resolve(index=index).index for name, index in indexes.items()}
    kept = Conversations(folder_of(folders, folders) if len(folders) > 1 else next(iter(folders.values())))
    if folder is not None:
        _export_set(folder, kept, indexes)
    elif conversation is None:
        if file is not None or delete:
            raise click.UsageError("--export and --delete are for one CONVERSATION; give its id")
        _list(kept, search, as_json=as_json)
    else:
        _one(conversation, kept, file=file, delete=delete, indexes=indexes, as_json=as_json)


def _export_set(folder: Path, kept: Conversations, indexes: Mapping[str, Path | None]) -> None:
    from assistant import save_rated  # noqa: PLC0415 - numpy loads with it

    questions = save_rated(folder, kept, open_assistants(indexes))
    say(f"Wrote {questions} {'question' if questions == 1 else 'questions'} to {folder}.")


def _list(kept: Conversations, search: str, *, as_json: bool) -> None:
    found = kept.listed(search, limit=MOST)
    if as_json:
        write_json(conversations_shape(found))
    else:
        say(conversations_text(found))


def _one(
    conversation: str,
    kept: Conversations,
    *,
    file: Path | None,
    delete: bool,
    indexes: Mapping[str, Path | None],
    as_json: bool,
) -> None:
    title, exchanges = kept.title(conversation), kept.exchanges(conversation)
    if file is not None:
        from ui.exporting import export_conversation  # noqa: PLC0415 - as above

        desk = open_assistants(indexes)
        export_conversation(file, title, exchanges, desk.status(), desk.path_of)
    if delete:
        kept.delete(conversation)
    elif as_json:
        write_json({"id": conversation, "title": title, "exchanges": [exchange_shape(each) for each in exchanges]})
    elif file is None:
        say(exchanges_text(title, exchanges))
