"""A sentence in other words that still says the same, or part of it; and a question as keywords or as a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from tests.training.edits import MONTHS, NUMBER_WORDS, replaced

_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|No|Fig|Inc|Ltd|Co|U\.S|approx|c|ca|cf|al|Vol|pp|ed|Gen|Col|Lt|"
    r"Sgt|Rev|Hon)|\b[A-Z])\.\s*$"
)
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n+")
STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "by",
        "with",
        "from",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "what",
        "which",
        "who",
        "whom",
        "whose",
        "when",
        "where",
        "why",
        "how",
        "many",
        "much",
        "that",
        "this",
        "these",
        "those",
        "it",
        "its",
        "as",
        "their",
        "his",
        "her",
        "they",
        "he",
        "she",
        "i",
        "you",
        "we",
        "not",
        "no",
        "can",
        "could",
        "will",
        "would",
        "should",
        "may",
        "might",
        "must",
        "about",
        "into",
        "than",
        "then",
        "there",
        "if",
    ]
)
_WORD = re.compile(r"[\w'’.-]*\w")

_Words = str | Callable[[re.Match[str]], str]
_OTHER_WORDS: tuple[tuple[str, _Words], ...] = (
    (r"\bapproximately\b", "about"),
    (r"\babout (?=\d)", "around "),
    (r"\bin order to\b", "to"),
    (r"\bbegan\b", "started"),
    (r"\bis located in\b", "lies in"),
    (r"\bpercent\b", "%"),
    (r"(?<=\d)%", " percent"),
    (r"\bdid not\b", "didn't"),
    (r"\bdoes not\b", "doesn't"),
    (r"\bis not\b", "isn't"),
    (r"\bwas not\b", "wasn't"),
    (r"\bare not\b", "aren't"),
    (r"\bcannot\b", "can't"),
    (r"\bUnited States\b", "US"),
    (r"\bU\.S\.", "United States"),
    (r"\balso \b", ""),
    (r"\bhowever, ", ""),
    (
        r"^(However|Moreover|Furthermore|Additionally|Therefore|Thus|In addition|For example|As a result), (\w)",
        lambda found: found.group(2).upper(),
    ),
    (r"\bobtain(ed|s)?\b", "get"),
    (r"\bmany\b", "a lot of"),
    (r"\bseveral\b", "a number of"),
    (r"\blarge\b", "big"),
    (r"\bpurchase(d|s)?\b", lambda found: {"d": "bought", "s": "buys", None: "buy"}[found.group(1)]),
    (r"\bassist(ed|s)?\b", lambda found: "help" + (found.group(1) or "")),
    (r"\butiliz(ed|es|e)\b", lambda found: "us" + found.group(1)),
    (r"\brequire(d|s)?\b", lambda found: "need" + {"d": "ed", "s": "s"}.get(found.group(1), "")),
    (r"\bcommenced\b", "began"),
    (r"\bfounded\b", "established"),
    (r"\bestablished\b", "founded"),
    (r"\bfilm\b", "movie"),
    (r"\bchildren\b", "kids"),
    (r"\bapprox\.", "about"),
    (r"\bprimarily\b", "mainly"),
    (r"\bmainly\b", "mostly"),
    (r"\bdue to\b", "because of"),
    (r"\bbecause of\b", "due to"),
    (r"\balthough\b", "though"),
    (r"\bwhile\b", "whereas"),
    (r"\bconstructed\b", "built"),
    (r"\bbuilt\b", "constructed"),
    (r"\bcreated\b", "made"),
    (r"\bsuch as\b", "like"),
    (r"\bincluding\b", "such as"),
    (r"\bnear\b", "close to"),
    (r"\bdied\b", "passed away"),
    (r"\bwas born in\b", "came into the world in"),
    (r"\breceived\b", "got"),
    (r"\battempt(ed|s)?\b", lambda found: {"ed": "tried", "s": "tries", None: "try"}[found.group(1)]),
    (r"\bend(ed)\b", "finished"),
    (r"\bshow(s|ed)\b", lambda found: {"s": "demonstrates", "ed": "demonstrated"}[found.group(1)]),
    (r"\bimportant\b", "significant"),
    (r"\bquickly\b", "rapidly"),
    (r"\bbig\b", "large"),
    (r"\bmost of\b", "the majority of"),
    (r"\bin the year (?=\d)", "in "),
)
_MONTH = "|".join(MONTHS)
_POWERS = {"million": 1e6, "billion": 1e9, "thousand": 1e3}
_LEADS = (
    "According to the document, ",
    "The text says that ",
    "It is stated that ",
    "The document states that ",
    "As described, ",
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence starts and ends, in characters, by the rule that the prepared data was cut with.

    Not that of `corpus`: the places of evidence in the data would no longer be whole sentences.
    """
    found, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        segment = text[start : end.end()]
        if _ABBREVIATED.search(segment) and "\n" not in end.group():
            continue
        if segment.strip():
            found.append((start, start + len(segment.rstrip())))
        start = end.end()
    if text[start:].strip():
        found.append((start, start + len(text[start:].rstrip())))
    return found


