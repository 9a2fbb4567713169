"""The title of a plain text: a line at its beginning that names it."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.readers.blocks import own_title
from corpus.sentences import is_closed

_WITHIN = 1_000  # characters; a title stands at the very beginning
_LONGEST = 100  # characters; a longer line is a paragraph
_LONGEST_GREETING = 6  # words

# The labels of a mail that was pasted into a text, in the languages that the page speaks.
_SUBJECT = re.compile(r"(?:subject|betreff|objet|asunto|title|titel|titre|título)\s?[:：]\s*(.+)", re.IGNORECASE)
_HEADER = re.compile(
    r"(?:from|to|b?cc|date|sent|subject|reply-to|message-id|von|an|gesendet|datum|betreff|de|à|envoyé|objet|para|"
    r"enviado(?: el)?|fecha|asunto)\s?[:：].*",
    re.IGNORECASE,
)
# By its form, so that months need no list: "Tuesday, 4 March 2025", "March 4th, 2025", "4 de marzo de 2025".
_DAY = re.compile(
    r"(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo),? )?"
    r"(?:(?:den |le |el )?\d{1,2}(?:st|nd|rd|th|er|\.|º)? (?:of |de )?[^\W\d_]+\.?,? (?:de )?\d{4}|"
    r"[^\W\d_]+\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S+://\S+|www\.\S+|\S+@\S+|.+\.(?:txt|md|csv|log|eml|msg)", re.IGNORECASE)
_DIRECTIVE = ".. "  # reStructuredText's, which is not shown
# Other greetings end in a comma or an exclamation mark.
_GREETING = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|to whom it may concern|hallo|guten (?:tag|morgen|abend)|"
    r"bonjour|bonsoir|hola|estimad[oa]s?|querid[oa]s?|buen[oa]s (?:días|tardes))(?=[\s:]|$)",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?:(#{1,6}|={1,6})[ \t]+|(\*\*|__))?(.+?)(?:[ \t]+\1|\2)?")
_LINE_END = re.compile(r"\r*\n|\r")  # two carriage returns and a line feed end one line, too
_BLANK_OR_RULE = re.compile(r"(?:([^\w\s|>])\1+|__+)?")
_BEGINS = re.compile(r"[^\W_]|[\"'“‘«„‹¿¡(\[「『《〈【（]")
_GOES_ON = re.compile(r"[,;،、，؛；‐-―-]$")


def title_of(text: str) -> str:
    """Give the title of a plain text: its first line, if a blank line or a rule follows it.

    Rules, days, addresses, names of files, directives and the headers of a pasted mail are passed over; the mail's
    subject is the title. A sentence, a greeting or a line that goes on is none. A question may be one, and so may a
    line in capitals: neither is ever quoted.

    Returns:
        The title without marks such as `#`, or "".
    """
    for line, below in pairwise(each.strip() for each in _LINE_END.split(text[:_WITHIN])):
        marked = _MARKED.fullmatch(line)
        words = marked[3] if marked else ""
        if subject := _SUBJECT.fullmatch(words):
            return subject[1]
        if not _names_nothing(words):
            is_apart = _BLANK_OR_RULE.fullmatch(below) and len(line) <= _LONGEST
            return words if is_apart and _can_name(words) else ""
    return ""


def _names_nothing(words: str) -> bool:
    return (
        not any(map(str.isalpha, words))
        or words.startswith(_DIRECTIVE)
        or not own_title(words, "")
        or any(form.fullmatch(words) for form in (_HEADER, _DAY, _ADDRESS))
    )


def _can_name(words: str) -> bool:
    is_greeting = _GREETING.match(words) and len(words.split()) <= _LONGEST_GREETING
    is_sentence = is_closed(words) and not words.isupper()
    return bool(_BEGINS.match(words)) and not (is_greeting or is_sentence or _GOES_ON.search(words))
