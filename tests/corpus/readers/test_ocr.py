"""Scanned PDF files: pages that are pictures, read by text recognition where it is installed."""

from io import BytesIO

import pypdfium2 as pdfium
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus import Entry, Reading, Span, UnreadableFile, boxes, read, reader_version
from corpus.readers import ocr, pdf
from tests.corpus.readers.pdf_files import lines
from tests.corpus.readers.pdf_files import pdf as written

FIRST = (
    "The Foreign Secretary and the Secretary of State led the dialogue together, and",
    "both reaffirmed the support of their countries for Ukraine. They met in London.",
)
PARAGRAPH = " ".join(FIRST)


@pytest.fixture
def without_ocr(monkeypatch):
    monkeypatch.setattr(ocr, "PACKAGE", "a_package_that_nobody_has")


def scan(*pages, turned=0):
    """Print pages of lines, scan them, and bind the pictures; a page given as a string stays text."""
    bound = BytesIO()
    canvas = Canvas(bound)
    for page in pages:
        if isinstance(page, str):
            canvas.setPageSize((612, 792))
            canvas.drawString(72, 720, page)
        else:
            picture = pdfium.PdfDocument(written([page]))[0].render(scale=2).to_pil().rotate(turned, expand=True)
            canvas.setPageSize((picture.width / 2, picture.height / 2))
            canvas.drawImage(ImageReader(picture), 0, 0, picture.width / 2, picture.height / 2)
        canvas.showPage()
    canvas.save()
    return bound.getvalue()


@pytest.fixture
def entry(tmp_path):
    def make(source):
        path = tmp_path / "a.pdf"
        path.write_bytes(source)
        return Entry("a.pdf", path, len(source), path.stat().st_mtime_ns)

    return make


def test_a_scan_is_read_as_paragraphs_and_its_pages_are_named():
    draft = pdf.read(scan(lines(*FIRST), lines("The second page ends here.")), "a.pdf")
    assert draft.text == f"{PARAGRAPH}\n\nThe second page ends here."
    assert draft.metadata["ocr_pages"] == "1-2"
    assert "unread_pages" not in draft.metadata
    assert [page.span.of(draft.text) for page in draft.pages] == [PARAGRAPH, "The second page ends here."]


def test_pages_with_letters_keep_their_own_text():
    draft = pdf.read(scan("Words as they were typed: rn, not m.", lines(*FIRST)), "a.pdf")
    assert draft.text == f"Words as they were typed: rn, not m.\n\n{PARAGRAPH}"
    assert draft.metadata["ocr_pages"] == "2"


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_lay_turned_in_the_scanner_is_read(turned):
    assert pdf.read(scan(lines(*FIRST, "It ended at noon."), turned=turned), "a.pdf").text.startswith(PARAGRAPH)


def test_large_letters_are_a_heading_and_cells_a_table():
    cells = [
        (text, 72 + 150 * column, 640 - 18 * row, 11, "F1")
        for row, texts in enumerate(
            [("Country", "Aid", "Year"), ("Ukraine", "12.5", "2023"), ("Georgia", "0.7", "2022")]
        )
        for column, text in enumerate(texts)
    ]
    draft = pdf.read(scan([*lines("Annual Report", size=22), *lines(*FIRST, top=680), *cells]), "a.pdf")
    assert [heading.text for heading in draft.headings] == ["Annual Report"]
    assert draft.text.endswith("Country | Aid | Year\nUkraine | 12.5 | 2023\nGeorgia | 0.7 | 2022")


def test_a_picture_without_letters_is_unread():
    draft = pdf.read(scan("Words.", lines(), lines(*FIRST)), "a.pdf")
    assert (draft.metadata["unread_pages"], draft.metadata["ocr_pages"]) == ("2", "3")
    with pytest.raises(UnreadableFile, match="no text was recognised"):
        pdf.read(scan(lines()), "a.pdf")


def test_pages_after_the_limit_are_named_as_unread(monkeypatch):
    monkeypatch.setattr(pdf, "OCR_SECONDS", 0.0)
    draft = pdf.read(scan(lines(*FIRST), lines("A second page."), lines("A third page.")), "a.pdf")
    assert draft.text == PARAGRAPH
    assert (draft.metadata["ocr_pages"], draft.metadata["unread_pages"]) == ("1", "2-3")


def test_a_scan_may_take_longer_and_hold_more_than_a_worker_is_given_for_a_file(entry):
    with Reading(workers=1, time_limit_seconds=1.0, memory_limit_bytes=400 * 1024**2) as reading:
        document = reading.read(entry(scan(lines(*FIRST), lines("A second page."))))
    assert document.text == f"{PARAGRAPH}\n\nA second page."


def test_recognised_text_has_no_boxes(entry):
    source = scan(lines(*FIRST))
    assert boxes(source, read(entry(source)), Span(0, 10)) == ()


def test_models_that_are_missing_are_said_and_not_fetched(monkeypatch, tmp_path):
    import rapidocr

    monkeypatch.setattr(rapidocr, "__file__", str(tmp_path / "__init__.py"))
    ocr._engine.cache_clear()
    with pytest.raises(UnreadableFile, match=r"rapidocr.* is not whole; install"):
        pdf.read(scan(lines(*FIRST)), "a.pdf")
    ocr._engine.cache_clear()


def test_without_text_recognition_a_scan_is_one_sentence_that_names_the_package(without_ocr):
    with pytest.raises(UnreadableFile, match=r"pictures without text; .*pip install 'despatch\[ocr\]'"):
        pdf.read(scan(lines(*FIRST)), "a.pdf")


def test_without_text_recognition_pages_that_are_pictures_are_named_as_unread(without_ocr):
    draft = pdf.read(scan("Words.", lines(*FIRST)), "a.pdf")
    assert draft.text == "Words."
    assert draft.metadata["unread_pages"] == "2"
    assert "ocr_pages" not in draft.metadata


def test_files_are_read_again_once_text_recognition_is_installed():
    assert reader_version("scan.pdf").endswith(" with OCR") == ocr.is_installed()
