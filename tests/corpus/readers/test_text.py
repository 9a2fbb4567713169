"""Plain text: the encoding found, the characters kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import UnreadableFile
from corpus.readers import text

GERMAN = "Die Außenministerin erklärte, dass die Gespräche über Österreich für beide Länder schön verlaufen seien. " * 3
RUSSIAN = "Министры завершили переговоры в Лондоне и договорились о дальнейшем сотрудничестве двух стран. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_german_is_decoded_in_each_encoding_it_is_written_in(encoding):
    assert text.read(GERMAN.encode(encoding), "a.txt").text == GERMAN


@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "cp1251"])
def test_russian_is_decoded_in_each_encoding_it_is_written_in(encoding):
    assert text.read(RUSSIAN.encode(encoding), "a.txt").text == RUSSIAN


def test_the_euro_sign_of_windows_in_the_west_is_kept():
    assert text.decode((GERMAN + "Das kostet 5 € und 10 ‰.").encode("cp1252")).endswith("5 € und 10 ‰.")


def test_polish_in_the_eastern_code_page_stays_polish():
    polish = "Szczęśliwa żółta gęś już dziś pożegnała źle ułożoną łąkę i poszła śpiąco w świat. " * 4
    assert text.decode(polish.encode("cp1250")) == polish


@pytest.mark.parametrize(
    "source", [b"\0", b"words\0words", b"\xff\xfewords", b"\xff\xfe\0\0\1", b"\x00\x01\x02\xff" * 20]
)
def test_bytes_that_are_not_text_are_refused(source):
    with pytest.raises(UnreadableFile, match="not text"):
        text.read(source, "a.txt")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_text_is_kept_character_for_character(words):
    assert text.read(words.encode(), "a.txt").text == words


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (b"Chronology\n\nWords.", "Chronology"),
        (b"\r\n  Chronology \r\n\r\nWords.", "Chronology"),
        (b"One line\nand the next.", ""),
        (b"A line of many words " * 9 + b"\n\nWords.", ""),
        (b"Alone", ""),
    ],
)
def test_a_short_first_line_with_a_blank_one_below_is_the_title(source, title):
    assert text.read(source, "a.txt").title == title
