"""Figures, dates and names of a statement against those of its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.checking.aligning import Alignment
from assistant.checking.dates import Date
from assistant.checking.finding import Finding, Kind
from assistant.checking.quantities import Quantity
from assistant.checking.reading import Token, plain
from assistant.checking.word_lists import AT_LEAST, AT_MOST, MONTHS, NEGATIONS, OVER, PRONOUNS, UNDER, UNITS

_SHOWN = 40  # characters of a text that a reason repeats
_CLOSE_BOUNDS = ({AT_LEAST, OVER}, {AT_MOST, UNDER})  # told apart by one
_DEMONYM_ENDINGS = ("n", "an", "ian", "ean", "ish", "ese", "i", "s", "ns", "ans", "ians", "ic", "y")
_SHORTEST_NATION = 4  # letters; below, a shared beginning is chance


def shown(text: str) -> str:
    """A short form of a text for a reason, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def figures(alignment: Alignment) -> Iterator[Finding]:
    """Figures that the source has not, or has with another unit or bound."""
    source = alignment.source
    spans = [(token.start, token.end) for place, token in enumerate(source.tokens) if alignment.at_home(place)]
    starts = {start for start, _ in spans}
    near = [one for one in source.quantities if one.start in starts]
    years = {float(date.year) for date in source.dates if date.year and date.start in starts}
    matched: dict[Quantity, Quantity] = {}
    open_ones: list[Quantity] = []
    for one in alignment.statement.quantities:
        free = [other for other in near if other.equals(one) and other not in matched.values()]
        best = _likest(alignment, one, free)
        if best is None:
            open_ones.append(one)
        else:
            matched[one] = best
    unsaid = [other for other in near if other not in matched.values()]
    for one in open_ones:
        if one.values & years or (one.is_soft and not _rivals(one, unsaid)):
            continue
        again = [other for other in near if other.equals(one)]
        rivals = _rivals(one, unsaid)
        if again and not rivals:
            continue
        yield _differs("figure", one.text, _nearest(alignment, one, rivals))
    for one, other in matched.items():
        yield from _dressing(alignment, one, other)
    yield from _exchanged(matched)


def _likest(alignment: Alignment, one: Quantity, others: Sequence[Quantity]) -> Quantity | None:
    return max(others, key=lambda other: _likeness(alignment, one, other), default=None)


def _likeness(alignment: Alignment, one: Quantity, other: Quantity) -> float:
    own = alignment.statement.places(one.start, one.end)
    there = alignment.source.places(other.start, other.end)
    paired = any(alignment.pairs.get(place) in there for place in own)
    return 2 * paired + (one.unit == other.unit) + (one.noun == other.noun) + (one.bound == other.bound)


def _rivals(one: Quantity, unsaid: Sequence[Quantity]) -> list[Quantity]:
    """Figures of the source that a figure can have been put in the place of."""
    return [
        other
        for other in unsaid
        if other.is_ordinal == one.is_ordinal
        and (not other.unit or not one.unit or other.unit == one.unit)
        and (not (other.is_soft and one.is_soft))
    ]


def _nearest(alignment: Alignment, one: Quantity | Date, rivals: Sequence[Quantity | Date]) -> Quantity | Date | None:
    """The one of the rivals that stands where the statement's stands."""
    own = alignment.statement.places(one.start, one.end)
    if not own or not rivals:
        return rivals[0] if rivals else None
    before = [place for place in range(own[0] - 1, -1, -1) if place in alignment.pairs]
    at = alignment.source.tokens[alignment.pairs[before[0]]].end if before else 0
    return min(rivals, key=lambda other: abs(other.start - at))


def _differs(kind: Kind, said: str, other: Quantity | Date | Token | None) -> Finding:
    reason = f"{shown(said)} is not in the source"
    if other is None:
        return Finding(kind, reason, False, shown(said))
    return Finding(kind, f"{reason}; it says {shown(other.text)}", True, shown(said))


def _dressing(alignment: Alignment, one: Quantity, other: Quantity) -> Iterator[Finding]:
    if one.unit != other.unit and (one.unit or other.unit):
        if one.unit and other.unit:
            yield Finding("unit", f"the source gives {shown(other.text)} in {other.unit}, not in {one.unit}", True)
        elif one.unit and not _unit_said(alignment, one.unit):
            yield Finding("unit", f"the source does not give {shown(other.text)} in {one.unit}", False)
    if one.bound != other.bound and {one.bound, other.bound} not in _CLOSE_BOUNDS:
        if other.bound:
            yield Finding("bound", f"the source says {other.bound} {shown(other.text)}", bool(one.bound))
        else:
            yield Finding("bound", f"the source says {shown(other.text)}, not {one.bound}", False)


def _unit_said(alignment: Alignment, unit: str) -> bool:
    return any(
        UNITS.get(token.word) == unit for place, token in enumerate(alignment.source.tokens) if alignment.at_home(place)
    )


def _exchanged(matched: dict[Quantity, Quantity]) -> Iterator[Finding]:
    """Two figures that count each other's things."""
    pairs = list(matched.items())
    for place, (one, there) in enumerate(pairs):
        for other, beside in pairs[place + 1 :]:
            if (
                one.noun
                and other.noun
                and one.noun != there.noun
                and (one.noun, other.noun) == (beside.noun, there.noun)
            ):
                yield Finding("figure", f"{shown(one.text)} and {shown(other.text)} stand the other way round", True)


