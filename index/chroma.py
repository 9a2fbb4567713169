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
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from index.errors import VectorsUnavailable

Files = Mapping[str, tuple[int, str]]

COLLECTION = "passages"
BATCH = 2_000  # Chroma refuses more than 5,461 at once
ROUNDING = 1e-5  # of float32, where Chroma has brought a vector to length 1
PAGE = 50_000  # ids a call: bounds what one answer of a server holds
# recall@10 .996 against exact search at 100,000 passages, where Chroma's default of 100 gives .991
CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
HTTP_PORT, HTTPS_PORT = 80, 443
PAUSES_SECONDS = (0.2, 0.6)  # before a server is asked once more: it may be starting anew
TOKEN_VARIABLE = "DESPATCH_VECTORS_TOKEN"
_DATABASE = "chroma.sqlite3"
_GRAPH_RECORD = "index_metadata.pickle"  # beside a graph that was stored whole, after the first thousand vectors
# Chroma notes each opening in a table that nothing reads; sealed, the note is dropped and the file stays the same.
_SEAL = "CREATE TRIGGER sealed BEFORE INSERT ON acquire_write BEGIN SELECT RAISE(IGNORE); END"
_UNSEAL = "DROP TRIGGER IF EXISTS sealed"


class Collection:
    """Passage ids and their vectors in one Chroma collection.

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
        with _chromas_errors(place):
            self._collection = (
                # embedding_function None: Chroma's default would fetch a model from the network
                self._client.get_or_create_collection(name, configuration=CONFIGURATION, embedding_function=None)
                if create
                else self._client.get_collection(name, embedding_function=None)
            )

    def close(self) -> None:
        """Let go of files and connections."""
        self._client.close()

    def drop(self) -> None:
        """Delete the collection itself."""
        with _chromas_errors(self.place):
            self._client.delete_collection(self._collection.name)

    def ids(self) -> set[int]:
        """Every passage id in the collection."""
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
        if not np.allclose(self.vectors(ids), _unit(vectors), rtol=0, atol=ROUNDING):
            raise VectorsUnavailable(self.place, "it does not hold what was written")

    def vectors(self, ids: Sequence[int]) -> np.ndarray:
        """The vectors of these ids, brought to length 1 by Chroma, float32 of shape [ids, dimension].

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
    chromadb = _chromadb()
    with _chromas_errors(str(folder)):
        client = chromadb.PersistentClient(path=str(folder))
    return Collection(client, str(folder), COLLECTION, create=create)


def open_server(address: str, name: str, *, create: bool = False) -> Collection:
    """A collection on a Chroma server.

    Args:
        address: such as `http://127.0.0.1:8000`, or `https://vectors.example.org/chroma` behind a proxy, which gets the
            token in the environment variable `DESPATCH_VECTORS_TOKEN` as a bearer's.
        name: the collection's.
        create: make it where it is missing.

    Raises:
        VectorsUnavailable: the server does not answer, or has no such collection.
    """
    for pause in (*PAUSES_SECONDS, None):
        try:
            return Collection(_http_client(address), address, name, create=create)
        except VectorsUnavailable:
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _http_client(address: str) -> Any:  # noqa: ANN401  Chroma's types change
    chromadb, parts = _chromadb(), urlsplit(address)
    secure, token = parts.scheme == "https", os.environ.get(TOKEN_VARIABLE)
    with _chromas_errors(address):
        return chromadb.HttpClient(
            host=f"{parts.scheme}://{parts.hostname}{parts.path.rstrip('/')}",
            port=parts.port or (HTTPS_PORT if secure else HTTP_PORT),
            ssl=secure,
            headers={"Authorization": f"Bearer {token}"} if token else None,
        )


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
    return {name: (path.stat().st_size, _sha256(path)) for name, path in sorted(_files(folder).items())}


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
        raise VectorsUnavailable(place, reason) from error
