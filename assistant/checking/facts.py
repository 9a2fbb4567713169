"""Figures, dates and names of a statement against those of its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.checking.aligning import NARROW, Alignment
from assistant.checking.dates import Date
from assistant.checking.finding import Finding, Kind, reason
from assistant.checking.quantities import Quantity
from assistant.checking.reading import Token
from assistant.checking.word_lists import (
    AMBIGUOUS_UNITS,
    AT_LEAST,
    AT_MOST,
    MONTHS,
    NEGATIONS,
    OVER,
    PRONOUNS,
    UNDER,
    UNITS,
)

_SHOWN = 40  # characters of a text that a reason repeats
_CLOSE_BOUNDS = ({AT_LEAST, OVER}, {AT_MOST, UNDER})  # told apart by one
_DEMONYM_ENDINGS = ("", "n", "an", "ian", "ean", "ish", "ese", "i", "s", "ns", "ans", "ians", "ic", "y")
_SMALL_WORDS = ("of", "the", "and", "for", "on", "in", "to")  # an acronym leaves them out
_ROMAN = re.compile("[ivx]+")
_BESIDE = 3  # tokens around a fact that show where it comes from
_LONGEST_ACRONYM = 8
_SHORTEST_NATION = 4  # letters; below, a shared beginning is chance


def shown(text: str) -> str:
    """A short form of a text for a reason, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def figures(alignment: Alignment) -> Iterator[Finding]:
    """Figures that the source has not, or has elsewhere, with another unit or bound."""
    near = [one for one in alignment.source.quantities if _is_near(alignment, one)]
    years = {float(date.year) for date in alignment.source.dates if date.year and _is_near(alignment, date)}
    matched: list[tuple[Quantity, Quantity]] = []
    lost: list[Quantity] = []
    used: set[int] = set()
    for one in alignment.statement.quantities:
        best = _likest(alignment, one, [other for other in near if other.equals(one) and other.start not in used])
        if best is None:
            lost.append(one)
        else:
            used.add(best.start)
            matched.append((one, best))
    unsaid = [other for other in near if other.start not in used]
    for one in lost:
        rivals = _rivals(alignment, one, unsaid)
        is_said_again = any(other.equals(one) for other in near)
        if one.values & years or ((one.is_soft or is_said_again) and not rivals):
            continue
        yield _differs("figure", one.text, _nearest(alignment, one, rivals))
    for one, other in matched:
        instead = _instead(alignment, one, other, _rivals(alignment, one, unsaid))
        if instead is not None:
            yield _differs("figure", one.text, instead, here=True)
        yield from _dressing(alignment, one, other)
    yield from _counted_otherwise(matched)
    yield from _crossed(alignment, matched)


def _is_near(alignment: Alignment, fact: Quantity | Date) -> bool:
    places = alignment.source.places(fact.start, fact.end)
    return bool(places) and alignment.at_home(places[0])


def _instead(
    alignment: Alignment, one: Quantity | Date, other: Quantity | Date, rivals: Sequence[Quantity | Date]
) -> Quantity | Date | None:
    """What the source says where the statement says something that the source says elsewhere; None for nothing."""
    gap = _gap(alignment, one)
    if len(gap) > NARROW or _place(alignment, other) in gap or _moved_along(alignment, one, other):
        return None
    return next((rival for rival in rivals if _place(alignment, rival) in gap), None)


def _moved_along(alignment: Alignment, one: Quantity | Date, other: Quantity | Date) -> bool:
    """Whether a fact stands elsewhere together with the words beside it."""
    own = alignment.statement.places(one.start, one.end)
    there = alignment.source.places(other.start, other.end)
    if any(place in alignment.in_order and alignment.pairs[place] in there for place in own):
        return True
    beside = range(there[0] - _BESIDE, there[-1] + _BESIDE + 1)
    around = [*range(own[0] - _BESIDE, own[0]), *range(own[-1] + 1, own[-1] + _BESIDE + 1)]
    return any(alignment.pairs.get(place) in beside for place in around)


