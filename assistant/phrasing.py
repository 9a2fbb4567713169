"""What English rules read, as it is asked in other languages: `assistant/phrases`, one file a language.

A file holds patterns of whole questions, in small and capital letters alike, made of pieces that stand in angle
brackets. The groups of those about the documents as such are what `assistant.ledger_questions` makes of them: `noun` is
what the documents are called, which may name their type, `subject` what they mention, `time` a time, `folder` a folder,
`number` and `most` the first few by age or size.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import count
from typing import Literal, get_args

from assistant.terms import Language
from assistant.wording import wording

Kind = Literal["documents", "mentions", "extreme", "rows"]

ABROAD: tuple[Language, ...] = ("de", "fr", "es")
_DAY = r"(?:(?:\d{{1,2}}\.?(?: de)? )?(?:{months})\.?(?: de)? )?\d{{4}}|\d{{4}}-\d\d(?:-\d\d)?"
_PIECE = re.compile(r"(?<!\?P)<(\w+)>")
_SUBJECT = r"(?P<subject{}>.+?)"
_FOLDER = r"[\"'“„‘«]?\s?(?P<folder{}>[\w./-]+)\s?[\"'”“’»]?"  # several in a pattern have a number each


@dataclass(frozen=True, slots=True)
class Summing:
    """How a summary is asked for in one language.

    `sure` are questions that can mean nothing else, with what is to be summed up as `subject`; `this` may be the only
    document, `pointing` something that was said before, `all` every document, `in_folder` those of a `folder`.
    """

    language: Language
    sure: tuple[re.Pattern[str], ...]
    unsure: tuple[re.Pattern[str], ...]
    this: re.Pattern[str]
    pointing: re.Pattern[str]
    all: re.Pattern[str]
    in_folder: re.Pattern[str]

    def wanted(self, question: str) -> tuple[str, bool] | None:
        """What is to be summed up, and whether the question can mean nothing else; None where it asks for none."""
        for is_sure, patterns in ((True, self.sure), (False, self.unsure)):
            if match := next((found for each in patterns if (found := each.fullmatch(question))), None):
                return _pieces(match)["subject"], is_sure
        return None


@dataclass(frozen=True, slots=True)
class Phrases:
    """The questions of one language.

    `polite` is what a question may begin with and `articles` what a subject may, `pronouns` are no subjects; `types`
    tell what a noun says of the kind of document, `most` the superlatives by the beginnings of theirs, `times` the
    English words by the beginnings of what leads to a time. `asks_for_all` begins a question that wants all of
    something, `asks_where` is one which document says so, `compares` are those that compare `one` document with an
    `other`, on a `subject` perhaps. `says` begins one about what `one` document says, or all; so does each of `within`.
    """

    language: Language
    polite: re.Pattern[str]
    questions: tuple[tuple[Kind, re.Pattern[str]], ...]
    types: Mapping[str, str]
    most: Mapping[str, str]
    numbers: tuple[str, ...]
    times: Mapping[str, str]
    articles: re.Pattern[str]
    pronouns: frozenset[str]
    asks_for_all: re.Pattern[str]
    asks_where: re.Pattern[str]
    compares: tuple[re.Pattern[str], ...]
    says: re.Pattern[str]
    within: tuple[re.Pattern[str], ...]
    summing: Summing

    def match(self, question: str) -> tuple[Kind, dict[str, str]] | None:
        """What kind of question this is, with its pieces by the names of their groups; None where it is none."""
        plain = self.without_politeness(question)
        for kind, pattern in self.questions:
            if match := pattern.fullmatch(plain):
                return kind, _pieces(match)
        return None

    def without_politeness(self, question: str) -> str:
        """A question without what it begins with only to be polite, its apostrophes straight."""
        plain = question.replace("’", "'")
        while polite := self.polite.match(plain):
            plain = plain[polite.end() :]
        return plain


@cache
def phrases(language: Language) -> Phrases:
    """How one of `ABROAD` asks."""
    stored = tomllib.loads((files("assistant") / "phrases" / f"{language}.toml").read_text(encoding="utf-8"))
    names = [str(name) for name in wording(language).listed("months")]
    months = "|".join(dict.fromkeys(short for name in names for short in (name, name[:4], name[:3])))
    summary = stored["summary"]
    pieces = {
        **stored["pieces"],
        "this": summary["this"],
        "on": stored["comparison"]["on"],
        "day": _DAY.format(months=months),
    }
    compiled = partial(_compiled, pieces=pieces)
    says = compiled(stored["document"]["says"])
    asked = ((kind, each) for kind in get_args(Kind)[::-1] for each in stored["questions"][kind])
    return Phrases(
        language,
        compiled(stored["polite"]),
        tuple((kind, compiled(each)) for kind, each in asked),
        stored["types"],
        stored["most"],
        tuple(stored["numbers"]),
        stored["times"],
        compiled(stored["articles"]),
        frozenset(stored["pronouns"]),
        compiled(stored["asks_for_all"]),
        compiled(stored["asks_where"]),
        tuple(map(compiled, stored["comparison"]["questions"])),
        says,
        (says, *map(compiled, stored["document"]["within"])),
        Summing(
            language,
            tuple(map(compiled, summary["sure"])),
            tuple(map(compiled, summary["unsure"])),
            *(compiled(summary[name]) for name in ("this", "pointing", "all", "in_folder")),
        ),
    )


def subject_alone(question: str) -> str:
    """A question without "What do the documents say about", words that no document needs to hold; else as it is.

    English ones stay: their words are too frequent to tell, here and in the model.
    """
    for known in map(phrases, ABROAD):
        plain = known.without_politeness(question).lstrip("¿¡ ")
        match = known.says.match(plain)
        if match and known.summing.all.fullmatch(match["one"]):
            return plain[match.end() :]
    return question


def _compiled(pattern: str, pieces: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern with its pieces; `<subject>` and `<folder>` may stand in it several times."""
    numbers, own = count(), {"subject": _SUBJECT, "folder": _FOLDER}
    while names := set(_PIECE.findall(pattern)) - own.keys():
        for name in names:
            pattern = pattern.replace(f"<{name}>", pieces[name])
    return re.compile(_PIECE.sub(lambda piece: own[piece[1]].format(next(numbers)), pattern), re.IGNORECASE)


def _pieces(match: re.Match[str]) -> dict[str, str]:
    """What was matched, by the names of groups without their numbers."""
    return {name.rstrip("0123456789"): said for name, said in match.groupdict().items() if said}
