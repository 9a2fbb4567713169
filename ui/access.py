"""Who may ask: keys of programs and passwords of people, kept as hashes in two files.

DespatchError
  AccessError
    InvalidName          a name that no key or user can have
    NameTaken            another has that name
    UnknownName          none has that name
    PasswordTooShort     a password that could be guessed
    AccessUnreadable     the file with the hashes cannot be read or written
    HostRefused          an address that other machines can reach, while nobody can sign in
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import platformdirs
from filelock import FileLock

from corpus import DespatchError

Kind = Literal["key", "user"]

NAME = re.compile(r"[^\W_][\w.@-]{0,63}")
PREFIX = "dsp_"  # so that a key is known for one where it is found, for example by a scanner of secrets
KEY_BYTES = 32  # random; a plain hash of 256 random bits cannot be guessed back
SHORTEST_PASSWORD = 10  # characters
LONGEST_PASSWORD = 1_000  # characters; more is no password, and each is hashed
LOG_N, BLOCK, PARALLEL = 15, 8, 3  # scrypt's cost as OWASP advises: 32 MiB and some 0.3 s a try
SCRYPT_MEMORY = 64 * 1024 * 1024  # bytes; OpenSSL's own limit is below what that cost needs
SALT_BYTES = 16


class AccessError(DespatchError):
    """Something about keys and users."""


class InvalidName(AccessError):
    """A name that no key or user can have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Nobody can be named {name!r}; take letters, figures, dots, dashes and @, 64 at most, a letter first."
        )
        self.name = name


class NameTaken(AccessError):
    """Another key or user has that name."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"There is a {kind} {name!r} already; take another name, or remove it first.")
        self.kind = kind
        self.name = name


class UnknownName(AccessError):
    """No key or user has that name."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"There is no {kind} {name!r}; `despatch {kind}s` lists those there are.")
        self.kind = kind
        self.name = name


class PasswordTooShort(AccessError):
    """A password that could be guessed, or is none."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(f"The password is too short or too long; take {least} to {most} characters.")
        self.least = least
        self.most = most


class AccessUnreadable(AccessError):
    """The file that holds keys or users cannot be read or written."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"The file {file} cannot be used ({reason}); mend or remove it, and add its names again.")
        self.file = file
        self.reason = reason


class HostRefused(AccessError):
    """A server was to listen where other machines can reach it, and nobody could sign in."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Other machines could reach {host}, and nobody can sign in yet; "
            "add people with `despatch users add NAME`, programs with `despatch keys add NAME`, or leave --host out."
        )
        self.host = host


@dataclass(frozen=True, slots=True)
class Entry:
    """A key or a user: its name, the hash of its secret, and when it was added (ISO 8601, UTC)."""

    name: str
    secret: str
    added: str


class Entries:
    """The keys or the users of one file, read again when it has changed."""

    def __init__(self, kind: Kind, folder: Path | None = None) -> None:
        self.kind = kind
        self._file = (folder or Path(platformdirs.user_config_dir("despatch"))) / f"{kind}s.json"
        self._known: tuple[tuple[int, int], Mapping[str, Entry]] | None = None

    def all(self) -> Mapping[str, Entry]:
        """Every entry by its name; none where there is no file.

        Raises:
            AccessUnreadable: the file is there and cannot be read.
        """
        try:
            status = self._file.stat()
            state = (status.st_mtime_ns, status.st_ino)
            if self._known is None or self._known[0] != state:
                stored = json.loads(self._file.read_text(encoding="utf-8"))
                self._known = (state, {name: Entry(name, **fields) for name, fields in stored.items()})
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise AccessUnreadable(str(self._file), "it does not hold what `despatch` wrote") from error
        return self._known[1]

    def add(self, name: str, secret: str) -> None:
        """Keep a new entry with the hash of its secret.

        Raises:
            InvalidName, NameTaken, AccessUnreadable: as their names say.
        """
        if not NAME.fullmatch(name):
            raise InvalidName(name)
        with self._writing() as entries:
            if name in entries:
                raise NameTaken(self.kind, name)
            entries[name] = Entry(name, secret, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")

    def remove(self, name: str) -> None:
        """Forget an entry; what was signed in by it ends.

        Raises:
            UnknownName, AccessUnreadable: as their names say.
        """
        with self._writing() as entries:
            if name not in entries:
                raise UnknownName(self.kind, name)
            del entries[name]

    @contextmanager
    def _writing(self) -> Iterator[dict[str, Entry]]:
        """The entries to be changed; they are written, for their owner's eyes only, when the block ends well."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._file}.lock"):
                entries = dict(self.all())
                yield entries
                stored = {each.name: {"secret": each.secret, "added": each.added} for each in entries.values()}
                written = self._file.with_suffix(".new")
                written.unlink(missing_ok=True)
                with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    json.dump(stored, file, ensure_ascii=True, indent=1)
                written.replace(self._file)
        except OSError as error:
            raise AccessUnreadable(str(self._file), error.strerror or "it cannot be written") from error


def new_key() -> str:
    """A fresh key; only its hash is kept anywhere."""
    return PREFIX + secrets.token_urlsafe(KEY_BYTES)


def key_hash(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", errors="replace")).hexdigest()


def password_hash(password: str, salt: bytes | None = None) -> str:
    """What is kept of a password: scrypt's hash with its salt; slow on purpose.

    Raises:
        PasswordTooShort: or longer than any password is.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordTooShort(SHORTEST_PASSWORD, LONGEST_PASSWORD)
    taken = salt or secrets.token_bytes(SALT_BYTES)
    hashed = hashlib.scrypt(
        password.encode("utf-8", errors="surrogatepass"), salt=taken, n=2**LOG_N, r=BLOCK, p=PARALLEL,
        maxmem=SCRYPT_MEMORY,
    )  # fmt: skip
    return f"scrypt${base64.b64encode(taken).decode()}${base64.b64encode(hashed).decode()}"


def is_password(password: str, kept: str) -> bool:
    """Whether a password is the one whose hash is kept."""
    try:
        salt = base64.b64decode(kept.split("$")[1])
        return hmac.compare_digest(password_hash(password, salt), kept)
    except (PasswordTooShort, IndexError, ValueError):
        return False
