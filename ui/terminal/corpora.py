"""`despatch corpora`: the corpora that have a name."""

from __future__ import annotations

import click

from assistant import corpora, remove_corpus, rename_corpus
from ui.terminal.options import json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import corpora_text
from ui.terminal.reports import corpora_shape


@click.command("corpora")
@click.option("--rename", nargs=2, metavar="NAME NEW", help="Give a corpus another name.")
@click.option("--remove", metavar="NAME", help="Remove the index of a corpus; its documents are not touched.")
@json_option
def command(rename: tuple[str, str] | None, remove: str | None, as_json: bool) -> None:
    """List the corpora that have a name, made by `despatch sync FOLDER --name NAME`."""
    if rename is not None:
        rename_corpus(*rename)
    if remove is not None:
        remove_corpus(remove)
    found = corpora()
    if as_json:
        write_json(corpora_shape(found))
    else:
        say(corpora_text(found))
