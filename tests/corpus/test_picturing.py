"""A page of a PDF as a picture: drawn as it is shown, refused in one sentence where it cannot be."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from corpus import UnreadableFile, page_picture, picturing


def pdf(path: Path, *, size: tuple[float, float] = (400, 500), **how: object) -> tuple[Path, str]:
    """A PDF of one page, black below and white above, and the hash of its bytes."""
    drawn = canvas.Canvas(str(path), pagesize=size, **how)
    drawn.rect(0, 0, size[0], size[1] / 2, fill=1)
    drawn.save()
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_page_is_drawn_as_it_stands(tmp_path: Path):
    picture = Image.open(io.BytesIO(page_picture(*pdf(tmp_path / "a.pdf"), 1)))
    assert (picture.format, picture.size) == ("PNG", (picturing.WIDTH, picturing.WIDTH * 500 // 400))
    assert picture.getpixel((550, 100)) == (255, 255, 255)
    assert picture.getpixel((550, 1300)) == (0, 0, 0)


def test_a_page_as_long_as_a_roll_is_drawn_smaller(tmp_path: Path):
    picture = Image.open(io.BytesIO(page_picture(*pdf(tmp_path / "a.pdf", size=(10, 14_000)), 1)))
    assert max(picture.size) <= picturing.TALLEST * picturing.WIDTH + 1


def test_what_cannot_be_drawn_is_one_sentence(tmp_path: Path):
    path, sha256 = pdf(tmp_path / "a.pdf")
    locked = pdf(tmp_path / "locked.pdf", encrypt=StandardEncryption("open sesame"))
    junk = tmp_path / "junk.pdf"
    junk.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    for said, arguments in (
        ("has changed", (path, "00", 1)),
        ("has changed", (tmp_path / "gone.pdf", sha256, 1)),
        ("cannot be drawn", (path, sha256, 2)),
        ("locked with a password", (*locked, 1)),
        ("damaged", (junk, hashlib.sha256(junk.read_bytes()).hexdigest(), 1)),
    ):
        with pytest.raises(UnreadableFile, match=said):
            page_picture(*arguments)


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(picturing, "TIME_LIMIT_SECONDS", 0.001)
    with pytest.raises(UnreadableFile, match="cannot be drawn"):
        page_picture(*pdf(tmp_path / "a.pdf"), 1)
