"""Who reads what, whose word on names counts, and what is noted: `access.toml`, by whoever runs the server.

It lies in the per-user configuration folder.

[groups]
press = ["ada", "bob", "key reports"]   # users by their names, keys of programs after the word key

[corpora]
treaties = ["@press", "carol"]          # groups after an @, users, keys
minutes = ["*"]                         # whoever is known

[proxy]
addresses = ["127.0.0.1", "10.0.0.0/8"] # whose header is believed; from anywhere else it is nothing
header = "X-Forwarded-User"             # the name of whoever signed in there

[page]
address = "https://intra.example/desk"  # what a proxy before the server calls its page; also `/desk` alone

[audit]
file = "/var/log/despatch/audit.jsonl"  # who asked, changed and exported what

[originals]
corpora = ["treaties"]                  # whose files may be downloaded by those who may read them

Without `[corpora]` whoever is known reads every corpus; where it is there, it opens what it names and no more.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from ui.access import AccessUnreadable

FILE = "access.toml"
EVERYONE = "*"
GROUP = "@"
ADDRESS = re.compile(r"(https?://[^\s/?#@]+)?(/[\w.~-]+)*/?")
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
KEY = "key "
SECTIONS = {
    "groups": None,
    "corpora": None,
    "proxy": {"addresses", "header"},
    "page": {"address"},
    "audit": {"file"},
    "originals": {"corpora"},
}

Readers = Mapping[str, frozenset[str]]  # who may read, as `Access.who` names them, by the corpus
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Proxy:
    """What signs people in before they come here: from where it speaks, and in which header, in lower case."""

    networks: tuple[Network, ...]
    header: bytes

    def is_at(self, address: str) -> bool:
        """Whether a request that comes from an address comes from it."""
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class _Read:
    """What stands in the file; None where it says nothing on that."""

    readers: Readers | None = None
    proxy: Proxy | None = None
    audit: Path | None = None
    page: str = ""
    originals: frozenset[str] = frozenset()


NOTHING = _Read()


class Rules:
    """The rules of one file, read again when it has changed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = (folder or Path(platformdirs.user_config_dir("despatch"))) / FILE
        self._known: tuple[tuple[int, int], _Read] | None = None

    def may_read(self, who: str, corpus: str) -> bool:
        """Whether someone (`user NAME` or `key NAME`) may read a corpus.

        Raises:
            AccessUnreadable: the file cannot be read, or is gone since it was read: nothing is open then.
        """
        readers = self._read().readers
        return readers is None or not {who, EVERYONE}.isdisjoint(readers.get(corpus, ()))

    def gives_originals(self, corpus: str) -> bool:
        """Whether who may read a corpus may download its files; errors are those of `may_read`."""
        return not self._read().originals.isdisjoint({corpus, EVERYONE})

    @property
    def proxy(self) -> Proxy | None:
        """What signs people in before they come here, None for nothing; errors are those of `may_read`."""
        return self._read().proxy

    @property
    def audit(self) -> Path | None:
        """Where it is noted who did what, None for nowhere; errors are those of `may_read`."""
        return self._read().audit

    @property
    def page(self) -> str:
        """Where a proxy serves the page, "" for where the server does; errors are those of `may_read`."""
        return self._read().page

    def _read(self) -> _Read:
        try:
            status = self._file.stat()
            state = (status.st_mtime_ns, status.st_ino)
            if self._known is None or self._known[0] != state:
                self._known = (state, _read(tomllib.loads(self._file.read_text(encoding="utf-8-sig"))))
        except FileNotFoundError as error:
            if self._known is None:
                return NOTHING
            raise AccessUnreadable(str(self._file), "it was there and is gone") from error
        except OSError as error:
            raise AccessUnreadable(str(self._file), error.strerror or "it cannot be opened") from error
        except ValueError as error:  # also of what is no TOML or no UTF-8
            raise AccessUnreadable(str(self._file), str(error)) from error
        return self._known[1]


def _read(stored: Mapping[str, object]) -> _Read:
    """What the file says; raises ValueError with what is wrong."""
    for name in stored:
        if name not in SECTIONS:
            raise ValueError(f"it has a part {name!r}; there are {', '.join(f'[{each}]' for each in SECTIONS)}")
        known = SECTIONS[name]
        if known is not None and set(_section(stored, name)) != known:
            raise ValueError(f"[{name}] takes {' and '.join(sorted(known))}, nothing else and each of them")
    groups = {name: _named(name, members) for name, members in _section(stored, "groups").items()}
    readers = {
        corpus: frozenset(one for each in _texts(corpus, readers) for one in _meant(each, groups))
        for corpus, readers in _section(stored, "corpora").items()
    }
    proxy, audit, page, originals = (_section(stored, name) for name in ("proxy", "audit", "page", "originals"))
    return _Read(
        readers if "corpora" in stored else None,
        _proxy(proxy) if proxy else None,
        Path(_text("file", audit["file"])).expanduser() if audit else None,
        _address(page) if page else "",
        frozenset(_texts("corpora", originals["corpora"])) if originals else frozenset(),
    )


def _proxy(section: Mapping[str, object]) -> Proxy:
    header = _text("header", section["header"])
    if not HEADER.fullmatch(header):
        raise ValueError(f"{header!r} is no header's name")
    networks = tuple(ipaddress.ip_network(each) for each in _texts("addresses", section["addresses"]))
    return Proxy(networks, header.lower().encode())


def _address(section: Mapping[str, object]) -> str:
    address = _text("address", section["address"])
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"{address!r} is neither a path such as /desk nor a whole address of http or https")
    return address.rstrip("/")


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{name} is not a text")
    return value


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
