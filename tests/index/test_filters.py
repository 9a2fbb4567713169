from __future__ import annotations

from datetime import date

import pytest

from index import DocumentSummary, InvalidFilter
from index.filters import failed, meets, parse


def document(**changes) -> DocumentSummary:
    given = {
        "id": "annexes/energy/wind.pdf",
        "path": "/corpus/annexes/energy/wind.pdf",
        "title": "Wind",
        "date": date(2024, 9, 11),
        "media_type": "application/pdf",
        "sha256": "",
        "size_bytes": 1,
        "passages": 1,
        "metadata": {"status": "draft"},
        "language": "en",
    }
    return DocumentSummary(**(given | changes))


@pytest.mark.parametrize(
    "where",
    [
        "folder = 'annexes/**'",
        "folder = annexes/energy",
        "folder = annexes/*",
        "folder != annexes",
        "document = '**/wind.pdf'",
        "document = annexes/energy/w?nd.pdf",
        "language = en",
        "type = pdf",
        "type = application/pdf",
        'title = "Wind"',
        "meta.status = draft",
        "meta.status != final",
        "date = 2024-09-11",
        "date = 2024-09",
        "date = 2024",
        "date >= 2024-09-11",
        "date <= 2024-09",
        "date > 2023",
        "date < 2024-10",
        "date>=2020-01-01 and folder='annexes/**' and type=pdf",
    ],
)
def test_a_filter_holds_for_a_document_that_meets_it(where: str):
    assert meets(document(), parse(where))


@pytest.mark.parametrize(
    "where",
    [
        "folder = annexes",
        "folder = 'a*'",
        "document = '*.pdf'",
        "type = md",
        "title = wind",
        "meta.owner = draft",
        "date = 2024-08",
        "date > 2024",
        "date < 2024-09-11",
        "date > 2023 and type = md",
    ],
)
def test_a_filter_does_not_hold_for_another_document(where: str):
    assert not meets(document(), parse(where))


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("type = pdf", ""),
        ("type = pdf and folder = annexes and date > 2024", "folder = annexes"),
        ('title = "Sea winds"', "title = 'Sea winds'"),
        ('title = "Night\'s end"', 'title = "Night\'s end"'),
        ("title = ''", "title = ''"),
    ],
)
def test_a_filter_says_which_comparison_fails_first_in_its_own_language(where: str, told: str):
    found = failed(document(), parse(where))
    assert found == told
    assert not found or not meets(document(), parse(found))


def test_a_document_without_a_date_meets_no_comparison_of_dates():
    undated = document(date=None)
    assert not meets(undated, parse("date >= 0001-01-01"))
    assert meets(undated, parse("date != 2024"))


@pytest.mark.parametrize(
    "where",
    [
        "",
        "folder",
        "folder =",
        "colour = red",
        "type > pdf",
        "date = soon",
        "date = 2024-13",
        "type = pdf type = md",
        "type = pdf and",
        "meta. = x",
        "= = =",
        "title = 'open",
    ],
)
def test_what_is_not_in_the_grammar_is_refused_with_an_example(where: str):
    with pytest.raises(InvalidFilter, match="write for example"):
        parse(where)