def _crossed(alignment: Alignment, matched: Sequence[tuple[Quantity | Date, Quantity | Date]]) -> Iterator[Finding]:
    """Two facts that each stand where the source has the other."""
    for place, (one, there) in enumerate(matched):
        gap = _gap(alignment, one)
        if _place(alignment, there) in gap:
            continue
        for other, beside in matched[place + 1 :]:
            if _place(alignment, beside) in gap and _place(alignment, there) in _gap(alignment, other):
                yield Finding("order", reason("turned", one=shown(one.text), other=shown(other.text)), True)


def _likest(alignment: Alignment, one: Quantity, others: Sequence[Quantity]) -> Quantity | None:
    return max(others, key=lambda other: _likeness(alignment, one, other), default=None)


def _likeness(alignment: Alignment, one: Quantity, other: Quantity) -> float:
    own = alignment.statement.places(one.start, one.end)
    there = alignment.source.places(other.start, other.end)
    paired = any(alignment.pairs.get(place) in there for place in own)
    return 2 * paired + (one.unit == other.unit) + (one.noun == other.noun) + (one.bound == other.bound)


def _rivals(alignment: Alignment, one: Quantity, unsaid: Sequence[Quantity]) -> list[Quantity]:
    """Figures of the source that a figure can have been put in the place of."""
    gap = _gap(alignment, one)
    return [
        other
        for other in unsaid
        if other.is_ordinal == one.is_ordinal
        and (not other.unit or not one.unit or other.unit == one.unit)
        and (not (other.is_soft and one.is_soft) or _place(alignment, other) in gap)
    ]


def _gap(alignment: Alignment, fact: Quantity | Date) -> range:
    own = alignment.statement.places(fact.start, fact.end)
    return alignment.gap(own[0], own[-1] + 1)


def _place(alignment: Alignment, fact: Quantity | Date) -> int:
    return alignment.source.places(fact.start, fact.end)[0]


def _nearest(alignment: Alignment, one: Quantity | Date, rivals: Sequence[Quantity | Date]) -> Quantity | Date | None:
    """The one of the rivals that stands where the statement's stands, or the only one that counts the same."""
    gap = _gap(alignment, one)
    inside = [other for other in rivals if _place(alignment, other) in gap]
    if inside and len(gap) <= NARROW:
        return inside[0]
    counted = one.noun or one.unit if isinstance(one, Quantity) else ""
    alike = [other for other in rivals if isinstance(other, Date) or counted in (other.noun, other.unit)]
    return alike[0] if counted and len(alike) == 1 or isinstance(one, Date) and len(rivals) == 1 else None


def _differs(kind: Kind, said: str, other: Quantity | Date | Token | None, *, here: bool = False) -> Finding:
    own = shown(said)
    if other is None:
        return Finding(kind, reason("not_here", said=own) if here else reason("not_there", said=own), False, own)
    beside = shown(other.text)
    why = reason("not_here_but", said=own, other=beside) if here else reason("not_there_but", said=own, other=beside)
    return Finding(kind, why, True, own)


def _dressing(alignment: Alignment, one: Quantity, other: Quantity) -> Iterator[Finding]:
    if one.unit != other.unit and (one.unit or other.unit):
        if one.unit and other.unit:
            yield Finding("unit", reason("other_unit", figure=shown(other.text), unit=other.unit, said=one.unit), True)
        elif one.unit and not _unit_said(alignment, one.unit):
            yield Finding("unit", reason("no_unit", figure=shown(other.text), unit=one.unit), False)
    if one.bound != other.bound and {one.bound, other.bound} not in _CLOSE_BOUNDS:
        if other.bound:
            yield Finding("bound", reason("bound", bound=other.bound, figure=shown(other.text)), bool(one.bound))
        else:
            yield Finding("bound", reason("no_bound", bound=one.bound, figure=shown(other.text)), False)


