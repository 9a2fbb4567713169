"""Numbers of a spreadsheet as its cells show them: dates, shares of a hundred, money, plain figures."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

# Formats that a file names by number alone (ECMA-376 part 1, 18.8.30), as far as they change a figure.
BUILT_IN = {
    **{2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **{14: "yyyy-mm-dd", 15: "yyyy-mm-dd", 16: "yyyy-mm-dd", 17: "yyyy-mm", 18: "hh:mm", 19: "hh:mm:ss"},
    **{20: "hh:mm", 21: "hh:mm:ss", 22: "yyyy-mm-dd hh:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 44: "#,##0.00"},
    **dict.fromkeys((*range(27, 32), *range(50, 59)), "yyyy-mm-dd"),  # days in East Asian styles
}

_HIDDEN = re.compile(r"\[(?!\$)[^\]]*\]|_.|\*.")  # colours, conditions, blanks as wide as a letter
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_FIGURE = re.compile(r"([#0?](?:[#0?,]*[#0?])?)(?:\.([#0?]{0,15}))?")
_BEYOND = re.compile(r"[#0?,./]|e[+-]", re.IGNORECASE)  # thousands left out, fractions, powers of ten
_SIGNIFICANT_DIGITS = 15  # all that a spreadsheet keeps; the 16th shows how 0.1 is stored
_LONGEST_CODE = 255  # characters; what spreadsheets take
_LARGEST_WHOLE = 10**15
_DAY_ZERO = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_LAST_DAY = 2_958_465  # 31 December 9999


class _Shape(NamedTuple):
    """What a format does: the words around a figure, its decimals and least width, or the parts of a time."""

    before: str = ""
    after: str = ""
    decimals: int | None = None
    width: int = 0
    is_grouped: bool = False
    is_share: bool = False
    time: str = ""  # "d" a day, "t" a time, "dt" both, "e" hours gone by
    is_month: bool = False


def shown(value: float, code: str, *, from_1904: bool = False) -> str:
    """Write a number as its cell shows it; days as 2024-09-11, times as 14:30.

    Args:
        value: the stored number; days since the last day of 1899, or since 1904.
        code: the number format, such as `#,##0.00 "EUR"` or `dd.mm.yyyy`; "" is none.
        from_1904: how the workbook counts days.

    Returns:
        The words; where the format is beyond this module the number itself, to 15 digits.
    """
    shape = _shape(code[:_LONGEST_CODE])
    if shape.time and 0 <= value <= _LAST_DAY:
        return _time(value, shape, from_1904)
    if shape.decimals is None:
        return plain(value)
    figure = value * 100 if shape.is_share else value
    if abs(figure) >= _LARGEST_WHOLE:
        return plain(value)
    # Half upward, as spreadsheets do, of the digits that they keep.
    exact = Decimal(f"{abs(figure):.{_SIGNIFICANT_DIGITS}g}").quantize(
        Decimal(1).scaleb(-shape.decimals), ROUND_HALF_UP
    )
    digits = f"{exact:,f}" if shape.is_grouped else f"{exact:0{shape.width}f}"
    sign = "-" if value < 0 and exact else ""
    return f"{sign}{shape.before}{digits}{'%' if shape.is_share else ''}{shape.after}".strip()


def plain(value: float) -> str:
    """Write a number without a format: 4 rather than 4.0, 0.3 rather than 0.30000000000000004."""
    if value == int(value) and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    return f"{value:.{_SIGNIFICANT_DIGITS}g}"


@lru_cache(maxsize=512)
def _shape(code: str) -> _Shape:
    if _ELAPSED.search(code):
        return _Shape(time="e")
    section = _HIDDEN.sub("", code.partition(";")[0])
    bare = _LITERAL.sub("", section)
    if _DATE_LETTERS.search(bare) and "#" not in bare and "general" not in bare.lower():
        return _date_shape(bare.lower())
    found = _FIGURE.search(bare)
    if not found or _BEYOND.search(bare[: found.start()] + bare[found.end() :]):
        return _Shape()
    before, after = _around(section)
    decimals = len(found[2] or "")
    return _Shape(
        before,
        after,
        decimals,
        width=found[1].count("0") + (decimals + 1 if decimals else 0),
        is_grouped="," in found[1],
        is_share="%" in bare,
    )


def _around(section: str) -> tuple[str, str]:
    written = _LITERAL.sub(lambda match: match[1] or match[2] or match[3] or "", section)
    figure = _FIGURE.search(written)
    if figure is None:
        return "", ""
    return written[: figure.start()].replace("%", ""), written[figure.end() :].replace("%", "")


def _date_shape(code: str) -> _Shape:
    has_time = "h" in code or "s" in code
    has_day = "y" in code or "d" in code or not has_time
    return _Shape(time="d" * has_day + "t" * has_time, is_month=has_day and not has_time and "d" not in code)


def _time(value: float, shape: _Shape, from_1904: bool) -> str:
    seconds = round(value * 86_400)
    if shape.time == "e":
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    moment = _DAY_ZERO[from_1904] + timedelta(seconds=seconds)
    return written_moment(moment, has_day="d" in shape.time, has_time="t" in shape.time, is_month=shape.is_month)


def written_moment(moment: datetime, *, has_day: bool, has_time: bool, is_month: bool = False) -> str:
    """Write a day, a month or a time; seconds only where there are any."""
    words = moment.isoformat(" ", "seconds" if moment.second else "minutes")
    day, _, time = words.partition(" ")
    if not has_time:
        return day[: len("2024-09")] if is_month else day
    return words if has_day else time
