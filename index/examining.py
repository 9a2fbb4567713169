"""What is wrong with an index: the ledger with itself, then words, vectors and generation with the ledger.

Nothing is written. Everything is compared with what it would be made as today from the stored text; what an earlier
version's rules made is only counted.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from corpus import Span
from index import identity
from index.comparing import rules_of
from index.context import Contexts, TableHeaders, context_of, counter, text_hash
from index.embedding import Embedder, open_embedder
from index.erasing import ERASING
from index.errors import IndexBusy, ModelUnavailable, VectorsUnavailable
from index.generations import FOLDER
from index.layout import former_ledgers, unfinished_ledgers
from index.ledger import Ledger
from index.locking import writer
from index.rows import CheckedDocument, CheckedPassage
from index.terms import Finding, StoredDocument
from index.vectors import open_generation

COMPARED_PASSAGES = 5_000  # of a larger index every so manieth document: a passage's words take a millisecond
LENGTH_TOLERANCE = 2e-3  # of a unit vector in float16
COSINE_TOLERANCE = 1e-3
BATCH = 2_000
CONTEXTS_KEPT = 4_096
REPAIR, SYNC, REBUILD = "despatch doctor --repair", "despatch sync", "despatch sync --rebuild"
RESTORE = "despatch restore FILE --force"
PRIMARY_CODE = 0xFF  # the part of an extended result code that says what kind it is
REFUSALS = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_SHA256 = re.compile(r"[0-9a-f]{64}")

Check = Literal["ledger", "documents", "unread", "passages", "words", "vectors", "generation", "model", "leftovers"]
State = Literal["noted", "wrong"]


@dataclass(slots=True)
class Case:
    """The findings about an index, and what a repair needs to know besides.

    Attributes:
        unreadable: numbers of the documents whose row cannot be read, or belongs to no file.
        unread: the files that are to be read again.
        passages: ids of passages that are not where they say.
        reembed: the embedded text of passages without their right vector, by id.
        embedder: None where the model is not at hand.
    """

    findings: list[Finding] = field(default_factory=list)
    unreadable: list[CheckedDocument] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    passages: list[int] = field(default_factory=list)
    reembed: dict[int, str] = field(default_factory=dict)
    embedder: Embedder | None = None

    def add(self, check: Check, count: int, sentence: str, remedy: str, state: State = "wrong") -> None:
        """Note what was found, if it was found at all."""
        if count:
            self.findings.append(Finding(check, count, sentence.replace("{}", _counted(count)), remedy, state))

    def has(self, check: Check) -> bool:
        """Whether something of this kind is wrong."""
        return any(finding.check == check and finding.state == "wrong" for finding in self.findings)


def examine(ledger: Ledger) -> Case:
    """Compare everything with everything; to be called in one `ledger.reading()`.

    Raises:
        sqlite3.DatabaseError: SQLite cannot read the ledger.
    """
    case = Case()
    torn = ledger.faults()
    if torn:
        case.findings.append(damage(torn[0]))
        return case
    _check_model(case, ledger)
    _check_ledger(case, ledger)
    _check_full_text(case, ledger)
    _check_generation(case, ledger)
    _check_leftovers(case, ledger)
    return case


def damage(said: str) -> Finding:
    """That SQLite cannot read the ledger: nothing of it can be trusted to mend the rest."""
    return Finding("ledger", 1, f"SQLite finds the ledger damaged ({said}).", f"{RESTORE}`, or `{REBUILD}")


def _check_model(case: Case, ledger: Ledger) -> None:
    made_with = identity.stored(ledger)
    if made_with is None:
        return  # a sync that was stopped before anything was stored
    model = made_with.wanted.model
    try:
        if made_with == identity.current(made_with.wanted):
            case.embedder = open_embedder(model, fingerprint=made_with.revision)
            return
        case.add("model", 1, f"The model {model} has changed since the index was made.", REBUILD)
    except ModelUnavailable as error:
        case.add("model", 1, str(error), "")


def _check_ledger(case: Case, ledger: Ledger) -> None:
    documents = ledger.checked_documents()
    broken = _broken_vectors(ledger)
    every = max(ledger.counts()[1] // COMPARED_PASSAGES, 1)
    misworded = 0
    for place, document in enumerate(documents):
        stored, passages = _readable(ledger, document), ledger.checked_passages(document.number)
        if stored is None or not document.has_file:
            case.unreadable.append(document)
            continue
        if document.rules and not _is_sensible(stored):
            case.unread.add(document.file)
        right = list(_standing(case, stored, document.file, passages))
        made_today = _is_of_today(document) and case.embedder is not None
        _find_vectors(case, stored, right, broken, made_today=made_today)
        if made_today and case.embedder and place % every == 0 and len(right) == len(passages):
            misworded += _misworded(ledger, document.number, case.embedder)
    case.passages += ledger.stray_passages()
    misworded = max(misworded, ledger.passages_without_words())
    unread = sum(document.rules == "" for document in documents)
    earlier = sum(document.rules != "" and not _is_of_today(document) for document in documents)
    add = case.add
    add("documents", len(case.unreadable) + len(case.unread), "What is stored of {} documents cannot be read.", REPAIR)
    add("unread", unread, "Of {} documents the files are to be read again.", SYNC)
    add("documents", earlier, "{} documents were made by an earlier version's rules.", SYNC, "noted")
    add("passages", len(case.passages), "{} passages do not stand where their documents have them.", REPAIR)
    add("words", misworded, "The words of {} passages are not those of their text.", REPAIR)
    add("vectors", len(case.reembed), "{} passages lack the vector of their text.", REPAIR)
    add("leftovers", ledger.unused_vectors(), "{} vectors belong to no passage.", REPAIR, "noted")
    add("leftovers", ledger.get(ERASING) == "1", "Erasing a forgotten document was interrupted.", REPAIR)


def _misworded(ledger: Ledger, number: int, embedder: Embedder) -> int:
    try:
        return ledger.misworded(number, counter(embedder.measure))
    except sqlite3.OperationalError:  # a search form cannot be unpacked
        return 1


def _is_of_today(document: CheckedDocument) -> bool:
    # what a user has set for one file follows the rules for all of its kind
    today = rules_of(document.file)
    return document.rules == today or document.rules.startswith(f"{today}, ")


def _readable(ledger: Ledger, document: CheckedDocument) -> StoredDocument | None:
    """The document as every reader would have it, None where that fails."""
    try:
        return ledger.document(document.id)
    except (ValueError, TypeError, AttributeError):
        return None


def _is_sensible(stored: StoredDocument) -> bool:
    spans = (*(page.span for page in stored.pages), *(heading.span for heading in stored.headings))
    return (
        bool(_SHA256.fullmatch(stored.sha256))
        and stored.size_bytes >= 0
        and all(span.end <= len(stored.text) for span in spans)
    )


def _standing(
    case: Case, stored: StoredDocument, file_id: str, passages: list[CheckedPassage]
) -> Iterator[CheckedPassage]:
    """The passages that stand in the text where they say, in characters and in bytes."""
    position = first_byte = 0
    for passage in passages:
        if not 0 <= passage.start < passage.end <= len(stored.text) or not _is_path(passage.heading_path):
            case.passages.append(passage.id)
            case.unread.add(file_id)
            continue
        first_byte += len(stored.text[position : passage.start].encode())
        position = passage.start
        size = len(stored.text[passage.start : passage.end].encode())
        if (passage.first_byte, passage.size) == (first_byte, size):
            yield passage
        else:
            case.passages.append(passage.id)
            case.unread.add(file_id)


def _is_path(stored: str) -> bool:
    try:
        path = json.loads(stored)
    except ValueError:
        return False
    return isinstance(path, list) and all(isinstance(heading, str) for heading in path)


def _broken_vectors(ledger: Ledger) -> set[int]:
    """The ids of vectors that have not the dimension of the others, or are not of length 1."""
    size, broken = ledger.vector_bytes(), set()
    for ids, rows in ledger.stored_vectors():
        whole = [number for number, data in zip(ids, rows, strict=True) if len(data) == size and size % 2 == 0]
        broken |= set(ids) - set(whole)
        data = b"".join(row for row in rows if len(row) == size and size % 2 == 0)
        matrix = np.frombuffer(data, dtype="<f2").astype(np.float32).reshape(len(whole), -1)
        lengths = np.linalg.norm(matrix, axis=1)
        fits = np.abs(lengths - 1) <= LENGTH_TOLERANCE  # false of what is no number
        broken |= {number for number, fit in zip(whole, fits, strict=True) if not fit}
    return broken


def _find_vectors(
    case: Case, stored: StoredDocument, passages: list[CheckedPassage], broken: set[int], *, made_today: bool
) -> None:
    if case.embedder is None:
        # without the model nobody knows what was embedded, only that this is no vector
        case.reembed |= {one.id: "" for one in passages if one.vector in broken or one.text_hash is None}
        return
    for passage, texts in zip(passages, embedded_of(stored, passages, case.embedder), strict=True):
        hashes = {text_hash(case.embedder.fingerprint, text): text for text in texts}
        known = hashes.get(passage.text_hash or b"")
        if passage.vector in broken or passage.text_hash is None or (made_today and known is None):
            case.reembed[passage.id] = texts[0] if known is None else known


def embedded_of(
    stored: StoredDocument, passages: list[CheckedPassage], embedder: Embedder
) -> Iterator[tuple[str, ...]]:
    """What may have been embedded of each passage, likeliest first: a title that is a file's name is left out."""
    count, headers = lru_cache(CONTEXTS_KEPT)(counter(embedder.measure)), TableHeaders(stored.text)
    titles = (stored.title, "") if stored.title != stored.id.rpartition("/")[2] else ("", stored.title)
    for passage in passages:
        labels = (*json.loads(passage.heading_path), headers.above(passage.start))
        text = Span(passage.start, passage.end).of(stored.text)
        yield tuple(Contexts(context_of(title, labels, count), "").embedded_text(text) for title in titles)


