"""Documents, passages, words and vectors: kept in a ledger and searched. Imports the corpus only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexDiffers,
    IndexingError,
    IndexMissing,
    IndexNotWritable,
    IndexOutdated,
    InvalidAddress,
    InvalidFilter,
    ModelUnavailable,
    SyncStopped,
    VectorsUnavailable,
)
from index.terms import (
    DEFAULT_MODEL,
    DocumentSummary,
    Doubt,
    Failure,
    Found,
    Hit,
    Progress,
    Status,
    StoredDocument,
    SyncReport,
)

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.locking import writer
    from index.search import Index
    from index.syncing import sync
    from index.vector_server import checked_address
    from index.watching import watch
    from index.words import question_stems, stem, tokens

__all__ = [
    "DEFAULT_MODEL",
    "DocumentSummary",
    "Doubt",
    "Embedder",
    "Failure",
    "Found",
    "Hit",
    "Index",
    "IndexBusy",
    "IndexDamaged",
    "IndexDiffers",
    "IndexMissing",
    "IndexNotWritable",
    "IndexOutdated",
    "IndexingError",
    "InvalidAddress",
    "InvalidFilter",
    "ModelUnavailable",
    "Progress",
    "Status",
    "StoredDocument",
    "SyncReport",
    "SyncStopped",
    "VectorsUnavailable",
    "checked_address",
    "question_stems",
    "stem",
    "sync",
    "tokens",
    "watch",
    "writer",
]

# these stand on numpy, lxml and others: loaded when first used, so that help and errors appear at once
_LOADED_WHEN_USED = {
    "Embedder": "index.embedding",
    "Index": "index.search",
    "checked_address": "index.vector_server",
    "question_stems": "index.words",
    "stem": "index.words",
    "sync": "index.syncing",
    "tokens": "index.words",
    "watch": "index.watching",
    "writer": "index.locking",
}


def __getattr__(name: str) -> object:
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LOADED_WHEN_USED[name]), name)
