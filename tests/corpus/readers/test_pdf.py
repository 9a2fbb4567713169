"""PDF files: pages, paragraphs, headings, and every way a file can be broken."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from corpus import UnreadableFile
from corpus.readers import pdf as reader
from tests.corpus.readers.pdf_files import lines, pdf

BODY = (
    "The Foreign Secretary and the Secretary of State led the dialogue together, and",
    "both reaffirmed the support of their countries for Ukraine. They met in London.",
)
PARAGRAPH = " ".join(BODY)


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
    source = pdf([[]]).replace(
        b"<< /Length 0 >>\nstream\n\nendstream", b"<< /Length 27 >>\nstream\nq 600 0 0 700 0 0 cm /I Do Q\nendstream"
    )
    picture = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    with_picture = source.replace(b"/Font << /F1 3 0 R >>", b"/XObject << /I 7 0 R >>").replace(
        b"xref\n", f"7 0 obj\n{picture}\nstream\nx\nendstream\nendobj\nxref\n".encode(), 1
    )
    with pytest.raises(UnreadableFile, match="pictures without text; run text recognition"):
        reader.read(with_picture, "a.pdf")


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


def test_letters_beyond_the_basic_plane_and_unnamed_ones_are_written_whole():
    assert reader._text(iter([0x41, 0xD83D, 0xDE00, 0, 0xD83D, 0x42, 0x08])) == "A😀\ufffdB"


def test_many_threads_may_read_at_once():
    sources = [pdf([lines(*BODY, f"Number {number}.")] * 5) for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        texts = list(threads.map(lambda source: reader.read(source, "a.pdf").text, sources * 3))
    assert texts == [reader.read(source, "a.pdf").text for source in sources] * 3
