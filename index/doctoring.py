"""An index examined, and mended without embedding what need not be: words and vector store come from the ledger."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from index.connecting import meant_by
from index.context import counter, text_hash
from index.erasing import ERASING, erase
from index.errors import IndexDamaged, IndexMissing
from index.examining import Case, damage, examine, stray_files
from index.generations import catch_up, discard
from index.journal import note
from index.layout import active_ledger
from index.ledger import Ledger
from index.locking import told, writer
from index.terms import Diagnosis, Finding

ATTEMPTS = 3  # a sync that ends meanwhile removes the generation that was being examined
BATCH = 256


def doctor(index: Path, *, repair: bool = False) -> Diagnosis:
    """Compare the ledger with itself, and its words, its vectors and the vector store with it.

    Args:
        index: the index's folder.
        repair: mend what can be mended, as the only writer; else nothing is written, and others may write meanwhile.

    Returns:
        What was found, and of a repair whether it helped: everything is examined once more.

    Raises:
        IndexMissing: there is none.
        IndexBusy: another process is writing, and `repair` is set.
        IndexOutdated, IndexUnavailable, IndexNotWritable, VectorsUnavailable: as their names say.
    """
    if not active_ledger(index).is_file():
        raise IndexMissing(str(index))
    try:
        if not repair:
            return _look(index)
        with told(index, "doctor"), writer(index), closing(Ledger(index, write=True)) as ledger:
            return _repair(ledger)
    except (IndexDamaged, sqlite3.DatabaseError) as error:
        meant = error if isinstance(error, IndexDamaged) else meant_by(error, index, write=False)
        if not isinstance(meant, IndexDamaged):
            raise meant from error
        return Diagnosis(str(index), 0, 0, (damage(meant.what),))


def _look(index: Path) -> Diagnosis:
    for _ in range(ATTEMPTS):
        with closing(Ledger(index)) as ledger:
            with ledger.reading():
                before, case = ledger.generation(), examine(ledger)
                found = _diagnosis(ledger, tuple(case.findings))
            if not case.has("generation") or ledger.generation() == before:
                break
    return found


def _repair(ledger: Ledger) -> Diagnosis:
    with ledger.reading():
        case = examine(ledger)
    if case.has("ledger"):
        return _diagnosis(ledger, tuple(case.findings))
    note(ledger.folder, f"doctor found {len(case.findings)} faults and repairs")
    _mend_rows(ledger, case)
    _mend_vectors(ledger, case)
    for stray in stray_files(ledger):
        if stray.is_dir():
            shutil.rmtree(stray, ignore_errors=True)
        else:
            discard(stray)
    if ledger.get(ERASING):
        erase(ledger)
    else:
        anew = case.has("generation") or case.has("vectors")
        catch_up(ledger, ledger.get("vectors") or "", anew=anew)
    with ledger.reading():
        after = examine(ledger)
        left = {(finding.check, finding.remedy) for finding in after.findings}
        mended = [replace(one, state="mended") for one in case.findings if (one.check, one.remedy) not in left]
        return _diagnosis(ledger, (*mended, *after.findings))


def _diagnosis(ledger: Ledger, findings: tuple[Finding, ...]) -> Diagnosis:
    counts = (0, 0) if any(finding.check == "ledger" for finding in findings) else ledger.counts()
    return Diagnosis(str(ledger.folder), *counts, findings)


def _mend_rows(ledger: Ledger, case: Case) -> None:
    dropped = list(case.passages)
    with ledger.writing():
        for document in case.unreadable:
            dropped += [passage.id for passage in ledger.checked_passages(document.number)]
        ledger.drop_passages(dropped)
        for document in case.unreadable:
            if document.has_file:
                ledger.blank_document(document.number)
            else:
                ledger.drop_document(document.number)
        ledger.mark_unread(case.unread)
        if case.has("words") or dropped:
            ledger.remake_words(counter(case.embedder.measure) if case.embedder else None)


def _mend_vectors(ledger: Ledger, case: Case) -> None:
    """Embed what has no right vector: nothing else can give it one."""
    if case.embedder is not None:
        waiting = list(case.reembed.items())
        for start in range(0, len(waiting), BATCH):
            part = waiting[start : start + BATCH]
            vectors = case.embedder.embed([text for _, text in part])
            with ledger.writing():
                for (number, text), vector in zip(part, vectors, strict=True):
                    data = vector.astype("<f2").tobytes()
                    ledger.set_vector(number, text_hash(case.embedder.fingerprint, text), data)
    with ledger.writing():
        ledger.drop_unused_vectors()
