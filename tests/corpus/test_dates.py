"""The day a document names as its own."""

from datetime import date

import pytest

from corpus import DocumentDate, find_date

DAY = date(2024, 9, 11)


@pytest.mark.parametrize(
    "dateline",
    [
        "11 September 2024",
        "London, 11th Sept. 2024",
        "September 11, 2024",
        "Sep 11th 2024",
        "the 11th of September, 2024.",
        "2024-09-11",
        "Dated 2024-09-11T08:00:00Z",
        "11\nSEPTEMBER\n2024",
    ],
)
def test_a_dateline_is_found_in_the_first_lines(dateline):
    assert find_date(f"Readout\n\n{dateline}\n\nWords.", {}, "readout.md") == DocumentDate(DAY, "dateline")


@pytest.mark.parametrize(
    "words",
    [
        "31 February 2024",
        "2024-13-01",
        "No. 5 of 12024",
        "They may 11 times in 2024",
        "11/09/2024",
        "1.11 September 20245",
        "September 2024",
        "in room 2024-0911-12",
    ],
)
def test_what_is_no_day_is_no_date(words):
    assert find_date(words, {}, "readout.md") is None


def test_an_impossible_day_does_not_hide_the_next_one():
    assert find_date("31 February 2024, corrected 11 September 2024", {}, "a").day == DAY


def test_the_first_of_several_days_is_the_datelines():
    assert (
        find_date("September 11, 2024\nThe next one is on 2 October 2024, the last on 2020-01-01.", {}, "a").day == DAY
    )


def test_a_day_far_down_is_told_of_and_not_the_documents_own():
    assert find_date("words " * 100 + "11 September 2024", {}, "a") is None


@pytest.mark.parametrize("label", ["date", "Date", "article:published_time", "DC.date.issued"])
def test_labels_come_before_the_dateline(label):
    assert find_date("2 October 2024", {label: "2024-09-11 10:00:00"}, "a") == DocumentDate(DAY, "metadata")


def test_a_label_without_a_day_leaves_it_to_the_dateline():
    assert find_date("11 September 2024", {"date": "tomorrow"}, "a") == DocumentDate(DAY, "dateline")


def test_the_files_name_comes_last():
    assert find_date("words", {}, "readout-2024-09-11.pdf") == DocumentDate(DAY, "file name")
    assert find_date("1 May 2020", {}, "readout-2024-09-11.pdf").day == date(2020, 5, 1)
