"""`despatch chat`: the assistant in the browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import Settings, resolve
from corpus import DespatchError
from index import IndexMissing, SyncStopped
from ui.sessions import Access, who_may_ask
from ui.terminal.options import help_of, indexes_option, port_range, rerank_option, strictness_option
from ui.terminal.output import complain, say
from ui.terminal.prose import report_text
from ui.terminal.sync import bring_up_to_date, follow

if TYPE_CHECKING:
    from assistant import Assistant
    from ui.chat.tending import Tending


@click.command("chat")
@click.option("--host", metavar="ADDRESS", help=help_of("host"))
@click.option("--port", type=port_range, metavar="N", help=help_of("port"))
@click.option("--watch", "watched", is_flag=True, help="Follow the folder of documents while the chat is open.")
@strictness_option
@rerank_option
@indexes_option
def command(
    *,
    host: str | None,
    port: int | None,
    watched: bool,
    strictness: str | None,
    rerank: str | None,
    indexes: Mapping[str, Path | None],
) -> None:
    """Open the chat in the browser; Ctrl-C ends it.

    Where there is no index yet at the default place, one is made first, of the setting `corpus` or else
    of the example documents that come with Despatch. With --name given again and again, people choose among corpora.
    """
    settings = {
        name: resolve(index=index, host=host, port=port, rerank=rerank, strictness=strictness)
        for name, index in indexes.items()
    }
    first = next(iter(settings.values()))
    access = who_may_ask(first.host)  # before an index is made for nobody
    with ExitStack() as opened:
        desks = {name: opened.enter_context(_desk(each)) for name, each in settings.items()}
        tending = {name: opened.enter_context(_tending(each, access)) for name, each in settings.items()}
        from ui.corpora import Corpora  # noqa: PLC0415 - as below
        from ui.server import serve  # noqa: PLC0415 - the web server takes seconds to load, not for help and errors

        for each in settings.values() if watched else ():
            opened.enter_context(_following(each))
        serve(
            Corpora(desks, access, tending),
            host=first.host,
            port=first.port,
            ready=lambda address: say(f"Despatch is open on {address}"),
        )


@contextmanager
def _following(settings: Settings) -> Iterator[None]:
    stop = threading.Event()

    def work() -> None:
        try:
            follow(settings, stop, lambda report: say(report_text(report)))
        except SyncStopped:
            return
        except DespatchError as error:
            complain(f"The folder is no longer followed: {error}")

    thread = threading.Thread(target=work, name="following")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _tending(settings: Settings, access: Access) -> Iterator[Tending | None]:
    """What changes the documents for people on the page, None where they may not."""
    may = settings.change_documents
    if not (may if may is not None else not access.page_is_closed):
        yield None
        return
    from ui.chat.tending import Tending  # noqa: PLC0415 - the ledger loads here, not for help and errors

    with Tending(settings) as tending:
        yield tending


def _desk(settings: Settings) -> Assistant:
    from assistant import Assistant  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    try:
        return Assistant.of(settings, resident=True)
    except IndexMissing:
        # A folder that the user named and that holds no index is more likely a slip than a wish.
        if not settings.has_default_index:
            raise
    say(report_text(bring_up_to_date(settings)))
    return Assistant.of(settings, resident=True)
