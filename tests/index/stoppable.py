"""A sync in a process of its own that is stopped at a chosen moment: killed, interrupted, or denied one write.

Moments are what can be told apart from inside: each call into and out of a function of `index`, each statement that
SQLite runs, each file that is opened, renamed or removed, each call into Chroma's compiled part. A run that is left
alone lists them; another is told at which of them to stop. What happens within one, such as Chroma writing its graph,
is reached by a kill some milliseconds after it began.

The process that is started loads everything once and forks a child for each run.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType, TracebackType

ROOT = Path(__file__).parent.parent.parent
GUARD = ROOT / "tests" / "guard"
PATHS_AUDITED = {
    "open": 0,
    "os.mkdir": 0,
    "os.remove": 0,
    "os.rmdir": 0,
    "os.rename": 1,
    "shutil.copyfile": 1,
    "shutil.copytree": 1,
    "sqlite3.connect": 0,
}
NOW = b"now\n"  # what a child says that is to be killed a little later
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FEW = 4  # passages a batch and vectors a flush, so that a small corpus meets every step several times


@dataclass(frozen=True, slots=True)
class Order:
    """One run.

    Attributes:
        at: the moment to stop at: its label, and its how-manieth occurrence, from 1.
        how: what happens then: "kill" or "interrupt".
        after_seconds: the kill follows so long after the moment.
        failing_write: the how-manieth write fails, from 1; 0 is none.
        largest_file_bytes: the system refuses to make a file larger; 0 is no limit.
        is_room_checked: whether the sync looks for free room beforehand.
    """

    corpus: str
    index: str
    options: dict[str, bool] = field(default_factory=dict)
    at: tuple[str, int] | None = None
    how: str = "kill"
    after_seconds: float = 0.0
    failing_write: int = 0
    largest_file_bytes: int = 0
    is_room_checked: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        killed: the process was; then nothing else is known.
        moments: the labels of those that passed, in order.
        error, sentence: the kind of the error that `sync` raised and what it says, "" where it raised none.
        is_from_the_tree: it is one of the project's own errors.
        traceback: of that error.
        writes: how many there were.
        embedded: passages.
    """

    killed: bool = False
    moments: tuple[str, ...] = ()
    error: str = ""
    sentence: str = ""
    is_from_the_tree: bool = False
    traceback: str = ""
    writes: int = 0
    embedded: int = 0


class Stoppable:
    """The process that runs syncs, from the side of the test."""

    def __enter__(self) -> Stoppable:
        environment = os.environ | {"PYTHONPATH": f"{GUARD}:{ROOT}", "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.stoppable"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def sync(self, corpus: Path, index: Path, **order) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(Order(str(corpus), str(index), **order))) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))


def main() -> None:
    prepare()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(carried_out(Order(**json.loads(line))))) + "\n")
        sys.stdout.flush()


def prepare() -> None:
    """Load what every run needs, in such a way that it survives a fork."""
    import chromadb

    from corpus import language_of
    from index import chroma, embedding, generations, identity, storing, syncing

    model = embedding.open_embedder(embedding.DEFAULT_MODEL)
    source = embedding.locate(embedding.DEFAULT_MODEL)
    fingerprint = embedding.fingerprint_of(source)
    # found and hashed once, as 90 MB of weights take longer than a small sync
    syncing.open_embedder = lambda *_, **__: model
    identity.locate = lambda _: source
    identity.fingerprint_of = lambda *_: fingerprint
    small_batches(chroma, generations, storing)
    language_of("The model that knows languages is unpacked into a temporary file when it is first asked. " * 9)
    assert chromadb.__version__ == chroma.chroma_version()


def small_batches(chroma, generations, storing) -> None:
    chroma.BATCH = generations.BATCH = storing.BATCH_PASSAGES = FEW
    # Chroma writes its graph to disk each time so many vectors have come
    chroma.CONFIGURATION = {"hnsw": {**chroma.CONFIGURATION["hnsw"], "batch_size": FEW, "sync_threshold": FEW}}


def carried_out(order: Order) -> Outcome:
    told, telling = os.pipe()
    child = os.fork()
    if not child:
        os.close(told)
        status = 1
        try:
            with open(telling, "wb", buffering=0) as answer:  # noqa: PTH123  a descriptor, not a path
                run(order, answer)
            status = 0
        finally:
            os._exit(status)
    os.close(telling)
    with open(told, "rb") as answer:  # noqa: PTH123  a descriptor, not a path
        said = answer.readline()
        if said == NOW:
            select.select([answer], [], [], order.after_seconds)  # or until it has ended
            os.kill(child, signal.SIGKILL)
            said = answer.readline()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"it died of {signal.Signals(os.WTERMSIG(status)).name}"
        return Outcome(killed=True)
    return Outcome(**json.loads(said))


