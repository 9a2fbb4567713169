"""Presentations: slides as pages, shapes in their order, notes, and broken files."""

import io

import pptx
import pytest
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from corpus import UnreadableFile
from corpus.readers import slides as reader
from tests.corpus.readers.office_files import archive, parts_of

BOX = (Inches(1), Inches(1), Inches(4), Inches(2))
TITLE_ALONE, TITLE_AND_BODY, BLANK = 5, 1, 6


def _bytes(presentation):
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def _slide(presentation, title="", layout=TITLE_ALONE):
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def _read(presentation, name="a.pptx"):
    return reader.read(_bytes(presentation), name)


def test_slides_are_pages_with_their_titles_as_headings():
    presentation = pptx.Presentation()
    _slide(presentation, "Aims", TITLE_AND_BODY).placeholders[1].text = "First\nSecond"
    _slide(presentation, layout=BLANK)
    _slide(presentation, layout=BLANK).shapes.add_textbox(*BOX).text_frame.text = "No title here."
    draft = _read(presentation)
    assert draft.text == "Aims\n\n- First\n- Second\n\nSlide 3\n\nNo title here."
    assert [(page.number, page.label, page.span.of(draft.text)) for page in draft.pages] == [
        (1, "1", "Aims\n\n- First\n- Second"),
        (2, "2", ""),
        (3, "3", "Slide 3\n\nNo title here."),
    ]
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, "Aims"), (1, "Slide 3")]
    assert all(heading.span.of(draft.text) == heading.text for heading in draft.headings)


def test_groups_tables_and_line_breaks_are_read_in_the_order_of_the_shapes():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Table")
    inner = slide.shapes.add_group_shape().shapes.add_group_shape()
    inner.shapes.add_textbox(*BOX).text_frame.text = "Inside\vtwo groups."
    table = slide.shapes.add_table(2, 2, *BOX).table
    for cell, words in zip(table.iter_cells(), ("Area", "Sum", "North", "4\n5"), strict=True):
        cell.text = words
    slide.shapes.add_textbox(*BOX).text_frame.text = "Last."
    assert _read(presentation).text == "Table\n\nInside\ntwo groups.\n\nArea | Sum\nNorth | 4 5\n\nLast."


def test_notes_follow_their_slide_below_a_heading():
    presentation = pptx.Presentation()
    _slide(presentation, "Aims").notes_slide.notes_text_frame.text = "Say hello.\nThen wait."
    _slide(presentation, "End")
    draft = _read(presentation)
    assert draft.text == "Aims\n\nNotes\n\nSay hello.\n\nThen wait.\n\nEnd"
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, "Aims"), (2, "Notes"), (1, "End")]
    assert draft.pages[0].span.of(draft.text).endswith("Then wait.")


def test_a_chart_gives_its_title_and_a_row_for_each_category():
    presentation = pptx.Presentation()
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Exports", (4, 5.5))
    data.add_series("Imports", (3, None))
    frame = _slide(presentation, "Trade").shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "In billions"
    assert _read(presentation).text == (
        "Trade\n\nIn billions\n\nExports | Imports\n\n2023 | Exports: 4 | Imports: 3\n\n2024 | Exports: 5.5"
    )


def test_footers_and_numbers_that_every_slide_repeats_are_left_out():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Aims")
    box = slide.shapes.add_textbox(*BOX)
    box.text_frame.text = "Confidential"
    place = etree.SubElement(box._element.nvSpPr.nvPr, f"{{{box._element.nsmap['p']}}}ph")
    place.set("type", "ftr")
    assert _read(presentation).text == "Aims"


def test_a_shape_in_alternatives_is_read_once():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Aims")
    shape = slide.shapes.add_textbox(*BOX)
    shape.text_frame.text = "Once."
    tree = slide.shapes._spTree
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    both = etree.SubElement(tree, f"{{{space}}}AlternateContent")
    for name in ("Choice", "Fallback"):
        etree.SubElement(both, f"{{{space}}}{name}").append(etree.fromstring(etree.tostring(shape._element)))
    tree.remove(shape._element)
    assert _read(presentation).text == "Aims\n\nOnce."


@pytest.mark.parametrize(
    ("stored", "first", "expected"), [("Stored", "Shown", "Stored"), ("Slide 1", "Shown", "Shown"), ("", "", "")]
)
def test_the_title_is_the_stored_one_or_that_of_the_first_slide(stored, first, expected):
    presentation = pptx.Presentation()
    presentation.core_properties.title = stored
    _slide(presentation, first).shapes.add_textbox(*BOX).text_frame.text = "Words."
    _slide(presentation, "Second")
    assert _read(presentation).title == expected


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    ],
)
def test_shows_templates_and_presentations_with_macros_are_read(kind):
    presentation = pptx.Presentation()
    _slide(presentation, "Aims")
    parts = parts_of(_bytes(presentation))
    usual = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(usual, kind.encode())
    assert reader.read(archive(parts), "a.ppsx").text == "Aims"


def test_slides_without_words_say_so():
    presentation = pptx.Presentation()
    _slide(presentation, layout=BLANK)
    with pytest.raises(UnreadableFile, match="text recognition"):
        _read(presentation)


@pytest.mark.parametrize("part", ["[Content_Types].xml", "ppt/presentation.xml", "ppt/slides/slide1.xml"])
def test_a_file_without_one_of_its_parts_is_damaged(part):
    presentation = pptx.Presentation()
    _slide(presentation, "Aims")
    parts = parts_of(_bytes(presentation))
    del parts[part]
    with pytest.raises(UnreadableFile, match="damaged"):
        reader.read(archive(parts), "a.pptx")


def test_a_flipped_byte_gives_text_or_a_sentence():
    presentation = pptx.Presentation()
    _slide(presentation, "Aims")
    source = bytearray(_bytes(presentation))
    for position in range(0, len(source), 997):
        flipped = bytearray(source)
        flipped[position] ^= 0xFF
        try:
            assert isinstance(reader.read(bytes(flipped), "a.pptx").text, str)
        except UnreadableFile as failure:
            assert failure.reason.endswith(".")


def test_another_kind_of_file_is_named():
    with pytest.raises(UnreadableFile, match="not a PowerPoint presentation"):
        reader.read(b"words", "a.pptx")
