"""Chroma: the only module that knows it and its errors.

A folder of Chroma's is sealed once it is filled. A sealed folder stays the same to the byte whoever opens it, so that
its files can be compared with the SHA-256 that they had: Chroma itself answers from damaged files without a word, or
takes the process down.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import VectorsUnavailable
from index.vector_server import headers, knock, token

Files = Mapping[str, tuple[int, str]]

COLLECTION = "passages"
BATCH = 2_000  # Chroma refuses more than 5,461 at once
ROUNDING = 1e-5  # of float32: Chroma brings some vectors to length 1 and leaves others as they came
PAGE = 50_000  # ids a call: bounds what one answer of a server holds
# recall@10 .996 against exact search at 100,000 passages with `ef_` of 200, where Chroma's default of 100 gives .991.
# Among near copies a graph of 16 neighbours each loses 1 or 2 of 1,500 now and then, one of 32 lost none
# (docs/index.md). A graph that is stored at each change is not written anew, with what the memory held, by whoever
# opens it (one under 1,000 vectors is).
CONFIGURATION: Any = {
    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32, "sync_threshold": 1}
}
FILLING_SECONDS = 120.0  # for one call: a batch becomes part of the graph before the server says so
SEARCHING_SECONDS = 10.0  # for one call: the exact search answers instead
REASON_LENGTH = 200  # of a message of Chroma's or a proxy's: enough to find it in a log, too little for a page of HTML
COLLECTIONS_AT_A_TIME = 500
_STATE, _FORMER_STATE = "state", "former_state"  # of the ledger that filled it, in a collection's metadata
_DATABASE = "chroma.sqlite3"
_GRAPH_RECORD = "index_metadata.pickle"  # beside a graph that was stored whole
# How the file beside it begins (hnswlib): version, an offset, vectors that there is room for, vectors, bytes of each.
_GRAPH_HEADER = struct.Struct("<i4Q")
_LENGTH_BYTES = 4  # of a vector's length, a float32 in a file of its own
# Chroma notes each opening in a table that nothing reads; sealed, the note is dropped and the file stays the same.
_SEAL = "CREATE TRIGGER sealed BEFORE INSERT ON acquire_write BEGIN SELECT RAISE(IGNORE); END"
_UNSEAL = "DROP TRIGGER IF EXISTS sealed"


class Collection:
    """Vectors under their ids in one Chroma collection.

    Args:
        client: of Chroma.
        place: a folder or an address, for messages.
        name: the collection's.
        create: make it where it is missing.

    Raises:
        VectorsUnavailable: Chroma cannot open it; every method raises it too.
    """

    def __init__(self, client: Any, place: str, name: str, *, create: bool) -> None:  # noqa: ANN401  Chroma's types change
        self.place = place
        self._client = client
        try:
            with _chromas_errors(place):
                self._collection = (
                    # embedding_function None: Chroma's default would fetch a model from the network
                    self._client.get_or_create_collection(name, configuration=CONFIGURATION, embedding_function=None)
                    if create
                    else self._client.get_collection(name, embedding_function=None)
                )
        except VectorsUnavailable:
            self.close()
            raise

    def close(self) -> None:
        """Let go of files and connections."""
        _close(self._client)

    def states(self) -> tuple[str, str]:
        """What it was stamped with."""
        stamped = self._collection.metadata or {}
        return str(stamped.get(_STATE, "")), str(stamped.get(_FORMER_STATE, ""))

    def stamp(self, state: str, former: str) -> None:
        """Note in it which state of the ledger it holds, and which one it held before."""
        with _chromas_errors(self.place):
            self._collection.modify(metadata={_STATE: state, _FORMER_STATE: former})

    def ids(self) -> set[int]:
        """Every id in the collection."""
        found: set[int] = set()
        with _chromas_errors(self.place):
            while True:
                page = self._collection.get(include=[], limit=PAGE, offset=len(found))["ids"]
                found |= {int(number) for number in page}
                if len(page) < PAGE:
                    return found

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """Store vectors, float32 of shape [ids, dimension], and see that they are there."""
        with _chromas_errors(self.place):
            for start in range(0, len(ids), BATCH):
                part = [str(number) for number in ids[start : start + BATCH]]
                self._collection.upsert(ids=part, embeddings=vectors[start : start + BATCH])
        if not np.allclose(_unit(self.vectors(ids)), _unit(vectors), rtol=0, atol=ROUNDING):
            raise VectorsUnavailable(self.place, "it does not hold what was written")

    def vectors(self, ids: Sequence[int]) -> np.ndarray:
        """The vectors of these ids, some brought to length 1 by Chroma, float32 of shape [ids, dimension].

        Raises:
            VectorsUnavailable: also where one of them is not there.
        """
        rows: dict[int, np.ndarray] = {}
        with _chromas_errors(self.place):
            for start in range(0, len(ids), BATCH):
                part = [str(number) for number in ids[start : start + BATCH]]
                found = self._collection.get(ids=part, include=["embeddings"])
                rows |= zip(map(int, found["ids"]), np.asarray(found["embeddings"], np.float32), strict=True)
            return np.stack([rows[number] for number in ids]) if len(ids) else np.zeros((0, 0), np.float32)

    def delete(self, ids: Iterable[int]) -> None:
        """Forget these ids; unknown ones are no error."""
        gone = [str(number) for number in sorted(ids)]
        with _chromas_errors(self.place):
            for start in range(0, len(gone), BATCH):
                self._collection.delete(ids=gone[start : start + BATCH])

    def nearest(self, query: np.ndarray, k: int) -> list[int]:
        """The ids of about the `k` nearest vectors."""
        with _chromas_errors(self.place):
            found = self._collection.query(query_embeddings=[query], n_results=k, include=[])
            return [int(number) for number in found["ids"][0]]


def _unit(vectors: np.ndarray) -> np.ndarray:
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def chroma_version() -> str:
    """The version whose files are trusted: they change between versions."""
    return version("chromadb")


def open_folder(folder: Path, *, create: bool = False) -> Collection:
    """The collection in a folder of its own.

    Raises:
        VectorsUnavailable: it is not there, or Chroma cannot open it.
    """
    if not create and not (folder / _DATABASE).is_file():
        raise VectorsUnavailable(str(folder), "it is missing")
    with _chromas_errors(str(folder)):
        chromadb = _chromadb()
        path = os.fsencode(folder).decode()  # it takes UTF-8 in every locale
        client = chromadb.PersistentClient(path=path, settings=chromadb.Settings(_env_file=None))
    return Collection(client, str(folder), COLLECTION, create=create)


def open_server(address: str, name: str, *, create: bool = False, seconds: float = FILLING_SECONDS) -> Collection:
    """A collection on a Chroma server.

    Args:
        address: as `index.vector_server.checked_address` gives it; a proxy there gets the token in the environment
            variable `DESPATCH_VECTORS_TOKEN` as a bearer's.
        name: the collection's.
        create: make it where it is missing.
        seconds: how long one call may take.

    Raises:
        VectorsUnavailable: the server does not answer, or has no such collection.
    """
    return Collection(_server_client(address, seconds), address, name, create=create)


def drop_from_server(address: str, prefix: str, *, keep: str = "") -> None:
    """Delete the collections of a server whose names begin so, but for one.

    Raises:
        VectorsUnavailable: the server does not answer.
    """
    client = _server_client(address, FILLING_SECONDS)
    names: list[str] = []
    try:
        with _chromas_errors(address):
            while True:
                page = client.list_collections(limit=COLLECTIONS_AT_A_TIME, offset=len(names))
                names += [collection.name for collection in page]
                if len(page) < COLLECTIONS_AT_A_TIME:
                    break
            for name in names:
                if name.startswith(prefix) and name != keep:
                    client.delete_collection(name)
    finally:
        _close(client)


def _server_client(address: str, seconds: float) -> Any:  # noqa: ANN401  Chroma's types change
    knock(address)
    with _chromas_errors(address):
        chromadb = _chromadb()
        # given the whole address as its host, Chroma's client looks at no port beside it
        settings = chromadb.Settings(_env_file=None, chroma_server_host=address)
        client = chromadb.HttpClient(host=address, headers=headers(), settings=settings)
        client._server._session.timeout = seconds  # there is no setting for it, and without it a call has no end
        return client


def _close(client: Any) -> None:  # noqa: ANN401  Chroma's types change
    # connections to a server, its own and those of the client inside it, are left open by `close`
    sessions = [getattr(part._server, "_session", None) for part in (client, client._admin_client)]
    client.close()
    for session in filter(None, sessions):
        session.close()


def copy_folder(source: Path, target: Path) -> None:
    """Copy a sealed folder into one that can be written to."""
    shutil.copytree(source, target)
    with closing(sqlite3.connect(target / _DATABASE, isolation_level=None)) as database:
        database.execute(_UNSEAL)


def seal(folder: Path) -> dict[str, tuple[int, str]]:
    """Close a filled folder for good, made small; returns its files with size and SHA-256."""
    with closing(sqlite3.connect(folder / _DATABASE, isolation_level=None)) as database:
        database.execute(_SEAL)
        database.execute("VACUUM")
    for header in folder.glob("*/header.bin"):
        _blank_spare_room(header)
    return {name: (path.stat().st_size, _sha256(path)) for name, path in sorted(_files(folder).items())}


def _blank_spare_room(header: Path) -> None:
    """Zero what lies beyond a graph's vectors: Chroma stores there what the process's memory held, be it a text."""
    _, _, room, vectors, size = _GRAPH_HEADER.unpack(header.read_bytes()[: _GRAPH_HEADER.size])
    for name, width in (("data_level0.bin", size), ("length.bin", _LENGTH_BYTES)):
        with header.with_name(name).open("r+b") as file:
            length = os.fstat(file.fileno()).st_size
            if not vectors * width <= length <= room * width:
                raise VectorsUnavailable(
                    str(header.parent), f"{name} is not laid out as by chromadb {chroma_version()}"
                )
            file.truncate(vectors * width)
            file.truncate(length)


def check_sealed(folder: Path, files: Files) -> None:
    """Compare a sealed folder with what it was.

    Raises:
        VectorsUnavailable: a file is missing, or not what it was.
    """
    try:
        found = _files(folder)
        if found.keys() != files.keys() or not files:
            raise VectorsUnavailable(str(folder), "files are missing")
        for name, (size, sha256) in files.items():
            if found[name].stat().st_size != size or _sha256(found[name]) != sha256:
                raise VectorsUnavailable(str(folder), f"{name} is damaged")
    except OSError as error:
        raise VectorsUnavailable(str(folder), str(error)) from error


def _files(folder: Path) -> dict[str, Path]:
    """The files that Chroma reads: a graph that was never stored whole it writes anew at each opening."""
    stored = {path.parent for path in folder.rglob(_GRAPH_RECORD)} | {folder}
    files = (path for path in folder.rglob("*") if path.parent in stored and path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chromadb() -> Any:  # noqa: ANN401  a module
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb  # noqa: PLC0415  one to three seconds that an exact search need not pay

    return chromadb


@contextmanager
def _chromas_errors(place: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        reason = (f"{type(error).__name__}: {error}".splitlines() or ["no message"])[0]
        if token():
            reason = reason.replace(token(), "(the token)")  # a proxy may repeat what it refuses
        reason = reason[:REASON_LENGTH]
        raise VectorsUnavailable(place, reason) from error
