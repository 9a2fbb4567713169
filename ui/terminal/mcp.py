"""`despatch mcp`: the documents as tools of a language model."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import click

from assistant import resolve
from ui.terminal.options import indexes_option, rerank_option


@click.command("mcp")
@rerank_option
@indexes_option
def command(rerank: str | None, indexes: Mapping[str, Path | None]) -> None:
    """Serve the tools retrieve, ask, read_passage and list_documents by MCP on stdin and stdout.

    A client that speaks MCP starts this command itself; it ends with the client.
    """
    settings = {name: resolve(index=index, rerank=rerank) for name, index in indexes.items()}
    from assistant import Assistant  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    with ExitStack() as opened:
        desks = {name: opened.enter_context(Assistant.of(each, resident=True)) for name, each in settings.items()}
        from ui.corpora import Corpora  # noqa: PLC0415 - as above
        from ui.mcp import serve_stdio  # noqa: PLC0415 - as above

        serve_stdio(Corpora(desks))
