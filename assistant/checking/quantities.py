"""Figures in a text: digits and words, with their units and bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.checking.reading import Token
from assistant.checking.word_lists import BOUNDS, MAGNITUDES, NUMBER_WORDS, ORDINALS, UNITS

_CURRENCIES = {"$": "$", "£": "£", "€": "€", "¥": "¥"}
_ABBREVIATED = {"k": 1000, "m": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}  # only behind a currency
_GROUPED = 3  # digits between separators of thousands
_CLOCK = re.compile(
    r"(?<![\w.:])(\d{1,2})(?:[:.](\d\d))?\s*([ap])\.?m\b\.?|(?<![\w.:])([01]?\d|2[0-3]):([0-5]\d)(?![\w:])", re.I
)
_BOUND_REACH = 4  # words before a figure within which "at least" is said of it
_UNIT_REACH = 2


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure.

    `values` holds more than one number where it can be read in more than one way ("1.500"). `noun` is the stem of
    the word behind it. `is_soft`: a word such as "one" or "first" that mostly is no figure.
    """

    text: str
    start: int
    end: int
    values: frozenset[float]
    unit: str = ""
    noun: str = ""
    bound: str = ""
    is_ordinal: bool = False
    is_soft: bool = False

    def equals(self, other: Quantity) -> bool:
        """Whether both can be the same number of the same kind."""
        return self.is_ordinal == other.is_ordinal and bool(self.values & other.values)


def quantities(text: str, tokens: Sequence[Token], taken: Sequence[tuple[int, int]]) -> tuple[Quantity, ...]:
    """The figures of a text in order.

    Args:
        text: the text that `tokens` point into.
        tokens: its tokens.
        taken: places that hold dates; figures there belong to those.
    """
    clocks = _clocks(text, taken)
    covered = {at for start, end in (*taken, *((one.start, one.end) for one in clocks)) for at in range(start, end)}
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.start in covered:
            place += 1
            continue
        values, after, is_ordinal = _number(tokens, place)
        if not values:
            place += 1
            continue
        found.append(_dressed(text, tokens, place, after, values, is_ordinal))
        place = after
    return tuple(sorted([*_shared_units(found, text), *clocks], key=lambda one: one.start))


def _clocks(text: str, taken: Sequence[tuple[int, int]]) -> list[Quantity]:
    found = []
    dated = {at for start, end in taken for at in range(start, end)}
    for match in _CLOCK.finditer(text):
        if match.start() in dated:
            continue
        hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
        if match[3]:
            hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
        found.append(Quantity(match.group(), *match.span(), frozenset({float(60 * hour + minute)}), unit="o'clock"))
    return found


def _number(tokens: Sequence[Token], place: int) -> tuple[frozenset[float], int, bool]:
    """The number that begins at a token, if one does, the place after it, and whether it is an ordinal."""
    token = tokens[place]
    if token.kind == "number":
        values, after = _digits(token.text), place + 1
        if after < len(tokens) and tokens[after].start == token.end and tokens[after].word in ("st", "nd", "rd", "th"):
            return values, after + 1, True
    elif token.word in ORDINALS:
        return frozenset({float(ORDINALS[token.word])}), place + 1, True
    elif token.word in NUMBER_WORDS or (token.word in ("hundred", "thousand", "dozen", "million", "billion")):
        return _words(tokens, place)
    else:
        return frozenset(), place, False
    while after < len(tokens) and _magnitude(tokens, place, after):
        values = frozenset(value * _magnitude(tokens, place, after) for value in values)
        after += 1
    return values, after, False


def _magnitude(tokens: Sequence[Token], place: int, after: int) -> int:
    word = tokens[after].word
    if word in MAGNITUDES:
        return MAGNITUDES[word]
    is_money = place > 0 and tokens[place - 1].text in _CURRENCIES
    return _ABBREVIATED.get(word, 0) if is_money and tokens[after].start == tokens[after - 1].end else 0


def _digits(text: str) -> frozenset[float]:
    """What digits with separators may mean: "1,500" and "1.500" are one and a half, or one thousand five hundred."""
    parts = re.split(r"[.,\u00a0\u202f\u2009]", text)
    if len(parts) == 1:
        return frozenset({float(text)})
    found = set()
    if all(len(part) == _GROUPED for part in parts[1:]) and len(parts[0]) <= _GROUPED:
        found.add(float("".join(parts)))
    if text.count(".") + text.count(",") == 1 and text[len(parts[0])] in ".,":
        if not found or text[len(parts[0])] == ".":
            found.add(float(".".join(parts)))
    elif not found and all(len(part) == _GROUPED for part in parts[1:-1]):
        found.add(float("".join(parts[:-1]) + "." + parts[-1]))
    return frozenset(found or {float("".join(parts))})


