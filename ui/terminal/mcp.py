"""`despatch mcp`: the documents as tools of a language model."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import resolve
from ui.terminal.options import index_option, rerank_option


@click.command("mcp")
@rerank_option
@index_option
def command(rerank: str | None, index: Path | None) -> None:
    """Serve the tools retrieve, ask, read_passage and list_documents by MCP on stdin and stdout.

    A client that speaks MCP starts this command itself; it ends with the client.
    """
    settings = resolve(index=index, rerank=rerank)
    from assistant import Assistant  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    with Assistant.of(settings, resident=True) as desk:
        from ui.mcp import serve_stdio  # noqa: PLC0415 - as above

        serve_stdio(desk)
