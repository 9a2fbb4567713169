# ruff: noqa: E501  the tables read better as they are
"""Statements with one thing changed, and statements in other words, made by rules from the sentences of documents.

Nothing here is shared with what is measured: the words below are this module's own, and every change is made without
looking at what the check would say of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


def _listed(text: str) -> list[str]:
    return text.split()


KINDS = ("figure", "date", "name", "negation", "unit")
MONTHS = _listed("January February March April May June July August September October November December")
MONTH = rf"(?:{'|'.join(MONTHS)})"
YEAR = r"(?:1[5-9]\d\d|20[0-3]\d)"
SMALL = _listed("zero one two three four five six seven eight nine ten eleven twelve")
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
FIGURE = re.compile(r"(?<![\w.,/$£€-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w/-]|[.,]\d)")
NUMBER_WORD = re.compile(rf"(?<!-)\b({'|'.join([*SMALL[2:], *TENS])})\b(?!-)")
NAME = re.compile(r"(?<![.!?:] )(?<=[a-z,] )(?:[A-Z][a-z]+(?:[ -][A-Z][a-z]+){0,3}|[A-Z]{2,6})(?![\w’'])")
NO_NAMES = {
    *MONTHS,
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "I",
    "The",
    "This",
    "And",
    "But",
    "There",
    "It",
    "They",
    "He",
    "She",
    "We",
    "You",
    "If",
    "In",
    "On",
    "At",
    "When",
    "For",
    "As",
    "Workers",
}
UNITS = {
    "km": ("miles", "metres"), "kilometres": ("miles",), "kilometers": ("miles", "meters"), "miles": ("kilometers", "yards"),
    "metres": ("feet", "kilometres"), "meters": ("feet", "kilometers"), "feet": ("meters", "inches"), "inches": ("feet",),
    "cm": ("mm", "inches"), "mm": ("cm",), "kg": ("g", "pounds"), "mg": ("g", "kg"), "g": ("mg", "kg"),
    "tons": ("pounds",), "tonnes": ("kilograms",), "pounds": ("ounces",), "acres": ("hectares",),
    "percent": ("percentage points",), "per cent": ("percentage points",), "%": (" percentage points",),
    "million": ("billion", "thousand"), "billion": ("million",), "thousand": ("million",), "trillion": ("billion",),
    "years": ("months", "decades"), "year": ("month",), "months": ("years", "weeks"), "month": ("week",),
    "weeks": ("months", "days"), "week": ("month",), "days": ("weeks", "hours"), "day": ("week",),
    "hours": ("days", "minutes"), "minutes": ("hours", "seconds"), "seconds": ("minutes",),
    "dollars": ("euros",), "euros": ("dollars",), "degrees": ("percent",), "MB": ("GB",), "GB": ("MB", "TB"),
    "ml": ("l",), "°C": ("°F",), "°F": ("°C",), "square miles": ("square kilometres",), "mph": ("km/h",),
}  # fmt: skip
UNIT = re.compile(
    r"(?<=\d)(\s?)(" + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True)) + r")(?![\w°])"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|several|few)( )(" + "|".join(map(re.escape, UNITS)) + r")\b"
)
AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|may|might|must|should|did|does|do)\b(?! not|n't| n't| no\b| only)"
)
SYNONYMS = {
    "began": "started", "begun": "started", "begins": "starts", "ended": "finished", "many": "numerous", "large": "big",
    "largest": "biggest", "often": "frequently", "usually": "normally", "important": "significant", "showed": "demonstrated",
    "shows": "demonstrates", "shown": "demonstrated", "helped": "assisted", "help": "assist", "use": "employ",
    "used": "employed", "uses": "employs", "using": "employing", "found": "discovered", "made": "produced",
    "created": "produced", "built": "constructed", "near": "close to", "about": "roughly", "approximately": "about",
    "also": "additionally", "because": "since", "although": "though", "however": "nevertheless", "people": "persons",
    "children": "kids", "country": "nation", "countries": "nations", "city": "town", "area": "region", "areas": "regions",
    "said": "stated", "called": "named", "known": "recognised", "died": "passed away", "bought": "purchased",
    "gave": "provided", "give": "provide", "gives": "provides", "provides": "offers", "provide": "offer", "main": "principal",
    "need": "require", "needs": "requires", "several": "various", "different": "distinct", "total": "overall",
    "currently": "at present", "become": "turn into", "became": "turned into", "study": "investigation",
    "studies": "investigations", "method": "approach", "methods": "approaches", "disease": "illness",
    "diseases": "illnesses", "doctor": "physician", "doctors": "physicians", "employees": "workers", "staff": "personnel",
    "job": "post", "work": "labour", "quickly": "rapidly", "rapid": "fast", "major": "chief", "common": "widespread",
    "particularly": "especially", "such as": "like", "in order to": "to", "due to": "because of", "leader": "head",
    "government": "administration", "agreement": "accord", "war": "conflict", "begin": "start", "get": "obtain",
    "received": "obtained", "obtain": "get", "wrote": "authored", "released": "issued", "established": "founded",
    "located": "situated", "includes": "comprises", "including": "among them", "contains": "holds", "contain": "hold",
    "occurs": "happens", "occur": "happen", "occurred": "happened", "led": "headed", "moved": "relocated",
    "live": "reside", "lived": "resided", "house": "home", "buildings": "structures", "company": "firm",
    "companies": "firms", "patients": "sufferers", "treatment": "therapy", "suggested": "proposed", "tried": "attempted",
    "ensure": "make sure", "contact": "get in touch with", "check": "verify", "individuals": "persons", "purpose": "aim",
    "result": "outcome", "results": "outcomes", "method of": "way of", "according to": "as stated by", "within": "inside",
    "between": "among", "during": "in the course of", "throughout": "all through", "entire": "whole", "allows": "lets",
    "allow": "let", "additional": "further", "primary": "principal", "sometimes": "at times", "almost": "nearly",
}  # fmt: skip
WORD = re.compile(r"\b(" + "|".join(sorted(map(re.escape, SYNONYMS), key=len, reverse=True)) + r")\b")
CONTRACTIONS = {"did not": "didn't", "does not": "doesn't", "do not": "don't", "is not": "isn't", "was not": "wasn't",
    "were not": "weren't", "are not": "aren't", "cannot": "can't", "has not": "hasn't", "have not": "haven't",
    "could not": "couldn't", "should not": "shouldn't", "would not": "wouldn't"}  # fmt: skip
RULES_TRIED = 3  # of a rewording; fewer where fewer apply


@dataclass(frozen=True)
class Row:
    """One statement: `kind` is what was altered, "" for nothing; `form` is verbatim or rephrased."""

    source: str
    statement: str
    quote: str
    kind: str
    form: str


def rows(source: str, sentence: str, quote: str, names: Sequence[str], rng: random.Random) -> Iterator[Row]:
    """All the rows that a sentence gives, each with another change."""
    for kind in ("", *KINDS):
        statement = altered(kind, sentence, names, rng) if kind else sentence
        if statement is None or (kind and statement == sentence):
            continue
        yield Row(source, statement, quote, kind, "verbatim")
        seed = rng.random()
        reworded = rephrased(statement, random.Random(seed))
        # a rewording that drops a parenthesis may drop the very change
        if reworded and not (kind and reworded == rephrased(sentence, random.Random(seed))):
            yield Row(source, reworded, quote, kind, "rephrased")


SUBJECT = re.compile(
    r"((?:The )?[A-Z][\w.’'-]*(?: (?:of|the|and|de|[A-Z][\w.’'-]*|\w+)){0,4}) "
    r"((?:was|were|is|are|has|have|had|became|began|made|won|led|wrote|died|moved|joined|received|served|held) [^;:()]+\.)$"
)
POINTING = {"He", "She", "It", "They", "This", "These", "That", "Those", "There", "We", "I", "You", "Its", "His", "Her",
            "Their", "In", "On", "At", "As", "If", "When", "What", "Who", "Which", "Both", "Some", "All", "Most"}  # fmt: skip


def joined(one: str, other: str) -> str | None:
    """The subject of one sentence with the predicate of another; None where either is not so simple.

    What begins with "The" may point back to the subject before it ("The dam"), and then the two belong together.
    """
    first, second = SUBJECT.match(one), SUBJECT.match(other)
    if not (first and second) or (POINTING | {"The"}) & {first[1].split()[0], second[1].split()[0]}:
        return None
    if set(first[1].split()) & set(second[1].split()) - {"The", "the", "of", "and"} or second[2].split()[0] in ("and",):
        return None
    return f"{first[1]} {second[2]}"


def altered(kind: str, sentence: str, names: Sequence[str], rng: random.Random) -> str | None:
    """The sentence with one thing of a kind changed, or None where it has none."""
    return {"figure": _figure, "date": _date, "negation": _negation, "unit": _unit}.get(
        kind, lambda text, rng: _name(text, names, rng)
    )(sentence, rng)


def names_of(text: str) -> list[str]:
    return sorted({match.group() for match in NAME.finditer(text) if match.group().split()[0] not in NO_NAMES})


def _one(found: Sequence[re.Match[str]], rng: random.Random) -> re.Match[str] | None:
    return rng.choice(list(found)) if found else None


def _put(text: str, match: re.Match[str], new: str, group: int = 0) -> str:
    return text[: match.start(group)] + new + text[match.end(group) :]


def _figure(text: str, rng: random.Random) -> str | None:
    found = [
        match
        for match in [*FIGURE.finditer(text), *NUMBER_WORD.finditer(text)]
        if not re.fullmatch(YEAR, match[1]) and not _in_date(text, match)
    ]
    match = _one(found, rng)
    if match is None:
        return None
    old = match[1]
    if old.isalpha():
        pool = SMALL[2:] if old in SMALL else list(TENS)
        return _put(text, match, rng.choice([word for word in pool if word != old]))
    plain = old.replace(",", "")
    if "." in plain:
        new = f"{float(plain) * rng.choice([0.5, 1.5, 2, 3]) + 0.1:.{len(plain.split('.')[1])}f}"
    else:
        value = int(plain)
        step = max(1, value // 10)
        change = rng.choice([-3, -2, -1, 1, 2, 3, 5]) * step
        new = str(value + change if value + change > 0 else value + abs(change))
        new = f"{int(new):,}" if "," in old else new
    return _put(text, match, new) if new != old else None


def _in_date(text: str, match: re.Match[str]) -> bool:
    return bool(
        re.search(rf"{MONTH}\s+$", text[: match.start()])
        or re.match(rf"(?:st|nd|rd|th)?\s+{MONTH}", text[match.end() :])
    )


def _date(text: str, rng: random.Random) -> str | None:
    years = list(re.finditer(rf"(?<![\w.,-]){YEAR}(?![\w%]|[.,]\d| (?:people|men|patients|m\b|km\b))", text))
    months = list(re.finditer(rf"\b{MONTH}\b(?=\s+(?:\d|of\b))|(?<=\d ){MONTH}\b|(?<=\b[Ii]n ){MONTH}\b", text))
    days = [m for m in re.finditer(r"(?<!\d)([12]?\d|3[01])(?!\d)", text) if _in_date(text, m)]
    match = _one([*years, *months, *days], rng)
    if match is None:
        return None
    if match.group() in MONTHS:
        return _put(text, match, rng.choice([month for month in MONTHS if month != match.group()]))
    if len(match.group()) == 4:
        return _put(text, match, str(int(match.group()) + rng.choice([-20, -10, -4, -2, -1, 1, 2, 3, 5, 10])))
    return _put(text, match, str(rng.choice([day for day in range(1, 29) if day != int(match.group())])))


def _name(text: str, names: Sequence[str], rng: random.Random) -> str | None:
    match = _one([m for m in NAME.finditer(text) if m.group().split()[0] not in NO_NAMES], rng)
    if match is None:
        return None
    words = set(match.group().split())
    others = [name for name in names if not words & set(name.split()) and name not in text]
    alike = [name for name in others if len(name.split()) == len(words) and name.isupper() == match.group().isupper()]
    return _put(text, match, rng.choice(alike)) if alike else None


def _negation(text: str, rng: random.Random) -> str | None:
    there = list(re.finditer(r"( not\b(?! only)|n't\b| never\b)", text))
    if there:
        match = _one(there, rng)
        if match[1] == "n't":
            bare = {"ca": "can", "wo": "will", "sha": "shall"}
            before = re.search(r"(\w+)$", text[: match.start()])
            if before and before[1] in bare:
                return text[: before.start()] + bare[before[1]] + text[match.end() :]
        return _put(text, match, "")
    match = _one(list(AUXILIARY.finditer(text)), rng)
    return _put(text, match, f"{match[1]} {rng.choice(['not', 'not', 'never'])}") if match else None


def _unit(text: str, rng: random.Random) -> str | None:
    match = _one(list(UNIT.finditer(text)), rng)
    if match is None:
        return None
    group = 2 if match[2] else 4
    if match[group] == "%" and text[match.end() :].startswith(")"):
        return None
    return _put(text, match, rng.choice(UNITS[match[group]]), group)


def rephrased(sentence: str, rng: random.Random) -> str | None:
    """The sentence in other words by a few of the rules; None where none applies."""
    rules: list[Callable[[str, random.Random], str]] = [
        _synonyms, _moved, _numbers, _date_format, _without_parenthesis, _active, _contracted, _without_opening,
    ]  # fmt: skip
    rng.shuffle(rules)
    text, applied = sentence, 0
    for rule in rules:
        new = rule(text, rng)
        if new != text:
            text, applied = new, applied + 1
        if applied == RULES_TRIED:
            break
    return text if applied else None


def _synonyms(text: str, rng: random.Random) -> str:
    found = list(WORD.finditer(text))
    for match in sorted(rng.sample(found, min(2, len(found))), key=lambda one: -one.start()):
        text = _put(text, match, SYNONYMS[match[1]])
    return text


def _lower_first(text: str) -> str:
    word = text.split(" ", 1)[0]
    common = {"The", "A", "An", "In", "On", "At", "It", "They", "He", "She", "This", "These", "There", "We", "By", "During",
              "After", "Before", "For", "From", "Some", "Many", "Most", "Its", "His", "Her", "Their", "Since"}  # fmt: skip
    return text[0].lower() + text[1:] if word in common else text


def _moved(text: str, rng: random.Random) -> str:
    front = re.match(r"((?:In|On|During|After|Since|By|At|Until|From) [^,.;:()]{3,45}), ([^:;\d][^:;]+?)([.])$", text)
    if front and not re.search(r"^(?:and|but|which|who|where)\b", front[2]):
        return f"{front[2][0].upper()}{front[2][1:]} {_lower_first(front[1])}{front[3]}"
    back = re.match(
        rf"([A-Z][^:;()]+?) ((?:in|on|during|since|until) (?:{MONTH}|early |late |the )?[^,.;:()]*{YEAR})([.])$", text
    )
    if back and "," not in back[1]:
        return f"{back[2][0].upper()}{back[2][1:]}, {_lower_first(back[1])}{back[3]}"
    return text


def _numbers(text: str, rng: random.Random) -> str:
    word = re.search(rf"(?<!-)\b({'|'.join([*SMALL[2:], *TENS])})\b(?!-| of\b)", text)
    if word:
        value = SMALL.index(word[1]) if word[1] in SMALL else TENS[word[1]]
        return _put(text, word, str(value))
    digits = re.search(r"(?<![\w.,/$£€-])([2-9]|1[0-2])(?![\w/%-]|[.,]\d)", text)
    if digits and not _in_date(text, digits):
        return _put(text, digits, SMALL[int(digits[1])])
    millions = re.search(r"(?<![\w.,])(\d{1,3}),(\d)00,000(?![\w,])", text)
    if millions:
        return _put(
            text, millions, f"{millions[1]}.{millions[2]} million" if millions[2] != "0" else f"{millions[1]} million"
        )
    share = re.search(r"(?<=\d)( ?)(%|percent\b|per cent\b)", text)
    if share:
        return _put(text, share, "%" if share[2] != "%" else " percent")
    grouped = re.search(r"(?<![\w.,])(\d{1,3}),(\d{3})(?![\w,])", text)
    return _put(text, grouped, grouped[1] + grouped[2]) if grouped else text


def _date_format(text: str, rng: random.Random) -> str:
    american = re.search(rf"\b({MONTH}) (\d{{1,2}}), ({YEAR})", text)
    if american:
        month, day, year = american.groups()
        iso = f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d}"
        return _put(text, american, rng.choice([f"{day} {month} {year}", f"{day} {month} {year}", iso]))
    british = re.search(rf"\b(\d{{1,2}}) ({MONTH}) ({YEAR})", text)
    if british:
        return _put(text, british, f"{british[2]} {british[1]}, {british[3]}")
    return text


def _without_parenthesis(text: str, rng: random.Random) -> str:
    return re.sub(r"\s?\([^()]{2,80}\)", "", text, count=1)


def _active(text: str, rng: random.Random) -> str:
    passive = re.match(
        r"((?:The|A|An|[A-Z]\w+) [^,;:()]{2,60}?) (?:was|were) (\w+ed) by ((?:the |a |an )?[^,;:()]{2,50})\.$", text
    )
    if not passive or re.search(r"\b(?:is|are|was|were|that|which|who|and)\b", passive[1] + " " + passive[3]):
        return text
    return f"{passive[3][0].upper()}{passive[3][1:]} {passive[2]} {_lower_first(passive[1])}."


def _contracted(text: str, rng: random.Random) -> str:
    for long, short in CONTRACTIONS.items():
        if f" {long} " in text:
            return text.replace(f" {long} ", f" {short} ", 1)
    return text


def _without_opening(text: str, rng: random.Random) -> str:
    opening = re.match(r"(?:However|Moreover|Furthermore|In addition|Additionally|Also|Therefore|Thus), (\w)", text)
    return opening[1].upper() + text[opening.end() :] if opening else text
