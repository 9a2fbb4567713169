"""A sentence or question with one thing in it changed, so that it no longer says the same.

Every edit takes a text and a random generator and gives the text changed, or None where it holds nothing to change.
"""

from __future__ import annotations

import re
from random import Random

MONTHS = tuple(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
)
NUMBER_WORDS = tuple(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
)
FIGURE = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
YEAR = re.compile(r"\b(1[0-9]{3}|20[0-3][0-9])\b")
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b")
_NUMBER_WORD = re.compile(rf"\b({'|'.join(NUMBER_WORDS[1:])})\b")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b(?:[A-Z][\w'’.-]*[\w’])(?:\s+(?:of|the|de|von|van|and)?\s*(?:[A-Z][\w'’-]+))*")
_CAPITALISED = re.compile(r"\b[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*")
_NO_NAMES = {
    *[
        "I",
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "He",
        "She",
        "It",
        "They",
        "We",
        "You",
        "This",
        "That",
        "These",
        "Those",
        "Who",
        "What",
        "When",
        "Where",
        "Why",
        "How",
        "Which",
        "Is",
        "Are",
        "Was",
    ],
    *["Were", "Did", "Does", "Do", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    *MONTHS,
}
_LETTERS = re.compile(r"[A-Za-z]+")
_JOINED = re.compile(r"^(,|\s*(and|or)\s*|,\s*)$")
_EXCHANGEABLE = re.compile(r"\b(and|or|with|between)\b")

_OPPOSITE_PAIRS = """
largest smallest|highest lowest|first last|before after|more fewer|increase decrease|increased decreased|
increases decreases|increasing decreasing|north south|northern southern|east west|eastern western|northeast southwest|
oldest newest|longest shortest|best worst|major minor|won lost|win lose|started ended|begin end|began ended|
founded dissolved|opened closed|open close|above below|over under|maximum minimum|most least|early late|earlier later|
earliest latest|positive negative|accepted rejected|allowed forbidden|allow forbid|include exclude|includes excludes|
included excluded|gained lost|rise fall|rose fell|higher lower|larger smaller|greater lesser|bigger smaller|
faster slower|cheaper dearer|older younger|inside outside|internal external|public private|male female|men women|
husband wife|father mother|son daughter|brother sister|king queen|buy sell|bought sold|strong weak|stronger weaker|
hot cold|warm cool|upper lower|left right|top bottom|winter summer|always never|all none|many few|often rarely|
common rare|rich poor|success failure|successful unsuccessful|able unable|possible impossible|legal illegal|
required optional|mandatory voluntary|enable disable|enabled disabled|enables disables|approved denied|support oppose|
supported opposed|supports opposes|agree disagree|agreed refused|encourage discourage|strengthen weaken|expand shrink|
expanded shrank|import export|imports exports|arrive depart|arrived departed|attack defend|attacked defended|
attached detached|permanent temporary|ancient modern|domestic foreign|urban rural|simple complex|day night|
morning evening|deep shallow|wide narrow|heavy light|dry wet|full empty|safe dangerous|true false|present absent|
appear disappear|appeared disappeared|create destroy|created destroyed|built demolished|married divorced|born died|
hired dismissed|appointed dismissed|joined left|entered left|raised lowered|improved worsened|directly indirectly|
formal informal|official unofficial|complete incomplete|usually seldom|frequently rarely|primarily partly|only also|
without with|despite because
"""
_UNIT_GROUPS = """
kilometres miles metres feet|kilometers miles meters feet|km mi m|kg lb g|years months weeks days|
hours minutes seconds days|million billion thousand|percent per-mille|dollars euros pounds|year month week day|
centimeters inches millimeters|tonnes kilograms pounds|centuries decades years|hour minute day|GB MB KB TB|ms s min
"""
# from a word that says how many, how sure or in what order, to one that says otherwise
_DEGREES = tuple(
    (re.compile(pattern), other)
    for pattern, other in (
        (r"\bsome\b", "all"),
        (r"\bmost\b", "all"),
        (r"\bmany\b", "all"),
        (r"\ball\b", "some"),
        (r"\bmay\b", "must"),
        (r"\bmight\b", "will"),
        (r"\bcan\b", "must"),
        (r"\bmust\b", "may"),
        (r"\bsometimes\b", "always"),
        (r"\busually\b", "always"),
        (r"\bat least\b", "at most"),
        (r"\bup to\b", "at least"),
        (r"\bmore than\b", "less than"),
        (r"\bless than\b", "more than"),
        (r"\bover (?=\d)", "under "),
        (r"\bone of the\b", "the only one of the"),
        (r"\bnearly\b", "exactly"),
        (r"\bhalf\b", "a quarter"),
        (r"\bboth\b", "neither"),
        (r"\bevery\b", "almost no"),
        (r"\bshould\b", "need not"),
        (r"\bbecause\b", "although"),
        (r"\bbefore\b", "after"),
        (r"\bafter\b", "before"),
        (r"\bsince\b", "until"),
        (r"\buntil\b", "since"),
    )
)
_DENIED = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|should|may|must|does|do|did) not\b|"
    r"\b(is|are|was|were|does|do|did|has|have|had|could|would|should)n't\b|\bcannot\b"
)
_NONE = re.compile(r"\b(no|never)\b ")
_VERB = re.compile(
    r"\b(is|are|was|were|can|could|will|would|should|may|must|has been|have been|had been|has|have)\b(?! not|n't)"
)
_PARTICIPLE = re.compile(r"\s+\w+(ed|en|wn|de|ne)\b")
_SHORT_DENIAL = {
    "is": "isn't",
    "are": "aren't",
    "was": "wasn't",
    "were": "weren't",
    "can": "cannot",
    "could": "couldn't",
    "will": "won't",
    "would": "wouldn't",
    "should": "shouldn't",
}


