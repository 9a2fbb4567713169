from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.filters import meets
from index.times import AskedTime, Period, asked_time, prefer
from tests.index.test_filters import document

TODAY = date(2024, 9, 11)  # a Wednesday
SEPTEMBER = Period(date(2024, 9, 1), date(2024, 9, 30))


def days(first: str | None, last: str | None) -> Period:
    return Period(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("What was agreed in September 2024?", SEPTEMBER),
        ("What was agreed in Sept. 2024", SEPTEMBER),
        ("Which talks of 2024-09 failed?", SEPTEMBER),
        ("Who met on 11 September 2024?", days("2024-09-11", "2024-09-11")),
        ("Who met on the 11th of September, 2024?", days("2024-09-11", "2024-09-11")),
        ("Who met on September 11, 2024?", days("2024-09-11", "2024-09-11")),
        ("Who met on 2024-09-11?", days("2024-09-11", "2024-09-11")),
        ("What does the 2013 plan of action say?", days("2013-01-01", "2013-12-31")),
        ("What was said during the year 2013?", days("2013-01-01", "2013-12-31")),
        ("What has changed since 2020?", days("2020-01-01", None)),
        ("What has changed since March 2020?", days("2020-03-01", None)),
        ("What happened after 2020-02-28?", days("2020-02-29", None)),
        ("What was known before February 2020?", days(None, "2020-01-31")),
        ("What was known prior to 2020?", days(None, "2019-12-31")),
        ("Who governed until 2020?", days(None, "2020-12-31")),
        ("What was decided between 2019 and 2021?", days("2019-01-01", "2021-12-31")),
        ("What was decided from May 2019 to June 2021?", days("2019-05-01", "2021-06-30")),
        ("What applies from 2019 onwards?", days("2019-01-01", None)),
        ("What was said last week?", days("2024-09-02", "2024-09-08")),
        ("What was said last month?", days("2024-08-01", "2024-08-31")),
        ("What was said last year?", days("2023-01-01", "2023-12-31")),
        ("What was said this year?", days("2024-01-01", "2024-09-11")),
        ("What was said this week?", days("2024-09-09", "2024-09-11")),
        ("What was said yesterday?", days("2024-09-10", "2024-09-10")),
        ("What was said in the past 10 days?", days("2024-09-01", "2024-09-11")),
    ],
)
def test_a_time_in_a_question_is_a_preference(question: str, period: Period):
    found = asked_time(question, TODAY)
    assert found is not None
    assert found.periods == (period,)
    assert (found.newest, found.only, found.condition) == (False, False, None)


@pytest.mark.parametrize(
    "question",
    [
        "When did the dialogue end?",
        "Who led the dialogue?",
        "May ministers attend in March?",
        "Which of the 2000s was the best?",
        "How many of the 14 documents are PDF?",
        "What is resolution 1973 about?",
        "What costs $2024 or 2,013 crowns or 2013.5 metres?",
        "Who was born on 31 February 2024?",
        "At the latest, when must it be paid?",
        "What is the latest date for the payment?",
        "What happened in the last week of the war?",
        "What happened in 2019-20?",
        "What did it say before the meeting and since then?",
        "",
    ],
)
def test_a_question_without_a_time_has_none(question: str):
    assert asked_time(question, TODAY) is None


def test_a_time_before_the_calendar_begins_at_its_start():
    found = asked_time("What was said in the last 999 years?", date(900, 1, 1))
    assert found is not None
    assert found.periods == (Period(date.min, date(900, 1, 1)),)


@pytest.mark.parametrize("question", ["What is the latest statement?", "the most recent line on Iran", "newest rules"])
def test_the_latest_prefers_newer_documents(question: str):
    assert asked_time(question, TODAY) == AskedTime((), True, False)


def test_as_of_a_day_prefers_the_newest_until_then():
    assert asked_time("What is the position as of 2020?", TODAY) == AskedTime((days(None, "2020-12-31"),), True, False)


def test_several_times_are_all_meant_and_too_many_are_none():
    found = asked_time("Compare the line in 2019 with that of May 2021.", TODAY)
    assert found is not None
    assert found.periods == (days("2019-01-01", "2019-12-31"), days("2021-05-01", "2021-05-31"))
    assert asked_time("in 2019, in 2020, in 2021, in 2022, in 2023", TODAY) is None


