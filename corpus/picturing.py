"""A page of a PDF as a picture, drawn in a process of its own: a hostile page may crash, fill or stop that, not us."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

from corpus.errors import UnreadableFile

WIDTH = 1_100  # pixels: sharp in a column of half the width on a screen of twice the density
TALLEST = 4  # heights of a page for its width; what is longer is drawn smaller
TIME_LIMIT_SECONDS = 20  # a page of scans takes one; the process has to start, too
MEMORY_LIMIT_BYTES = 1024**3  # of address space
COMPRESSION = 3  # of PNG, 0 to 9: twice as quick as 6 and a tenth larger
_REFUSED = 3  # exit status: what was written is a sentence, no picture
_BROKEN = "This page cannot be drawn; open the file in a PDF program."
_CHANGED = "The file has changed since it was read; sync, then ask again."


def page_picture(path: Path, sha256: str, page: int) -> bytes:
    """A page of a PDF as a PNG, `WIDTH` pixels wide, or less where it is taller than `TALLEST` times that.

    Args:
        path: the file.
        sha256: of its bytes when it was read, in hexadecimal.
        page: its number, from 1.

    Raises:
        UnreadableFile: the file is gone, another, locked or damaged, has no such page, or cannot be drawn in time.
    """
    code = f"import sys; sys.path[:] = {sys.path!r}; from corpus.picturing import draw; draw()"
    asked = json.dumps([os.fspath(path), sha256, page]).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code],  # it has its path already: a tenth of a second less to start
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
            process_group=0,  # Ctrl-C is the server's
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise UnreadableFile(_BROKEN) from error
    if done.returncode == _REFUSED:
        raise UnreadableFile(done.stdout.decode("utf-8", "replace"))
    if done.returncode:
        raise UnreadableFile(_BROKEN)
    return done.stdout


def draw() -> None:
    """Be that process: draw the page that stdin names to stdout."""
    with suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not leave a file with the page behind
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT_SECONDS, TIME_LIMIT_SECONDS))
    path, sha256, page = json.load(sys.stdin)
    try:
        content = Path(path).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise UnreadableFile(_CHANGED)
        picture = _drawn(content, page)
    except UnreadableFile as error:
        sys.stdout.buffer.write(error.reason.encode())
        sys.exit(_REFUSED)
    except OSError:
        sys.stdout.buffer.write(_CHANGED.encode())
        sys.exit(_REFUSED)
    sys.stdout.buffer.write(picture)


def _drawn(content: bytes, number: int) -> bytes:
    from corpus.readers.pdf_letters import opened  # noqa: PLC0415 - PDFium loads with it, only where a page is drawn

    with opened(content) as document:
        if not 1 <= number <= len(document):
            raise UnreadableFile(_BROKEN)
        with closing(document[number - 1]) as leaf:
            width, height = leaf.get_size()
            scale = min(WIDTH / width, TALLEST * WIDTH / height)
            with closing(leaf.render(scale=scale)) as bitmap:
                written = BytesIO()
                bitmap.to_pil().convert("RGB").save(written, "PNG", compress_level=COMPRESSION)
    return written.getvalue()