def _unit_said(alignment: Alignment, unit: str) -> bool:
    return any(
        UNITS.get(token.word) == unit for place, token in enumerate(alignment.source.tokens) if alignment.at_home(place)
    )


def _counted_otherwise(pairs: Sequence[tuple[Quantity, Quantity]]) -> Iterator[Finding]:
    """Two figures that count each other's things."""
    for place, (one, there) in enumerate(pairs):
        for other, beside in pairs[place + 1 :]:
            if (
                one.noun
                and other.noun
                and one.noun != there.noun
                and (one.noun, other.noun) == (beside.noun, there.noun)
            ):
                yield Finding("figure", reason("turned", one=shown(one.text), other=shown(other.text)), True)


def units(alignment: Alignment) -> Iterator[Finding]:
    """Units that stand without a figure: "several years" where the source says months."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    home = {place: token for place, token in enumerate(there) if alignment.at_home(place)}
    said = {UNITS[token.word] for token in home.values() if token.word in UNITS}
    mine = {UNITS[token.word] for token in own if token.word in UNITS}
    paired = alignment.paired
    for place, token in enumerate(own):
        if place in alignment.pairs or not _is_unit(token) or UNITS[token.word] in said:
            continue
        gap = alignment.gap(place, place + 1)
        other = next(
            (
                there[at]
                for at in gap
                if at in home and at not in paired and _is_unit(there[at]) and UNITS[there[at].word] not in mine
            ),
            None,
        )
        if other is not None:
            yield Finding("unit", reason("says_not", other=other.text, said=token.text), True)


def _is_unit(token: Token) -> bool:
    return token.word in UNITS and token.word not in AMBIGUOUS_UNITS


def days(alignment: Alignment) -> Iterator[Finding]:
    """Dates that the source has not, or has elsewhere."""
    near = [date for date in alignment.source.dates if _is_near(alignment, date)]
    numbers = {value for one in alignment.source.quantities if _is_near(alignment, one) for value in one.values}
    matched: list[tuple[Date, Date]] = []
    lost: list[Date] = []
    used: list[Date] = []
    for date in alignment.statement.dates:
        if date.parts.keys() == {"year"} and float(date.year or 0) in numbers:
            continue
        saying = [other for other in near if other.says(date)]
        free = [other for other in saying if other not in used]
        if free:
            best = max(free, key=lambda other: _pairs(alignment, date, other))
            used.append(best)
            matched.append((date, best))
        elif not saying or any(other not in used and other.parts.keys() == date.parts.keys() for other in near):
            lost.append(date)
    unsaid = [other for other in near if other not in used]
    for date in lost:
        yield _differs("date", date.text, _nearest(alignment, date, [one for one in unsaid if one.contradicts(date)]))
    for date, other in matched:
        instead = _instead(alignment, date, other, [one for one in unsaid if one.contradicts(date)])
        if instead is not None:
            yield _differs("date", date.text, instead, here=True)
    yield from _crossed(alignment, matched)


def _pairs(alignment: Alignment, one: Quantity | Date, other: Quantity | Date) -> int:
    there = alignment.source.places(other.start, other.end)
    return sum(alignment.pairs.get(at) in there for at in alignment.statement.places(one.start, one.end))


def names(alignment: Alignment) -> Iterator[Finding]:
    """Names that the source has not where the statement comes from."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    home = {place: token for place, token in enumerate(there) if alignment.at_home(place)}
    leans = any(token.word in PRONOUNS for token in home.values())
    paired = alignment.paired
    is_lower = not any(token.text[0].isupper() for token in own)  # then what stands for a name may be one
    for place, token in enumerate(own):
        named = _may_be_name(token) or (is_lower and token.is_content and place not in alignment.statement.facts)
        if place in alignment.in_order or not named or _in_date(alignment, token):
            continue
        gap = alignment.gap(place, place + 1)
        instead = [
            there[at]
            for at in alignment.narrow_gap(place)
            if at in home and at not in paired and _may_be_name(there[at]) and not same_name(there[at], token)
        ]
        is_there = place in alignment.pairs or any(same_name(token, other) for other in home.values())
        if is_there:
            wrong = bool(instead) and _stands_elsewhere(alignment, place, gap)
        elif _abbreviates(own, place, tuple(home.values())):
            wrong = False
        else:
            # a name from a sentence before is no mistake where the source itself only points back to it
            points_back = leans and not instead and any(same_name(token, other) for other in there)
            wrong = (bool(instead) or token.is_name) and not points_back
        if wrong:
            yield _differs("name", token.text, instead[0] if instead else None, here=is_there)


