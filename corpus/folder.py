"""What is in a corpus folder: which files count as documents, and the facts a sync compares."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from corpus.errors import FolderMissing, FolderUnreadable

# Hidden files, and what editors leave beside a file while it is open.
IGNORED_NAMES = (".*", "~$*", "*~", "*.swp", "#*#")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the corpus folder: `id` is its path below the folder, with `/`.

    A sub-folder that cannot be listed is an entry too: reading it fails with a sentence, so that
    what lies below it is not left out in silence.
    """

    id: str
    path: Path
    size_bytes: int
    mtime_ns: int

    def __post_init__(self) -> None:
        if not self.id or self.id.startswith("/"):
            raise ValueError(f"an entry is named by its path below the folder, not by {self.id!r}")


def scan(folder: Path) -> Iterator[Entry]:
    """List the files below a folder, in order of id.

    Hidden names, editors' temporary files, symbolic links, sockets, pipes and devices are left out.
    A file of a kind that no reader knows is listed all the same: reading it says why it cannot be.

    Args:
        folder: the corpus folder; itself it may be a symbolic link.

    Returns:
        The entries, each id once. All are found before the first is given.

    Raises:
        FolderMissing: there is no such folder.
        FolderUnreadable: the folder is there and cannot be listed.
    """
    try:
        if not folder.is_dir():
            raise FolderMissing(str(folder))
        found = [entry for child in _children(folder) for entry in _entries(child, _readable(child.name))]
    except OSError as error:
        raise FolderUnreadable(str(folder)) from error
    return iter(sorted(found, key=lambda entry: entry.id))


def _children(folder: str | Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as children:
        return [child for child in children if not _is_ignored(child.name)]


def _entries(child: os.DirEntry[str], id_: str) -> Iterator[Entry]:
    try:
        status = child.stat(follow_symlinks=False)
    except FileNotFoundError:
        return  # removed while the folder was being listed: as if it had gone a moment earlier
    except OSError:
        yield Entry(id_, Path(child.path), 0, 0)
        return
    if stat.S_ISREG(status.st_mode):
        yield Entry(id_, Path(child.path), status.st_size, status.st_mtime_ns)
    elif stat.S_ISDIR(status.st_mode):
        try:
            grandchildren = _children(child.path)
        except FileNotFoundError:
            return
        except OSError:
            yield Entry(id_, Path(child.path), 0, status.st_mtime_ns)
            return
        for grandchild in grandchildren:
            yield from _entries(grandchild, f"{id_}/{_readable(grandchild.name)}")


def _is_ignored(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in IGNORED_NAMES)


def _readable(name: str) -> str:
    # A name that is not UTF-8 reaches Python with lone surrogates, which no database or terminal takes.
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