@pytest.mark.parametrize(
    ("question", "kept", "dropped"),
    [
        ("What do documents from September 2024 say?", ["2024-09-01", "2024-09-30"], ["2024-08-31", "2024-10-01"]),
        ("What do the papers since 2020 say?", ["2020-01-01", "2024-01-01"], ["2019-12-31"]),
        ("reports published before 2020", ["2019-12-31"], ["2020-01-01"]),
        ("letters that were written after 2020", ["2021-01-01"], ["2020-12-31"]),
        ("documents as of 2020", ["2020-12-31"], ["2021-01-01"]),
        ("documents dated 2020", ["2020-06-01"], ["2021-01-01", "2019-01-01"]),
        ("e-mails from before 2020", ["2019-06-01"], ["2020-01-01"]),
        ("minutes from 2019 to 2020", ["2019-01-01", "2020-12-31"], ["2018-12-31", "2021-01-01"]),
        ("documents from 2019 on", ["2019-01-01", "2024-12-31"], ["2018-12-31"]),
        ("documents from 2012 and documents from 2014", ["2012-12-31", "2014-01-01"], ["2013-01-01"]),
        ("documents since 2020 on the 2013 plan", ["2020-01-01"], ["2013-01-01"]),
    ],
)
def test_documents_of_a_time_are_a_filter_that_keeps_what_has_no_date(question, kept, dropped):
    found = asked_time(question, TODAY)
    assert found is not None
    assert found.only
    assert found.condition is not None
    for day in kept:
        assert meets(document(date=date.fromisoformat(day)), found.condition)
    for day in dropped:
        assert not meets(document(date=date.fromisoformat(day)), found.condition)
    assert meets(document(date=None), found.condition)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("in September 2024", "Documents from 2024-09-01 to 2024-09-30 were preferred."),
        ("on 2024-09-11", "Documents of 2024-09-11 were preferred."),
        ("the latest", "Newer documents were preferred."),
        ("as of 2020", "Newer documents until 2020-12-31 were preferred."),
        ("files since 2020", "Only documents since 2020-01-01, and those without a date, were searched."),
    ],
)
def test_how_a_time_was_understood_is_one_sentence(question: str, told: str):
    assert str(asked_time(question, TODAY)) == told


def test_a_time_lifts_past_what_is_nearly_as_good_and_no_further():
    ranked = [(1, 1.0), (2, 0.95), (3, 0.92), (4, 0.8), (5, 0.0)]
    dates = {1: date(2019, 1, 1), 2: None, 3: date(2024, 9, 2), 4: date(2024, 9, 3)}
    time = AskedTime((SEPTEMBER,), newest=False, only=False)
    assert [number for number, _ in prefer(ranked, dates, time)] == [3, 1, 2, 4, 5]
    lower = [(number, score - 2) for number, score in ranked]
    assert [number for number, _ in prefer(lower, dates, time)] == [3, 1, 2, 4, 5]


def test_the_newer_of_near_equals_comes_first_and_one_without_a_date_stands_midway():
    ranked = [(1, 1.0), (2, 1.0), (3, 1.0), (4, 0.0)]
    dates = {1: date(2019, 1, 1), 2: None, 3: date(2023, 1, 1), 4: date(2024, 1, 1)}
    assert [number for number, _ in prefer(ranked, dates, AskedTime((), newest=True, only=False))] == [2, 3, 1, 4]
    dates[4] = None
    assert [number for number, _ in prefer(ranked, dates, AskedTime((), newest=True, only=False))] == [3, 2, 1, 4]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.floats(0, 1)), unique_by=lambda one: one[0]),
    st.dictionaries(st.integers(0, 50), st.none() | st.dates()),
    st.booleans(),
)
def test_a_preference_loses_and_adds_nothing(ranked, dates, newest):
    found = prefer(ranked, dates, AskedTime((SEPTEMBER,), newest, False))
    assert sorted(number for number, _ in found) == sorted(number for number, _ in ranked)
    before = dict(ranked)
    assert all(before[number] <= score <= before[number] + 0.1 + 1e-9 for number, score in found)


@settings(deadline=None)
@given(st.text("0123456789 -.,adefghilnorstuy'M", max_size=80))
def test_any_text_can_be_asked(question: str):
    asked_time(question, TODAY)
