"""Documents, passages, words and vectors: kept in a ledger and searched. Imports the corpus only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from index.errors import (
    BackupRefused,
    IndexBusy,
    IndexDamaged,
    IndexDiffers,
    IndexingError,
    IndexInPlace,
    IndexMissing,
    IndexNotWritable,
    IndexOutdated,
    IndexUnavailable,
    InvalidAddress,
    InvalidBackup,
    InvalidFilter,
    InvalidIndexPath,
    ModelUnavailable,
    NothingToForget,
    StillOpen,
    SyncStopped,
    UnsupportedSQLite,
    VectorsUnavailable,
)
from index.sqlite_support import checked_sqlite
from index.terms import (
    DEFAULT_MODEL,
    PRECISIONS,
    Backup,
    Diagnosis,
    DocumentSummary,
    Doubt,
    Exchange,
    Explanation,
    Failure,
    Finding,
    Forgotten,
    Found,
    Hit,
    KeptOut,
    Listed,
    Match,
    Mentions,
    Precision,
    Progress,
    Reference,
    Reranking,
    Standing,
    Status,
    StoredDocument,
    SyncReport,
    Term,
)
from index.vector_server import checked_address

if TYPE_CHECKING:
    from index.backups import backup, restore
    from index.conversation import Query
    from index.cross_encoders import CrossEncoder
    from index.doctoring import doctor
    from index.embedding import Embedder, default_tokenizer
    from index.erasing import forget
    from index.folding import covers
    from index.known_scripts import knows_script
    from index.literal import places
    from index.locking import writer
    from index.search import Index
    from index.segmenting import is_unspaced, tokens, written
    from index.syncing import sync
    from index.watching import watch
    from index.words import Analyzer

__all__ = [
    "DEFAULT_MODEL",
    "PRECISIONS",
    "Analyzer",
    "Backup",
    "BackupRefused",
    "CrossEncoder",
    "Diagnosis",
    "DocumentSummary",
    "Doubt",
    "Embedder",
    "Exchange",
    "Explanation",
    "Failure",
    "Finding",
    "Forgotten",
    "Found",
    "Hit",
    "Index",
    "IndexBusy",
    "IndexDamaged",
    "IndexDiffers",
    "IndexInPlace",
    "IndexMissing",
    "IndexNotWritable",
    "IndexOutdated",
    "IndexUnavailable",
    "IndexingError",
    "InvalidAddress",
    "InvalidBackup",
    "InvalidFilter",
    "InvalidIndexPath",
    "KeptOut",
    "Listed",
    "Match",
    "Mentions",
    "ModelUnavailable",
    "NothingToForget",
    "Precision",
    "Progress",
    "Query",
    "Reference",
    "Reranking",
    "Standing",
    "Status",
    "StillOpen",
    "StoredDocument",
    "SyncReport",
    "SyncStopped",
    "Term",
    "UnsupportedSQLite",
    "VectorsUnavailable",
    "backup",
    "checked_address",
    "checked_sqlite",
    "covers",
    "default_tokenizer",
    "doctor",
    "forget",
    "is_unspaced",
    "knows_script",
    "places",
    "restore",
    "sync",
    "tokens",
    "watch",
    "writer",
    "written",
]

# these stand on numpy, lxml and others: loaded when first used, so that help and errors appear at once
_LOADED_WHEN_USED = {
    "Analyzer": "index.words",
    "CrossEncoder": "index.cross_encoders",
    "Embedder": "index.embedding",
    "Index": "index.search",
    "Query": "index.conversation",
    "backup": "index.backups",
    "covers": "index.folding",
    "default_tokenizer": "index.embedding",
    "doctor": "index.doctoring",
    "forget": "index.erasing",
    "is_unspaced": "index.segmenting",
    "knows_script": "index.known_scripts",
    "places": "index.literal",
    "restore": "index.backups",
    "sync": "index.syncing",
    "tokens": "index.segmenting",
    "watch": "index.watching",
    "writer": "index.locking",
    "written": "index.segmenting",
}


def __getattr__(name: str) -> object:
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    checked_sqlite()  # some of these import it, and nothing is written before
    return getattr(import_module(_LOADED_WHEN_USED[name]), name)
