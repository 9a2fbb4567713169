"""An SQLite of long ago as a shared library, and processes that run with it in place of this machine's.

SQLite's source, the amalgamation, lies in releases of the npm package better-sqlite3. Each is fetched and compiled once
and kept in the user's cache.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import platformdirs
import pytest
from filelock import FileLock

ROOT = Path(__file__).parent.parent.parent
GUARD = ROOT / "tests" / "guard"
LIBRARY = "libsqlite3.so.0"  # the name by which Python's own module asks the system's loader for it
COMPILER = ("gcc", "-O1", "-shared", "-fPIC", f"-Wl,-soname,{LIBRARY}", "-DSQLITE_ENABLE_COLUMN_METADATA")
FTS5, JSON = "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_JSON1"
QUICKLY = "-O0"  # where the library is not to be worked with


class NotToBeHad(Exception):
    """The library cannot be made or used here."""


@dataclass(frozen=True, slots=True)
class Build:
    """Describe one library.

    Attributes:
        version: of SQLite.
        release: of better-sqlite3, which brings it.
        sha256: of the amalgamation.
        options: for the compiler.
    """

    version: str
    release: str
    sha256: str
    options: tuple[str, ...] = (FTS5, JSON)

    @property
    def folder(self) -> Path:
        key = hashlib.sha256(" ".join((self.sha256, *COMPILER, *self.options)).encode()).hexdigest()[:8]
        return Path(platformdirs.user_cache_dir("despatch")) / "old-sqlite" / f"{self.version}-{key}"


TOO_OLD = Build("3.36.0", "7.4.4", "101c5142ab475cea80ab3f59a11cf94cc5b5f42bcd4d5cbca887bf77fb015626", (QUICKLY,))
OLDEST = Build("3.37.2", "7.5.0", "e19498e06e73c079730702effc5213a811b6f57ab0489f848fabe4956510a58b")
WITHOUT_FTS5 = replace(OLDEST, options=(QUICKLY, JSON))
WITHOUT_JSON = replace(OLDEST, options=(QUICKLY, FTS5))
DEBIAN_12 = Build("3.40.0", "8.0.1", "d2d9baf689e59fd9f73844138a1a52fca8707327f75ef7feb0e8b00793d302a8")


def environment(build: Build) -> dict[str, str]:
    """The variables of a process that runs with this SQLite; where there can be none, the test is skipped by name."""
    try:
        return _environment(build)
    except NotToBeHad as error:
        reason = f"SQLite {build.version} cannot be tried here: {error}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def _environment(build: Build) -> dict[str, str]:
    if sys.platform != "linux":
        raise NotToBeHad("only Linux takes a library by LD_LIBRARY_PATH")
    made(build)
    found = os.environ | {"LD_LIBRARY_PATH": str(build.folder), "PYTHONPATH": f"{GUARD}:{ROOT}"}
    asked = [sys.executable, "-c", "import sqlite3; print(sqlite3.sqlite_version)"]
    version = subprocess.run(asked, env=found, capture_output=True, text=True, check=True).stdout.strip()
    if version != build.version:
        raise NotToBeHad(f"this Python carries SQLite {version} inside")
    return found


def made(build: Build) -> None:
    """Fetch and compile what is not there yet; other processes wait."""
    build.folder.mkdir(parents=True, exist_ok=True)
    with FileLock(build.folder / "lock"):
        if (build.folder / LIBRARY).is_file():
            return
        for program in ("npm", "gcc"):
            if shutil.which(program) is None:
                raise NotToBeHad(f"there is no {program}; `.ci/old-sqlite` installs it on Debian")
        with tempfile.TemporaryDirectory(dir=build.folder) as folder:
            source, library = Path(folder) / "sqlite3.c", Path(folder) / LIBRARY
            source.write_bytes(_amalgamation(build, Path(folder)))
            _run(*COMPILER, *build.options, "-o", str(library), str(source), "-lm", "-lpthread", "-ldl")
            library.replace(build.folder / LIBRARY)


def _amalgamation(build: Build, folder: Path) -> bytes:
    _run(
        "npm",
        "pack",
        "--silent",
        "--fetch-retries=0",
        "--pack-destination",
        str(folder),
        f"better-sqlite3@{build.release}",
    )
    content = _within((folder / f"better-sqlite3-{build.release}.tgz").read_bytes())
    if hashlib.sha256(content).hexdigest() != build.sha256:
        raise NotToBeHad(f"better-sqlite3 {build.release} holds another source than it did")
    return content


def _within(archive: bytes) -> bytes:
    """The amalgamation in an archive, or in the archive in it, where earlier releases have it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        files = {member.name.rpartition("/")[2]: member for member in opened if member.isfile()}
        name = "sqlite3.c" if "sqlite3.c" in files else "sqlite3.tar.gz"
        content = opened.extractfile(files[name]).read()
    return content if name == "sqlite3.c" else _within(content)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=tempfile.gettempdir())
    if done.returncode:
        raise NotToBeHad(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command line ended."""

    status: int
    out: str
    err: str


class Commands:
    """A process that carries out one `despatch` command line after the other.

    Args:
        environment: its variables.
        before: statements of Python's that it begins with.
        cwd: the folder that it stands in.
    """

    def __init__(self, environment: dict[str, str], *, before: str = "", cwd: Path = ROOT) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\nfrom tests.support.old_sqlite import carry_out\ncarry_out()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env=environment,
        )

    def __enter__(self) -> Commands:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def __call__(self, *arguments: object) -> Ended:
        self._process.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))


def carry_out() -> None:
    """Carry out the command lines that come on stdin, each a list in JSON."""
    from ui.terminal import main

    answers = sys.stdout
    for line in sys.stdin:
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        status = main(json.loads(line))
        written = []
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            written.append(stream.buffer.getvalue().decode())
        answers.write(json.dumps([status, *written]) + "\n")
        answers.flush()
