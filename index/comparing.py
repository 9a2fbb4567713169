"""What a folder holds compared with what the ledger knows of it."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus import (
    LOCKED,
    SPLITTER_VERSION,
    Document,
    Entry,
    Reading,
    ReadingOptions,
    UnreadableFile,
    reader_version,
    scan,
)
from index.context import CONTEXT_VERSION
from index.rows import FileState
from index.terms import Failure, SyncReport
from index.words import WORDS_VERSION

# a file saved this shortly before it was read may change again without a new time or size: look again next time
SETTLED_SECONDS = 2.0
UNSETTLED = -1


@dataclass(slots=True)
class Comparison:
    """The files of a folder and of the ledger by id, and what became of each that was looked at.

    Attributes:
        look_at: the files that may have changed.
        renamed: the former id of each file that was renamed or moved, by its new one.
        removed: what the ledger knows and the folder no longer has, in order.
    """

    corpus: Path
    entries: dict[str, Entry]
    known: dict[str, FileState]
    begun_ns: int
    options: ReadingOptions
    look_at: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def outcomes(self, reading: Reading) -> Iterator[tuple[str, Document | None]]:
        """Read the files that may have changed, and note of each what it is: added, changed, failed or unchanged.

        Returns:
            Each file's id with its document, also where it is unchanged; with None where it cannot be read.
        """
        for entry, outcome in reading.read_all(self.entries[file_id] for file_id in self.look_at):
            known = self.known.get(entry.id)
            former = self.known.get(self.renamed.get(entry.id, ""))
            if former and (isinstance(outcome, UnreadableFile) or outcome.sha256 != former.sha256):
                self.removed.append(self.renamed.pop(entry.id))  # it changed again since it was compared
            if isinstance(outcome, UnreadableFile):
                self.failures[entry.id] = outcome.reason
                yield entry.id, None
                continue
            if entry.id in self.renamed:
                pass
            elif known is None or known.failure:
                self.added.append(entry.id)
            elif not self.is_same(outcome):
                self.changed.append(entry.id)
            yield entry.id, outcome

    def rules(self, file_id: str) -> str:
        """Return what a file is made by: the rules for files of its name, and the encoding that is set for it."""
        encoding = self.options.encoding_of(file_id)
        return f"{rules_of(file_id)}, encoding {encoding}" if encoding else rules_of(file_id)

    def is_same(self, document: Document) -> bool:
        """Whether a file says what it said when it was last read, and would be read by the same rules."""
        known = self.known.get(document.id)
        return known is not None and (known.sha256, known.rules) == (document.sha256, self.rules(document.id))

    def settled(self, mtime_ns: int) -> int:
        """The time of change to remember of a file that was read after this comparison began."""
        return mtime_ns if self.begun_ns - mtime_ns > SETTLED_SECONDS * 1e9 else UNSETTLED

    def report(
        self, *, index: Path, counts: tuple[int, int], embedded: int = 0, mended: str = "", started: float
    ) -> SyncReport:
        """The report of a sync that ended with `counts` documents and passages."""
        failures = tuple(Failure(path, self.failures[path]) for path in sorted(self.failures))
        touched = len(self.added) + len(self.changed) + len(self.renamed) + len(failures)
        return SyncReport(
            corpus=str(self.corpus),
            index=str(index),
            files=len(self.entries),
            added=tuple(self.added),
            changed=tuple(self.changed),
            renamed=tuple((former, new) for new, former in self.renamed.items()),
            removed=tuple(sorted(self.removed)),
            unchanged=len(self.entries) - touched,
            failures=failures,
            documents=counts[0],
            passages=counts[1],
            embedded=embedded,
            mended=mended,
            seconds=round(time.monotonic() - started, 3),
            dry_run=False,
        )


def rules_of(file_id: str) -> str:
    """Return what documents of a file are made by today; those made by other rules are read again."""
    return (
        f"reader {reader_version(file_id)}, splitter {SPLITTER_VERSION}, "
        f"context {CONTEXT_VERSION}, words {WORDS_VERSION}"
    )


def compare(corpus: Path, known: dict[str, FileState], options: ReadingOptions, *, verify: bool = False) -> Comparison:
    """Compare by name, size, time of change and rules; what differs is in `look_at`.

    So is what is locked while there are passwords: whether they have changed is not known, since nothing of
    them is stored.

    Args:
        corpus: the folder.
        known: what the ledger knows, by id.
        options: how the files are listed and read.
        verify: look at every file's content, whatever its size and time say.

    Raises:
        FolderMissing, FolderUnreadable: the folder cannot be listed.
    """
    begun_ns = time.time_ns()
    found = Comparison(corpus, {entry.id: entry for entry in scan(corpus, options)}, known, begun_ns, options)
    # a sub-folder that cannot be listed is an entry that fails; what was read below it stays until it can be
    shut = tuple(f"{entry.id}/" for entry in found.entries.values() if entry.path.is_dir())
    found.removed = sorted(gone for gone in known.keys() - found.entries.keys() if not gone.startswith(shut))
    for file_id, entry in found.entries.items():
        state = known.get(file_id)
        current = (entry.size_bytes, entry.mtime_ns, found.rules(file_id))
        same = state and (state.size, state.mtime_ns, state.rules) == current
        if verify or state is None or not same or (options.passwords and state.failure == LOCKED):
            found.look_at.append(file_id)
        elif state.failure:
            found.failures[file_id] = state.failure
    _pair_renamed(found)
    return found


def _pair_renamed(found: Comparison) -> None:
    """Pair files that are new with files that are gone and had the same content."""
    gone_by_size: defaultdict[int, list[str]] = defaultdict(list)
    for gone in found.removed:
        if not found.known[gone].failure:
            gone_by_size[found.known[gone].size].append(gone)
    for file_id in found.look_at:
        entry = found.entries[file_id]
        candidates = gone_by_size.get(entry.size_bytes)
        if file_id in found.known or not candidates:
            continue
        sha256 = _sha256(entry.path)
        same = [former for former in candidates if found.known[former].sha256 == sha256]
        if same:
            # of several with one content the one of the same name, where there is one
            former = next((one for one in same if _name(one) == _name(file_id)), same[0])
            candidates.remove(former)
            found.renamed[file_id] = former
    renamed = set(found.renamed.values())
    found.removed = [gone for gone in found.removed if gone not in renamed]


def _name(file_id: str) -> str:
    return file_id.rpartition("/")[2]


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # the reader will say what is wrong with it
