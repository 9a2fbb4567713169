"""A folder followed: each change on disk becomes one that is searched, moments after it was saved."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus import CorpusError, DespatchError, FolderMissing
from index.errors import IndexBusy, IndexNotWritable, VectorsUnavailable
from index.terms import SyncReport

# Network disks and full queues of the system lose news of changes: the whole folder is compared so often, too.
FULL_SCAN_SECONDS = 600.0
# A file saved just before it was read may change once more without a new time or size: it is looked at again.
SETTLING_SECONDS = 3.0
QUIET_MILLISECONDS = 100  # without a further change before changes are acted on: a save is several writes
MOST_MILLISECONDS = 1_000  # and so long at most, while changes go on
TICK_MILLISECONDS = 1_000
RETRY_SECONDS = 5.0

# What passes: the folder of a network disk comes back, another writer ends, room is made, a server starts again.
Passing = CorpusError | IndexBusy | IndexNotWritable | VectorsUnavailable
_PASSING = (CorpusError, IndexBusy, IndexNotWritable, VectorsUnavailable)


def watch(
    sync: Callable[[], SyncReport],
    index: Path,
    *,
    stop: threading.Event,
    full_scan_seconds: float = FULL_SCAN_SECONDS,
) -> Iterator[SyncReport | Passing]:
    """Sync now, and again whenever something in the folder changes.

    Args:
        sync: brings the index up to date once; its report names the folder that is followed.
        index: the index's folder, whose own changes count for nothing where it lies in the corpus.
        stop: ends the watch when it is set.
        full_scan_seconds: how often the whole folder is compared without news of a change.

    Returns:
        The report of each sync as it ends, or the error of one after which the watch goes on and tries again.

    Raises:
        DespatchError: a sync failed in a way that does not pass by itself.
    """
    while not stop.is_set():
        due = 0.0  # at once, and once more when changes are listened to
        try:
            report = sync()
            yield report
            for changes in _listen(Path(report.corpus), index.resolve(), stop):
                now = time.monotonic()
                if changes or now >= due:
                    yield sync()
                    due = now + (SETTLING_SECONDS if changes else full_scan_seconds)
        except _PASSING as error:
            yield error
            stop.wait(RETRY_SECONDS)


def _listen(folder: Path, index: Path, stop: threading.Event) -> Iterator[bool]:
    """Whether something has changed, once a tick and at each change."""
    import watchfiles  # noqa: PLC0415  only where a folder is followed

    def counts(_: object, path: str) -> bool:
        return not Path(path).is_relative_to(os.fsencode(index).decode())

    try:
        for changes in watchfiles.watch(
            os.fsencode(folder).decode(),  # in every locale it takes and gives UTF-8
            watch_filter=counts,
            debounce=MOST_MILLISECONDS,
            step=QUIET_MILLISECONDS,
            rust_timeout=TICK_MILLISECONDS,
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            yield bool(changes)
    except FileNotFoundError as error:
        raise FolderMissing(str(folder)) from error
    except UnicodeDecodeError as error:
        raise DespatchError(
            f"The folder {folder} cannot be followed (its path is not UTF-8); sync it by hand."
        ) from error
    except OSError as error:
        # for example more folders than the system lets a user watch
        raise CorpusError(f"The folder {folder} cannot be followed ({error}); sync it by hand.") from error
