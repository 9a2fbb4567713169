"""XML of any vocabulary: its text in order, and nothing that it points to."""

import pytest

from corpus import UnreadableFile
from corpus.readers import xml


def _read(body, head=""):
    return xml.read(f'<?xml version="1.0" encoding="utf-8"?>{head}{body}'.encode(), "a.xml")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<a><b>One</b><c>Two</c></a>", "One\n\nTwo"),
        ("<p>One <name>two</name>,\n  three</p>", "One two, three"),
        ("<a><p><hi>All</hi></p><p>next</p></a>", "All\n\nnext"),
        ("<a>Words <p>a block</p> more</a>", "Words\n\na block\n\nmore"),
        ("<list><item>One</item><item>Two</item></list>", "- One\n- Two"),
        (
            "<table><row><cell>A</cell><cell>B</cell></row><row><cell>1</cell><cell>2</cell></row></table>",
            "A | B\n1 | 2",
        ),
        ("<a>One<!-- not this --><?nor this?> two</a>", "One two"),
        ("<a><![CDATA[1 < 2]]></a>", "1 < 2"),
        ("<a xmlns='urn:x'><x:b xmlns:x='urn:y'>One</x:b></a>", "One"),
    ],
)
def test_elements_beside_words_run_on_and_others_are_blocks(body, text):
    assert _read(body).text == text


def test_heads_of_sections_are_headings_as_deep_as_their_sections():
    draft = _read(
        "<text><div><head>One</head><p>Words</p><div><head>Two</head><p>More</p></div></div>"
        "<div><num>3</num><heading>Three</heading><figure><head>Caption</head></figure></div></text>"
    )
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, "One"), (2, "Two"), (1, "3 Three")]
    assert all(heading.span.of(draft.text) == heading.text for heading in draft.headings)
    assert "Caption" in draft.text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<a><section><enum>1.</enum><text>First</text></section><section><num>§ 2</num><p>Second</p></section></a>",
         "1. First\n\n§ 2 Second"),
        ("<list><item><label>(a)</label><p>One</p></item><item><num>(b)</num><p>Two</p></item></list>",
         "- (a) One\n- (b) Two"),
        ("<a><num>1</num><num>2</num><p>Words</p></a>", "1\n\n2 Words"),
        ("<a><num>1</num><row><cell>A</cell><cell>B</cell></row></a>", "1\n\nA | B"),
        ("<a><p>Words</p><num>1</num></a>", "Words\n\n1"),
        ("<a><label>A label as long as a sentence is no number</label><p>Words</p></a>",
         "A label as long as a sentence is no number\n\nWords"),
        ("<p>In <num>two</num> parts</p>", "In two parts"),
    ],
)  # fmt: skip
def test_a_number_stands_before_the_words_that_it_numbers(body, text):
    assert _read(body).text == text


def test_title_author_and_date_are_taken_from_where_they_are_labelled():
    draft = _read(
        "<TEI><teiHeader><title>Letters</title><author>G. Kennan</author><date type='posted' when='2013-12-09'>x</date>"
        "<date type='created' when='1957-03-21'>y</date></teiHeader>"
        "<p>On <date when='1900-01-01'>a day</date> it rained.</p></TEI>"
    )
    assert (draft.title, draft.metadata["author"], draft.metadata["date"]) == ("Letters", "G. Kennan", "1957-03-21")


def test_a_date_between_words_is_not_the_documents():
    assert "date" not in _read("<p>On <date when='1900-01-01'>a day</date> it rained.</p>").metadata


def test_where_no_element_holds_words_the_attributes_do():
    assert _read('<rows><row id="1" name="Ukraine"/><row id="2" name="COP29"/></rows>').text == (
        "id: 1 | name: Ukraine\nid: 2 | name: COP29"
    )


def test_an_entity_of_plain_words_is_written_out():
    head = '<!DOCTYPE a [<!ENTITY fco "Foreign Office">]>'
    assert _read("<a>The &fco; said</a>", head).text == "The Foreign Office said"


def test_what_an_entity_points_to_is_not_read(tmp_path):
    (tmp_path / "secret.txt").write_text("xyzzy")
    head = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    assert _read("<a>Words &x; more</a>", head).text == "Words more"


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;">',
        '<!ENTITY b "<p>x</p>">',
        '<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 100 + '"><!ENTITY c "' + "&b;" * 10_000 + '">',
    ],
    ids=["in each other", "of elements", "expanding"],
)
def test_entities_that_stand_for_more_than_words_are_refused(entities):
    with pytest.raises(UnreadableFile, match="entities"):
        _read("<x>&b;</x>", f"<!DOCTYPE x [{entities}]>")


def test_elements_nested_beyond_measure_are_refused():
    with pytest.raises(UnreadableFile, match="nested hundreds deep"):
        _read("<a>" * 50_000 + "words" + "</a>" * 50_000)


def test_elements_nested_as_deep_as_the_parser_allows_are_read():
    assert _read("<a>" * 250 + "words" + "</a>" * 250).text == "words"


@pytest.mark.parametrize("source", [b"<a><b>cut sh", b"plain words", b"<a>&undeclared;</a>", b"<a></b>"])
def test_damaged_xml_is_refused(source):
    with pytest.raises(UnreadableFile, match="damaged"):
        xml.read(source, "a.xml")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16"])
def test_the_declared_encoding_is_believed_and_shown(encoding):
    source = f'<?xml version="1.0" encoding="{encoding}"?><a>Министры</a>'.encode(encoding)
    draft = xml.read(source, "a.xml")
    assert draft.text == "Министры"
    assert draft.metadata["encoding"]


def test_a_wrong_declaration_does_no_harm():
    words = "Die Gespräche über Österreich verliefen für beide Länder schön. " * 3
    source = f'<?xml version="1.0" encoding="utf-8"?><a>{words}</a>'.encode("cp1252")
    draft = xml.read(source, "a.xml")
    assert draft.text == words.strip()
    assert draft.metadata["encoding"] == "cp1252"


def test_a_page_in_xml_is_read_as_a_page():
    draft = _read(
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav>Menu</nav><h1>Title</h1><p>Words</p></body></html>'
    )
    assert draft.text == "Title\n\nWords"
