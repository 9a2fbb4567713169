"""Pictures of pages: drawn once, and held within a bound."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

from corpus import UnreadableFile
from ui.chat.pictures import Pictures


def test_a_page_is_drawn_once_and_the_longest_unasked_is_dropped(tmp_path: Path):
    path = tmp_path / "a.pdf"
    drawn = canvas.Canvas(str(path), pagesize=(40, 50))
    for _ in range(3):
        drawn.showPage()
    drawn.save()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    size = len(Pictures().picture(path, sha256, 1))
    pictures = Pictures(capacity_bytes=2 * size)
    for page in (1, 2, 1, 3):
        assert len(pictures.picture(path, sha256, page)) == size
    path.unlink()
    assert pictures.picture(path, sha256, 1)
    assert pictures.picture(path, sha256, 3)
    with pytest.raises(UnreadableFile):
        pictures.picture(path, sha256, 2)