def run(order: Order, answer) -> None:
    """Sync in this process, which is a child made for it, and write what came of it."""
    import resource

    from corpus import DespatchError
    from index import DEFAULT_MODEL, sync, syncing

    if not order.is_room_checked:  # so that the disk is met full in the middle
        syncing.ROOM_BYTES = syncing.ROOM_A_FILE_BYTES = 0
    if order.largest_file_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.largest_file_bytes, order.largest_file_bytes))
    writes = Writes(order.failing_write, order.index)
    outcome: dict[str, object] = {}
    moments = Moments(order, answer)
    try:
        with writes.counted(moments.ran), moments.watched():
            report = sync(Path(order.corpus), Path(order.index), model=DEFAULT_MODEL, **order.options)
        outcome["embedded"] = report.embedded
    except BaseException as error:  # noqa: BLE001  whatever it is, the test shall judge it
        outcome |= {
            "error": type(error).__name__,
            "sentence": str(error),
            "is_from_the_tree": isinstance(error, DespatchError),
            "traceback": traceback.format_exc(),
        }
    outcome |= {"moments": moments.passed, "writes": writes.count}
    answer.write(json.dumps(outcome).encode())


class Moments:
    """Notes the moments of a run, and stops it at the one that it was told."""

    def __init__(self, order: Order, answer) -> None:
        self.passed: list[str] = []
        self._order = order
        self._answer = answer
        self._index = order.index
        self._counted: Counter[str] = Counter()
        self._thread = threading.get_ident()
        self._rooms = str(ROOT / "index")
        self._is_watching = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        sys.addaudithook(self._audited)
        self._is_watching = True
        sys.setprofile(self._profiled)
        try:
            yield
        finally:
            sys.setprofile(None)
            self._is_watching = False

    def _pass(self, label: str) -> None:
        self.passed.append(label)
        self._counted[label] += 1
        if self._order.at is None or (label, self._counted[label]) != tuple(self._order.at):
            return
        if self._order.how == "interrupt":
            signal.raise_signal(signal.SIGINT)
        elif self._order.after_seconds:
            self._answer.write(NOW)
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    def _profiled(self, frame: FrameType, event: str, called: object) -> None:
        code = frame.f_code
        if event in ("call", "return") and code.co_filename.startswith(self._rooms) and code.co_name[0] != "<":
            self._pass(f"{event} {Path(code.co_filename).stem}.{code.co_name}")
        elif event in ("c_call", "c_return") and type(getattr(called, "__self__", None)).__name__ == "Bindings":
            self._pass(f"{event} chroma.{getattr(called, '__name__', '')}")

    def _audited(self, event: str, arguments: tuple) -> None:
        if not self._is_watching or threading.get_ident() != self._thread:
            return
        if event in PATHS_AUDITED and _is_below(self._index, arguments[PATHS_AUDITED[event]]):
            path = Path(os.fsdecode(arguments[PATHS_AUDITED[event]]))
            self._pass(f"{event} {path.suffix or 'folder'}")

    def ran(self, statement: str) -> None:
        """A statement of SQLite's is about to run."""
        if self._is_watching and not statement.startswith("--"):
            self._pass(f"sql {' '.join(statement.split()[:3])}")


class Writes:
    """Counts what is written below a folder by Python, by SQLite and by Chroma, and lets one of it fail."""

    def __init__(self, failing: int, index: str) -> None:
        self.count = 0
        self._failing = failing
        self._index = index

    @contextmanager
    def counted(self, ran: Callable[[str], None]) -> Iterator[None]:
        from chromadb.api.rust import RustBindingsAPI
        from chromadb.errors import InternalError

        def full_for_sqlite() -> Exception:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            return error

        def full_for_chroma() -> Exception:
            return InternalError("error returned from database: (code: 13) database or disk is full")

        class Connection(sqlite3.Connection):
            def __init__(inner, *arguments, **keywords):
                super().__init__(*arguments, **keywords)
                inner.set_trace_callback(ran)

            def execute(inner, statement: str, *arguments):
                if not statement.startswith(("SELECT", "PRAGMA")):
                    self._pass(full_for_sqlite)
                return super().execute(statement, *arguments)

            def executemany(inner, statement: str, rows):
                self._pass(full_for_sqlite)
                return super().executemany(statement, rows)

        connect = sqlite3.connect
        sqlite3.connect = lambda *arguments, **keywords: connect(*arguments, **{"factory": Connection, **keywords})
        for name in ("start", "create_collection", "_upsert", "_delete"):
            setattr(RustBindingsAPI, name, self._counting(getattr(RustBindingsAPI, name), full_for_chroma))
        sys.addaudithook(self._audited)
        yield

    def _pass(self, full: Callable[[], Exception]) -> None:
        self.count += 1
        if self.count == self._failing:
            raise full()

    def _counting(self, method: Callable, full: Callable[[], Exception]) -> Callable:
        def counted(*arguments, **keywords):
            self._pass(full)
            return method(*arguments, **keywords)

        return counted

    def _audited(self, event: str, arguments: tuple) -> None:
        if event == "sqlite3.connect" or event not in PATHS_AUDITED:
            return
        path = arguments[PATHS_AUDITED[event]]
        writing = event != "open" or bool((arguments[2] or 0) & WRITING)
        if writing and _is_below(self._index, path):
            self._pass(lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fsdecode(path)))


def _is_below(folder: str, path: object) -> bool:
    return isinstance(path, str | bytes | os.PathLike) and folder in os.fsdecode(path)


if __name__ == "__main__":
    main()