def _opposites() -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in _OPPOSITE_PAIRS.replace("\n", "").split("|"):
        one, other = pair.split()
        found.setdefault(one, other)
        found.setdefault(other, one)
    return found


def _units() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in _UNIT_GROUPS.replace("\n", "").split("|"):
        units = group.split()
        for unit in units:
            found.setdefault(unit, [other for other in units if other != unit])
    return found


OPPOSITES, UNITS = _opposites(), _units()


def names(text: str) -> list[re.Match[str]]:
    """Capitalised words within a sentence that are likely names."""
    return [found for found in _NAME.finditer(text) if found.group() not in _NO_NAMES and len(found.group()) > 2]


def replaced(text: str, found: re.Match[str], by: str) -> str:
    return text[: found.start()] + by + text[found.end() :]


def other_figure(text: str, random: Random) -> str | None:
    figures = list(FIGURE.finditer(text))
    if not figures:
        return None
    found = random.choice(figures)
    plain = found.group().replace(",", "")
    try:
        other = _other_decimal(plain, random) if "." in plain else _other_integer(found.group(), plain, random)
    except ValueError:
        return None
    return None if other == found.group() else replaced(text, found, other)


def _other_decimal(plain: str, random: Random) -> str:
    places = len(plain.split(".")[1])
    value = float(plain) * random.choice([0.5, 0.8, 1.1, 1.25, 2, 3]) + random.choice([0, 0.1, 1])
    return f"{max(0, value):.{places}f}"


