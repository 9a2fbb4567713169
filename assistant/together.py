"""Conversations with several corpora: where they lie, and what becomes of them with one of these.

They lie in a folder `together` beside the index of the first of the names, in a folder in it for each of the others. So
they are found by nobody who may not read all of these.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from assistant.conversations import FILE, Conversations
from assistant.terms import SLASH

FOLDER = "together"
Indexes = Mapping[str, Path]  # the folder of the index of each corpus, by its name


def folder_of(names: Collection[str], indexes: Indexes) -> Path:
    """The folder of the conversations with these corpora, two or more, whether or not it is there yet."""
    first, *others = sorted(names)
    return indexes[first].joinpath(FOLDER, *others)


def conversed(indexes: Indexes) -> Iterator[tuple[str, ...]]:
    """The corpora that there are conversations with, several at once, by their names; all of each are among these."""
    for first, index in indexes.items():
        for file in (index / FOLDER).rglob(FILE):
            names = (first, *file.parent.relative_to(index / FOLDER).parts)
            if file.is_file() and indexes.keys() >= set(names):
                yield names


def forget_answers(document: str, index: Path, indexes: Indexes) -> int:
    """Erase a document from every answer about its corpus, alone or among others; see `Conversations.forget`.

    Args:
        document: the id of a file in its own corpus.
        index: the folder of that corpus's index.
        indexes: of all corpora that there may be conversations with.
    """
    erased = Conversations(index).forget(document)
    for name, place in indexes.items():
        if place.resolve() == index.resolve():
            held = (Conversations(folder_of(names, indexes)) for names in conversed(indexes) if name in names)
            erased += sum(kept.forget(f"{name}{SLASH}{document}") for kept in held)
    return erased


def remove_conversations(name: str, indexes: Indexes) -> None:
    """Remove the conversations with several corpora of which one has that name."""
    for names in list(conversed(indexes)):
        if name in names:
            (folder_of(names, indexes) / FILE).unlink()


def rename_conversations(name: str, new_name: str, indexes: Indexes, rename: Callable[[], Indexes]) -> None:
    """Rename a corpus, and have the conversations with it and others know it by its new name.

    Args:
        name: what it was called.
        new_name: what it is called.
        indexes: before that.
        rename: does it, and says where the indexes are then.
    """
    held = [names for names in conversed(indexes) if name in names]
    for names in held:
        Conversations(folder_of(names, indexes)).rename_corpus(name, new_name)
    after = rename()
    for names in held:
        first, *others = sorted(names)
        source = after[new_name if first == name else first].joinpath(FOLDER, *others) / FILE
        target = folder_of([new_name if each == name else each for each in names], after)
        target.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target / FILE)
