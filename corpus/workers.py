"""Reading in processes of their own, which a file may crash, fill or stop without harm to the rest.

A worker is a second Python that imports only `corpus` and the readers that it needs, stays for many
files and is told one at a time. It is started by name and not by `multiprocessing`, which would run
the caller's main script again in each.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import cast

from corpus.allowance import granted_by
from corpus.errors import CorpusError, UnreadableFile
from corpus.folder import Entry
from corpus.options import NO_OPTIONS, ReadingOptions
from corpus.reading import read
from corpus.terms import Document
from corpus.transport import Parcel, pack, receive, send

GIBIBYTE = 1024**3
# Of 117 files of all kinds the slowest takes 0.3 s; a PDF of ten thousand pages takes about this.
TIME_LIMIT_SECONDS = 60.0
# And a second more for so much of a large file: to read, decode and hand over half a gigabyte of
# text takes 10 s on an idle machine, and three times that on a busy one.
BYTES_PER_EXTRA_SECOND = 4 * 1024**2
# Of address space. Pages full of drawings and sheets of a million cells stay below it.
MEMORY_LIMIT_BYTES = 1 * GIBIBYTE
# And as much again for every byte of a large file: text is held as bytes and as characters of up to
# four bytes, for a moment also as the narrower ones that it was decoded to until a wide one came.
MEMORY_PER_FILE_BYTE = 8
# Reading runs beside embedding, which uses all cores; more than this only takes memory.
MAX_WORKERS = 4
# Files that are read ahead of the one that is asked for, and their size on disk.
LOOK_AHEAD_FILES = 16
LOOK_AHEAD_BYTES = 64 * 1024**2
# A worker that has held so much gives its memory back by making room for a new one.
_SPENT_BYTES = GIBIBYTE // 2
# A worker whose caller was killed in the middle of a file ends itself this long after the limit.
_GRACE_SECONDS = 5.0
_OUT_OF_MEMORY = 77  # exit status, unlike any that Python or a signal gives

_AGAIN = "open it in its own program, save it again, then sync"
_TOO_MUCH = "The reader ran out of memory on this file; divide it into parts, then sync."


class Reading:
    """A few worker processes that read files; for one thread.

    They are started when they are first needed and end with the `with` block.

    Args:
        options: what the user decided about reading.
        workers: how many, at least 1; by default as many as there are cores, at most `MAX_WORKERS`.
        time_limit_seconds: for one file; a large one may take a second more for every `BYTES_PER_EXTRA_SECOND`.
        memory_limit_bytes: for one file, of address space; a large file may take more by
            `MEMORY_PER_FILE_BYTE`. Systems that cannot limit it, such as macOS, do not. A slow step of a
            reader, such as text recognition, gets more of both (`corpus.allowance`).
    """

    def __init__(
        self,
        options: ReadingOptions = NO_OPTIONS,
        *,
        workers: int | None = None,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    ) -> None:
        self._most = workers or min(os.cpu_count() or 1, MAX_WORKERS)
        self._options = options
        self._limits = _Limits(time_limit_seconds, memory_limit_bytes)
        self._workers: list[_Worker] = []

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers, also one that is in the middle of a file."""
        while self._workers:
            self._workers.pop().end()

    def read(self, entry: Entry) -> Document:
        """Read one file; like `corpus.read`, in a worker and under the limits.

        Raises:
            UnreadableFile: the file gives no text, takes too long or too much memory, or breaks its reader.
            CorpusError: no worker can be started.
        """
        ((_, outcome),) = self.read_all([entry])
        if isinstance(outcome, UnreadableFile):
            raise outcome
        return outcome

    def read_all(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Document | UnreadableFile]]:
        """Read files, some ahead of the one that is asked for.

        Args:
            entries: drawn from as workers become free, at most `LOOK_AHEAD_FILES` ahead.

        Returns:
            Each entry with its document or with what is wrong with it, in the order given.

        Raises:
            CorpusError: no worker can be started.
        """
        jobs: deque[_Job] = deque()
        try:
            for entry in entries:
                jobs.append(_Job(entry))
                self._idle().begin(jobs[-1])
                while jobs and (jobs[0].outcome or _is_full(jobs)):
                    yield self._finished(jobs.popleft())
            while jobs:
                yield self._finished(jobs.popleft())
        finally:
            self._drop_busy()  # where the caller stopped asking

    def _finished(self, job: _Job) -> tuple[Entry, Document | UnreadableFile]:
        while job.outcome is None:
            self._collect()
        return job.entry, job.outcome

    def _idle(self) -> _Worker:
        while True:
            for worker in self._workers:
                if worker.job is None:
                    return worker
            if len(self._workers) < self._most:
                self._workers.append(_Worker(self._options, self._limits))
            else:
                self._collect()

    def _collect(self) -> None:
        """Wait until a busy worker answers, dies or exceeds its time, and settle its job."""
        busy = [worker for worker in self._workers if worker.job]
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        answering = wait([worker.connection for worker in busy], patience)
        for worker in busy:
            if worker.connection in answering:
                worker.hear()
            elif worker.deadline <= time.monotonic():
                worker.give_up()
            if worker.is_spent:
                self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.end()
        if worker.job and not worker.job.outcome:
            # It may have died of what an earlier file left behind: a fresh one decides.
            self._workers.append(_Worker(self._options, self._limits))
            self._workers[-1].begin(worker.job)

    def _drop_busy(self) -> None:
        for worker in [worker for worker in self._workers if worker.job]:
            self._workers.remove(worker)
            worker.end()


