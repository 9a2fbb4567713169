"""Files that people add to the corpus's folder on the page, and those they take from it.

Nothing is executed or overwritten, no name leads out of the folder, and no link in it is followed.

DespatchError
  ChangingError
    FileRefused          a file that is not added
    NotRemoved           a file that is not removed
"""

from __future__ import annotations

import os
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from anyio import to_thread

from corpus import DespatchError, UnreadableFile, document_path, is_passed_over, largest

MEBIBYTE = 1024 * 1024
# Reports with all their pictures are below 50 MiB. What is larger is better copied to the folder than sent by a
# browser, which begins anew where the connection breaks.
LARGEST = 64 * MEBIBYTE
MOST_FILES = 200  # that one person adds in a minute, and drops at once; a larger folder is better copied
ROOM_KEPT = 256 * MEBIBYTE  # on the disk, for the index and for all else that writes there
DEEPEST = 16  # folders in each other; people nest five or six
LONGEST_NAME = 255  # bytes of a file's or folder's name, what Linux, macOS and Windows allow
# What would break a line, or turn the writing of what follows it: no name of a file needs one.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CATEGORIES = frozenset(("Cc", "Cs", "Zl", "Zp"))


class ChangingError(DespatchError):
    """The folder of the corpus is not changed."""


class FileRefused(ChangingError):
    """A file is not added to the folder."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"The file {name!r} is not added ({reason}); {remedy}.")
        self.name = name
        self.reason = reason
        self.remedy = remedy


class NotRemoved(ChangingError):
    """A file stays in the folder."""

    def __init__(self, document: str, reason: str, remedy: str) -> None:
        super().__init__(f"The document {document!r} is not removed ({reason}); {remedy}.")
        self.document = document
        self.reason = reason
        self.remedy = remedy


def parts_of(name: str) -> tuple[str, ...]:
    """The folders and the name of a file that is to be added, from a path with slashes.

    Raises:
        FileRefused: no file may have that name, or a sync would pass over it, or nothing reads such files.
    """
    parts = tuple(name.split("/"))
    if len(parts) > DEEPEST:
        raise FileRefused(name, f"it lies more than {DEEPEST} folders deep", "add it from a folder further down")
    for part in parts:
        if part in ("", ".", "..") or "\\" in part or any(map(_is_refused, part)):
            raise FileRefused(name, "no file of the corpus may have that name", "give it another one")
        if len(os.fsencode(part)) > LONGEST_NAME:
            raise FileRefused(name, "its name is too long", f"give it one of {LONGEST_NAME} bytes at most")
        if is_passed_over(part):
            raise FileRefused(name, "a sync passes over hidden and temporary files", "give it another name")
    _largest(name)
    return parts


def _is_refused(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in _REFUSED_CATEGORIES


def _largest(name: str) -> int:
    try:
        return min(largest(name), LARGEST)
    except UnreadableFile as error:
        remedy = "save it as PDF, Word or text under its suffix"
        raise FileRefused(name, "no reader knows such files", remedy) from error


async def receive(folder: Path, name: str, size: int | None, chunks: AsyncIterator[bytes]) -> None:
    """Add a file to the folder; it is there once it is whole.

    Args:
        folder: of the corpus.
        name: the file's path below it, with slashes.
        size: in bytes as far as it was announced.
        chunks: its bytes.

    Raises:
        FileRefused: its name, its size, or what lies there already speaks against it.
    """
    parts, most = parts_of(name), _largest(name)
    if (size or 0) > most:
        raise _too_large(name, most)
    try:
        if shutil.disk_usage(folder).free < (size or most) + ROOM_KEPT:
            raise FileRefused(name, "the disk is nearly full", "make room there first")
        _see_that_it_is_new(folder, name, parts)
        partial = f".despatch-{secrets.token_hex(8)}.part"  # hidden, so that no sync reads it before it is whole
        descriptor = os.open(folder / partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                received = 0
                async for chunk in chunks:
                    received += len(chunk)
                    if received > most:
                        raise _too_large(name, most)
                    await to_thread.run_sync(file.write, chunk)
            _put(folder, partial, name, parts)
        finally:
            (folder / partial).unlink(missing_ok=True)
    except OSError as error:
        raise FileRefused(name, error.strerror or "the disk fails", "look at the folder of documents") from error


def _too_large(name: str, most: int) -> FileRefused:
    return FileRefused(name, f"it is larger than {most // MEBIBYTE} MiB", "copy it to the folder itself, then sync")


def _see_that_it_is_new(folder: Path, name: str, parts: Sequence[str]) -> None:
    """Refuse what is there already before it is sent."""
    with suppress(FileNotFoundError), inside(folder, parts[:-1]) as at:
        os.stat(parts[-1], dir_fd=at, follow_symlinks=False)
        raise _there_already(name)


def _put(folder: Path, partial: str, name: str, parts: Sequence[str]) -> None:
    """Give the whole file its name, which must be free."""
    with inside(folder, (), make=False) as top, inside(folder, parts[:-1], make=True) as at:
        try:
            os.close(os.open(parts[-1], os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666, dir_fd=at))
        except FileExistsError as error:
            raise _there_already(name) from error
        try:
            os.replace(partial, parts[-1], src_dir_fd=top, dst_dir_fd=at)
        except OSError:
            os.unlink(parts[-1], dir_fd=at)  # the name was kept free by an empty file
            raise


def _there_already(name: str) -> FileRefused:
    return FileRefused(name, "the folder holds one of that name", "remove that first, or give this another name")


def remove(folder: Path, file_id: str) -> None:
    """Delete a file from the folder; one that is gone already is no error.

    Args:
        folder: of the corpus.
        file_id: the file's document in the index.

    Raises:
        NotRemoved: it is reached by a link, or the disk refuses.
    """
    parts = document_path(folder, file_id).relative_to(folder).parts
    try:
        with suppress(FileNotFoundError), inside(folder, parts[:-1]) as at:
            os.unlink(parts[-1], dir_fd=at)
    except OSError as error:
        reason = error.strerror or "the disk fails"
        raise NotRemoved(file_id, reason, "delete the file where it lies, then sync") from error


@contextmanager
def inside(folder: Path, parts: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """A folder below the corpus's, opened; made on the way where `make` says so. A link on the way is an OSError."""
    way = os.O_RDONLY | os.O_DIRECTORY
    descriptor = os.open(folder, way)
    try:
        for part in parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
            below = os.open(part, way | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)
