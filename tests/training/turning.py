"""A question and its answer → the statement that they make, for a few simple shapes of question."""

from __future__ import annotations

import re

from tests.training.edits import FIGURE, MONTHS, NUMBER_WORDS, YEAR, names

_WHO = re.compile(
    r"^(?:Who|What|Which \w+) "
    r"((?!did|do|does|is|are|was|were|has|have|had|can|could|will|would|should)\w+(?:ed|s|t|n|k|w|d|e)) (.+)$"
)
_IS = re.compile(r"^(?:Who|What) (is|are|was|were) ((?:the|a|an|his|her|their|its) .+|[A-Z].+)$")
_PARTICIPLE_END = re.compile(
    r"\b(called|named|known as|made of|used for|used to|located in|born in|considered|responsible for|associated with)$"
)
_WHEN = re.compile(r"^(When|Where|In (?:what|which) (\w+)) (did|was|were|is|are|does|do|has|had) (.+?)$")
_HOW_MANY = re.compile(r"^How many (.+?) (are|were|is|was) (.+)$")
_PREPOSITION = re.compile(r"(?i)(in|on|at|by|during|after|before|since|from|around|between|near|when|until)\b")
_PERIOD = re.compile(r"(the )?(early |late |mid-?)?\d{3,4}s?")
_DAY = re.compile(r"\d{1,2},? \d{4}|[A-Z][a-z]+ \d{1,2}$")
_VERB_END = re.compile(r"(ed|en|wn|nt|ne|rn|ld|de|ht|ck|th)$")


def statement(question: str, answer: str) -> str | None:
    """The statement, None for a question of another shape."""
    question = question.strip().rstrip("?").strip()
    for turn in (_who, _is, _when_or_where, _how_many):
        turned, said = turn(question, answer)
        if turned:
            return said
    return None


def answer_kind(answer: str) -> str:
    """date, figure, name or other."""
    if YEAR.search(answer) or any(month in answer for month in MONTHS):
        return "date"
    if re.search(r"\d", answer) or answer.lower().split()[0] in NUMBER_WORDS:
        return "figure"
    return "name" if answer[:1].isupper() else "other"


def of_kind(text: str, kind: str) -> list[str]:
    """What else of that kind a text holds."""
    if kind == "date":
        return [found.group() for found in YEAR.finditer(text)]
    if kind == "figure":
        return [found.group() for found in FIGURE.finditer(text)]
    return [found.group() for found in names(text)] if kind == "name" else []


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


# Each says whether the question has its shape, and the statement if there is one.


def _who(question: str, answer: str) -> tuple[bool, str | None]:
    found = _WHO.match(question)
    if found and question.startswith("Who"):
        return True, f"{_capital(answer)} {found.group(1)} {found.group(2)}."
    return False, None


def _is(question: str, answer: str) -> tuple[bool, str | None]:
    found = _IS.match(question)
    if not found or re.search(r"\b(is|are|was|were)\b", found.group(2)):
        return False, None
    verb, subject = found.group(1), found.group(2)
    participle = _PARTICIPLE_END.search(subject)
    if participle:
        subject = subject[: participle.start()].strip()
    between = f"{participle.group()} " if participle else ""
    return True, f"{_capital(subject)} {verb} {between}{answer}."


def _when_or_where(question: str, answer: str) -> tuple[bool, str | None]:
    found = _WHEN.match(question)
    if not found:
        return False, None
    verb, rest = found.group(3), found.group(4)
    place = _preposition(found.group(1), answer)
    if verb in {"did", "does", "do"}:
        return True, f"{_capital(rest)} {place}{answer}.".replace("  ", " ")
    words = rest.split()
    at = next(
        (at for at, word in enumerate(words) if at and _VERB_END.search(word) and word[0].islower()),
        None,
    )
    if at is None:
        return True, None
    return True, _capital(f"{' '.join(words[:at])} {verb} {' '.join(words[at:])} {place}{answer}.")


def _preposition(asked: str, answer: str) -> str:
    if _PREPOSITION.match(answer):
        return ""
    return "on " if asked == "When" and not _PERIOD.fullmatch(answer) and _DAY.search(answer) else "in "


def _how_many(question: str, answer: str) -> tuple[bool, str | None]:
    found = _HOW_MANY.match(question)
    if not found:
        return False, None
    counted, verb, rest = found.groups()
    of = "" if counted.split()[-1].lower() in answer.lower() else f"{counted} "
    return True, f"{_capital(answer)} {of}{verb} {rest}."