def _check_full_text(case: Case, ledger: Ledger) -> None:
    """Let FTS5 compare its index with the words that are stored, where nobody writes meanwhile."""
    refusal = ""
    try:
        with nullcontext() if ledger.may_write else writer(ledger.folder):
            ledger.check_words()
    except IndexBusy as error:
        refusal = str(error)
    except OSError:
        refusal = "The index's folder cannot be written to."
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & PRIMARY_CODE in REFUSALS:
            refusal = f"The ledger cannot be written to ({error})."
        else:
            case.add("words", 1, "The full-text index is not that of the words stored.", REPAIR)
    case.add("words", bool(refusal), f"The full-text index was not looked at: {refusal}", "despatch doctor", "noted")


def _check_generation(case: Case, ledger: Ledger) -> None:
    active = ledger.generation()
    if case.has("vectors"):
        return  # it is filled anew from mended ones
    if active is None:
        passages = ledger.counts()[1]
        case.add("generation", passages, "The vector store is not filled; {} passages are searched exactly.", REPAIR)
        return
    try:
        with closing(open_generation(ledger, active)) as collection:
            held, wanted = collection.ids(), ledger.used_vectors()
            behind = {number for number in wanted - held if number > active.mark} | held - ledger.vector_ids()
            lacking = wanted - held - behind
            wrong = sum(_differing(ledger, collection.vectors(part), part) for part in _parts(held & wanted))
    except VectorsUnavailable as error:
        case.add("generation", 1, f"The vector store fails ({error.reason}); vectors are searched exactly.", REPAIR)
        return
    case.add("generation", len(lacking) + wrong, "The vector store has not {} of the ledger's vectors.", REPAIR)
    case.add("generation", len(behind), "The vector store is {} vectors behind the ledger.", SYNC, "noted")


