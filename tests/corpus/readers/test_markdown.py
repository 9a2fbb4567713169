"""Markdown: exact characters, exact headings, front matter taken off."""

import pytest
from hypothesis import given

from corpus.readers import markdown
from tests.corpus.texts import MIXED


def _read(text):
    return markdown.read(text.encode(), "a.md")


def _headings(text):
    draft = _read(text)
    return [(heading.level, heading.text, heading.span.of(draft.text)) for heading in draft.headings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One\n\ntext\n\n### Two ##\n", [(1, "One", "# One"), (3, "Two", "### Two ##")]),
        ("One\n===\ntext\n\nTwo\nlines\n---\n", [(1, "One", "One\n==="), (2, "Two lines", "Two\nlines\n---")]),
        ("text\r\n\r\n  ## One\r\ntext\r\n", [(2, "One", "## One")]),
        ("text\u2028\x0b\x85\n# One", [(1, "One", "# One")]),
        (
            "# **Bold** `code` [link](http://x) &amp; \\*",
            [(1, "Bold code link & *", "# **Bold** `code` [link](http://x) &amp; \\*")],
        ),
        ("```\n# not one\n```\n\n    # nor this\n\n> # quoted\n\n- # in a list\n", []),
        ("#\n\n## \n", []),
        ("| a |\n|---|\n| b |\n# One", [(1, "One", "# One")]),
    ],
)
def test_headings_are_found_where_they_stand(text, expected):
    assert _headings(text) == expected


def test_front_matter_becomes_labels_and_leaves_the_text():
    draft = _read(
        '---\r\ntitle: "The Readout"\r\ndate: 2024-09-11\r\ntags: [uk, us]\r\nmore: {a: 1}\r\n---\r\n\r\n# One\r\n'
    )
    assert draft.text == "\r\n# One\r\n"
    assert draft.title == "The Readout"
    assert draft.metadata == {"title": "The Readout", "date": "2024-09-11", "tags": "uk, us"}
    assert draft.headings[0].span.of(draft.text) == "# One"


@pytest.mark.parametrize(
    "text",
    [
        "---\nnot: [closed\n---\ntext",
        "---\njust words\n---\ntext",
        "---\ndate: 2024-02-31\n---\ntext",
        "---\n!!python/object/apply:os.getcwd []\n---\ntext",
        "---\nno end",
        "text\n---\na: 1\n---\n",
        "\n---\na: 1\n---\n",
    ],
)
def test_what_is_no_front_matter_stays_in_the_text(text):
    draft = _read(text)
    assert draft.text == text
    assert draft.metadata == {}


def test_aliases_inside_aliases_are_not_written_out():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{below}: &{below} [{', '.join([f'*{above}'] * 9)}]"
        for above, below in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    draft = _read("---\n" + "\n".join(lines) + "\n---\ntext")
    assert draft.metadata == {"a": "x, x, x, x, x, x, x, x, x"}


@pytest.mark.parametrize(
    ("text", "title"),
    [("## Two\n\n# One\n\n# Other", "One"), ("## Two", ""), ("---\ntitle: Own\n---\n# One", "Own"), ("words", "")],
)
def test_the_title_is_the_front_matters_or_the_first_of_level_one(text, title):
    assert _read(text).title == title


@given(MIXED)
def test_the_text_is_kept_and_headings_are_in_order(text):
    draft = _read(text)
    assert text.removeprefix("\ufeff").endswith(draft.text)
    assert draft.metadata or draft.text == text.removeprefix("\ufeff")
    end = 0
    for heading in draft.headings:
        assert end <= heading.span.start < heading.span.end
        end = heading.span.end