def shortened(sentence: str, random: Random) -> str:
    """The sentence without a part of it; what stays is still stated by it."""
    short, choice = sentence, random.random()
    if choice < 0.3:
        short = re.sub(r"\s*\([^()]*\)", "", short)
    if choice < 0.6:
        short = _without_opening(short)
    if 0.3 < choice < 0.8:
        relative = re.search(r", (which|who|where|whose)\b[^,;]*(,|(?=[.!?]$))", short)
        if relative:
            short = replaced(short, relative, " " if relative.group(2) == "," else "")
    if choice > 0.6:
        rest = re.search(
            r"(, (?:and|but|while|although|with|including|making|leading|resulting|followed)\b|; )[^;]*$", short
        )
        if rest and rest.start() > 30:
            short = short[: rest.start()] + "."
    # too little of it says nothing
    return _plain(short) if len(short) > 25 else sentence


def _without_opening(text: str) -> str:
    opening = re.match(
        r"^((?:In|On|At|During|By|After|Since|As|From|For|However|Today|Later|Meanwhile)\b[^,]{0,50}), (\w)", text
    )
    if opening and len(text) - opening.end() > 30:
        return opening.group(2).upper() + text[opening.end() :]
    return text


def rephrased(text: str, random: Random, strength: float = 1.0) -> str:
    """The text with up to three words exchanged for others of the same meaning, or a number written otherwise."""
    if random.random() < 0.5 * strength:
        choices = [(pattern, other) for pattern, other in _OTHER_WORDS if re.search(pattern, text)]
        random.shuffle(choices)
        for pattern, other in choices[: random.choice([1, 2, 3])]:
            text = re.sub(pattern, other, text, count=1)
    if random.random() < 0.3 * strength:
        text = _number_otherwise(text, random)
    return _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _number_otherwise(text: str, random: Random) -> str:
    power = re.search(r"\b(\d+(?:\.\d+)?) (million|billion|thousand)\b", text)
    if power and random.random() < 0.6:
        return replaced(text, power, f"{float(power.group(1)) * _POWERS[power.group(2)]:,.0f}")
    return next(_written_otherwise(text), text)


def _written_otherwise(text: str) -> Iterator[str]:
    if found := re.search(rf"\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})\b", text):
        yield replaced(text, found, f"{found.group(2)} {found.group(1)}, {found.group(3)}")
    if found := re.search(rf"\b({_MONTH}) (\d{{1,2}}), (\d{{4}})\b", text):
        yield replaced(text, found, f"{found.group(2)} {found.group(1)} {found.group(3)}")
    if found := re.search(r"\b([2-9]|1[0-2])\b(?![,.\d%])", text):
        yield replaced(text, found, NUMBER_WORDS[int(found.group()) - 1])
    if found := re.search(rf"\b({'|'.join(NUMBER_WORDS[1:])})\b", text):
        yield replaced(text, found, str(NUMBER_WORDS.index(found.group()) + 1))
    if found := re.search(r"\b\d{1,3}(,\d{3})+\b", text):
        yield replaced(text, found, found.group().replace(",", ""))


def dressed(text: str, random: Random) -> str:
    """The text as a model may say it: behind a lead, without its full stop, in small letters."""
    if random.random() < 0.12:
        text = random.choice(_LEADS) + text
    if random.random() < 0.1:
        text = text.rstrip(".")
    return text.lower() if random.random() < 0.08 else text


def keywords(question: str) -> str | None:
    """What someone may type into a search box; None where the question has fewer than two words that tell."""
    told = [word for word in _WORD.findall(question) if word.lower() not in STOP_WORDS]
    return " ".join(told) if len(told) >= 2 else None