@dataclass(frozen=True, slots=True)
class _Limits:
    seconds: float
    memory_bytes: int

    def seconds_for(self, entry: Entry) -> float:
        return self.seconds + entry.size_bytes / BYTES_PER_EXTRA_SECOND

    def memory_bytes_for(self, entry: Entry) -> int:
        return self.memory_bytes + MEMORY_PER_FILE_BYTE * entry.size_bytes


@dataclass(slots=True)
class _Job:
    entry: Entry
    outcome: Document | UnreadableFile | None = None


def _is_full(jobs: deque[_Job]) -> bool:
    ahead = sum(job.entry.size_bytes for job in jobs)
    return len(jobs) > LOOK_AHEAD_FILES or ahead > LOOK_AHEAD_BYTES


class _Worker:
    """The caller's end of one worker.

    Attributes:
        job: what it is reading, None while it waits.
        deadline: when that must be done, by the monotonic clock.
        is_spent: it has ended or must be ended; another takes its place, and its job unless that is settled.
    """

    def __init__(self, options: ReadingOptions, limits: _Limits) -> None:
        self.connection, theirs = Pipe()
        self.job: _Job | None = None
        self.deadline = 0.0
        self.is_spent = False
        self._patience = 0.0
        self._options = options
        self._limits = limits
        self._is_ready = self._has_read = False
        code = f"import sys; sys.path[:] = {sys.path!r}; from corpus.workers import serve; serve({theirs.fileno()})"
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                pass_fds=[theirs.fileno()],
                # A worker takes one core: without this, numpy takes all, and memory for each.
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                process_group=0,  # Ctrl-C is the caller's: a worker that got it would seem to have crashed
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            self.connection.close()
            raise CorpusError(f"No process can be started to read files ({error.strerror}); sync again.") from error
        finally:
            theirs.close()

    def begin(self, job: _Job) -> None:
        """Hand over a file; the answer is waited for on `connection`."""
        self.job = job
        self._wait_for(self._limits.seconds_for(job.entry))
        with suppress(OSError):  # it has died meanwhile: `hear` finds out
            self.connection.send((job.entry, self._options, self._limits))

    def hear(self) -> None:
        """Take what came over `connection`: the answer, or the news that the worker has died.

        Raises:
            CorpusError: it has died before it was asked for anything.
        """
        try:
            message = cast("tuple[Document | str | float, bool] | None", receive(self.connection))
        except (EOFError, OSError):
            self._died()
            return
        if message is None:
            self._is_ready = True
            self._wait_for(self._patience)  # starting up is not reading
            return
        answer, self.is_spent = message
        if isinstance(answer, float):  # a slow step begins and is granted so many seconds
            self._wait_for(answer)
            return
        self._settle(UnreadableFile(answer) if isinstance(answer, str) else answer)
        self._has_read = True

    def give_up(self) -> None:
        """Settle a job that takes too long."""
        self.is_spent = True
        reason = f"Reading took longer than {self._patience:.0f} s and was given up; divide the file, then sync."
        self._settle(UnreadableFile(reason))

    def end(self) -> None:
        """End the process: reading changes nothing, so that it may be cut off anywhere."""
        self.connection.close()
        self._process.kill()
        self._process.wait()

    def _wait_for(self, seconds: float) -> None:
        self._patience = seconds
        self.deadline = time.monotonic() + seconds

    def _settle(self, outcome: Document | UnreadableFile) -> None:
        if self.job:
            self.job.outcome = outcome
        self.job = None

    def _died(self) -> None:
        self.is_spent = True
        status = self._process.wait()
        if not self._is_ready:
            raise CorpusError("The process that reads files ends as it starts; install Despatch anew, then sync.")
        if status == -signal.SIGALRM:
            self.give_up()
        elif not self._has_read:
            self._settle(UnreadableFile(_epitaph(status)))


