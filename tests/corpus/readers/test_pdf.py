"""PDF files: pages, paragraphs, headings, and every way a file can be broken."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus import UnreadableFile
from corpus.readers import ocr
from corpus.readers import pdf as reader
from corpus.readers.pdf_letters import Letters, letters
from tests.corpus.readers.pdf_files import BOLD, lines, pdf

BODY = (
    "The Foreign Secretary and the Secretary of State led the dialogue together, and",
    "both reaffirmed the support of their countries for Ukraine. They met in London.",
)
PARAGRAPH = " ".join(BODY)


@pytest.fixture(autouse=True)
def _without_text_recognition(monkeypatch):
    """Only what the pages hold as text: test_ocr.py has the others."""
    monkeypatch.setattr(ocr, "PACKAGE", "a_package_that_nobody_has")


def _read(*pages, name="a.pdf", **parts):
    return reader.read(pdf(pages, **parts), name)


def test_lines_are_joined_into_paragraphs():
    draft = _read([*lines(*BODY), *lines("A second one.", top=680)])
    assert draft.text == f"{PARAGRAPH}\n\nA second one."


def test_pages_cover_the_text_in_order_and_bear_their_numbers():
    draft = _read(lines("First page."), lines(), lines("Third page."))
    assert [(page.number, page.label, page.span.of(draft.text)) for page in draft.pages] == [
        (1, "1", "First page."),
        (2, "2", ""),
        (3, "3", "Third page."),
    ]


def test_pages_bear_the_labels_printed_on_them():
    labels = "/PageLabels << /Nums [0 << /S /r /St 4 >> 1 << /S /D /P (A-) >>] >>"
    draft = _read(lines("First."), lines("Second."), catalog=labels)
    assert [page.label for page in draft.pages] == ["iv", "A-1"]


def test_larger_letters_are_headings_ranked_by_size():
    page = [
        *lines("The Report", size=20),
        *lines("First section", top=680, size=15),
        *lines(*BODY, top=650),
        *lines("Second section", top=600, size=15),
        *lines(*BODY, top=570),
    ]
    draft = _read(page)
    assert [(heading.level, heading.text, heading.span.of(draft.text)) for heading in draft.headings] == [
        (1, "The Report", "The Report"),
        (2, "First section", "First section"),
        (2, "Second section", "Second section"),
    ]
    assert draft.title == "The Report"


def test_a_running_head_is_no_heading():
    pages = [[*lines("The Report", top=760, size=13), *lines(*BODY)] for _ in range(3)]
    assert _read(*pages).headings == ()


def test_a_large_sentence_is_no_heading():
    assert (
        _read([*lines("This is set large, and still it is a sentence.", size=14), *lines(*BODY, top=680)]).headings
        == ()
    )


def test_the_outline_names_headings_that_no_size_shows():
    titles = ("1 Ukraine", "2 Russia", "3 Gaza")
    pages = [[*lines(title), *lines(*BODY, top=690)] for title in titles]
    first = 5 + 2 * len(pages)  # the number of the first object after the pages
    outline = [f"<< /Type /Outlines /First {first + 1} 0 R /Last {first + 3} 0 R /Count 3 >>"]
    for index, title in enumerate(titles):
        following = f"/Next {first + 2 + index} 0 R" if index < 2 else ""
        outline.append(f"<< /Title ({title[2:]}) /Parent {first} 0 R {following} /Dest [{5 + 2 * index} 0 R /Fit] >>")
    draft = _read(*pages, catalog=f"/Outlines {first} 0 R", extra=outline)
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, title) for title in titles]


@pytest.mark.parametrize(
    ("info", "title"),
    [("/Title (The Readout)", "The Readout"), ("/Title (Microsoft Word - x.doc)", "Shown"), ("", "Shown")],
)
def test_the_title_is_the_stored_one_or_the_largest_line_of_page_one(info, title):
    assert _read([*lines("Shown", size=20), *lines(*BODY, top=680)], info=info).title == title


def test_what_the_file_says_of_its_author_and_subject_is_kept():
    draft = _read(lines("Words."), info="/Author (A. Clerk) /Subject (Notes) /Producer (x) /CreationDate (D:20200101)")
    assert draft.metadata == {"author": "A. Clerk", "subject": "Notes"}


def test_labels_in_broken_characters_are_none():
    broken = "<FEFFD8000041>"
    labels = f"/PageLabels << /Nums [0 << /S /D /P {broken} >>] >>"
    draft = _read(lines("Words."), info=f"/Title {broken} /Author (A. Clerk)", catalog=labels)
    assert (draft.title, draft.metadata, draft.pages[0].label) == ("", {"author": "A. Clerk"}, "1")


def test_a_page_printed_sideways_is_read_as_it_is_seen():
    upright = pdf([lines(*BODY)])
    sideways = upright.replace(b"/MediaBox [0 0 612 792]", b"/Rotate 90 /MediaBox [0 0 612 792]")
    sideways = sideways.replace(b"1 0 0 1 72 720 Tm", b"0 1 -1 0 100 72 Tm").replace(
        b"1 0 0 1 72 706 Tm", b"0 1 -1 0 114 72 Tm"
    )
    assert reader.read(sideways, "a.pdf").text == PARAGRAPH


def test_letters_stretched_by_a_matrix_count_by_what_is_seen():
    source = pdf([[*lines("Heading", size=1), *lines(*BODY, top=680)]])
    stretched = source.replace(b"1 0 0 1 72 720 Tm", b"20 0 0 20 72 720 Tm")
    assert [heading.text for heading in reader.read(stretched, "a.pdf").headings] == ["Heading"]


def test_pages_that_are_pictures_say_so():
    with pytest.raises(UnreadableFile, match="The pages are pictures"):
        _read([], pictures=[0])


def test_pages_that_are_pictures_among_others_are_named():
    draft = _read(lines("Words."), [], [], [], lines("More words."), [], pictures=[1, 2, 5])
    assert draft.text == "Words.\n\nMore words."
    assert draft.metadata["unread_pages"] == "2-3, 6"
    assert "unread_pages" not in _read(lines("Words."), []).metadata


def test_a_picture_with_a_running_head_above_it_is_unread():
    pages = [[*lines("The Report", top=770), *lines(f"Of {words}.", top=600)] for words in ("war", "aid", "gas")]
    draft = _read(*pages, lines("The Report", top=770), pictures=[3])
    assert draft.text == "Of war.\n\nOf aid.\n\nOf gas."
    assert draft.metadata["unread_pages"] == "4"


def test_letters_without_names_are_no_text():
    to_private_use = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /P def /CMapType 2 def "
        "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <E020> endbfrange endcmap end end"
    )
    cmap = f"<< /Length {len(to_private_use)} >>\nstream\n{to_private_use}\nendstream"
    source = pdf([lines(*BODY)], extra=[cmap]).replace(
        b"/BaseFont /Helvetica /", b"/ToUnicode 7 0 R /BaseFont /Helvetica /"
    )
    with pytest.raises(UnreadableFile, match="pictures without text"):
        reader.read(source, "a.pdf")


def test_blank_pages_say_so():
    with pytest.raises(UnreadableFile, match="hold no text"):
        _read([], [])


def test_a_locked_file_says_so():
    secret = "<" + "5a" * 32 + ">"
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {secret} /U {secret} /P -4 >> /ID [<00> <00>]"
    with pytest.raises(UnreadableFile, match="locked with a password"):
        _read(lines("Words."), trailer=lock)


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_a_file_that_was_cut_short_is_damaged(share):
    source = pdf([lines(*BODY)] * 3)
    with pytest.raises(UnreadableFile, match="damaged"):
        reader.read(source[: int(len(source) * share)], "a.pdf")


def test_a_flipped_byte_gives_text_or_a_sentence():
    source = pdf([lines(*BODY)])
    for position in range(9, len(source), 13):
        flipped = bytearray(source)
        flipped[position] ^= 0xFF
        try:
            assert isinstance(reader.read(bytes(flipped), "a.pdf").text, str)
        except UnreadableFile as failure:
            assert failure.reason.endswith(".")


def test_bytes_before_the_header_do_no_harm():
    assert reader.read(b"\r\n\r\n" + pdf([lines("Words.")]), "a.pdf").text == "Words."


def test_each_character_leads_back_to_its_letter():
    with reader.opened(pdf([lines("A bc")])) as document, closing(document[0].get_textpage()) as textpage:
        assert letters(textpage) == Letters("A bc", range(4))


def test_a_paragraph_runs_over_the_end_of_a_page():
    first = lines("They spoke of Ukraine and of the support that both", "countries give, and they agreed that it will")
    draft = _read(first, lines("go on for as long as it takes.", "A new line."))
    joined = "countries give, and they agreed that it will go on for as long as it takes."
    assert joined in draft.text
    assert draft.pages[0].span.of(draft.text).endswith("it will")
    assert draft.pages[1].span.of(draft.text).startswith("go on")


def test_a_word_divided_by_the_end_of_a_page_is_put_together():
    draft = _read(lines("They spoke of the disin-"), lines("formation that spreads."))
    assert draft.text == "They spoke of the disinformation that spreads."
    assert [page.span.of(draft.text) for page in draft.pages] == ["They spoke of the disin", "formation that spreads."]


def test_a_new_sentence_on_the_next_page_is_a_new_paragraph():
    assert _read(lines("They met in London"), lines("Then they left.")).text == "They met in London\n\nThen they left."
    assert _read(lines("They met in London."), lines("iPods are old.")).text == "They met in London.\n\niPods are old."


def test_running_heads_and_page_numbers_are_left_out():
    days = ("Monday", "Tuesday", "Friday")
    pages = [
        [
            *lines(f"Report of 2024, page {index}", top=760),
            *lines(f"On {day} they met.", top=650),
            *lines(str(index), top=30, left=300),
        ]
        for index, day in enumerate(days, start=7)
    ]
    draft = _read(*pages)
    assert draft.text == "\n\n".join(f"On {day} they met." for day in days)
    assert [page.span.of(draft.text) for page in draft.pages] == [f"On {day} they met." for day in days]


def test_short_pages_that_differ_by_their_numbers_stay():
    assert _read(*[lines(f"Slide {number}") for number in (1, 2, 3)]).text == "Slide 1\n\nSlide 2\n\nSlide 3"


def test_bold_lines_of_the_bodys_size_are_headings():
    page = [
        *lines("The Report", size=20, top=750),
        *lines("What was said", font=BOLD),
        *lines(*BODY, *BODY, *BODY, top=700),
        *lines("This is a sentence that matters.", font=BOLD, top=600),
    ]
    assert [(heading.level, heading.text) for heading in _read(page).headings] == [
        (1, "The Report"),
        (2, "What was said"),
    ]


def test_a_document_that_is_all_bold_has_no_bold_headings():
    assert _read([*lines("What was said", font=BOLD), *lines(*BODY, top=700, font=BOLD)]).headings == ()


def test_a_table_is_written_row_by_row():
    rows = (("Area", "2023", "2024"), ("Ukraine", "2.3", "4.5"), ("Gaza", "0.1", "0.2"))
    page = [piece for index, row in enumerate(rows) for piece in _cells(row, 700 - 14 * index)]
    draft = _read([*lines("Aid in billions of pounds:", top=730), *page])
    assert draft.text == "Aid in billions of pounds:\n\nArea | 2023 | 2024\nUkraine | 2.3 | 4.5\nGaza | 0.1 | 0.2"


def test_a_table_of_bars_is_read():
    page = [piece for row in range(3) for piece in _cells("||", 700 - 14 * row)]
    assert _read([*page, *lines("and words.", top=720)]).text == "| | |\n| | |\n| | |\n\nand words."


def _cells(texts, baseline):
    return [piece for column, text in enumerate(texts) for piece in lines(text, top=baseline, left=72 + 150 * column)]


def test_columns_written_line_by_line_are_read_one_after_another():
    left = (
        "the minister said that the two",
        "countries stand together and",
        "that their support will not",
        "end before the war does, as",
    )
    right = (
        "partners in the alliance have",
        "promised since it began in the",
        "year 2022 and have repeated",
        "since at each of their talks.",
    )
    page = [
        piece for index, pair in enumerate(zip(left, right, strict=True)) for piece in _columns(pair, 700 - 14 * index)
    ]
    assert _read(page).text == " ".join((*left, *right))


def _columns(texts, baseline):
    return [piece for column, text in enumerate(texts) for piece in lines(text, top=baseline, left=72 + 230 * column)]


def test_a_file_that_only_its_owner_may_change_is_read():
    file = BytesIO()
    sheet = Canvas(file, encrypt=StandardEncryption("", ownerPassword="owner"))
    sheet.drawString(72, 700, "Words.")
    sheet.save()
    assert b"/Encrypt" in file.getvalue()
    assert reader.read(file.getvalue(), "a.pdf").text == "Words."


def test_text_at_an_angle_is_read_line_by_line():
    source = pdf([lines(*BODY)])
    tilted = source.replace(b"1 0 0 1 72 720 Tm", b"0.966 0.259 -0.259 0.966 72 300 Tm").replace(
        b"1 0 0 1 72 706 Tm", b"0.966 0.259 -0.259 0.966 75.6 286.5 Tm"
    )
    assert reader.read(tilted, "a.pdf").text == PARAGRAPH


def test_many_threads_may_read_at_once():
    sources = [pdf([lines(*BODY, f"Number {number}.")] * 5) for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        texts = list(threads.map(lambda source: reader.read(source, "a.pdf").text, sources * 3))
    assert texts == [reader.read(source, "a.pdf").text for source in sources] * 3