def _stands_elsewhere(alignment: Alignment, place: int, gap: range) -> bool:
    """Whether a name's pair stands neither where the words around it come from nor beside one of them."""
    pair = alignment.pairs.get(place)
    if pair is None:
        return True
    own = alignment.statement.tokens
    first = last = place
    while first > 0 and own[first - 1].is_name:
        first -= 1
    while last + 1 < len(own) and own[last + 1].is_name:
        last += 1
    around = [*range(first - _BESIDE, first), *range(last + 1, last + _BESIDE + 1)]
    near = range(pair - _BESIDE, pair + _BESIDE + 1)
    return pair not in gap and not any(alignment.pairs.get(at) in near for at in around)


def _may_be_name(token: Token) -> bool:
    opens = token.is_first and token.is_content and token.text[0].isupper()
    return (token.is_name or opens) and token.word not in MONTHS and token.word not in NEGATIONS


def _in_date(alignment: Alignment, token: Token) -> bool:
    return any(date.start <= token.start < date.end for date in alignment.statement.dates)


def same_name(one: Token, other: Token) -> bool:
    """Whether two words name the same: equal, a nation and its people, an initial and its name."""
    if one.stem == other.stem or one.word == other.word:
        return True
    short, long = sorted((one.word, other.word), key=len)
    if len(short) == 1:
        return (
            long.startswith(short) and not _ROMAN.fullmatch(long) and one.text[0].isupper() and other.text[0].isupper()
        )
    root = short.rstrip("aeiouy")
    rest = long[len(root) :].lstrip("aeiouy")
    return len(root) >= _SHORTEST_NATION and long.startswith(root) and rest in _DEMONYM_ENDINGS


def _abbreviates(own: Sequence[Token], place: int, others: Sequence[Token]) -> bool:
    """Whether a name is an acronym of words that the others have, or a word of what they have as an acronym."""
    token = own[place]
    if _is_acronym(token):
        return _initials_say(token.word, others)
    first = last = place
    while first > 0 and _in_title(own[first - 1]):
        first -= 1
    while last + 1 < len(own) and _in_title(own[last + 1]):
        last += 1
    return any(_is_acronym(other) and _initials_say(other.word, own[first : last + 1]) for other in others)


def _is_acronym(token: Token) -> bool:
    return token.text.replace(".", "").isupper() and 2 <= len(token.word) <= _LONGEST_ACRONYM  # noqa: PLR2004  letters


def _in_title(token: Token) -> bool:
    return token.kind == "word" and (token.text[0].isupper() or token.word in _SMALL_WORDS)


def _initials_say(letters: str, tokens: Sequence[Token]) -> bool:
    """Whether words that stand together begin with these letters; two letters are too few for words in lower case."""
    words = [token for token in tokens if token.kind == "word" and token.word not in _SMALL_WORDS]
    first = "".join(token.word[0] for token in words)
    capital = "".join(token.text[0] if token.text[0].isupper() else "-" for token in words).casefold()
    return letters in (first if len(letters) > 2 else capital)  # noqa: PLR2004  as above
