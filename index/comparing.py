"""What a folder holds compared with what the ledger knows of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus import READER_VERSION, SPLITTER_VERSION, Document, Entry, Reading, UnreadableFile, scan
from index.context import CONTEXT_VERSION
from index.rows import FileState
from index.terms import Failure, SyncReport
from index.words import WORDS_VERSION

# what a document was made by; one made by other rules is read again
RULES = f"reader {READER_VERSION}, splitter {SPLITTER_VERSION}, context {CONTEXT_VERSION}, words {WORDS_VERSION}"
# a file saved this shortly before it was read may change again without a new time or size: look again next time
SETTLED_SECONDS = 2.0
UNSETTLED = -1


@dataclass(slots=True)
class Comparison:
    """The files of a folder and of the ledger by id, and what became of each that was looked at."""

    corpus: Path
    entries: dict[str, Entry]
    known: dict[str, FileState]
    begun_ns: int
    look_at: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    def outcomes(self, reading: Reading) -> Iterator[tuple[str, Document | None]]:
        """Read the files that may have changed, and note of each what it is: added, changed, failed or unchanged.

        Returns:
            Each file's id with its document, also where it is unchanged; with None where it cannot be read.
        """
        for entry, outcome in reading.read_all(self.entries[file_id] for file_id in self.look_at):
            known = self.known.get(entry.id)
            if isinstance(outcome, UnreadableFile):
                self.failures[entry.id] = outcome.reason
                yield entry.id, None
                continue
            if known is None or known.failure:
                self.added.append(entry.id)
            elif not is_same(outcome, known):
                self.changed.append(entry.id)
            yield entry.id, outcome

    def settled(self, mtime_ns: int) -> int:
        """The time of change to remember of a file that was read after this comparison began."""
        return mtime_ns if self.begun_ns - mtime_ns > SETTLED_SECONDS * 1e9 else UNSETTLED

    def report(
        self, *, index: Path, counts: tuple[int, int], embedded: int, started: float, dry_run: bool = False
    ) -> SyncReport:
        """The report of a sync that ended with `counts` documents and passages."""
        failures = tuple(Failure(path, self.failures[path]) for path in sorted(self.failures))
        return SyncReport(
            corpus=str(self.corpus),
            index=str(index),
            files=len(self.entries),
            added=tuple(self.added),
            changed=tuple(self.changed),
            removed=tuple(self.removed),
            unchanged=len(self.entries) - len(self.added) - len(self.changed) - len(failures),
            failures=failures,
            documents=counts[0],
            passages=counts[1],
            embedded=embedded,
            seconds=round(time.monotonic() - started, 3),
            dry_run=dry_run,
        )


def compare(corpus: Path, known: dict[str, FileState]) -> Comparison:
    """Compare by name, size, time of change and rules; what differs is in `look_at`.

    Raises:
        FolderMissing, FolderUnreadable: the folder cannot be listed.
    """
    begun_ns = time.time_ns()
    found = Comparison(corpus, {entry.id: entry for entry in scan(corpus)}, known, begun_ns)
    # a sub-folder that cannot be listed is an entry that fails; what was read below it stays until it can be
    shut = tuple(f"{entry.id}/" for entry in found.entries.values() if entry.path.is_dir())
    found.removed = sorted(gone for gone in known.keys() - found.entries.keys() if not gone.startswith(shut))
    for file_id, entry in found.entries.items():
        state = known.get(file_id)
        if state is None or (state.size, state.mtime_ns, state.rules) != (entry.size_bytes, entry.mtime_ns, RULES):
            found.look_at.append(file_id)
        elif state.failure:
            found.failures[file_id] = state.failure
    return found


def is_same(document: Document, known: FileState | None) -> bool:
    """Whether a file says what it said when it was last read, and would be read by the same rules."""
    return known is not None and (known.sha256, known.rules) == (document.sha256, RULES)
