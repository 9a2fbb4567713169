"""Which file of an index's folder is the ledger that answers.

`ledger.db` does until a rebuild has filled another beside it; then the file `active` names that one. Naming it is one
renaming of a file, so a reader finds the old ledger or the new one, whole.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from index.errors import InvalidIndexPath

FIRST = "ledger.db"
POINTER = "active"
_NAME = re.compile(r"ledger(?:-(\d+))?\.db")


def make_folder(index: Path) -> None:
    """Make the folder of an index where it is missing.

    Raises:
        InvalidIndexPath: Chroma could not have its files in it.
        OSError: the disk refuses.
    """
    try:
        os.fsencode(index).decode()
    except UnicodeDecodeError as error:
        raise InvalidIndexPath(str(index)) from error
    index.mkdir(parents=True, exist_ok=True)


def active_ledger(index: Path) -> Path:
    """The ledger that answers, whether or not it is there."""
    with suppress(OSError):
        name = (index / POINTER).read_text(encoding="ascii", errors="replace").strip()
        if _NAME.fullmatch(name):
            return index / name
    return index / FIRST


def former_ledgers(index: Path) -> list[Path]:
    """The ledgers that answered before, oldest first, also one that is removed but for what SQLite kept beside it."""
    active = active_ledger(index)
    return [
        path for path in _ledgers(index) if path != active and (_number(path) < _number(active) or not path.is_file())
    ]


def unfinished_ledgers(index: Path) -> list[Path]:
    """The ledgers that a stopped rebuild has left, oldest first."""
    active = active_ledger(index)
    return [path for path in _ledgers(index) if _number(path) > _number(active) and path.is_file()]


def next_ledger(index: Path) -> Path:
    """A name for a ledger that no other has or had."""
    newest = max(_number(path) for path in (active_ledger(index), *_ledgers(index)))
    return index / f"ledger-{newest + 1}.db"


def activate(ledger: Path) -> None:
    """Make a ledger the one that answers, in one step that survives a power cut."""
    scratch = ledger.with_name(f"{POINTER}.new")
    with scratch.open("w", encoding="ascii") as file:
        file.write(f"{ledger.name}\n")
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(ledger.with_name(POINTER))


def remove_ledger(ledger: Path) -> None:
    """Remove a ledger with what stands beside it; open readers keep what they have open."""
    for name in (ledger.name, f"{ledger.name}-wal", f"{ledger.name}-shm"):
        ledger.with_name(name).unlink(missing_ok=True)
    for copy in earlier_schemas(ledger):
        copy.unlink(missing_ok=True)


def schema_copy(ledger: Path, schema: int) -> Path:
    """Where a ledger is kept as it was before it was brought from this schema to a later one."""
    return ledger.with_name(f"{ledger.name}.schema-{schema}")


def earlier_schemas(ledger: Path) -> list[Path]:
    """The copies of a ledger that were made before its schema changed."""
    return sorted(ledger.parent.glob(f"{ledger.name}.schema-*"))


def _ledgers(index: Path) -> list[Path]:
    # a removal that was killed leaves what SQLite kept beside a ledger, and not the ledger
    names = {path.name.removesuffix("-wal").removesuffix("-shm") for path in index.iterdir()}
    return sorted((index / name for name in names if _NAME.fullmatch(name)), key=_number)


def _number(ledger: Path) -> int:
    match = _NAME.fullmatch(ledger.name)
    return int(match[1] or 1) if match else 0
