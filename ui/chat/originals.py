"""The files that documents were read from, as a reader may download them where whoever runs the server allows it.

What is given is the very file that was indexed: its bytes are hashed before the first one is sent, and once more on
their way. No link below the corpus's folder is followed, and a browser is told to keep the file, never to run it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from corpus import document_path
from index import StoredDocument
from ui.chat.receiving import inside

PIECE = 256 * 1024  # bytes at a time
LONGEST_SUFFIX = 16  # characters, for browsers that read names in ASCII alone; `.markdown` has nine
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))  # characters that break a line or turn the writing of a name

NotGiven = Literal["gone", "changed", "inside"]


@dataclass(frozen=True, slots=True)
class Original:
    """A file that is open, whose bytes had the hash `sha256` a moment ago."""

    file: FileIO
    size_bytes: int
    sha256: str
    name: str

    def pieces(self) -> Iterator[bytes]:
        """Its bytes; the last piece is held back where they are others by now, so that the download fails."""
        with self.file as file:
            digest, held = hashlib.sha256(), b""
            while piece := file.read(PIECE):
                digest.update(piece)
                if held:
                    yield held
                held = piece
            if digest.hexdigest() == self.sha256:
                yield held

    @property
    def disposition(self) -> str:
        """What tells a browser to keep it, and under which name."""
        seen = "".join("_" if unicodedata.category(each) in _UNSEEN else each for each in self.name)
        suffix = "".join(each for each in Path(seen).suffix if each.isascii() and each.isalnum())[:LONGEST_SUFFIX]
        plain = f"original.{suffix}" if suffix else "original"
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(seen, safe='')}"


def has_original(document: StoredDocument) -> bool:
    """Whether a document has a file of its own; what is attached to a mail lies inside the mail's."""
    return document.path.endswith(str(document_path(Path("/"), document.id)))


def original(folder: Path, document: StoredDocument) -> Original | NotGiven:
    """The file that a document was read from.

    Args:
        folder: of the corpus.
        document: as the index holds it.

    Returns:
        The open file; or `gone` where it is not there, cannot be read or is reached by a link, `changed` where its
        bytes are not those that were indexed, `inside` where the document has no file of its own.
    """
    if not has_original(document):
        return "inside"
    *folders, name = document_path(folder, document.id).relative_to(folder).parts
    if ".." in (*folders, name):
        return "gone"
    try:
        with inside(folder, folders) as at:
            # a pipe must not hold up the server, and is refused with all else that is no file
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
        file = FileIO(descriptor, closefd=True)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            file.close()
            return "gone"
        if hashlib.file_digest(file, "sha256").hexdigest() != document.sha256:
            file.close()
            return "changed"
        file.seek(0)
    except OSError:
        return "gone"
    return Original(file, status.st_size, document.sha256, name)
