"""JSON: records as sections, everything else as lines, nothing changed on the way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import UnreadableFile
from corpus.readers import records

RECORDS = [
    {"id": 7, "title": "Readout", "text": "The dialogue ended.\n\nIt took two days.", "place": "London"},
    {"text": "No name.", "meta": {"by": "FCDO", "tags": ["a", "b"]}},
]
SECTIONS = """Readout

The dialogue ended.

It took two days.

id: 7
place: London

Record 2

No name.

meta:
  by: FCDO
  tags:
    - a
    - b"""


@pytest.mark.parametrize(
    "source",
    [json.dumps(RECORDS), "\n".join(map(json.dumps, RECORDS)), "\r\n\r\n".join(map(json.dumps, RECORDS)) + "\n"],
    ids=["array", "lines", "lines apart"],
)
def test_each_record_is_a_section_with_its_text_first(source):
    draft = records.read(source.encode(), "a.json")
    assert draft.text == SECTIONS
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, "Readout"), (1, "Record 2")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('{"a": 1.10, "b": true, "c": "x"}', "a: 1.10\nb: true\nc: x"),
        ('{"a": null, "b": "", "c": [], "d": {}, "e": 0, "f": false}', "e: 0\nf: false"),
        ('{"a": {"b": {"c": {"d": 1}}}}', "a\n\nb\n\nc:\n  d: 1"),
        ('{"a": [1, 2.50, null]}', "a\n\n- 1\n- 2.50"),
        ('["x", "y"]', "- x\n- y"),
        ('{"a": {"b": {"c": [1, 2]}}}', "a\n\nb\n\nc: 1, 2"),
        ('{"a": "one\\ntwo"}', "a: one\ntwo"),
        ('"only words"', "only words"),
        ("12345678901234567890.10", "12345678901234567890.10"),
    ],
)
def test_other_values_are_lines_and_two_levels_are_headings(value, text):
    assert records.read(value.encode(), "a.json").text == text


def test_a_list_inside_an_object_is_sections_below_its_name():
    draft = records.read(b'{"themes": [{"name": "Ukraine", "text": "Support."}, {"text": "More."}]}', "a.json")
    assert [(heading.level, heading.text) for heading in draft.headings] == [
        (1, "themes"),
        (2, "Ukraine"),
        (2, "themes 2"),
    ]


def test_labels_are_taken_from_the_outermost_object():
    draft = records.read(b'{"title": "T", "date": "2024-09-11", "author": "A", "text": "x"}', "a.json")
    assert draft.title == "T"
    assert (draft.metadata["date"], draft.metadata["author"]) == ("2024-09-11", "A")


@pytest.mark.parametrize("source", ['{"a": [1, 2', '{"a": "cut sh', '{"a": 1}\n{"b": ', "words", '{"a": 1}\nwords\n'])
def test_json_that_is_cut_short_or_damaged_is_refused_with_its_line(source):
    with pytest.raises(UnreadableFile, match=r"damaged or cut short in line \d"):
        records.read(source.encode(), "a.json")


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [150, 100_000])
def test_values_nested_beyond_measure_are_refused(opening, depth):
    closing = {"[": "]", '{"a":': "}"}[opening]
    source = opening * depth + '"x"' + closing * depth
    with pytest.raises(UnreadableFile, match="nested hundreds deep"):
        records.read(source.encode(), "a.json")


def test_half_of_a_pair_and_zero_bytes_are_replaced():
    assert records.read(rb'{"a": "x\ud83dy\u0000z"}', "a.json").text == "a: x�y�z"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_any_json_is_read_and_every_string_in_it_is_there(value):
    draft = records.read(json.dumps(value).encode(), "a.json")
    written = "".join(draft.text.split())
    for words in _strings(value):
        assert "".join(words.replace("\0", "\ufffd").split()) in written
    for heading in draft.headings:
        assert " ".join(heading.span.of(draft.text).split()) == heading.text


def _strings(value):
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)
