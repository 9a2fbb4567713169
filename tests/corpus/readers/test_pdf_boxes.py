"""Where on the page the words of a quotation stand."""

import hashlib
import re
from contextlib import closing

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Box, Document, Span, UnreadableFile, boxes
from corpus.readers import pdf as reader
from tests.corpus.readers.pdf_files import lines, pdf

WIDTH, HEIGHT = 612, 792


def _document(source, media_type="application/pdf"):
    return Document(
        "a.pdf", hashlib.sha256(source).hexdigest(), len(source), 0, media_type, reader.read(source, "a.pdf")
    )


def _span(document, words):
    start = document.text.index(words)
    return Span(start, start + len(words))


def _below(source, found):
    """The text under boxes, drawn in by a point: letters beside them touch."""
    with closing(pdfium.PdfDocument(source)) as document:
        return " ".join(
            document[box.page_number - 1]
            .get_textpage()
            .get_text_bounded(
                box.left * WIDTH + 0.5,
                (1 - box.bottom) * HEIGHT + 3,
                box.right * WIDTH - 0.5,
                (1 - box.top) * HEIGHT - 3,
            )
            for box in found
        )


def _bare(text):
    return re.sub(r"[\s|\x02\ufffe-]", "", text)


def test_a_line_has_one_box_of_fractions_of_the_page():
    source = pdf([lines("Words.", top=396, left=306)])
    document = _document(source)
    (box,) = boxes(source, document, Span(0, 6))
    assert box.page_number == 1
    assert box.left == pytest.approx(0.5, abs=0.001)
    assert box.right == pytest.approx(0.5 + 33 / WIDTH, abs=0.005)
    assert box.top < 0.5 < box.bottom
    assert box.bottom - box.top == pytest.approx(11 / HEIGHT, rel=0.5)


def test_a_quotation_over_lines_and_pages_has_a_box_for_each():
    head = lines("The Report", top=770)
    first = [*head, *lines("They spoke of the war, and of the disin-", "formation that is in")]
    source = pdf([first, [*head, *lines("the news of every day.")]])
    document = _document(source)
    found = boxes(source, document, _span(document, "of the disinformation that is in the news"))
    assert [box.page_number for box in found] == [1, 1, 2]
    assert _bare(_below(source, found)) == "ofthedisinformationthatisinthenews"


def test_words_that_also_stand_in_a_running_head_are_found_in_the_text():
    pages = [[*lines("Of war", top=770), *lines("Of war", "and of other things.", top=600)] for _ in range(2)]
    source = pdf([*pages, [*lines("Of war", top=770), *lines("The end.", top=600)]])
    document = _document(source)
    (box,) = boxes(source, document, Span(0, 6))
    assert box.top > 0.2


def test_cells_have_boxes_of_their_own():
    page = [
        piece
        for row in range(3)
        for column, text in enumerate(("Aid", "12", "34"))
        for piece in lines(text, top=700 - 14 * row, left=72 + 150 * column)
    ]
    source = pdf([page])
    document = _document(source)
    found = boxes(source, document, Span(0, len("Aid | 12 | 34")))
    assert [round(box.left * WIDTH) for box in found] == [72, 222, 372]


def test_boxes_are_of_the_page_as_it_is_shown():
    upright = pdf([lines("Words.")])
    turned = pdf([lines("Words.")], page_entries="/Rotate 90")
    cut = upright.replace(b"/MediaBox [0 0 612 792]", b"/MediaBox [0 0 612 792] /CropBox [0 396 612 792]")
    (box,) = boxes(upright, _document(upright), Span(0, 6))
    (shown,) = boxes(turned, _document(turned), Span(0, 6))
    assert (shown.right, shown.top) == pytest.approx((1 - box.top, box.left), abs=0.001)
    (lower,) = boxes(cut, _document(cut), Span(0, 6))
    assert lower.top == pytest.approx(2 * box.top, abs=0.001)


@given(
    st.lists(st.text("abc déi,.-()", min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=8),
    st.data(),
)
def test_under_the_boxes_stands_the_quotation(texts, data):
    source = pdf([lines(*texts[:4]), lines(*texts[4:])])
    document = _document(source)
    start = data.draw(st.integers(0, len(document.text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(document.text))))
    assert _bare(_below(source, boxes(source, document, span))) == _bare(span.of(document.text))


def test_a_file_that_has_changed_or_gone_is_refused(tmp_path):
    source = pdf([lines("Words.")])
    document = _document(source)
    with pytest.raises(UnreadableFile, match="has changed since it was read"):
        boxes(source + b"\n", document, Span(0, 1))
    with pytest.raises(UnreadableFile, match="cannot be read again"):
        boxes(tmp_path / "a.pdf", document, Span(0, 1))
    (tmp_path / "a.pdf").write_bytes(source)
    assert len(boxes(tmp_path / "a.pdf", document, Span(0, 6))) == 1


def test_other_documents_have_no_boxes():
    source = pdf([lines("Words.")])
    assert boxes(source, _document(source, "text/plain"), Span(0, 6)) == ()


@pytest.mark.parametrize("ends", [(0, 0.1, 0.2, 0.3, 0.4), (1, -0.1, 0, 1, 1), (1, 0.5, 0, 0.4, 1), (1, 0, 0, 1, 1.1)])
def test_a_box_lies_on_its_page(ends):
    with pytest.raises(ValueError, match=r"numbered from 1|lies on its page"):
        Box(*ends)
