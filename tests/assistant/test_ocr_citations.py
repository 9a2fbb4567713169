"""A quote that was recognised in a picture says so; one of a page with letters does not."""

from __future__ import annotations

from pathlib import Path

from assistant import Assistant
from index import DEFAULT_MODEL, sync
from tests.corpus.readers.pdf_files import lines
from tests.corpus.readers.test_ocr import scan


def test_a_citation_says_whether_its_quote_was_recognised_in_a_picture(tmp_path: Path):
    scanned = lines("The lighthouse keeper repaired the broken lantern on Monday.", "It shone again that night.")
    folder, index = tmp_path / "folder", tmp_path / "index"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(scan("The railway station was painted green in the spring.", scanned))
    sync(folder, index, model=DEFAULT_MODEL)
    with Assistant.open(index) as desk:
        (warning,) = desk.status().warnings
        assert warning.warning.startswith("Page 2 was read from a picture (OCR)")
        (recognised,) = desk.ask("When did the lighthouse keeper repair the broken lantern?").citations
        (typed,) = desk.ask("When was the railway station painted green?").citations
    assert (recognised.page_number, recognised.is_ocr, recognised.boxes) == (2, True, ())
    assert (typed.page_number, typed.is_ocr) == (1, False)
    assert typed.boxes
