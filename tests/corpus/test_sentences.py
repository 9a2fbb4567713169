"""Where sentences begin and end."""

import re

import pytest
from hypothesis import given

from corpus import is_closed, sentences
from tests.corpus.texts import MIXED


def _pieces(text, **options):
    return [span.of(text) for span in sentences(text, **options)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. Secretary of State met him on 11th Sept. 2024 in London.", "It went well."],
        ["See No. 5 and Sec. 4.1 for this.", "It is short."],
        ["This is e.g. on p. 12.", "Nothing else is."],
        ["Mr. Lammy spoke.", "Dr. Blinken and Mrs. May listened."],
        ['"We stand together." he said.', "They went."],
        ["“Why?” she asked.", "“Because.”"],
        ["It was $3.5 bn. vs. 2.1 bn. before.", "Now it is more."],
        ["They raised 5 m. 200 times.", "Then they stopped."],
        ["He left at 5 p.m. on Monday.", "It was quiet."],
        ["It grew by 2.5 per cent.", "In 2024 it fell."],
        ["Read https://example.org/a.B?c=1.5#D.E today.", "Then write to a.b@example.org."],
        ["The file readme.Md is here.", "Version 1.2.3 is out."],
        ["What happened?", "Nothing!", "Good."],
        ["They met in June (see annex B).", "Then they left."],
    ],
    ids=lambda pieces: pieces[0],
)
def test_plain_sentences_are_told_apart(expected):
    assert _pieces(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One line\nand its end. Two.", ["One line\nand its end.", "Two."]),
        ("One line\r\nand its end.\r\nTwo.", ["One line\r\nand its end.", "Two."]),
        ("He met Mr.\r\nLammy, see No.\n5.", ["He met Mr.\r\nLammy, see No.\n5."]),
        ("No stop here\n\nNor here", ["No stop here", "Nor here"]),
        ("No stop here\r\n \t\r\nNor here", ["No stop here", "Nor here"]),
        ("A wrapped line ends in\n2024. The next year came.", ["A wrapped line ends in\n2024.", "The next year came."]),
        ("A wrapped line ends in\n12. The next came.", ["A wrapped line ends in\n12.", "The next came."]),
    ],
)
def test_a_blank_line_ends_a_sentence_and_a_line_end_does_not(text, expected):
    assert _pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Why now? Because. ##\nText.", ["Why now? Because.", "Text."]),
        ("Title\n=====\nText.", ["Title", "Text."]),
        ("Text\n\n---\n\nText", ["Text", "Text"]),
        ("- one. Two\n- three\n  goes on\n* four", ["one.", "Two", "three\n  goes on", "four"]),
        ("Text\n- one\n1. two\n2. three\n\nText", ["Text", "one", "two", "three", "Text"]),
        ("1) one\n   goes on\n2) two", ["one\n   goes on", "two"]),
        ("- 1. deep", ["deep"]),
        ("> quoted\n> on. Over\n\nText", ["quoted\n> on.", "Over", "Text"]),
        ("> - item\n> # Heading", ["item", "Heading"]),
        ("| a | b |\n|:--|--:|\n| c. D | e |\nText.", ["a | b", "c. D | e", "Text."]),
        ("Area | What\nUkraine | Aid. More", ["Area | What", "Ukraine | Aid. More"]),
        ("Text before\n| a |\ntext after", ["Text before", "a", "text after"]),
    ],
)
def test_markdown_parts_stand_on_their_own_without_their_marks(text, expected):
    assert _pieces(text) == expected


@pytest.mark.parametrize("text", ["", " \r\n\t", "---", "|---|---|", "====\n\n***"])
def test_what_holds_no_words_holds_no_sentence(text):
    assert sentences(text) == ()


def test_a_bar_in_a_long_paragraph_makes_no_row_of_it():
    paragraph = "The Guardian | World reported it. " + "Then more was said. " * 60
    assert len(_pieces(paragraph)) == 61


def test_full_width_stops_need_no_blank_after_them():
    assert _pieces("对话结束。会议在伦敦。", language="zh") == ["对话结束。", "会议在伦敦。"]


def test_an_unknown_language_is_cut_all_the_same():
    assert _pieces("One here. Two here.", language="tlh") == ["One here.", "Two here."]


def test_a_long_line_of_marks_is_read_in_one_go():
    # A pattern that tries again from each place would need hours for one of these.
    for mark in ("- ", "# ", "> ", "| ", "-", ":-", "=", " "):
        assert len(sentences(mark * 30_000 + "word")) <= 60_004 // 14_000 + 1


def test_a_block_of_any_length_is_cut_as_a_short_one_is():
    sentence = 'Mr. Lammy met "Mr. Blinken. And others." on 11 Sept. 2024 in London (see p. 5).'
    assert set(_pieces(" ".join([sentence] * 2_000))) == {sentence}


def test_what_has_no_end_is_cut_between_words():
    pieces = _pieces("word " * 10_000 + "end. Next one.")
    assert pieces[-1] == "Next one."
    assert {word for piece in pieces[:-1] for word in piece.split()} == {"word", "end."}


def test_a_line_longer_than_any_heading_item_or_row_is_running_text():
    assert _pieces("- | One here. Two here. " * 5_000)[:2] == ["- | One here.", "Two here."]


_MARKS = re.compile(r"(?m)^[ \t]*(?:>[ \t]*)*(?:(?:[-*+•‣◦▪·–]|\d{1,3}[.)])[ \t]+)+")


@given(MIXED)
def test_sentences_are_trimmed_in_order_and_apart(text):
    end = 0
    for span in sentences(text):
        assert end <= span.start < span.end <= len(text)
        assert span.of(text) == span.of(text).strip() != ""
        end = span.end


@given(MIXED)
def test_every_letter_and_digit_outside_marks_is_in_a_sentence(text):
    in_lines = re.sub(r"\r\n?", lambda end: "\n" * len(end[0]), text)
    covered = {position for span in sentences(text) for position in range(span.start, span.end)}
    marked = {position for match in _MARKS.finditer(in_lines) for position in range(*match.span())}
    lost = [text[i] for i in range(len(text)) if text[i].isalnum() and i not in covered and i not in marked]
    assert lost == []


@given(MIXED)
def test_an_address_or_a_figure_is_never_cut(text):
    ends = {span.end for span in sentences(text)} | {span.start for span in sentences(text)}
    for match in re.finditer(r"https://example\.org/a\.b\?c=1\.5&d=E\.F|\$3\.5|(?<=Sec\. )4\.1", text):
        assert not ends & set(range(match.start() + 1, match.end()))


@pytest.mark.parametrize(
    "text", ["Done.", "“Done!”", "(Done.)", "完了。", "「完了。」", "समाप्त।", "ختم ہوا۔", "Ավարտ։", "ပြီးပြီ။", "ចប់។"]
)
def test_a_statement_is_closed_by_the_stop_of_its_script(text):
    assert is_closed(text)


@pytest.mark.parametrize("text", ["Done", "Done?", "完了か？", "Done:", "Done,", "3.5", "a.b", ""])
def test_a_heading_a_question_and_what_goes_on_are_not_closed(text):
    assert not is_closed(text)