def _words(tokens: Sequence[Token], place: int) -> tuple[frozenset[float], int, bool]:
    """A number in words: "two hundred and five thousand"; "twenty-first" is an ordinal."""
    total, part, after, is_ordinal = 0.0, 0.0, place, False
    while after < len(tokens):
        word = tokens[after].word
        joins = word in ("-", "and") and after > place and after + 1 < len(tokens)
        if joins and (word == "-" or tokens[after - 1].word in MAGNITUDES) and _goes_on(tokens, after):
            after += 1
            continue
        if word in NUMBER_WORDS and (part == 0 or part % 100 == 0 or (part % 10 == 0 and NUMBER_WORDS[word] < 10)):  # noqa: PLR2004  places of the decimal system
            part += NUMBER_WORDS[word]
        elif word in ("hundred", "dozen"):
            part = max(part, 1) * MAGNITUDES[word]
        elif word in MAGNITUDES:
            total, part = total + max(part, 1) * MAGNITUDES[word], 0
        elif after > place and word in ORDINALS and part % 10 == 0:
            part, is_ordinal = part + ORDINALS[word], True
            after += 1
            break
        else:
            break
        after += 1
    return frozenset({total + part}), after, is_ordinal


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    before, after = tokens[place - 1].word, tokens[place + 1].word
    if tokens[place].word == "and":
        return after in NUMBER_WORDS
    tens = NUMBER_WORDS.get(before, 0)
    return tens >= 20 and (0 < NUMBER_WORDS.get(after, 0) < 10 or 0 < ORDINALS.get(after, 0) < 10)  # noqa: PLR2004  places of the decimal system


def _dressed(
    text: str, tokens: Sequence[Token], place: int, after: int, values: frozenset[float], is_ordinal: bool
) -> Quantity:
    start, end = tokens[place].start, tokens[after - 1].end
    unit, noun = "", ""
    if place > 0 and tokens[place - 1].text in _CURRENCIES:
        unit = _CURRENCIES[tokens[place - 1].text]
    behind = [token for token in tokens[after : after + _UNIT_REACH + 2] if token.text != "-"]
    for token in behind[:_UNIT_REACH]:
        if token.ends_clause:
            break
        unit = unit or _unit(text, token)
    for token in behind:
        if token.ends_clause:
            break
        if token.is_content:
            noun = token.stem
            break
    word = tokens[place].word
    alone = after == place + 1
    return Quantity(
        text[start:end],
        start,
        end,
        values,
        "" if is_ordinal else unit,
        noun,
        _bound(tokens, place, after),
        is_ordinal,
        is_soft=alone
        and word in ("one", "first", "second", "hundred", "thousand", "dozen", "million", "billion", "zero"),
    )


def _unit(text: str, token: Token) -> str:
    if token.word in ("percentage", "percent") and re.match(r"[\s-]*points?\b", text[token.end : token.end + 9]):
        return "points"
    if token.word == "second" or token.word == "m" and token.text != "m":
        return "second" if token.word == "second" else ""
    if token.word == "per" and text[token.end : token.end + 5].strip().lower().startswith("cent"):
        return "%"
    return UNITS.get(token.word, "") if token.text not in ("M", "G", "L", "Ha", "In", "ST") else ""


def _bound(tokens: Sequence[Token], place: int, after: int) -> str:
    before = " ".join(
        token.word for token in tokens[max(0, place - _BOUND_REACH) : place] if token.text not in _CURRENCIES
    )
    behind = " ".join(token.word for token in tokens[after : after + 2])
    longest = max((phrase for phrase in BOUNDS if before.endswith(phrase)), key=len, default="")
    if longest and (len(longest) == len(before) or before[-len(longest) - 1] == " "):
        return BOUNDS[longest]
    return BOUNDS.get(behind, "") if behind.startswith("or ") else ""


def _shared_units(found: list[Quantity], text: str) -> list[Quantity]:
    """In "10 to 20 km" and "5 or 6 days" the unit is that of both."""
    for place in range(len(found) - 2, -1, -1):
        one, following = found[place], found[place + 1]
        between = text[one.end : following.start].strip().lower()
        if not one.unit and following.unit and between in ("-", "–", "—", "to", "and", "or", "through"):
            found[place] = replace(one, unit=following.unit)
    return found
