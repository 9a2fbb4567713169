"""Numbers as the cells of a spreadsheet show them."""

import pytest

from corpus.readers.number_formats import shown


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (4.0, "", "4"),
        (0.1 + 0.2, "", "0.3"),
        (1e300, "General", "1e+300"),
        (0.034, "0.0%", "3.4%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, '"€"#,##0', "€1,235"),
        (-1234.5, "[$£-809]#,##0;[Red]-[$£-809]#,##0", "-£1,235"),
        (1234.5, "_-* #,##0.00\\ [$kr.-406]_-", "1,234.50 kr."),
        (7, "000", "007"),
        (5, '0" days"', "5 days"),
        (5, "@", "5"),
        (12345678, "#,##0,", "12345678"),
        (2.5, "0.00E+00", "2.5"),
        (2.5, "# ?/?", "2.5"),
    ],
)
def test_a_number_is_written_as_its_format_shows_it(value, code, expected):
    assert shown(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (45546, "dd.mm.yyyy", "2024-09-11"),
        (45546, "[$-409]d mmmm yyyy;@", "2024-09-11"),
        (45546, "mmm yy", "2024-09"),
        (45546.5, "m/d/yy h:mm", "2024-09-11 12:00"),
        (0.25, "h:mm AM/PM", "06:00"),
        (0.5001, "h:mm:ss", "12:00:09"),
        (1.5, "[h]:mm", "36:00:00"),
        (-1, "dd.mm.yyyy", "-1"),
        (1e12, "dd.mm.yyyy", "1000000000000"),
    ],
)
def test_days_and_times_are_written_in_one_form(value, code, expected):
    assert shown(value, code) == expected


def test_a_workbook_may_count_days_from_1904():
    assert shown(0, "yyyy-mm-dd", from_1904=True) == "1904-01-01"
