"""Several corpora, each by its name: an index in a folder of its own in the per-user data folder.

A file `despatch.toml` beside the index holds the settings of that corpus alone.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import platformdirs

from assistant.errors import CorpusExists, InvalidCorpusName, UnknownCorpus
from assistant.settings import APPLICATION
from corpus import DespatchError

NAME = re.compile(r"[^\W_][\w.-]{0,63}")  # a folder's name on every system, and nothing that a shell would read
HOME = "corpora"
INDEX = "index"


@dataclass(frozen=True, slots=True)
class NamedCorpus:
    """A corpus and what its index holds; `problem` is a sentence where the index cannot be read."""

    name: str
    index: str
    folder: str
    documents: int
    passages: int
    last_sync: datetime | None
    problem: str = ""


def index_of(name: str) -> Path:
    """Where the index of a corpus lies, whether or not it is there yet.

    Raises:
        InvalidCorpusName: a name that no corpus can have.
    """
    if not NAME.fullmatch(name):
        raise InvalidCorpusName(name)
    return _home() / name / INDEX


def is_corpus(name: str) -> bool:
    """Whether there is a corpus of that name."""
    return NAME.fullmatch(name) is not None and index_of(name).is_dir()


def corpora() -> tuple[NamedCorpus, ...]:
    """Every corpus that has a name, in order of the names."""
    return tuple(_described(name) for name in named_indexes())


def named_indexes() -> dict[str, Path]:
    """The folder of the index of every corpus that has a name, in order of the names."""
    found = sorted(path.parent.name for path in _home().glob(f"*/{INDEX}"))
    return {name: index_of(name) for name in found if NAME.fullmatch(name)}


def rename_corpus(name: str, new_name: str) -> None:
    """Give a corpus another name; chats that have it open go on with what they have read until they end.

    Raises:
        UnknownCorpus, CorpusExists, InvalidCorpusName: as their names say.
        IndexBusy: it is being written.
    """
    from index import writer  # noqa: PLC0415  SQLite loads with it, and is checked first

    target = index_of(new_name).parent
    source = _existing(name)
    if target.exists():
        raise CorpusExists(new_name)
    from assistant.together import rename_conversations  # noqa: PLC0415  the database loads with it

    def rename() -> dict[str, Path]:
        source.parent.rename(target)
        return named_indexes()

    with writer(source):
        rename_conversations(name, new_name, named_indexes(), rename)


def remove_corpus(name: str) -> None:
    """Remove a corpus's index, settings and conversations; the documents themselves are not touched.

    Raises:
        UnknownCorpus, InvalidCorpusName: as their names say.
        IndexBusy: it is being written.
    """
    from index import writer  # noqa: PLC0415  as above

    index = _existing(name)
    from assistant.together import remove_conversations  # noqa: PLC0415  as above

    with writer(index):
        remove_conversations(name, named_indexes())
        shutil.rmtree(index.parent)


def _home() -> Path:
    return Path(platformdirs.user_data_dir(APPLICATION)) / HOME


def _existing(name: str) -> Path:
    index = index_of(name)
    if not index.is_dir():
        raise UnknownCorpus(name)
    return index


def _described(name: str) -> NamedCorpus:
    from index import Index  # noqa: PLC0415  numpy loads with it, and most commands name one corpus

    place = index_of(name)
    try:
        opened = Index(place)
        try:
            status = opened.status()
        finally:
            opened.close()
    except DespatchError as error:
        return NamedCorpus(name, str(place), "", 0, 0, None, str(error))
    return NamedCorpus(name, str(place), status.corpus, status.documents, status.passages, status.last_sync)
