"""Generations of the vector store: each sync that changed something fills one and lets it answer.

It holds each of the ledger's vectors once, under its id, however many passages say the same: of many equal vectors a
graph makes islands that no search enters. A generation in a folder is never written to again once it answers, so a
reader never meets a file in the middle of a change, and a killed sync leaves at most a folder that nothing names. The
next generation is a copy of it with the difference written in. It is filled anew, from the ledger's vectors, where the
old one is damaged, made by another version of Chroma, or carries more deleted vectors than living ones (Chroma never
gives their room back). Nothing is embedded. A generation on a server is one collection that is written in its place,
after the ledger.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from index.chroma import (
    Collection,
    check_sealed,
    chroma_version,
    copy_folder,
    drop_from_server,
    open_folder,
    open_server,
    seal,
)
from index.errors import IndexingError, VectorsUnavailable
from index.journal import note
from index.layout import activate, former_ledgers, remove_ledger
from index.ledger import Ledger
from index.rows import Generation
from index.vector_server import is_address

FOLDER = "generations"
BATCH = 2_000  # vectors read from the ledger at a time: 3 MB
PROBES = 16  # vectors that a filled generation must find by themselves before it answers
FILLED = 3  # times at most, until it finds them: no two graphs of the same vectors are alike, and few lose one

Tell = Callable[[], None]


class _VectorLost(VectorsUnavailable):
    """A graph holds a vector and does not find it."""


def collection_name(ledger: Ledger, number: int) -> str:
    """The name of a generation on a server."""
    return f"{_prefix(ledger)}{number}"


def _prefix(ledger: Ledger) -> str:
    # a server holds the collections of many indexes; with the inode, a copied index never writes into its original's
    return f"despatch-{ledger.get('id')}-{ledger.path.stat().st_ino}-"


def catch_up(ledger: Ledger, server: str = "", *, anew: bool = False, tell: Tell = lambda: None) -> str:
    """Let the vector store hold exactly the ledger's vectors, and see that it does.

    Args:
        ledger: opened for writing.
        server: a Chroma server's address; "" keeps the vectors in a folder of the index.
        anew: fill a new generation in any case, so that nothing of deleted ones stays behind.
        tell: called now and then while vectors are written.

    Returns:
        What was wrong with the generation that had to be replaced, in a few words; "" if nothing.

    Raises:
        VectorsUnavailable: the store cannot be filled; the ledger answers exactly meanwhile.
    """
    active = ledger.generation()
    wrong = "" if active is None or is_address(active.place) else _fault(ledger, active)
    sound = None if anew or wrong else active
    in_place = sound if sound and is_address(sound.place) == bool(server) else None
    if server:
        filled, gone = _fill_server(ledger, server, in_place, tell)
        wrong = wrong or gone
    elif in_place and in_place.ids_sha256 == ledger.ids_sha256():
        filled = in_place
    else:
        filled = _fill_folder(ledger, in_place, tell)
    if filled != active:
        with ledger.writing():
            ledger.activate_generation(filled)
    else:
        ledger.drop_begun_generations()
    _drop_folders(ledger, "" if server else filled.place)
    answering = collection_name(ledger, filled.number) if server else ""
    _drop_collections(ledger, {server, active.place if active else ""}, keep=answering)
    return wrong


def take_over(ledger: Path) -> None:
    """Let a filled ledger answer in place of the others of its index, and remove these with what they filled."""
    activate(ledger)
    for former in former_ledgers(ledger.parent):
        discard(former)
    for generation in (ledger.parent / FOLDER).glob("*"):
        if not generation.name.startswith(f"{ledger.stem}."):
            shutil.rmtree(generation, ignore_errors=True)


def _fault(ledger: Ledger, active: Generation) -> str:
    if active.chroma != chroma_version():
        return f"chromadb {active.chroma} had filled it"
    try:
        check_sealed(ledger.folder / FOLDER / active.place, active.files)
    except VectorsUnavailable as error:
        return error.reason
    return ""


def _fill_folder(ledger: Ledger, former: Generation | None, tell: Tell) -> Generation:
    if former is not None and _is_worth_keeping(ledger, former):
        with suppress(_VectorLost):
            return _filled_folder(ledger, former, tell, copied=True)
    return _until_all_is_found(lambda: _filled_folder(ledger, former, tell, copied=False))


def _until_all_is_found(fill: Callable[[], Generation]) -> Generation:
    for _ in range(FILLED - 1):
        with suppress(_VectorLost):
            return fill()
    return fill()


def _filled_folder(ledger: Ledger, former: Generation | None, tell: Tell, *, copied: bool) -> Generation:
    with ledger.writing():
        number = ledger.begin_generation(chroma_version())
    # of two ledgers, one of which is being rebuilt, each has its own numbers
    generation = Generation(number, f"{ledger.path.stem}.{number}", chroma_version())
    folder = ledger.folder / FOLDER / generation.place
    _drop_folders(ledger, former.place if former else "")
    deleted = 0
    if former is not None and copied:
        copy_folder(folder.with_name(former.place), folder)
        deleted = former.deleted
    with closing(open_folder(folder, create=True)) as collection:
        deleted += _level(ledger, collection, tell)
        filled = _described(ledger, collection, generation)
    return replace(filled, deleted=deleted, files=seal(folder))


def _is_worth_keeping(ledger: Ledger, former: Generation) -> bool:
    """Whether more of what it holds is alive than deleted."""
    vectors = len(ledger.vector_ids())
    kept = vectors - len(ledger.vector_ids(after=former.mark))
    return former.deleted + former.held - kept <= vectors


def _fill_server(ledger: Ledger, address: str, former: Generation | None, tell: Tell) -> tuple[Generation, str]:
    """The generation on this server, in the place of the former one where that can be, else why it could not."""
    with ledger.writing():
        if not ledger.get("id"):
            ledger.put("id", uuid.uuid4().hex)
    gone = ""
    if former is not None and former.place == address and _is_worth_keeping(ledger, former):
        try:
            return _fill_collection(ledger, former, tell, create=False), ""
        except VectorsUnavailable as error:
            gone = error.reason  # or it is not what was written: the next one is filled from the ledger
    return _until_all_is_found(lambda: _filled_collection(ledger, address, tell)), gone


def _filled_collection(ledger: Ledger, address: str, tell: Tell) -> Generation:
    with ledger.writing():
        number = ledger.begin_generation(chroma_version())
    return _fill_collection(ledger, Generation(number, address, chroma_version()), tell, create=True)


def _fill_collection(ledger: Ledger, generation: Generation, tell: Tell, *, create: bool) -> Generation:
    name = collection_name(ledger, generation.number)
    with closing(open_server(generation.place, name, create=create)) as collection:
        deleted = generation.deleted + _level(ledger, collection, tell)
        filled = replace(_described(ledger, collection, generation), deleted=deleted)
        collection.stamp(filled.ids_sha256, generation.ids_sha256)
    return filled


def _level(ledger: Ledger, collection: Collection, tell: Tell) -> int:
    """Add what the collection lacks and delete what it has too much; returns how many were deleted."""
    wanted, held = ledger.vector_ids(), collection.ids()
    missing = sorted(wanted - held)
    for start in range(0, len(missing), BATCH):
        tell()
        ids, vectors = ledger.vectors(missing[start : start + BATCH])
        collection.add(ids.tolist(), vectors)
    collection.delete(held - wanted)
    return len(held - wanted)


def _described(ledger: Ledger, collection: Collection, generation: Generation) -> Generation:
    """The generation as it is now, once the collection was seen to hold what it should."""
    wanted = ledger.vector_ids()
    if collection.ids() != wanted:
        raise VectorsUnavailable(collection.place, "it does not hold what was written")
    probed = sorted(wanted)[:: max(len(wanted) // PROBES, 1)]
    for number, vector in zip(*ledger.vectors(probed), strict=True):
        # among its nearest, unless more texts than that have the very same vector
        nearest = collection.vectors(collection.nearest(vector, min(PROBES, len(wanted))))
        if not (nearest @ vector).max() >= vector @ vector - 1e-3:
            raise _VectorLost(collection.place, f"it does not find vector {number}")
    return replace(generation, mark=max(wanted, default=0), held=len(wanted), ids_sha256=ledger.ids_sha256())


def _drop_folders(ledger: Ledger, keep: str) -> None:
    """Remove the folders that do not answer; an open reader works on with what it has in memory."""
    mine = f"{ledger.path.stem}."
    for folder in (ledger.folder / FOLDER).glob("*"):
        if folder.name != keep and (folder.name.startswith(mine) or not _belongs_to_a_ledger(folder)):
            shutil.rmtree(folder, ignore_errors=True)  # what is left is tried again at the next sync


def _belongs_to_a_ledger(folder: Path) -> bool:
    return (folder.parent.parent / f"{folder.name.rpartition('.')[0]}.db").is_file()


def _drop_collections(ledger: Ledger, places: Iterable[str], *, keep: str = "") -> None:
    """Remove what a ledger has on servers, but for the collection that answers."""
    for address in filter(is_address, places):
        try:
            drop_from_server(address, _prefix(ledger), keep=keep)
        except VectorsUnavailable as error:
            # a server that was left may be gone for good
            note(ledger.folder, f"collections {_prefix(ledger)}* may be left: {error}")


def discard(ledger: Path) -> None:
    """Remove a ledger with what it has on servers."""
    leave_servers(ledger)
    remove_ledger(ledger)


def leave_servers(ledger_file: Path) -> None:
    """Remove from servers what a ledger has there that is about to be removed itself."""
    # of a damaged one it is not known any more
    with (
        suppress(IndexingError, sqlite3.DatabaseError),
        closing(Ledger(ledger_file.parent, file=ledger_file)) as ledger,
    ):
        active = ledger.generation()
        _drop_collections(ledger, {ledger.get("vectors") or "", active.place if active else ""})
