"""What is in a corpus folder: which files count as documents, and the facts a sync compares."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from corpus.errors import FolderMissing, FolderUnreadable

# Hidden files, and what editors leave beside a file while it is open.
IGNORED_NAMES = (".*", "~$*", "*~", "*.swp", "#*#")
# Rules in the syntax of gitignore, for the folder that holds the file and all below it.
IGNORE_FILE = ".despatchignore"
_IGNORE_FILE_BYTES = 1024 * 1024

# What would break a line or a terminal if it stood in an id; lone surrogates stand for bytes that
# are not UTF-8.
_NOT_IN_IDS = frozenset(("Cc", "Zl", "Zp", "Cs"))
_ESCAPED = re.compile(r"\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4}))")
_FIRST_RAW_BYTE = 0xDC80  # as Python's surrogateescape gives the byte 0x80
_SURROGATE_OFFSET = 0xDC00
_ASCII_END = 0x80


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

    Hidden names, editors' temporary files, what a `.despatchignore` names, symbolic links, sockets,
    pipes and devices are left out. A file of a kind that no reader knows is listed all the same:
    reading it says why it cannot be.

    Args:
        folder: the corpus folder; itself it may be a symbolic link.

    Returns:
        The entries, each id once. All are found before the first is given.

    Raises:
        FolderMissing: there is no such folder.
        FolderUnreadable: the folder, or its `.despatchignore`, is there and cannot be read.
    """
    try:
        if not folder.is_dir():
            raise FolderMissing(str(folder))
        waiting: list[_Folder] = []
        found = list(_Folder(folder).files(waiting))
    except OSError as error:
        raise FolderUnreadable(str(folder)) from error
    # The list grows on the way; instead of recursion, since folders can be nested deeper than Python can.
    for below in waiting:
        found += below.listed(waiting)
    return iter(sorted(found, key=lambda entry: entry.id))


def document_path(folder: Path, file_id: str) -> Path:
    r"""Where the file of a document stands, from the document's `file_id`.

    In an id a backslash is written as `\\`, a control character as `\x0a` or `\u2028`, a byte that is not
    UTF-8 as `\xe9`: so every id can be printed and stored, and no two files share one.
    """
    return folder / _ESCAPED.sub(_unescaped, file_id)


class _Folder:
    """A folder on the way down.

    Attributes:
        id: as an entry has it, "" for the corpus folder itself.
    """

    def __init__(self, path: Path, below: str = "", rules: tuple[_Rules, ...] = ()) -> None:
        self.id = printable(below)
        self._path = path
        self._below = below  # the path below the corpus folder as the system has it
        self._rules = rules  # the nearest first

    def listed(self, waiting: list[_Folder]) -> Iterator[Entry]:
        """Its files, or itself where it cannot be listed."""
        try:
            yield from list(self.files(waiting))
        except FileNotFoundError:
            return  # removed meanwhile: as if it had gone a moment earlier
        except OSError:
            yield Entry(self.id, self._path, 0, 0)

    def files(self, waiting: list[_Folder]) -> Iterator[Entry]:
        """Its files; its sub-folders are added to `waiting`."""
        with os.scandir(self._path) as listing:
            children = [child for child in listing if not _is_ignored(child.name)]
        rules = self._own_rules()
        for child in children:
            below = f"{self._below}/{child.name}" if self._below else child.name
            try:
                status = child.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError:
                yield Entry(printable(below), Path(child.path), 0, 0)
                continue
            is_folder = stat.S_ISDIR(status.st_mode)
            if _is_left_out(rules, f"{below}/" if is_folder else below):
                continue
            if is_folder:
                waiting.append(_Folder(Path(child.path), below, rules))
            elif stat.S_ISREG(status.st_mode):
                yield Entry(printable(below), Path(child.path), status.st_size, status.st_mtime_ns)

    def _own_rules(self) -> tuple[_Rules, ...]:
        path = self._path / IGNORE_FILE
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                return self._rules
            with path.open("rb") as file:
                lines = os.fsdecode(file.read(_IGNORE_FILE_BYTES)).splitlines()
        except FileNotFoundError:
            return self._rules
        return (_Rules(self._below, lines), *self._rules)


class _Rules:
    """The lines of one `.despatchignore`."""

    def __init__(self, below: str, lines: Iterable[str]) -> None:
        from pathspec import GitIgnoreSpec  # noqa: PLC0415  30 ms that most corpora do not need

        self._start = len(below) + 1 if below else 0
        valid = []
        for line in lines:
            with suppress(ValueError):  # git, too, takes a line that is no pattern to match nothing
                GitIgnoreSpec.from_lines([line])
                valid.append(line)
        self._spec = GitIgnoreSpec.from_lines(valid)

    def verdict(self, below: str) -> bool | None:
        """Whether the rules leave a path out; None where no line says anything about it."""
        return self._spec.check_file(below[self._start :]).include


def _is_ignored(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in IGNORED_NAMES)


def _is_left_out(rules: Iterable[_Rules], below: str) -> bool:
    verdicts = (rule.verdict(below) for rule in rules)
    return next((verdict for verdict in verdicts if verdict is not None), False)


def printable(below: str) -> str:
    """Write a path as it stands in an id; see `document_path`."""
    return below if below.isprintable() and "\\" not in below else "".join(map(_escaped, below))


def _escaped(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if unicodedata.category(character) not in _NOT_IN_IDS:
        return character
    code = ord(character)
    if code >= _FIRST_RAW_BYTE:
        return f"\\x{code - _SURROGATE_OFFSET:02x}"
    return f"\\x{code:02x}" if code < _ASCII_END else f"\\u{code:04x}"


def _unescaped(escape: re.Match[str]) -> str:
    if escape[2]:
        return chr(int(escape[2], 16))
    if escape[1]:
        return os.fsdecode(bytes([int(escape[1], 16)]))
    return "\\"
