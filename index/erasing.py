"""A document forgotten for good: no byte of it stays in a file of the index's folder."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from corpus import CorpusError, document_path, scan
from index.errors import IndexMissing, NothingToForget, StillOpen
from index.generations import catch_up, discard
from index.journal import note
from index.layout import active_ledger, earlier_schemas, former_ledgers, unfinished_ledgers
from index.ledger import Ledger
from index.locking import told, writer
from index.terms import Forgotten

ERASING = "erasing"  # the card's line while what was deleted may still lie in some file


def forget(document: str, index: Path) -> Forgotten:
    """Erase a file from an index: its documents, words, vectors and failure, and every older copy of the ledger.

    Args:
        document: the id of a file: its path below the corpus. What is attached to a mail goes with the mail.
        index: the index's folder.

    Raises:
        IndexMissing: there is none.
        IndexBusy: another process is writing.
        NothingToForget: the index knows no such file.
        StillOpen: it is forgotten, and a reader is in the way of erasing it; forgetting it again goes on from there.
        VectorsUnavailable: the same, with a server of vectors that does not answer.
        IndexDamaged, IndexOutdated, IndexNotWritable: as their names say.
    """
    if not active_ledger(index).is_file():
        raise IndexMissing(str(index))
    with told(index, "forget"), writer(index), closing(Ledger(index, write=True)) as ledger:
        inside, passages = ledger.inside(document)
        if document not in ledger.files():
            file_id = ledger.file_of(document)
            if file_id != document:
                raise NothingToForget(document, f"it lies in {file_id}, which the next sync would read again")
            if not ledger.get(ERASING):
                raise NothingToForget(document, "the index does not hold it")
        with ledger.writing():
            ledger.remove(document)
            ledger.drop_unused_vectors()
            ledger.put(ERASING, "1")
        erase(ledger)
        note(index, f"forget ended: {len(inside)} documents, {passages} passages")
        corpus = ledger.corpus()
        path = str(document_path(corpus, document))
        return Forgotten(str(index), inside, passages, path, _would_be_read(corpus, document))


def erase(ledger: Ledger) -> None:
    """Leave nothing of what was deleted in any file of the index.

    Raises:
        StillOpen: a reader holds on to the ledger's log.
        VectorsUnavailable: a server of vectors does not answer.
    """
    for other in (*former_ledgers(ledger.folder), *unfinished_ledgers(ledger.folder)):
        discard(other)
    for copy in earlier_schemas(ledger.path):
        copy.unlink(missing_ok=True)
    is_erased = ledger.erase_deleted()
    catch_up(ledger, ledger.get("vectors") or "", anew=True)
    if not is_erased:
        raise StillOpen(str(ledger.folder))
    with ledger.writing():
        ledger.put(ERASING, "")


def _would_be_read(corpus: Path, file_id: str) -> bool:
    try:
        return any(entry.id == file_id for entry in scan(corpus))
    except CorpusError:
        return False
