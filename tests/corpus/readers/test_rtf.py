"""Rich text: code pages, structure, and what must stay out of the text."""

import pytest

from corpus import UnreadableFile
from corpus.readers import rtf as reader


def _read(body, head=r"\ansi\ansicpg1252"):
    source = body if isinstance(body, bytes) else body.encode("ascii")
    return reader.read(b"{\\rtf1" + head.encode() + b" " + source + b"}", "a.rtf")


def _text(body, head=r"\ansi\ansicpg1252"):
    return _read(body, head).text


def test_paragraphs_breaks_and_signs():
    assert _text(r"One\tab two\line three.\par\pard Four\~\{x\}\_\emdash y\rquote s.\page Five") == (
        "One\ttwo\nthree.\n\nFour\xa0{x}-—y’s.\n\nFive"
    )


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (r"\ansi\ansicpg1252", r"Caf\'e9 \'80 5", "Café € 5"),
        (r"\ansi\ansicpg1251", r"\'c2\'e5\'f0\'f5", "Верх"),
        (r"\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204{\*\panose 02}B;}}", r"\f1 \'c2\f0 \'e9", "Вé"),
        (r"\ansi\ansicpg932", r"\'83A\'83" + "\n" + r"\'42", "アィ"),
        (r"\mac", r"\'8e", "é"),
        (r"\ansi\ansicpg99999", r"\'e9", "é"),
        (r"\ansi", r"\u1042?\uc2\u8364\'80\'80\uc0\u233 x", "В€éx"),
        (r"\ansi", r"\u-10179?\u-8704?", "\U0001f600"),
        (r"\ansi", r"\u-10179?.", "\ufffd."),
        (r"\ansi\ansicpg1252", r"{\f9\'e9}", "é"),
    ],
)
def test_letters_of_every_kind_of_writing(head, body, expected):
    assert _text(body, head) == expected


def test_bytes_written_as_they_are_belong_to_the_code_page():
    assert _text("Straße".encode("cp1252")) == "Straße"


STYLES = (
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}{\s3 Title;}"
    r"{\*\cs4\outlinelevel1 Emphasis;}}"
)


def test_headings_by_style_and_by_outline_level():
    draft = _read(
        STYLES + r"\pard\s3 Budget\par\pard\s1 Aims\par\pard Words.\par\pard\s2 Means\par\pard\outlinelevel2 Own\par"
    )
    assert [(heading.level, heading.text) for heading in draft.headings] == [
        (1, "Budget"),
        (1, "Aims"),
        (2, "Means"),
        (3, "Own"),
    ]
    assert draft.text == "Budget\n\nAims\n\nWords.\n\nMeans\n\nOwn"
    assert draft.title == "Budget"
    assert all(heading.span.of(draft.text) == heading.text for heading in draft.headings)


def test_items_bear_their_numbers_or_a_dash():
    assert _text(r"{\listtext 1.\tab}First\par{\pntext\'b7\tab}Dot\par{\listtext (b)\tab}Letter\par\pard End") == (
        "1. First\n- Dot\n(b) Letter\n\nEnd"
    )


def test_tables_are_rows_and_a_table_of_one_cell_is_a_frame():
    row = r"\trowd\intbl {}\cell {}\cell\row"
    assert (
        _text(
            r"Before\par" + row.format("Area", "Sum") + row.format("North", r"4\par 5") + r"\pard After\par"
            r"\trowd\intbl One.\par Two.\cell\row\pard End"
        )
        == "Before\n\nArea | Sum\nNorth | 4 5\n\nAfter\n\nOne.\n\nTwo.\n\nEnd"
    )


def test_notes_and_text_boxes_follow_their_paragraph():
    assert (
        _text(
            r"A claim{\footnote\pard Its source.}.\par{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard Boxed.\par}}"
            r"{\shprslt\pard Boxed.\par}}End"
        )
        == "A claim.\n\nIts source.\n\nEnd\n\nBoxed."
    )


def test_the_heads_and_feet_of_pages_stand_once_around_the_text():
    assert (
        _text(
            r"{\header The Office\par}{\headerf The Office\par}"
            r"{\footer\pard Page {\field{\*\fldinst PAGE}{\fldrslt 3}}\par Address\par}"
            r"{\footerr 3 \chpgn}Words."
        )
        == "The Office\n\nWords.\n\nAddress"
    )


def test_what_is_not_shown_stays_out():
    assert (
        _text(
            r"{\*\generator Word;}{\colortbl;\red0;}{\pict\pngblip 89504e47}{\xe index}{\v hidden}{\deleted gone}"
            r"{\field{\*\fldinst HYPERLINK }{\fldrslt shown}} \bin3 }}{ end{\*\unknown thing}"
        )
        == "shown  end"
    )


def test_words_given_twice_are_read_in_unicode():
    assert _text(r"a{\upr{b}{\*\ud{\u1042?}}}c") == "aВc"


def test_title_author_and_day_are_those_stored():
    draft = _read(r"{\info{\title Budget \'e9}{\author Ann}{\creatim\yr2024\mo9\dy11\hr8}{\operator Ben}}Words.")
    assert (draft.title, draft.metadata) == ("Budget é", {"author": "Ann", "created": "2024-09-11"})
    assert draft.text == "Words."


def test_what_follows_the_end_of_the_text_is_left_out():
    assert reader.read(b"{\\rtf1 Words.}{more}", "a.rtf").text == "Words."


@pytest.mark.parametrize("tail", [b"\\", b"\\'", b"{", b"}", b"\\bin999999999 x", b"\\u", b"{\\*", b"\\'zz"])
def test_a_file_that_was_cut_short_gives_what_is_there(tail):
    assert reader.read(b"{\\rtf1 Words." + tail, "a.rtf").text.startswith("Words.")


def test_a_hundred_thousand_groups_inside_each_other_are_read():
    assert reader.read(b"{\\rtf1 " + b"{" * 100_000 + b"deep" + b"}" * 100_000, "a.rtf").text == "deep"


def test_bytes_that_are_no_rich_text_are_refused():
    with pytest.raises(UnreadableFile, match="not rich text"):
        reader.read(b"words", "a.rtf")
