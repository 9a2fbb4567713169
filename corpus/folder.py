"""What is in a corpus folder: which files count as documents, and the facts a sync compares."""

from __future__ import annotations

import heapq
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
from corpus.options import NO_OPTIONS, ReadingOptions

# Hidden files, and what editors leave beside a file while it is open.
IGNORED_NAMES = (".*", "~$*", "*~", "*.swp", "#*#")
# Rules in the syntax of gitignore, for the folder that holds the file and all below it.
IGNORE_FILE = ".despatchignore"
_IGNORE_FILE_BYTES = 1024 * 1024

# What would break a line or a terminal if it stood in an id; lone surrogates stand for bytes that
# are not UTF-8.
_NOT_IN_IDS = frozenset(("Cc", "Zl", "Zp", "Cs"))
_ESCAPED = re.compile(rb"\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4}))")
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


def scan(folder: Path, options: ReadingOptions = NO_OPTIONS) -> Iterator[Entry]:
    """List the files below a folder, in order of id.

    Hidden names, editors' temporary files, what a `.despatchignore` names, sockets, pipes and devices are left
    out, and symbolic links unless they are to be followed. A file of a kind that no reader knows is listed all the
    same: reading it says why it cannot be.

    Links are followed after all else, in order of id, and lead to no file and into no folder a second time: what
    lies in the corpus folder is listed under its own name, and a loop ends.

    Args:
        folder: the corpus folder; itself it may be a symbolic link.
        options: whether links are followed.

    Returns:
        The entries, each id once. All are found before the first is given.

    Raises:
        FolderMissing: there is no such folder.
        FolderUnreadable: the folder, or its `.despatchignore`, is there and cannot be read.
    """
    walk = _Walk()
    try:
        if not folder.is_dir():
            raise FolderMissing(str(folder))
        walk.list_first(folder)
    except OSError as error:
        raise FolderUnreadable(str(folder)) from error
    walk.descend()
    while options.follow_links and walk.links:
        walk.follow(*heapq.heappop(walk.links))
        walk.descend()
    return iter(sorted(walk.found, key=lambda entry: entry.id))


def document_path(folder: Path, file_id: str) -> Path:
    r"""Where the file of a document stands, from the document's `file_id`.

    In an id a backslash is written as `\\`, a control character as `\x0a` or `\u2028`, a byte that is not
    UTF-8 as `\xe9`: so every id can be printed and stored, and no two files share one.
    """
    return folder / os.fsdecode(_ESCAPED.sub(_unescaped, file_id.encode(errors="backslashreplace")))


def stored_path(path: str) -> str:
    """Write a path as ids have it, the same in every locale; `document_path` reads it."""
    return printable(os.fsencode(path).decode("utf-8", "surrogateescape"))


class _Walk:
    """A way through a corpus folder: what was found on it, and what is to be looked at yet.

    Attributes:
        found: the entries, in no order.
        links: a heap of the symbolic links that were met, each as its path below the corpus folder and its folder.
    """

    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.links: list[tuple[str, _Folder]] = []
        self._waiting: list[_Folder] = []
        self._seen: set[tuple[int, int]] = set()
        self._follows = False

    def list_first(self, folder: Path) -> None:
        """List the corpus folder itself."""
        self._is_new(folder.stat())
        _Folder(folder).list_into(self)

    def descend(self) -> None:
        """List the folders that wait, and all below them."""
        # The list grows on the way; instead of recursion, since folders can be nested deeper than Python can.
        for folder in self._waiting:
            try:
                folder.list_into(self)
            except FileNotFoundError:
                continue  # removed meanwhile: as if it had gone a moment earlier
            except OSError:
                self.fail(folder.below, folder.path)
        self._waiting.clear()

    def follow(self, below: str, folder: _Folder) -> None:
        """Take up what a link of a folder leads to, unless it was met before."""
        self._follows = True
        path = folder.path / below.rpartition("/")[2]
        try:
            self.take(below, path, path.stat(), folder)
        except OSError:
            if not folder.leaves_out(below):
                self.fail(below, path)

    def take(self, below: str, path: Path, status: os.stat_result, folder: _Folder) -> None:
        """Take up a file or sub-folder of a folder that is neither left out nor met before by a link."""
        is_folder = stat.S_ISDIR(status.st_mode)
        if folder.leaves_out(f"{below}/" if is_folder else below) or (not self._is_new(status) and self._follows):
            return
        if is_folder:
            self._waiting.append(_Folder(path, below, folder.rules))
        elif stat.S_ISREG(status.st_mode):
            self.found.append(Entry(stored_path(below), path, status.st_size, status.st_mtime_ns))

    def fail(self, below: str, path: Path) -> None:
        """List what cannot be looked at: reading it says why."""
        self.found.append(Entry(stored_path(below), path, 0, 0))

    def _is_new(self, status: os.stat_result) -> bool:
        key = (status.st_dev, status.st_ino)
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new


class _Folder:
    """A folder on the way down.

    Attributes:
        path: where it stands.
        below: the path below the corpus folder as the system has it, "" for the corpus folder itself.
        rules: of the ignore files that hold for it, the nearest first; its own once it was listed.
    """

    def __init__(self, path: Path, below: str = "", rules: tuple[_Rules, ...] = ()) -> None:
        self.path = path
        self.below = below
        self.rules = rules

    def list_into(self, walk: _Walk) -> None:
        """Hand its files, sub-folders and links on.

        Raises:
            OSError: it cannot be listed, or its ignore file not be read; nothing was handed on.
        """
        with os.scandir(self.path) as listing:
            children = sorted(
                (child for child in listing if not is_passed_over(child.name)), key=lambda child: child.name
            )
        self._add_own_rules()
        for child in children:
            below = f"{self.below}/{child.name}" if self.below else child.name
            try:
                status = child.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError:
                walk.fail(below, Path(child.path))
                continue
            if stat.S_ISLNK(status.st_mode):
                heapq.heappush(walk.links, (below, self))
            else:
                walk.take(below, Path(child.path), status, self)

    def leaves_out(self, below: str) -> bool:
        """Whether its rules, or those above it, leave out a path."""
        verdicts = (rule.verdict(below) for rule in self.rules)
        return next((verdict for verdict in verdicts if verdict is not None), False)

    def _add_own_rules(self) -> None:
        path = self.path / IGNORE_FILE
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                return
            with path.open("rb") as file:
                lines = os.fsdecode(file.read(_IGNORE_FILE_BYTES)).splitlines()
        except FileNotFoundError:
            return
        self.rules = (_Rules(self.below, lines), *self.rules)


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


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of that name is no document's: hidden, or left beside a file that is open."""
    return any(fnmatchcase(name, pattern) for pattern in IGNORED_NAMES)


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


def _unescaped(escape: re.Match[bytes]) -> bytes:
    if escape[2]:
        return chr(int(escape[2], 16)).encode(errors="surrogatepass")
    return bytes.fromhex(escape[1].decode()) if escape[1] else b"\\"
