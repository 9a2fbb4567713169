"""Web pages: what a person reads, in order, and nothing else."""

from datetime import date

import pytest

from corpus import UnreadableFile, find_date
from corpus.readers import html


def _read(body, head="", name="a.html"):
    return html.read(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), name)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One  two\n three</p><p>Four</p>", "One two three\n\nFour"),
        ("<div>One<div>Two</div>Three</div>", "One\n\nTwo\n\nThree"),
        ("<p>One <b>bold</b><i>er</i>&nbsp;&amp; 1 &lt; 2</p>", "One bolder & 1 < 2"),
        ("<p>One<br>Two<br/><br><br>Three</p>", "One\nTwo\n\nThree"),
        ("<ul><li>One</li><li><p>Two</p><p>more</p></li></ul><p>End</p>", "- One\n- Two\n\nmore\n\nEnd"),
        ("<ol><li>One<ul><li>Deep</li></ul></li><li>Two</li></ol>", "- One\n  - Deep\n- Two"),
        ("<pre>  a\n    b\n</pre>", "  a\n    b"),
        ("<blockquote>Said</blockquote><hr>Then", "Said\n\nThen"),
        ("<p>One<!-- not this --><?php not this ?> two</p>", "One two"),
        ("<dl><dt>AUKUS</dt><dd>Australia, UK, US</dd></dl>", "AUKUS\n\nAustralia, UK, US"),
    ],
)
def test_blocks_lines_and_blanks_are_written_as_they_are_read(body, text):
    assert _read(body).text == text


def test_a_table_is_one_row_a_line():
    body = """<table><caption>Priorities</caption><thead><tr><th>Area</th><th></th><th>Focus</th></tr></thead>
    <tr><td>Ukraine</td><td> </td><td>Aid<br>a<i>nd</i> <b>sanctions</b></td></tr>
    <tr><td></td><td></td><td></td></tr></table>"""
    assert _read(body).text.endswith("Area | Focus\nUkraine | Aid and sanctions")


@pytest.mark.parametrize(
    "table",
    [
        "<table role=presentation><tr><td>One</td><td>Two</td></tr></table>",
        "<table><tr><td><h2>One</h2></td><td>Two</td></tr></table>",
        "<table><tr><td>One</td></tr><tr><td>Two</td></tr></table>",
        "<table><tr><td><table><tr><td>One</td></tr></table></td><td>Two</td></tr></table>",
    ],
)
def test_a_table_that_only_lays_out_the_page_is_read_as_blocks(table):
    assert _read(table).text == "One\n\nTwo"


@pytest.mark.parametrize(
    "part",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<noscript>x</noscript>",
        "<template><p>x</p></template>",
        "<nav>x</nav>",
        "<header>x</header>",
        "<footer>x</footer>",
        "<aside>x</aside>",
        "<form>x <input value=x></form>",
        "<p hidden>x</p>",
        '<span aria-hidden="true">x</span>',
        '<p style="color: red; DISPLAY : none">x</p>',
        "<button>x</button>",
    ],
)
def test_the_furniture_of_a_page_is_left_out(part):
    assert _read(f"{part}<p>Words</p>{part}").text == "Words"


def test_a_page_that_is_all_form_is_read_all_the_same():
    assert _read("<form><p>Words</p><nav>Home</nav></form>").text == "Words\n\nHome"


def test_the_main_part_is_taken_with_its_own_head():
    body = "<div>Menu</div><main><header><h1>Title</h1></header><p>Words</p></main><div>Imprint</div>"
    assert _read(body).text == "Title\n\nWords"
    assert _read(body.replace("main>", "article>")).text == "Title\n\nWords"


def test_of_several_articles_none_is_left_out():
    assert _read("<article>One</article><article>Two</article>").text == "One\n\nTwo"


def test_headings_are_recorded_where_they_stand():
    draft = _read("<h1>One <em>two</em></h1><p>Words</p><h3>Three<br>four</h3><h2> </h2>")
    assert [(heading.level, heading.text, heading.span.of(draft.text)) for heading in draft.headings] == [
        (1, "One two", "One two"),
        (3, "Three four", "Three\nfour"),
    ]


@pytest.mark.parametrize(
    ("head", "title"),
    [("<title> The\n Page </title>", "The Page"), ("", "Heading"), ("<title>a.html</title>", "Heading")],
)
def test_the_title_is_the_pages_or_its_first_heading(head, title):
    assert _read("<h1>Heading</h1>", head).title == title


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta name="date" content="2024-09-11">', ""),
        ('<meta name="DCTERMS.date" content="11 September 2024">', ""),
        (
            '<meta property="article:published_time" content="2024-09-11T10:00:00Z">',
            '<time datetime="2020-01-01">x</time>',
        ),
        ("", '<time datetime="2024-09-11">last week</time><time datetime="2020-01-01">then</time>'),
    ],
)
def test_the_pages_date_is_among_its_labels(head, body):
    draft = _read(f"<p>Words</p>{body}", head)
    found = find_date(draft.text, draft.metadata, "a.html")
    assert (found.day, found.found_in) == (date(2024, 9, 11), "metadata")


@pytest.mark.parametrize("declared", ["windows-1251", "koi8-r", "utf-8"])
def test_the_encoding_a_page_declares_is_believed(declared):
    source = f'<meta charset="{declared}"><p>Министры</p>'.encode(declared)
    assert html.read(source, "a.html").text == "Министры"


@pytest.mark.parametrize("declared", ["utf-8", "no-such-encoding", "ascii"])
def test_a_wrong_declaration_does_no_harm(declared):
    words = "Die Gespräche über Österreich verliefen für beide Länder schön. " * 5
    source = f'<meta charset="{declared}"><p>{words}</p>'.encode("cp1252")
    assert html.read(source, "a.html").text == words.strip()


def test_entities_that_a_page_declares_are_not_fetched(tmp_path):
    (tmp_path / "hidden.txt").write_text("xyzzy")
    source = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/hidden.txt">]><body><p>Words &x;</p></body>'
    assert "xyzzy" not in html.read(source.encode(), "a.html").text


def test_elements_nested_as_deep_as_careless_pages_are_lose_no_text():
    assert html.read(b"<div>" * 300 + b"Words", "a.html").text == "Words"


def test_elements_nested_beyond_measure_are_refused():
    with pytest.raises(UnreadableFile, match="nested hundreds deep"):
        html.read(b"<div>" * 100_000 + b"Words", "a.html")
