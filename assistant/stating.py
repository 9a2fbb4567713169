"""Which sentences of a passage can stand as a statement of its document."""

from __future__ import annotations

import re

from corpus import is_closed
from index import Hit, tokens

LONGEST_SENTENCE = 1_200  # characters; a longer one is a listing or a failed split, no statement
FEWEST_WORDS = 2
_ASKING = ("?", "？", "؟")
# What closes a sentence, in any script, or opens what it announces.
_CLOSED = re.compile(r"[.!?:;…。！？؟।።][\"'’”»)\]]*$")
_LABELLED = re.compile(r"[:|]")  # a value behind its name, a row of cells: few words that may be an answer
_WORKS = re.compile(
    r"(?:[\divx]+[.)]?\s+)?(?:(?:selected |annotated )?bibliography|(?:list of )?(?:references|works cited)|"
    r"literature(?: cited)?|further reading|see also|external links|"
    r"literatur(?:verzeichnis|hinweise|angaben)?|quellenverzeichnis|weiterführende literatur|weblinks|siehe auch|"
    r"bibliographie|références(?: bibliographiques)?|liens externes|voir aussi|"
    r"bibliografía|referencias(?: bibliográficas)?|enlaces externos|véase también)\W*",
    re.IGNORECASE,
)
_ASKS_WORKS = re.compile(
    r"\b(?:books?|biograph\w+|papers?|articles?|publi\w+|references?|sources?|literatur\w*|littérature|authors?|wrote|"
    r"writ\w+|read|cit(?:e|es|ed|ing)|links?|works|bücher?|buch|werke?|quellen?|autor\w*|schr(?:ieb|eib)\w*|"
    r"geschrieben|veröffentlich\w*|livres?|ouvrages?|auteurs?|écri\w+|libros?|obras?|fuentes?|escri\w+)\b",
    re.IGNORECASE,
)


def can_state(text: str, hit: Hit, question: str) -> bool:
    """Whether a sentence can be a statement.

    It is none where it is a mere word, a question, a shouted line or a whole listing, nor where it closes like no
    sentence and has no word beyond the title, the headings and the question: it says nothing more. A heading is none,
    nor is the title unless it closes like a sentence. Under a heading such as "References" stand names of other works,
    which state nothing; who asks for works has them.
    """
    if len(text) > LONGEST_SENTENCE or len(tokens(text)) < FEWEST_WORDS or is_question(text) or text.isupper():
        return False
    if any(_WORKS.fullmatch(heading) for heading in hit.heading_path) and not _ASKS_WORKS.search(question):
        return False
    plain = " ".join(text.split())
    is_sentence = is_closed(text)
    above = hit.heading_path if is_sentence else (hit.title, *hit.heading_path)
    if any(plain == " ".join(name.split()) for name in above):
        return False
    says_more = is_sentence or _LABELLED.search(text) or not _words(text) <= _words(" ".join((*above, question)))
    return bool(says_more)


def is_question(text: str) -> bool:
    """Whether a sentence closes like a question, in any script."""
    return text.endswith(_ASKING)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in tokens(text))
