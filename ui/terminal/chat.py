"""`despatch chat`: the assistant in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import Settings, resolve
from index import IndexMissing
from ui.terminal.options import help_of, index_option, port_range
from ui.terminal.output import say
from ui.terminal.prose import report_text
from ui.terminal.sync import bring_up_to_date

if TYPE_CHECKING:
    from assistant import Assistant


@click.command("chat")
@click.option("--host", metavar="ADDRESS", help=help_of("host"))
@click.option("--port", type=port_range, metavar="N", help=help_of("port"))
@index_option
def command(host: str | None, port: int | None, index: Path | None) -> None:
    """Open the chat in the browser; Ctrl-C ends it.

    Where there is no index yet at the default place, one is made first, of the setting `corpus` or else
    of the example documents that come with Despatch.
    """
    settings = resolve(index=index, host=host, port=port)
    with _desk(settings) as desk:
        from ui.server import serve  # noqa: PLC0415 - the web server takes seconds to load, not for help and errors

        serve(desk, host=settings.host, port=settings.port, ready=lambda address: say(f"Despatch is open on {address}"))


def _desk(settings: Settings) -> Assistant:
    from assistant import Assistant  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    try:
        return Assistant.open(index=settings.index, resident=True)
    except IndexMissing:
        # A folder that the user named and that holds no index is more likely a slip than a wish.
        if not settings.has_default_index:
            raise
    say(report_text(bring_up_to_date(settings)))
    return Assistant.open(index=settings.index, resident=True)
