"""The index's branch of the error tree.

DespatchError
IndexingError
UnsupportedSQLite    Python's SQLite is too old, lacks FTS5 or JSON, or is not there
IndexMissing         there is no index where one was expected
IndexBusy            another process is writing
IndexDamaged         the ledger is no sound one
IndexUnavailable     the ledger cannot be opened, sound as it may be
IndexDiffers         made with another model
IndexOutdated        made by another version of Despatch
IndexNotWritable     the disk refuses (full, read-only, no permission)
VectorsUnavailable   Chroma cannot read or write its generation
ModelUnavailable     the embedding model cannot be found or loaded
BackupRefused        a file that cannot be written as a backup
InvalidBackup        a file that is none
IndexInPlace         an index would be replaced unasked
NothingToForget      no file of that id is in the index
StillOpen            a reader keeps what is to be erased
InvalidFilter        a `where` that is not in the grammar
InvalidAddress       what was given for a vector server's address is none
SyncStopped          interrupted by the user; the index is sound
"""

from __future__ import annotations

from corpus import DespatchError

SHOWN_OF_A_FILTER = 300  # characters; a sentence about a filter should still be read to its end


class IndexingError(DespatchError):
    """Something about the index."""


class UnsupportedSQLite(IndexingError):
    """The SQLite that Python uses cannot hold a ledger."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"Despatch needs SQLite {needed} or later with FTS5 and JSON, and this Python has {found}; "
            "run Despatch with a Python that has it, such as the one that `uv python install` brings."
        )
        self.found = found
        self.needed = needed


class IndexMissing(IndexingError):
    """There is no index in the folder."""

    def __init__(self, index: str) -> None:
        super().__init__(f"There is no index at {index}; make one: `despatch sync FOLDER --index {index}`.")
        self.index = index


class IndexBusy(IndexingError):
    """Another process holds the writer's lock."""

    def __init__(self, index: str, holder: str) -> None:
        super().__init__(f"The index at {index} is being written by {holder}; wait until it is done.")
        self.index = index
        self.holder = holder


class IndexDamaged(IndexingError):
    """The ledger is no sound one, so that only making it again helps."""

    def __init__(self, index: str, what: str) -> None:
        super().__init__(
            f"The index at {index} cannot be read ({what}); make it again: `despatch sync --rebuild --index {index}`."
        )
        self.index = index
        self.what = what


class IndexUnavailable(IndexingError):
    """The ledger cannot be opened, and making it again would not help."""

    def __init__(self, index: str, reason: str) -> None:
        super().__init__(
            f"The index at {index} cannot be opened ({reason}); it need not be made again: "
            "see to what is in the way, then give the command again."
        )
        self.index = index
        self.reason = reason


class IndexDiffers(IndexingError):
    """The model that the index was made with is not the one that is asked for now."""

    def __init__(self, index: str, stored: str, current: str) -> None:
        super().__init__(
            f"The index at {index} was made with {stored}, not {current}; "
            f"make it again: `despatch sync --rebuild --index {index}`."
        )
        self.index = index
        self.stored = stored
        self.current = current


class IndexOutdated(IndexingError):
    """The ledger's schema is not the one that this version reads."""

    def __init__(self, index: str, stored: int, current: int) -> None:
        remedy = (
            f"bring it up to date: `despatch sync --index {index}`" if stored < current else "install the later version"
        )
        made = "an earlier" if stored < current else "a later"
        super().__init__(
            f"The index at {index} was made by {made} version of Despatch (schema {stored}, not {current}); {remedy}."
        )
        self.index = index
        self.stored = stored
        self.current = current


class IndexNotWritable(IndexingError):
    """The index folder cannot be written to."""

    def __init__(self, index: str, reason: str) -> None:
        super().__init__(f"The index at {index} cannot be written ({reason}); make room or allow it, then sync again.")
        self.index = index
        self.reason = reason


class VectorsUnavailable(IndexingError):
    """The vector store fails; the ledger is complete without it."""

    def __init__(self, place: str, reason: str) -> None:
        remedy = (
            "see that the server runs and lets this machine in"
            if place.startswith(("http://", "https://"))
            else "the next `despatch sync` makes a new one"
        )
        super().__init__(f"The vector store at {place} fails ({reason}); {remedy}.")
        self.place = place
        self.reason = reason


class ModelUnavailable(IndexingError):
    """The embedding model cannot be found, loaded or trusted."""

    def __init__(self, model: str, reason: str, remedy: str) -> None:
        super().__init__(f"The embedding model {model} {reason}; {remedy}.")
        self.model = model
        self.reason = reason
        self.remedy = remedy


class BackupRefused(IndexingError):
    """A backup cannot be written where it should."""

    def __init__(self, file: str, reason: str, remedy: str) -> None:
        super().__init__(f"The backup {file} cannot be written ({reason}); {remedy}.")
        self.file = file
        self.reason = reason
        self.remedy = remedy


class InvalidBackup(IndexingError):
    """A file is no copy of a ledger, or no sound one."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"The file {file} is no backup of an index ({reason}); name one that `despatch backup` made.")
        self.file = file
        self.reason = reason


class IndexInPlace(IndexingError):
    """There is an index already where one is to be restored."""

    def __init__(self, index: str) -> None:
        super().__init__(f"There is an index at {index} already; name another folder, or replace it with `--force`.")
        self.index = index


class NothingToForget(IndexingError):
    """The index knows no file of that id."""

    def __init__(self, document: str, reason: str) -> None:
        super().__init__(f"The document {document!r} cannot be forgotten ({reason}); name the file that holds it.")
        self.document = document
        self.reason = reason


class StillOpen(IndexingError):
    """A process reads the ledger for so long that what was deleted cannot be erased yet."""

    def __init__(self, index: str) -> None:
        super().__init__(
            f"The index at {index} is being read, so that what was forgotten is not erased from the disk yet; "
            f"close what reads it, then give the command again."
        )
        self.index = index


class InvalidFilter(IndexingError):
    """A filter that cannot be read."""

    def __init__(self, where: str, reason: str) -> None:
        shown = where if len(where) <= SHOWN_OF_A_FILTER else where[:SHOWN_OF_A_FILTER] + "…"
        super().__init__(
            f"The filter {shown!r} cannot be read ({reason}); write for example: folder = 'eu/**' and date >= 2024-01."
        )
        self.where = where
        self.reason = reason


class InvalidAddress(IndexingError):
    """What should be the address of a vector server is none."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"The address {address!r} of the vectors cannot be used ({reason}); "
            "write for example https://vectors.example.org:8000, or folder."
        )
        self.address = address
        self.reason = reason


class SyncStopped(IndexingError):
    """The user stopped a sync; what was done is kept."""

    def __init__(self) -> None:
        super().__init__("Stopped; what was read is kept, and the next `despatch sync` goes on from there.")