def _epitaph(status: int) -> str:
    if status == _OUT_OF_MEMORY:
        return _TOO_MUCH
    if status == -signal.SIGKILL:
        return "The reader was ended by the system, likely for want of memory; divide the file, then sync."
    cause = signal.Signals(-status).name if status < 0 else f"status {status}"
    return f"The reader broke down on this file ({cause}); {_AGAIN}."


def serve(descriptor: int) -> None:
    """Be a worker: read the files that are named over a connection until it closes.

    Args:
        descriptor: this process's end of the connection.
    """
    connection = Connection(descriptor)
    # A crash must not leave a file with the contents of documents behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    room = _Room(connection)
    granted_by(room.grant)
    send(connection, pack(None))  # ready
    while True:
        try:
            entry, options, limits = connection.recv()
        except (EOFError, OSError):
            return
        try:
            room.begin(limits.seconds_for(entry), limits.memory_bytes_for(entry))
            answer = _answer(entry, options, room)
            signal.setitimer(signal.ITIMER_REAL, 0)
            send(connection, answer)
            del answer  # not held while the worker waits for the next file
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)  # at once: nothing that allocates may be relied on


class _Room:
    """The time and memory that this worker may take, by the file it reads and the steps it was granted more for.

    What a step loads stays for the next file that needs it, and so does its share of the memory.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._file_bytes = self._extra_bytes = 0

    def begin(self, seconds: float, memory_bytes: int) -> None:
        self._file_bytes = memory_bytes
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS)
        _limit_memory(self._file_bytes + self._extra_bytes)

    def grant(self, seconds: float, memory_bytes: int) -> None:
        self._extra_bytes = max(self._extra_bytes, memory_bytes)
        self.begin(seconds, self._file_bytes)
        send(self._connection, pack((seconds, False)))

    def is_spent(self) -> bool:
        return _peak_bytes() > _SPENT_BYTES + self._extra_bytes


def _answer(entry: Entry, options: ReadingOptions, room: _Room) -> Parcel:
    """A document or why there is none, with whether the worker is spent."""
    try:
        document = read(entry, options)
        return pack((document, room.is_spent()), document.text)
    except UnreadableFile as error:
        return pack((error.reason, room.is_spent()))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  a reader's fault, perhaps another package's, must stop no other file
        return pack((f"The reader failed on this file ({type(error).__name__}); {_AGAIN}.", True))


def _peak_bytes() -> int:
    """The most memory that this process has held."""
    with suppress(OSError):  # Linux: `ru_maxrss` there begins with what the process that started this one held
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)


def _limit_memory(limit: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    with suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