def _parts(ids: set[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _differing(ledger: Ledger, held: np.ndarray, ids: list[int]) -> int:
    _, wanted = ledger.vectors(ids)
    if held.shape != wanted.shape:
        return len(ids)
    return int((np.abs((held * wanted).sum(axis=1) - 1) > COSINE_TOLERANCE + LENGTH_TOLERANCE).sum())


def _check_leftovers(case: Case, ledger: Ledger) -> None:
    strays, begun = stray_files(ledger), unfinished_ledgers(ledger.folder)
    case.add("leftovers", len(strays), "{} ledgers or folders of vectors are in nobody's use.", REPAIR, "noted")
    case.add("leftovers", len(begun), "A rebuild is under way, or was stopped.", REBUILD, "noted")


def stray_files(ledger: Ledger) -> list[Path]:
    """The ledgers that answered before, and the folders of vectors of no ledger or an earlier one."""
    active = ledger.generation()
    in_use = {path.stem for path in unfinished_ledgers(ledger.folder)}
    folders = [
        path
        for path in (ledger.folder / FOLDER).glob("*")
        if path.name != (active.place if active else "") and path.name.rpartition(".")[0] not in in_use
    ]
    return [*former_ledgers(ledger.folder), *folders]


def _counted(number: int) -> str:
    return f"{number:,}".replace(",", " ") if number > 1 else str(number)
