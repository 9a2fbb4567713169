"""Assistants over small corpora of a test's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant import Assistant
from index import DEFAULT_MODEL, sync


@contextmanager
def desk_over(folder: Path, files: Mapping[str, str]) -> Iterator[Assistant]:
    """Writes the files below an empty folder, by their paths, and opens an index over them."""
    for name, text in files.items():
        (folder / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    sync(folder / "corpus", folder / "index", model=DEFAULT_MODEL)
    with Assistant.open(folder / "index") as desk:
        yield desk
