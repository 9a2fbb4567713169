"""Which corpus who may read: `access.toml` in the per-user configuration folder, written by whoever runs the server.

[groups]
press = ["ada", "bob", "key reports"]   # users by their names, keys of programs after the word key

[corpora]
treaties = ["@press", "carol"]          # groups after an @, users, keys
minutes = ["*"]                         # whoever is known

Where there is no such file, whoever is known reads every corpus; a file that is there opens what it names and no more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from ui.access import AccessUnreadable

FILE = "access.toml"
EVERYONE = "*"
GROUP = "@"
KEY = "key "
SECTIONS = ("groups", "corpora")

Readers = Mapping[str, frozenset[str]]  # who may read, as `Access.who` names them, by the corpus


class Rules:
    """The rules of one file, read again when it has changed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = (folder or Path(platformdirs.user_config_dir("despatch"))) / FILE
        self._known: tuple[tuple[int, int], Readers] | None = None

    def may_read(self, who: str, corpus: str) -> bool:
        """Whether someone (`user NAME` or `key NAME`) may read a corpus.

        Raises:
            AccessUnreadable: the file cannot be read, or is gone since it was read: nothing is open then.
        """
        readers = self._readers()
        return readers is None or not {who, EVERYONE}.isdisjoint(readers.get(corpus, ()))

    def _readers(self) -> Readers | None:
        try:
            status = self._file.stat()
            state = (status.st_mtime_ns, status.st_ino)
            if self._known is None or self._known[0] != state:
                self._known = (state, _read(tomllib.loads(self._file.read_text(encoding="utf-8-sig"))))
        except FileNotFoundError as error:
            if self._known is None:
                return None
            raise AccessUnreadable(str(self._file), "it was there and is gone") from error
        except OSError as error:
            raise AccessUnreadable(str(self._file), error.strerror or "it cannot be opened") from error
        except ValueError as error:  # also of what is no TOML or no UTF-8
            raise AccessUnreadable(str(self._file), str(error)) from error
        return self._known[1]


def _read(stored: Mapping[str, object]) -> Readers:
    """Who may read which corpus; raises ValueError with what is wrong."""
    for name in stored:
        if name not in SECTIONS:
            raise ValueError(f"it has a part {name!r}; there are [groups] and [corpora]")
    groups = {name: _named(name, members) for name, members in _section(stored, "groups").items()}
    return {
        corpus: frozenset(one for each in _texts(corpus, readers) for one in _meant(each, groups))
        for corpus, readers in _section(stored, "corpora").items()
    }


def _section(stored: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = stored.get(name, {})
    if not isinstance(section, dict):
        raise ValueError(f"{name} is no part of its own; begin it with [{name}]")
    return section


def _texts(name: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError(f'{name} is not a list of names such as ["ada", "key reports"]')
    return value


def _named(name: str, members: object) -> frozenset[str]:
    return frozenset(one for each in _texts(name, members) for one in _meant(each, {}))


def _meant(reader: str, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    if not reader.startswith(GROUP):
        return frozenset({reader if reader == EVERYONE or reader.startswith(KEY) else f"user {reader}"})
    if reader[1:] not in groups:
        raise ValueError(f"there is no group {reader[1:]!r} for {reader!r}")
    return groups[reader[1:]]
