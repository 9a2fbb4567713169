"""OpenDocument: texts, slides and sheets, their blanks and their traps."""

import pytest

from corpus import UnreadableFile
from corpus.readers import opendocument as reader
from tests.corpus.readers.office_files import archive, core, parts_of

PREFIXES = {
    **{name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "text", "table", "style")},
    **{"draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "dc": "http://purl.org/dc/elements/1.1/"},
    **{"presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"},
}
DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in PREFIXES.items())


def _file(body, kind="text", styles="", **parts):
    content = (
        f"<office:document-content {DECLARED}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    named = {f"{name}.xml": part for name, part in parts.items()}
    return archive({"mimetype": "application/vnd.oasis.opendocument", "content.xml": content, **named})


def _read(body, kind="text", **options):
    return reader.read(_file(body, kind, **options), "a.odt")


def _text(body, kind="text"):
    return _read(body, kind).text


def test_headings_paragraphs_lists_and_tables_come_in_their_order():
    draft = _read(
        '<text:h text:outline-level="1">Aims</text:h><text:p>Words.</text:p>'
        "<text:list><text:list-item><text:p>one</text:p><text:p>more of one</text:p></text:list-item>"
        "<text:list-item><text:p>two</text:p><text:list><text:list-item><text:p>inner</text:p></text:list-item>"
        "</text:list></text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell>"
        "<table:table-cell><text:p>B</text:p></table:table-cell></table:table-row></table:table-header-rows>"
        "<table:table-row><table:table-cell><text:p>1</text:p><text:p>2</text:p></table:table-cell>"
        "<table:covered-table-cell/></table:table-row></table:table>"
        '<text:section><text:h text:outline-level="2">End</text:h></text:section>'
    )
    assert draft.text == "Aims\n\nWords.\n\n- one\n\nmore of one\n\n- two\n- inner\n\nA | B\n1 2 |\n\nEnd"
    assert [(heading.level, heading.text) for heading in draft.headings] == [(1, "Aims"), (2, "End")]
    assert all(heading.span.of(draft.text) == heading.text for heading in draft.headings)


def test_blanks_that_elements_stand_for_are_counted_and_others_run_together():
    assert (
        _text('<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d\n   <text:span>e </text:span>f</text:p>')
        == "a   b\tc\nd e f"
    )


def test_an_element_that_stands_for_a_billion_blanks_is_cut():
    assert len(_text('<text:p>a<text:s text:c="1000000000"/>b</text:p>')) < 10_000


def test_notes_and_text_boxes_stand_after_their_paragraph_and_remarks_are_left_out():
    assert (
        _text(
            '<text:p>A claim<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
            "<text:note-body>"
            "<text:p>Its source.</text:p></text:note-body></text:note>, and<office:annotation><text:p>why?</text:p>"
            "</office:annotation> more<draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame>."
            "</text:p><text:tracked-changes><text:p>struck out</text:p></text:tracked-changes>"
        )
        == "A claim, and more.\n\n[1] Its source.\n\nBoxed."
    )


def test_a_list_of_contents_is_left_out():
    assert (
        _text("<text:table-of-content><text:p>Aims 3</text:p></text:table-of-content><text:p>Aims</text:p>") == "Aims"
    )


def test_the_heads_and_feet_of_pages_stand_once_around_the_text():
    styles = (
        f"<office:document-styles {DECLARED}><style:master-page>"
        "<style:header><text:p>The Office</text:p></style:header>"
        "<style:header-first><text:p>The Office</text:p></style:header-first><style:footer><text:p>Address</text:p>"
        "<text:p>Page <text:page-number>1</text:page-number></text:p></style:footer></style:master-page>"
        "</office:document-styles>"
    )
    source = archive({**parts_of(_file("<text:p>Words.</text:p>")), "styles.xml": styles})
    assert reader.read(source, "a.odt").text == "The Office\n\nWords.\n\nAddress"


def test_title_author_and_days_are_those_stored():
    meta = core(title="Budget", creator="Ann", **{"creation-date": "2024-09-11T10:00:00"})
    draft = _read('<text:h text:outline-level="1">Aims</text:h>', meta=meta)
    assert (draft.title, draft.metadata) == ("Budget", {"author": "Ann", "created": "2024-09-11T10:00:00"})


def test_a_paragraph_of_the_style_title_is_the_title():
    style = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    draft = _read('<text:p text:style-name="P1">Budget</text:p>', styles=style, meta=core(title="Other"))
    assert (draft.title, [heading.text for heading in draft.headings]) == ("Budget", ["Budget"])


def _slide(*shapes, notes=""):
    return f"<draw:page>{''.join(shapes)}<presentation:notes>{notes}</presentation:notes></draw:page>"


def _shape(words, kind="outline"):
    return (
        f'<draw:frame presentation:class="{kind}"><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>'
    )


def test_slides_are_pages_with_titles_and_notes():
    draft = _read(
        _slide(_shape("Words."), _shape("Aims", "title"), _shape("3", "page-number"), notes=_shape("Say it.", "notes"))
        + _slide()
        + _slide("<draw:g><draw:custom-shape><text:p>Drawn.</text:p></draw:custom-shape></draw:g>"),
        "presentation",
    )
    assert draft.text == "Aims\n\nWords.\n\nNotes\n\nSay it.\n\nSlide 3\n\nDrawn."
    assert [page.span.of(draft.text) for page in draft.pages] == [
        "Aims\n\nWords.\n\nNotes\n\nSay it.",
        "",
        "Slide 3\n\nDrawn.",
    ]
    assert draft.title == "Aims"


def _row(*cells, repeats=1):
    inner = "".join(
        cell if cell.startswith("<") else f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
        for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeats}">{inner}</table:table-row>'


def test_sheets_are_headings_with_their_cells_as_shown():
    table = (
        '<table:table table:name="Data">'
        + _row("Region", "Share")
        + _row("North", '<table:table-cell office:value="0.5"><text:p>50 %</text:p></table:table-cell>')
        + _row("South", '<table:table-cell office:value="0.25"/>')
        + "</table:table>"
    )
    assert (
        _text(table, "spreadsheet")
        == "Data\n\nRegion | Share\n\nRegion: North | Share: 50 %\n\nRegion: South | Share: 0.25"
    )


def test_cells_that_are_repeated_stand_in_each_place_and_empty_ones_cost_nothing():
    gap = '<table:table-cell table:number-columns-repeated="16000"/>'
    twice = '<table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
    lines = _row(gap, "far") + _row(gap, repeats=1048000) + _row(twice, repeats=2)
    table = f'<table:table table:name="Data">{lines}</table:table>'
    assert _text(table, "spreadsheet") == "Data\n\nfar\n\nx | x\nx | x"


def test_a_cell_that_is_repeated_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_CELLS", 1000)
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    with pytest.raises(UnreadableFile, match="over 1,000 cells"):
        _text(f'<table:table table:name="Data">{_row(cell, repeats=1048576)}</table:table>', "spreadsheet")


def test_a_locked_file_is_told_by_its_manifest():
    source = archive({"content.xml": "\0\1", "META-INF/manifest.xml": "<m><encryption-data/></m>"})
    with pytest.raises(UnreadableFile, match="password"):
        reader.read(source, "a.odt")


@pytest.mark.parametrize("content", ["", "<cut", "<office/>", f"<a {DECLARED}><office:body/></a>"])
def test_content_that_is_not_there_or_cut_short_is_damage(content):
    with pytest.raises(UnreadableFile, match="damaged"):
        reader.read(archive({"content.xml": content}), "a.odt")


def test_entities_are_not_expanded():
    content = (
        f'<!DOCTYPE d [<!ENTITY x "expanded">]><office:document-content {DECLARED}><office:body><office:text>'
        "<text:p>Words&x;.</text:p></office:text></office:body></office:document-content>"
    )
    assert reader.read(archive({"content.xml": content}), "a.odt").text == "Words."


def test_items_hundreds_deep_are_read_or_refused_in_a_sentence():
    try:
        text = _text(
            "<text:list><text:list-item>" * 5000 + "<text:p>x</text:p>" + "</text:list-item></text:list>" * 5000
        )
    except UnreadableFile as failure:
        assert "damaged" in failure.reason
    else:
        assert text == "- x"
