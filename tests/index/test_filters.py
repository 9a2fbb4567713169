from __future__ import annotations

import re
from datetime import date
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import DocumentSummary, InvalidFilter
from index.filters import DEEPEST, MOST_COMPARISONS, Comparison, Condition, Negation, failed, meets, parse


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
        "type = pdf or type = md and title = Sea",
        "(type = md or type = pdf) and not title = Sea",
        "not type = md and not (title = Sea or language = de)",
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
        "(type = pdf or type = md) and title = Sea",
        "not type = pdf or type = md",
        "not (type = pdf or type = md)",
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
        ("type = pdf and not (date < 2025 and language = en)", "not (date < 2025 and language = en)"),
        ("type = md or type = pdf and title = Sea", "type = md or title = Sea"),
        ("type = pdf and (type = md or date > 2024)", "type = md or date > 2024"),
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
        "type = pdf or",
        "or type = pdf",
        "not",
        "not = pdf",
        "type not = pdf",
        "()",
        "(type = pdf",
        "type = pdf)",
        "(type = pdf) type = md",
        "type = and",
        "type = pdf & type = md",
        "meta. = x",
        "= = =",
        "title = 'open",
    ],
)
def test_what_is_not_in_the_grammar_is_refused_with_an_example(where: str):
    with pytest.raises(InvalidFilter, match="write for example"):
        parse(where)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("", "at its end: a field should stand"),
        ("type = pdf type = md", "at character 12, 'type': `and` or `or` should stand"),
        ("type = pdf and", "at its end: a field should stand"),
        ("  colour = red", "at character 3, 'colour': only document, folder,"),
        ("type", "at its end: after type an operator"),
        ("type = ", "at its end: after type = a value should stand"),
        ("type = or title = x", "at character 8, 'or': after type = a value should stand"),
        ("type > pdf", "at character 6, '>': type can only be compared by = or !="),
        ("date = 2024-13", "at character 8, '2024-13': a date such as"),
        ("type = pdf or (type = md and title = x", "the parenthesis at character 15 is not closed"),
        ("type = pdf) or type = md", "at character 11, ')': a parenthesis is closed that was not opened"),
        ("(type = pdf title = x)", "at character 13, 'title': `and`, `or` or `)` should stand"),
        ("title = 'open", "the ' at character 9 is not closed"),
        ("type ! pdf", "the ! at character 6 has no meaning"),
    ],
)
def test_what_is_not_in_the_grammar_is_refused_at_its_place(where: str, told: str):
    with pytest.raises(InvalidFilter) as refused:
        parse(where)
    assert told in refused.value.reason


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("(" * 100_000, "4,000 characters"),
        ("(" * (DEEPEST + 1) + "type = pdf" + ")" * (DEEPEST + 1), "more than 20 deep"),
        ("not " * (DEEPEST + 1) + "type = pdf", "more than 20 deep"),
        (" or ".join(["type = pdf"] * (MOST_COMPARISONS + 1)), "more than 64 comparisons"),
    ],
)
def test_a_filter_larger_than_any_that_people_write_is_refused_in_a_short_sentence(where: str, told: str):
    with pytest.raises(InvalidFilter, match=told) as refused:
        parse(where)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "where",
    [
        "(" * DEEPEST + "type = pdf" + ")" * DEEPEST,
        "not " * DEEPEST + "type = pdf",
        " or ".join(["type = md"] * (MOST_COMPARISONS - 1) + ["type = pdf"]),
    ],
)
def test_a_filter_may_be_as_large_as_it_says(where: str):
    assert meets(document(), parse(where))


LEAVES = st.sampled_from(["type = pdf", "title = Wind", "date > 2023", "folder = annexes", "meta.status = final"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    enclosed = inner.map(lambda part: f"( {part})")
    joined = st.tuples(inner | enclosed, st.sampled_from([" and ", " or "]), inner | enclosed).map("".join)
    return joined | (inner | enclosed).map(lambda part: f"not {part}")


@settings(deadline=None)
@given(st.recursive(LEAVES, grown, max_leaves=12))
def test_a_filter_means_what_the_same_words_mean_in_python(where: str):
    spoken = re.sub(
        r"(?:type|date|folder|title|meta\.\w+) [=>] \w+", lambda leaf: str(meets(document(), parse(leaf[0]))), where
    )
    assert meets(document(), parse(where)) is eval(spoken)


@settings(deadline=None)
@given(st.recursive(LEAVES, grown, max_leaves=12))
def test_a_filter_is_written_as_it_is_read_and_what_fails_of_it_fails_alone(where: str):
    condition = parse(where)
    assert meaning(parse(str(condition))) == meaning(condition)
    found = failed(document(), condition)
    assert (found == "") is meets(document(), condition)
    assert not found or not meets(document(), parse(found))


def meaning(condition: Condition) -> object:
    """A filter as nested tuples, in which `a and (b and c)` is `a and b and c`."""
    if isinstance(condition, Comparison):
        return str(condition)
    if isinstance(condition, Negation):
        return "not", meaning(condition.part)
    parts = [(part, meaning(part)) for part in condition.parts]
    joined = ((meant[1:] if isinstance(part, type(condition)) else (meant,)) for part, meant in parts)
    return type(condition).__name__, *chain.from_iterable(joined)


def test_keywords_may_be_written_in_capitals_and_stand_for_themselves_in_quotation_marks():
    assert parse("type = pdf AND NOT title = 'or'") == parse("type=pdf and not(title='or')")
    assert str(parse("title = 'not'")) == "title = 'not'"
