"""Generations of the vector store: each sync that changed something fills one and lets it answer.

A generation in a folder is never written to again once it answers, so a reader never meets a file in the middle of a
change, and a killed sync leaves at most a folder that nothing names. The next generation is a copy of it with the
difference written in. It is filled anew, from the ledger's vectors, where the old one is damaged, made by another
version of Chroma, or carries more deleted vectors than living ones (Chroma never gives their room back). Nothing is
embedded. A generation on a server is one collection that is written in its place, after the ledger.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from index.chroma import Collection, check_sealed, chroma_version, copy_folder, open_folder, open_server, seal
from index.errors import VectorsUnavailable
from index.ledger import Ledger
from index.rows import Generation

FOLDER = "generations"
BATCH = 2_000  # vectors read from the ledger at a time: 3 MB
PROBES = 16  # vectors that a filled generation must find by themselves before it answers

Tell = Callable[[], None]


def is_server(place: str) -> bool:
    """Whether a generation's place is a server's address rather than a folder's name."""
    return place.startswith(("http://", "https://"))


def collection_name(ledger: Ledger, number: int) -> str:
    """The name of a generation on a server, which may hold those of many indexes."""
    return f"despatch-{ledger.get('id')}-{number}"


def catch_up(ledger: Ledger, server: str = "", *, anew: bool = False, tell: Tell = lambda: None) -> str:
    """Let the vector store hold exactly the ledger's passages, and see that it does.

    Args:
        ledger: opened for writing.
        server: a Chroma server's address; "" keeps the vectors in a folder of the index.
        anew: fill a new generation in any case, so that nothing of deleted passages stays behind.
        tell: called now and then while vectors are written.

    Returns:
        What was wrong with the generation that had to be replaced, in a few words; "" if nothing.

    Raises:
        VectorsUnavailable: the store cannot be filled; the ledger answers exactly meanwhile.
    """
    active = ledger.generation()
    wrong = "" if active is None or is_server(active.place) else _fault(ledger, active)
    sound = None if anew or wrong else active
    if server:
        return _on_server(ledger, server, sound, tell) or wrong
    if sound is not None and sound.ids_sha256 == ledger.ids_sha256() and not is_server(sound.place):
        _drop_folders(ledger, sound.place)
        ledger.drop_begun_generations()
        return ""
    generation = _fill_folder(ledger, sound if sound and not is_server(sound.place) else None, tell)
    with ledger.writing():
        ledger.activate_generation(generation)
    _drop_folders(ledger, generation.place)
    return wrong


def _fault(ledger: Ledger, active: Generation) -> str:
    if active.chroma != chroma_version():
        return f"chromadb {active.chroma} had filled it"
    try:
        check_sealed(ledger.folder / FOLDER / active.place, active.files)
    except VectorsUnavailable as error:
        return error.reason
    return ""


def _fill_folder(ledger: Ledger, former: Generation | None, tell: Tell) -> Generation:
    with ledger.writing():
        number = ledger.begin_generation(chroma_version())
    # of two ledgers, one of which is being rebuilt, each has its own numbers
    generation = Generation(number, f"{ledger.path.stem}.{number}", chroma_version())
    folder = ledger.folder / FOLDER / generation.place
    _drop_folders(ledger, former.place if former else "")
    deleted = 0
    if former is not None and _is_worth_keeping(ledger, former):
        copy_folder(folder.with_name(former.place), folder)
        deleted = former.deleted
    with closing(open_folder(folder, create=True)) as collection:
        deleted += _level(ledger, collection, tell)
        filled = _described(ledger, collection, generation)
    return replace(filled, deleted=deleted, files=seal(folder))


def _is_worth_keeping(ledger: Ledger, former: Generation) -> bool:
    """Whether more of what it holds is alive than deleted."""
    passages = len(ledger.passage_ids())
    kept = passages - len(ledger.passage_ids(after=former.mark))
    return former.deleted + former.held - kept <= passages


def _on_server(ledger: Ledger, address: str, former: Generation | None, tell: Tell) -> str:
    with ledger.writing():
        if not ledger.get("id"):
            ledger.put("id", uuid.uuid4().hex)
    if former is not None and former.place == address and _is_worth_keeping(ledger, former):
        try:
            with closing(open_server(address, collection_name(ledger, former.number))) as collection:
                deleted = former.deleted + _level(ledger, collection, tell)
                filled = replace(_described(ledger, collection, former), deleted=deleted)
            with ledger.writing():
                ledger.activate_generation(filled)
            return ""
        except VectorsUnavailable as error:
            wrong = error.reason  # gone, or not what was written: the next one is filled from the ledger
    else:
        wrong = ""
    with ledger.writing():
        number = ledger.begin_generation(chroma_version())
    with closing(open_server(address, collection_name(ledger, number), create=True)) as collection:
        _level(ledger, collection, tell)
        filled = _described(ledger, collection, Generation(number, address, chroma_version()))
    with ledger.writing():
        ledger.activate_generation(filled)
    _drop_folders(ledger, "")
    if former is not None and is_server(former.place):
        _drop_collection(ledger, former)
    return wrong


def _level(ledger: Ledger, collection: Collection, tell: Tell) -> int:
    """Add what the collection lacks and delete what it has too much; returns how many were deleted."""
    wanted, held = ledger.passage_ids(), collection.ids()
    missing = sorted(wanted - held)
    for start in range(0, len(missing), BATCH):
        tell()
        ids, vectors = ledger.passage_vectors(ids=missing[start : start + BATCH])
        collection.add(ids.tolist(), vectors)
    collection.delete(held - wanted)
    return len(held - wanted)


def _described(ledger: Ledger, collection: Collection, generation: Generation) -> Generation:
    """The generation as it is now, once the collection was seen to hold what it should."""
    wanted = ledger.passage_ids()
    if collection.ids() != wanted:
        raise VectorsUnavailable(collection.place, "it does not hold what was written")
    probed = sorted(wanted)[:: max(len(wanted) // PROBES, 1)]
    for number, vector in zip(*ledger.passage_vectors(ids=probed), strict=True):
        # among its nearest, unless more passages than that say the very same
        nearest = collection.vectors(collection.nearest(vector, min(PROBES, len(wanted))))
        if not (nearest @ vector).max() >= vector @ vector - 1e-3:
            raise VectorsUnavailable(collection.place, f"it does not find passage {number}")
    return replace(generation, mark=max(wanted, default=0), held=len(wanted), ids_sha256=ledger.ids_sha256())


def _drop_folders(ledger: Ledger, keep: str) -> None:
    """Remove the folders that do not answer; an open reader works on with what it has in memory."""
    mine = f"{ledger.path.stem}."
    for folder in (ledger.folder / FOLDER).glob("*"):
        if folder.name != keep and (folder.name.startswith(mine) or not _belongs_to_a_ledger(folder)):
            shutil.rmtree(folder, ignore_errors=True)  # what is left is tried again at the next sync


def _belongs_to_a_ledger(folder: Path) -> bool:
    return (folder.parent.parent / f"{folder.name.rpartition('.')[0]}.db").is_file()


def _drop_collection(ledger: Ledger, former: Generation) -> None:
    try:
        with closing(open_server(former.place, collection_name(ledger, former.number))) as collection:
            collection.drop()
    except VectorsUnavailable:
        return  # the server that was left may be gone
