"""Which language a question is in, as far as its function words, or what it was understood as, tell it surely."""

from __future__ import annotations

import re

from assistant.contrasting import language_of_comparison
from assistant.errors import InvalidQuestion
from assistant.ledger_questions import read
from assistant.small_talk import language_of_talk, without_greeting
from assistant.summarising import language_of_summary
from assistant.terms import Language
from assistant.wording import DEFAULT_LANGUAGE, LANGUAGES
from index import Analyzer

# what French writes as one word with the next
_ELIDED = re.compile(r"\b(c|d|j|l|m|n|qu|s|t)['’](?=\w)", re.IGNORECASE)


def language_of(question: str) -> Language | None:
    """The language that a question is surely in, None where its words do not tell it.

    It is one that talk, a question to the ledger, for a summary or a comparison is put in; or it holds two or more
    function words of the language, a third or so of all its words, and fewer of any other.
    """
    asked = without_greeting(question)
    counted = read(asked)
    told = language_of_talk(question) or (counted and counted.language)
    understood = told or language_of_summary(asked) or language_of_comparison(asked)
    return next((one for one in LANGUAGES if one == understood), None) or _by_function_words(question)


def _by_function_words(question: str) -> Language | None:
    apart = _ELIDED.sub(r"\1 ", question)
    others = {one: tuple(each for each in LANGUAGES if each != one) for one in LANGUAGES}
    return next((one for one in LANGUAGES if Analyzer(others[one]).foreign(apart) == one), None)


def spoken_to(asked: str, meant: str, asker: str | None) -> Language:
    """The language that a question is replied to in: its own where that is sure, else the asker's.

    Args:
        asked: as it was asked.
        meant: the question that it was understood as, such as the one before it to which it chooses an answer.
        asker: one of `LANGUAGES`, None where nobody knows; then English.

    Raises:
        InvalidQuestion: the asker's is none of them.
    """
    own = next((each for each in LANGUAGES if each == (asker or DEFAULT_LANGUAGE)), None)
    if own is None:
        raise InvalidQuestion(f"is asked in the language {asker!r}", f"name one of {', '.join(LANGUAGES)}")
    return language_of(asked) or language_of(meant) or own