def days(alignment: Alignment) -> Iterator[Finding]:
    """Dates that the source has not."""
    source = alignment.source
    starts = {token.start for place, token in enumerate(source.tokens) if alignment.at_home(place)}
    near = [date for date in source.dates if date.start in starts]
    numbers = {value for one in source.quantities if one.start in starts for value in one.values}
    said = {
        date: [other for other in near if other.says(date)]
        for date in alignment.statement.dates
        if not (date.parts.keys() == {"year"} and float(date.year or 0) in numbers)
    }
    taken = {others[0] for others in said.values() if others}
    for date, others in said.items():
        if others:
            continue
        rivals = [other for other in near if other not in taken and other.contradicts(date)]
        yield _differs("date", date.text, _nearest(alignment, date, rivals))
    yield from _repeated(alignment, near, said)


def _repeated(alignment: Alignment, near: Sequence[Date], said: dict[Date, list[Date]]) -> Iterator[Finding]:
    """One date of the source said twice, where another of the same kind is not said at all."""
    used: set[Date] = set()
    for date, others in said.items():
        if not others:
            continue
        free = [other for other in others if other not in used]
        if free:
            used.add(free[0])
            continue
        rivals = [other for other in near if other not in used and other.parts.keys() == date.parts.keys()]
        if rivals:
            yield _differs("date", date.text, _nearest(alignment, date, rivals))


def names(alignment: Alignment) -> Iterator[Finding]:
    """Names that the source has not where the statement comes from."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    homes = [token for place, token in enumerate(there) if alignment.at_home(place)]
    leans = any(token.word in PRONOUNS for token in homes)
    paired = alignment.paired
    unsaid = [
        (place, token)
        for place, token in enumerate(there)
        if alignment.at_home(place) and place not in paired and _may_be_name(token)
    ]
    for place, token in enumerate(own):
        if place in alignment.pairs or not _may_be_name(token) or _in_date(alignment, token):
            continue
        if any(same_name(token, other, there) for other in homes) or _spelt_out(own, place, homes):
            continue
        between = _gap(alignment, place)
        rivals = [other for at, other in unsaid if not same_name(other, token, own) and between[0] < at < between[1]]
        elsewhere = any(same_name(token, other, there) for other in there)
        if not token.is_name and not rivals:
            continue
        if elsewhere and leans and not rivals:
            continue
        if elsewhere and not rivals and len(homes) == len(there):
            continue
        yield _differs("name", token.text, rivals[0] if rivals else None)


def _may_be_name(token: Token) -> bool:
    opens = token.is_first and token.is_content and token.text[0].isupper()
    return (token.is_name or opens) and token.word not in MONTHS and token.word not in NEGATIONS


def _in_date(alignment: Alignment, token: Token) -> bool:
    return any(date.start <= token.start < date.end for date in alignment.statement.dates)


def _gap(alignment: Alignment, place: int) -> tuple[int, int]:
    """Between which places of the source a word without a pair would stand."""
    before = next((alignment.pairs[at] for at in range(place - 1, -1, -1) if at in alignment.pairs), -1)
    after = next(
        (alignment.pairs[at] for at in range(place + 1, len(alignment.statement.tokens)) if at in alignment.pairs),
        len(alignment.source.tokens),
    )
    return (before, after) if before < after else (before, before + 4)


def same_name(one: Token, other: Token, around: Sequence[Token]) -> bool:
    """Whether two words name the same: equal, a nation and its people, an initial, an acronym and its words."""
    if one.stem == other.stem or one.word == other.word:
        return True
    if len(one.word) == 1 or len(other.word) == 1:
        return other.is_name and one.word[0] == other.word[0]
    short, long = sorted((one.word, other.word), key=len)
    root = short.rstrip("aeiouy")
    if (
        len(root) >= _SHORTEST_NATION
        and long.startswith(root)
        and long[len(root) :].lstrip("aeiouy")
        in (
            *_DEMONYM_ENDINGS,
            "",
        )
    ):
        return long.startswith(short) or len(long) - len(root) <= _SHORTEST_NATION
    return _is_acronym(one, around)


def _is_acronym(token: Token, around: Sequence[Token]) -> bool:
    """Whether capitalised words that stand together begin with an acronym's letters."""
    if not token.text.replace(".", "").isupper() or not 2 <= len(token.word) <= 8:  # noqa: PLR2004  usual lengths
        return False
    initials = "".join(plain(one.text[0]) if one.text[0].isupper() else "" for one in around if one.kind == "word")
    return token.word in initials


def _spelt_out(own: Sequence[Token], place: int, homes: Sequence[Token]) -> bool:
    """Whether a word belongs to a name that the source has as an acronym."""
    first = last = place
    while (
        first > 0
        and own[first - 1].kind == "word"
        and (own[first - 1].text[0].isupper() or own[first - 1].word in ("of", "the", "and", "for"))
    ):
        first -= 1
    while (
        last + 1 < len(own)
        and own[last + 1].kind == "word"
        and (own[last + 1].text[0].isupper() or own[last + 1].word in ("of", "the", "and", "for"))
    ):
        last += 1
    initials = "".join(plain(token.text[0]) for token in own[first : last + 1] if token.text[0].isupper())
    return any(
        len(token.word) > 1 and token.text.replace(".", "").isupper() and token.word in initials for token in homes
    )
