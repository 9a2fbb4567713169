"""Pictures of pages, drawn when they are first asked for and kept for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from corpus import page_picture

CAPACITY_BYTES = 32 * 1024**2  # some hundred pages of text
DRAWN_AT_ONCE = 2  # each takes a core and up to a gigabyte


class Pictures:
    """Pages as PNG by the hash of their file and their number, the longest unasked dropped first; for many threads."""

    def __init__(self, capacity_bytes: int = CAPACITY_BYTES) -> None:
        self._capacity = capacity_bytes
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._drawing = threading.Semaphore(DRAWN_AT_ONCE)

    def picture(self, path: Path, sha256: str, page: int) -> bytes:
        """A page as a PNG; arguments and errors are those of `corpus.page_picture`."""
        key = (sha256, page)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._drawing:
            drawn = page_picture(path, sha256, page)
        with self._lock:
            self._kept[key] = drawn
            while sum(map(len, self._kept.values())) > self._capacity:
                self._kept.popitem(last=False)
        return drawn