def _other_integer(written: str, plain: str, random: Random) -> str:
    value = int(plain)
    if YEAR.fullmatch(plain):
        return str(value + random.choice([-20, -12, -10, -5, -4, -3, -2, -1, 1, 2, 3, 4, 6, 10, 11, 20, 30]))
    near = value + random.choice([1, 2, 3, 5, -1, -2])
    choices = [near, value * 2, value * 10, int(value * 1.5) + 1, value // 2, value + 10]
    other = random.choice([choice for choice in choices if choice != value and choice >= 0])
    if random.random() < 0.2 and len(plain) > 1:
        digits = list(plain)
        at = random.randrange(len(digits))
        digits[at] = random.choice([digit for digit in "123456789" if digit != digits[at]])
        other = int("".join(digits))
    return f"{other:,}" if "," in written else str(other)


def other_number_word(text: str, random: Random) -> str | None:
    return _another(text, _NUMBER_WORD, NUMBER_WORDS, random)


def other_month(text: str, random: Random) -> str | None:
    return _another(text, _MONTH, MONTHS, random)


def _another(text: str, pattern: re.Pattern[str], words: tuple[str, ...], random: Random) -> str | None:
    places = list(pattern.finditer(text))
    if not places:
        return None
    found = random.choice(places)
    return replaced(text, found, random.choice([word for word in words if word != found.group()]))


def other_name(text: str, pool: list[str], random: Random) -> str | None:
    """One name exchanged for one of a pool."""
    places = names(text)
    if not places or not pool:
        return None
    found = random.choice(places)
    for _ in range(8):
        other = random.choice(pool)
        if other != found.group() and other not in text and found.group() not in other and other not in _NO_NAMES:
            return replaced(text, found, other)
    return None


def swapped_names(text: str, random: Random) -> str | None:
    """Two names in each other's place, where that changes what is said."""
    places = [found for found in _CAPITALISED.finditer(text) if found.group() not in _NO_NAMES]
    if len(places) < 2:
        return None
    one, other = random.sample(places, 2)
    if one.start() > other.start():
        one, other = other, one
    between = text[one.end() : other.start()]
    if one.group() == other.group() or _JOINED.search(between) or len(between) < 6 or _EXCHANGEABLE.search(between):
        return None
    return text[: one.start()] + other.group() + between + one.group() + text[other.end() :]


def opposite(text: str, random: Random) -> str | None:
    places = [found for found in _LETTERS.finditer(text) if found.group().lower() in OPPOSITES]
    if not places:
        return None
    found = random.choice(places)
    other = OPPOSITES[found.group().lower()]
    return replaced(text, found, other.capitalize() if found.group()[0].isupper() else other)


def other_unit(text: str, random: Random) -> str | None:
    places = [found for found in _LETTERS.finditer(text) if found.group() in UNITS]
    if not places:
        return None
    found = random.choice(places)
    return replaced(text, found, random.choice(UNITS[found.group()]))


def other_degree(text: str, random: Random) -> str | None:
    choices = [(pattern, other) for pattern, other in _DEGREES if pattern.search(text)]
    if not choices:
        return None
    pattern, other = random.choice(choices)
    return pattern.sub(other, text, count=1)


def negated(text: str, random: Random) -> str | None:
    """A "not" more or a "not" less."""
    denied = _DENIED.search(text)
    if denied:
        return replaced(text, denied, "can" if denied.group() == "cannot" else denied.group(1) or denied.group(2))
    none = _NONE.search(text)
    if none and random.random() < 0.7:
        return replaced(text, none, "")
    verbs = list(_VERB.finditer(text))
    if not verbs:
        return None
    verb = verbs[0] if random.random() < 0.75 else random.choice(verbs)
    return replaced(text, verb, _denial(verb.group(), text[verb.end() :], random))


def _denial(verb: str, rest: str, random: Random) -> str:
    if " " in verb:
        return verb.replace(" ", " not ", 1)
    if verb in {"has", "have"}:
        return f"{verb} not" if _PARTICIPLE.match(rest) else {"has": "does not have", "have": "do not have"}[verb]
    return f"{verb} not" if random.random() < 0.7 else _SHORT_DENIAL.get(verb, f"{verb} not")


def near_question(question: str, pool: list[str], random: Random) -> str | None:
    """A question with one name, figure, month or word turned round, so that what answered it no longer does."""
    edits = [
        lambda: other_name(f" {question}", pool, random),
        lambda: other_name(f" {question}", pool, random),
        lambda: other_figure(question, random),
        lambda: other_month(question, random),
        lambda: opposite(question, random),
        lambda: opposite(question, random),
    ]
    random.shuffle(edits)
    for edit in edits:
        other = edit()
        if other and other.strip().lower() != question.lower():
            return other.strip()
    return None
