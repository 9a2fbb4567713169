"""A corpus that has changed in every way since an index was made of it, and what may be found there meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index import DEFAULT_MODEL, Index, sync
from index.generations import FOLDER
from index.layout import active_ledger
from tests.index.state import assert_equal_to_a_fresh_index, state_of
from tests.index.stoppable import Stoppable

LONG_AGO_NS = 1_600_000_000_000_000_000
STEADY = {f"steady/{name}.md": f"# Of {name}\n\nThe {name} stands at the quay.\n" for name in ("crane", "mast", "bell")}
BEFORE = STEADY | {
    "edited.md": "# Lamps\n\nThe harbour lamps burn oil.\n\n## Keeper\n\nThe keeper sleeps by day.\n",
    "shrunk.md": "# Tides\n\n" + "\n\n".join(f"## Tide {n}\n\nThe tide of day {n} rose to the wall." for n in range(8)),
    "former.md": "# Ferry\n\nThe ferry sails at noon.\n",
    "removed.md": "# Smuggling\n\nThe contraband lay below the chapel.\n",
    "broke.md": "# Toll\n\nThe toll is a penny.\n",
    "healed.md": "",
    "folder/inside.txt": "The ledger of the harbour master.\n",
    "letter.eml": "From: a@example.org\nTo: b@example.org\nSubject: Rope\nMIME-Version: 1.0\n"
    'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nThe rope is enclosed.\n'
    '--x\nContent-Type: text/plain; name="rope.txt"\n'
    'Content-Disposition: attachment; filename="rope.txt"\n\nHemp rope, forty fathoms.\n--x--\n',
}
AFTER = STEADY | {
    "edited.md": "# Lamps\n\nThe harbour lamps burn gas.\n\n## Keeper\n\nThe keeper sleeps by day.\n",
    "shrunk.md": "# Tides\n\n## Tide 3\n\nThe tide of day 3 rose to the wall.",
    "renamed.md": BEFORE["former.md"],
    "broke.md": "",
    "healed.md": "# Anchor\n\nThe anchor weighs two tons.\n",
    "folder": "",  # a file now, and one that cannot be read
    "mails/letter.eml": BEFORE["letter.eml"],
    "twin.md": BEFORE["edited.md"],
    "new.md": "\n\n".join(f"## Berth {n}\n\nBerth {n} is let to a fisherman." for n in range(8)),
}
RENAMED = {"former.md": "renamed.md", "letter.eml": "mails/letter.eml"}


def write_all(folder: Path, files: dict[str, str], first_ns: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for number, (name, text) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(first_ns + number, first_ns + number))


@dataclass(frozen=True)
class Places:
    """A corpus that has changed since `before` was made of it, and indexes that were never stopped."""

    corpus: Path
    before: Path
    fresh: Path
    index: Path

    def go_back(self, *, to_nothing: bool = False) -> None:
        shutil.rmtree(self.index, ignore_errors=True)
        if not to_nothing:
            shutil.copytree(self.before, self.index)


def made_in(folder: Path, stoppable: Stoppable) -> Places:
    made = Places(folder / "corpus", folder / "before", folder / "fresh", folder / "index")
    write_all(made.corpus, BEFORE, LONG_AGO_NS)
    assert stoppable.sync(made.corpus, made.before).error == ""
    write_all(made.corpus, AFTER, LONG_AGO_NS + 1_000)
    assert stoppable.sync(made.corpus, made.fresh).error == ""
    # Chroma has written its graph to disk, so a kill can meet it doing so
    assert list((made.before / FOLDER).rglob("index_metadata.pickle"))
    return made


def records(index: Path) -> dict[str, list[object]]:
    """What is stored of each document: its row, passages, words."""
    found: dict[str, list[object]] = {}
    state = state_of(index)
    for part in ("documents", "passages", "words"):
        for row in state[part]:
            found.setdefault(row[0], []).append(row)
    return found


def hashes(ledger: Path) -> set[bytes]:
    """Of the texts whose vectors are stored."""
    with closing(sqlite3.connect(ledger)) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'vector'").fetchone():
            return set()
        return {row[0] for row in db.execute("SELECT text_hash FROM vector")}


def assert_steady_documents_are_found(index: Path) -> None:
    opened = Index(index, resident=True)
    try:
        for name in STEADY:
            thing = Path(name).stem
            found = opened.search(f"Where does the {thing} stand?", 3)
            assert found.degraded == ()
            assert found.hits[0].document_id == name
            assert found.hits[0].word_score > 0
            assert found.hits[0].similarity > 0.3
            assert len({(hit.document_id, hit.span) for hit in found.hits}) == len(found.hits)
    finally:
        opened.close()


def assert_each_document_is_as_it_was_or_as_it_is(places: Places) -> None:
    assert_steady_documents_are_found(places.index)
    former, newer, found = records(places.before), records(places.fresh), records(places.index)
    assert found.keys() >= former.keys() & newer.keys()
    for document, record in found.items():
        assert record in (former.get(document), newer.get(document)), document
    for one, other in RENAMED.items():
        assert (one in found) != (other in found), "a renamed document is there once"


def assert_the_next_sync_ends_equal_to_a_fresh_index(places: Places, **options: bool) -> None:
    stored = hashes(active_ledger(places.index)) if active_ledger(places.index).is_file() else set()
    report = sync(places.corpus, places.index, model=DEFAULT_MODEL, **options)
    assert report.embedded == len(hashes(active_ledger(places.fresh)) - stored), "what was embedded is kept"
    assert_equal_to_a_fresh_index(places.index, places.fresh)
