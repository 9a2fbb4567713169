"""`despatch sync`: bring an index up to date with a folder of documents."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import Settings, bundled_corpus, resolve
from corpus import DespatchError, FolderMissing
from index import IndexMissing, SyncStopped
from ui.terminal.options import index_option, json_option
from ui.terminal.output import complain, say, write_json
from ui.terminal.progress import ProgressLine
from ui.terminal.prose import report_text
from ui.terminal.reports import sync_shape

if TYPE_CHECKING:
    from index import Progress, SyncReport


@click.command("sync")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@index_option
@click.option("--dry-run", is_flag=True, help="Tell what would be done and write nothing.")
@click.option("--rebuild", is_flag=True, help="Make the index again from every file.")
@click.option("--verify", is_flag=True, help="Compare the content of every file, whatever its size and time say.")
@click.option("--vectors", metavar="ADDRESS", help="The Chroma server for the vectors; `folder` for none.")
@click.option("--follow-links", is_flag=True, help="Follow symbolic links, also out of the folder.")
@click.option("--watch", "watched", is_flag=True, help="Go on: follow the folder until Ctrl-C.")
@json_option
def command(
    folder: Path | None,
    index: Path | None,
    vectors: str | None,
    follow_links: bool,
    watched: bool,
    as_json: bool,
    **how: bool,
) -> None:
    """Bring the index up to date with FOLDER.

    Without FOLDER: the folder of the setting `corpus`, else the one that the index records, else (where
    there is no index yet) the example documents that come with Despatch.
    """
    if watched and how["dry_run"]:
        raise click.UsageError("--watch writes what it finds and --dry-run writes nothing; give one of them")
    settings = resolve(index=index, corpus=folder, follow_links=follow_links or None, vectors=vectors)

    def tell(report: SyncReport) -> None:
        if as_json:
            write_json(sync_shape(report))
        else:
            say(report_text(report))

    tell(bring_up_to_date(settings, for_machines=as_json, **how))
    if watched:
        follow(settings, threading.Event(), tell)


def bring_up_to_date(
    settings: Settings,
    *,
    dry_run: bool = False,
    rebuild: bool = False,
    verify: bool = False,
    for_machines: bool = False,
) -> SyncReport:
    """Sync the index of these settings, with progress on stderr.

    Raises:
        FolderMissing: the folder named is not there.
        IndexingError: the index cannot be written, or another process writes it.
    """
    if settings.corpus is not None and not settings.corpus.is_dir():
        raise FolderMissing(str(settings.corpus))
    from index import sync  # noqa: PLC0415 - the readers and the ledger load here, not for help and errors

    def once(folder: Path | None) -> SyncReport:
        return sync(
            folder,
            settings.index,
            model=settings.model,
            precision=settings.precision,
            reading=settings.reading,
            rebuild=rebuild,
            dry_run=dry_run,
            verify=verify,
            vectors=settings.vectors,
            progress=progress,
        )

    with ProgressLine(only_on_terminal=for_machines) as progress:
        try:
            return once(settings.corpus)
        except IndexMissing:
            if settings.corpus is not None:
                raise
        return once(bundled_corpus())


def follow(settings: Settings, stop: threading.Event, tell: Callable[[SyncReport], None]) -> None:
    """Follow the folder of an index that is there; tells each sync that found a change, and on stderr what failed.

    Raises:
        DespatchError: a sync failed in a way that does not pass by itself.
    """
    from index import sync, watch  # noqa: PLC0415 - as above

    def once() -> SyncReport:
        return sync(
            None,
            settings.index,
            model=settings.model,
            precision=settings.precision,
            reading=settings.reading,
            progress=_until(stop),
        )

    for outcome in watch(once, settings.index, stop=stop):
        if isinstance(outcome, DespatchError):
            complain(str(outcome))
        elif outcome.added or outcome.changed or outcome.renamed or outcome.removed or outcome.mended:
            tell(outcome)


def _until(stop: threading.Event) -> Callable[[Progress], None]:
    def check(_: Progress) -> None:
        if stop.is_set():
            raise SyncStopped

    return check
