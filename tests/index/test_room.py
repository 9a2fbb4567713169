"""What becomes of a sync on a disk that is too small: a real one, of a few megabytes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, IndexNotWritable, doctor, sync
from index.syncing import MEBIBYTE, ROOM_A_FILE_BYTES, ROOM_BYTES

FILES = 8


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that holds what an empty index asks for, and not what `FILES` long files ask for besides."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = ROOM_BYTES + FILES * ROOM_A_FILE_BYTES
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if os.geteuid() or shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk, and not in every container")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_without_room_is_told_before_anything_is_read(small_disk: Path, tmp_path: Path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "small.md").write_text("# Lamps\n\nThe harbour lamps are lit at dusk.\n")
    sync(corpus, small_disk / "index", model=DEFAULT_MODEL)
    for number in range(FILES):
        (corpus / f"{number}.txt").write_text(f"The harbour lamps are lit at dusk, all {number} of them. " * 6_000)
    read: list[str] = []
    with pytest.raises(IndexNotWritable, match=rf"needs about {(ROOM_BYTES + 8 * ROOM_A_FILE_BYTES) // MEBIBYTE} MiB"):
        sync(None, small_disk / "index", model=DEFAULT_MODEL, progress=lambda step: read.append(step.item))
    assert set(read) <= {""}
    assert doctor(small_disk / "index").documents == 1
