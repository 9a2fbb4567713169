"""What a search says of itself, said again in the language of who asks.

An index, or several as one, tells in English sentences how it understood a time and misspelt words, and what was not at
hand. Each is known here by its form; one of another form stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.wording import Wording
from index import Found

_FORMS = {
    "respelt": re.compile(r"“(?P<word>[^“”]+)” stands in no document; searched for (?P<instead>.+?) instead\."),
    "only": re.compile(r"Only documents (?P<periods>.+), and those without a date, were searched\."),
    "newer": re.compile(r"Newer documents were preferred\."),
    "newer_of": re.compile(r"Newer documents (?P<periods>.+) were preferred\."),
    "preferred": re.compile(r"Documents (?P<periods>.+) were preferred\."),
    "by_words": re.compile(r"Only words were searched: (?P<reason>.+)"),
    "without_chroma": re.compile(r"Meaning was searched without Chroma: (?P<reason>.+)"),
    "left_aside": re.compile(
        r"The corpus (?P<name>\S+) cannot be read now and was left aside; `despatch status --name \S+` says why\."
    ),
    "without_judge": re.compile(
        r"The judge that reads passages cannot be used \((?P<reason>.+)\), so answers are chosen by meaning and words "
        r"alone; install Despatch again\."
    ),
}
_PERIODS = {
    "between": re.compile(r"from (?P<first>\S+) to (?P<last>\S+)"),
    "since": re.compile(r"since (?P<first>\S+)"),
    "until": re.compile(r"until (?P<last>\S+)"),
    "of": re.compile(r"of (?P<first>\S+)"),
}
_WORD = re.compile(r"“([^“”]+)”")


def said_in(found: Found, words: Wording) -> Found:
    """What was found, with what is said of it in another language than the index's."""
    return replace(
        found,
        degraded=tuple(said_again(each, words) for each in found.degraded),
        time=said_again(found.time, words),
        spelling=_FORMS["respelt"].sub(lambda match: said_again(match[0], words), found.spelling),
    )


def said_again(sentence: str, words: Wording) -> str:
    """One sentence of the index in the language of `words`; of another form than those known, the sentence itself."""
    for key, form in _FORMS.items():
        if match := form.fullmatch(sentence):
            pieces = match.groupdict()
            if "periods" in pieces:
                pieces["periods"] = words("searched.or").join(
                    _period(each, words) for each in match["periods"].split(" or ")
                )
            if "word" in pieces:
                pieces = {
                    name: _WORD.sub(lambda one: words("declined.word", word=one[1]), said)
                    for name, said in pieces.items()
                }
            return words(f"searched.{key}", **pieces)
    return sentence


def _period(said: str, words: Wording) -> str:
    for key, form in _PERIODS.items():
        if match := form.fullmatch(said):
            return words(f"searched.{key}", **match.groupdict())
    return said
