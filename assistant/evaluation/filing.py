"""A set's own documents as files and an index of them, kept beside each other so that a second run is quick."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from assistant.errors import WorkFolderRefused
from assistant.evaluation.judged import JudgedDocument, JudgedSet
from assistant.settings import APPLICATION, resolve
from index import Failure, IndexDiffers, Progress, SyncReport, sync

FILES, INDEX, ID_MAP = "files", "index", "ids.json"
_NUMBERED = re.compile(r"[0-9]{6,}\.md")


@dataclass(frozen=True, slots=True)
class KeptSet:
    """Where the index of a set lies, the id of each document by its file's name, and which could not be read."""

    index: Path
    names: Mapping[str, str] = field(repr=False)
    failures: tuple[Failure, ...]


def default_work() -> Path:
    """Where the files and indexes of sets are kept unless told: in the per-user cache."""
    return Path(platformdirs.user_cache_dir(APPLICATION)) / "evaluation"


def head_of(document: JudgedDocument) -> str:
    """What stands in a document's file before its text: its title as a heading, and an empty line."""
    title = " ".join(document.title.split())
    return f"# {title}\n\n" if title else ""


def file_documents(documents: Sequence[JudgedDocument], folder: Path) -> Mapping[str, str]:
    """Write documents as `folder`/files/000001.md and so on, and their ids by file name as `folder`/ids.json.

    Files that hold what they should are left alone, those of documents that are gone are removed.

    Returns:
        The id of a document by the name of its file.

    Raises:
        WorkFolderRefused: it cannot be written, or holds files that this function did not write.
    """
    names = {f"{number:06}.md": document for number, document in enumerate(documents, start=1)}
    # half characters become "?", one for one, so that offsets stay
    contents = {name: (head_of(one) + one.text).encode("utf-8", "replace") for name, one in names.items()}
    files, ids = folder / FILES, folder / ID_MAP
    try:
        files.mkdir(parents=True, exist_ok=True)
        if not ids.exists() and any(contents.get(path.name) != path.read_bytes() for path in files.iterdir()):
            raise WorkFolderRefused(str(folder), "it holds files of something else")
        # before the files, so that what a stopped run leaves is known as ours
        ids.write_text(json.dumps({name: document.id for name, document in names.items()}), encoding="utf-8")
        for path in files.iterdir():
            if _NUMBERED.fullmatch(path.name) and path.name not in names:
                path.unlink()
        for name, content in contents.items():
            path = files / name
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
    except OSError as error:
        raise WorkFolderRefused(str(folder), error.strerror or str(error)) from error
    return {name: document.id for name, document in names.items()}


def keep_set(
    judged: JudgedSet, work: Path | None = None, *, progress: Callable[[Progress], None] | None = None
) -> KeptSet:
    """A set's own documents as files with an index, in a folder of the set's name below `work`.

    Args:
        judged: a set with documents.
        work: None is the per-user cache.
        progress: called at each step of the sync.

    Raises:
        WorkFolderRefused: as `file_documents`.
        IndexingError, InvalidSettings: as `sync` and `resolve`; the settings name the model.
    """
    folder = (default_work() if work is None else work) / judged.name
    names = file_documents(judged.documents or (), folder)
    settings = resolve(index=folder / INDEX)

    def once(*, rebuild: bool) -> SyncReport:
        return sync(
            folder / FILES,
            settings.index,
            model=settings.model,
            precision=settings.precision,
            rebuild=rebuild,
            progress=progress,
        )

    try:
        report = once(rebuild=False)
    except IndexDiffers:  # of another model: the one that is measured now takes its place
        report = once(rebuild=True)
    return KeptSet(settings.index, names, report.failures)
