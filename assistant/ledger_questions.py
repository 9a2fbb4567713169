"""Reads the questions that are about the documents as such, and can be counted in the ledger. English only.

A question is of this kind only where all of it is understood so. What is counted must be the documents of this
collection: "How many documents do you have?" and "Which files mention AUKUS?" are of this kind, "How many documents
were signed?" and "What documents do I need for a passport?" are questions to the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

MOST_ASKED_FOR = 20  # documents: "the five newest documents"

_POLITE = (
    r"(?:please|can you|could you|would you|will you|tell me|show me|give me|let me know|do you know|"
    r"i(?: woul|')d like to (?:know|see)|i want to (?:know|see)|and|so|now)\b[\s,]*"
)
_HOW_MANY = (
    r"how many(?: of (?:the|your|these|those|my|our))?|(?:what(?:'s| is) )?the (?:total )?number of|number of|count"
)
_LIST = r"(?:list|show|name|enumerate|give|find)(?: me)?|what are|which are|all|every"
_WHICH = r"which|what"
_ARE_THERE = r"are there|is there|do you have|have you(?: got)?|do|does"
_EACH = (
    r"(?:a |the )?(?:complete |full )?lists? of|the (?:names|titles) of|all|every|each|any|one|of|the|your|these|those|"
    r"other|both"
)
_TYPES = (
    (r"pdfs?", "type = pdf"),
    (r"word", "(type = docx or type = doc)"),
    (r"excel", "(type = xlsx or type = xls)"),
    (r"spreadsheets?", "(type = xlsx or type = xls or type = ods or type = csv)"),
    (r"powerpoints?", "(type = pptx or type = ppt)"),
    (r"presentations?", "(type = pptx or type = ppt or type = odp)"),
    (r"csvs?", "type = csv"),
    (r"html", "(type = html or type = htm)"),
    (r"markdown", "(type = md or type = markdown)"),
    (r"text(?= files?\b)", "type = txt"),
    (r"e-?mails?", "(type = eml or type = msg)"),
)
_STANDS_ALONE = r"(?:pdfs|spreadsheets?|presentations?|e-?mails)\b"  # of these types, without "files" behind
_NOUN = r"documents?|docs?|files?|papers|texts|sources"
_PLACE = (
    r"(?:the|this|your|my|our) (?:whole |entire )?(?:corpus|collection|index|library|folder|archive|pack|briefing pack|"
    r"database|knowledge base|repository)"
)
_HERE = (
    r"(?:do|can) (?:you|we|i) (?:have|know|hold|search|read|see|cover|contain|access|ask about)(?: of)?|"
    r"have (?:you|we|i) (?:got|read|indexed|loaded)?|(?:that )?(?:you|we|i) (?:have|know|hold|search|read)|"
    r"(?:are|is) there|there are|exist|(?:(?:that|which) )?(?:are|is) (?:here|available|indexed|loaded|included|stored|"
    rf"searchable|at hand|searched)|available|indexed|(?:(?:are|is|lie|lies|are there|is there) )?(?:in|of) {_PLACE}|"
    rf"do(?:es)? {_PLACE} (?:have|contain|hold|include|comprise)"
)
_FOLDER = (
    r"(?:are |are there )?(?:in|from|under|below|inside) (?:the )?(?:(?:folder|directory) [\"'“‘]?([\w./-]+)[\"'”’]?|"
    r"[\"'“‘]?([\w./-]+)[\"'”’]? (?:folder|directory))"
)
_DATE = (
    r"(?:(?:[\w,]+ ){0,3}\d{4}(?:-\d\d){0,2}|"
    r"(?:the )?(?:last|past|this) (?:\d+ )?(?:week|month|year|day)s?|today|yesterday)"
)
_TIME = (
    r"(?:(?:(?:that|which) )?(?:are |were )?(?:dated|written|published|issued|sent|filed|released) )?"
    rf"((?:since|after|before|from|between|until|up to|prior to|in|of|on|during) {_DATE}(?: (?:and|to|until) {_DATE})?)"
)
_TIME_BEHIND = rf"\s((?:since|after|before|until) {_DATE})$"
_SAYS = (
    r"(?:(?:that|which|do|does|to) )?(?:mention(?:s|ed|ing)?|refer(?:s|ring)? to|speaks? of|names?|cites?|"
    r"talk(?:s|ing)? about|discuss(?:es|ing)?|deals? with|dealing with|covers?|(?:are |is )?(?:all )?about|"
    r"(?:contain|include|use|have|has)(?:s|ing)? the (?:words?|phrase|term|name|expression|text)|"
    r"with the (?:words?|phrase|term|name|expression))"
)
_HOLDS = r"(?:(?:that|which|do|does) )?(?:contain(?:s|ing)?|include(?:s)?)"
_IS_SAID = r"(?:mentioned|named|discussed|cited|referred to|talked about|spoken of)"
_SOMEWHERE = (
    r"(?: (?:anywhere|here|at all|(?:in|by) (?:the|any|these|your|any of the) (?:documents?|files?|texts?)|"
    rf"in {_PLACE}))?"
)
_SAID = (
    rf"(?:where|in (?:which|what|how many) (?:{_NOUN})) (?:is|are|was|were) (.+?) {_IS_SAID}",
    rf"in (?:which|what|how many) (?:{_NOUN}) (?:does|do) (.+?) (?:appear|occur|come up)",
    rf"(?:is|are) (.+?) (?:ever )?{_IS_SAID}{_SOMEWHERE}",
    rf"how (?:often|many times) (?:is|are|was|were) (.+?) {_IS_SAID}{_SOMEWHERE}",
    rf"how (?:often|many times) (?:does|do) (.+?) (?:appear|occur|come up){_SOMEWHERE}",
)
_ASKS_FOR_ALL = re.compile(
    r"^\W*(?:please |can you |could you )*(?:list|name|enumerate|give|show|tell|find|what are|which are)\b.*?"
    r"\b(?:all|every|each|(?:full|complete) list)\b",
    re.IGNORECASE,
)
_MOST = r"(newest|latest|most recent|oldest|earliest|longest|shortest|largest|biggest|smallest)"
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROWS = (
    r"(?:table )?rows(?: (?:of|in|from) (?:the|a|any|all)(?: the)? tables?)? (?:(?:that|which) )?(?:with|where|mention|"
    r"mentioning|contain|containing|include|including|for|about|have|say|has|contains|mentions)"
)
_LEADS = (("how many", _HOW_MANY), ("are there", _ARE_THERE), ("list", _LIST), ("which", _WHICH))
_PRONOUNS = {"it", "this", "that", "them", "so", "these", "those", "him", "her", "he", "she", "they", "his", "their"}
_QUOTES = " \t\"'“”‘’«»"


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """What a question asks of the ledger.

    `kind` is "documents" (how many, which), "mentions" (of `subject`), "extreme" (the first `number` documents by
    `most`) or "rows" (of tables, with `subject`). `where` is a filter, "" for none, `time` words that say a time.
    """

    kind: Literal["documents", "mentions", "extreme", "rows"]
    subject: str = ""
    where: str = ""
    time: str = ""
    most: str = ""
    number: int = 1


class _Words:
    """A question that is read from its start, a piece at a time."""

    def __init__(self, text: str) -> None:
        self.text = text

    def takes(self, pattern: str) -> re.Match[str] | None:
        """What of the rest begins so, which is then read; None where it begins otherwise."""
        match = re.match(rf"(?:{pattern})(?!\w)[\s,]*", self.text, re.IGNORECASE)
        if match is not None:
            self.text = self.text[match.end() :]
        return match

    def is_all(self, pattern: str) -> re.Match[str] | None:
        """The rest, where all of it is so."""
        return re.fullmatch(pattern, self.text, re.IGNORECASE)


def read(question: str) -> LedgerQuestion | None:
    """What a question asks of the ledger, None where it is a question to the text."""
    words = _Words(" ".join(question.split()).rstrip("?.! "))
    while words.takes(_POLITE):
        pass
    return _passive(words) or _extreme(words.text) or _active(words)


def asks_for_all(question: str) -> bool:
    """Whether a question to the text asks for all of something, which the nearest passages need not hold."""
    return _ASKS_FOR_ALL.search(question) is not None


def _passive(words: _Words) -> LedgerQuestion | None:
    said = next(filter(None, map(words.is_all, _SAID)), None)
    return None if said is None else _mentions(said[1])


def _extreme(text: str) -> LedgerQuestion | None:
    words = _Words(text)
    if not (words.takes(_WHICH) and _noun(words) is not None and words.takes("is|are")):
        words = _Words(text)
        words.takes(r"(?:which|what|who)(?: is| are|'s)|(?:list|show|name|give)(?: me)?")
    words.takes("the")
    number = words.takes(rf"\d{{1,2}}|{'|'.join(_NUMBERS)}")
    most = words.takes(_MOST)
    if most is None:
        return None
    named = _noun(words)
    words.takes(_HERE)
    if words.text or (named is None and text.lower().startswith(most[1].lower())):
        return None
    if named is None and not re.match(_WHICH, text, re.IGNORECASE):
        return None
    asked = LedgerQuestion("extreme", most=most[1].lower(), where=named or "", number=_number(number))
    is_about_documents = re.search(rf"\b(?:{_NOUN}|{_STANDS_ALONE})", text, re.IGNORECASE)
    return asked if is_about_documents and asked.number <= MOST_ASKED_FOR else None


def _number(match: re.Match[str] | None) -> int:
    if match is None:
        return 1
    said = match[0].strip().lower()
    return max(1, int(said)) if said.isdigit() else _NUMBERS.index(said) + 1


def _active(words: _Words) -> LedgerQuestion | None:
    lead = next((name for name, pattern in _LEADS if words.takes(pattern)), None)
    if lead is None:
        return None
    while words.takes(_EACH):
        pass
    rows = words.takes(_ROWS) if lead != "are there" else None
    if rows is not None:
        return replace(_mentions(words.text), kind="rows") if _is_subject(words.text) else None
    of_files = re.match(r"files?\b|pdfs\b", words.text, re.IGNORECASE) is not None
    of_type = _noun(words)
    if of_type is None:
        return None
    asked = LedgerQuestion("documents", where=of_type)
    folder = words.takes(_FOLDER)
    here = words.takes(_HERE)
    if folder := folder or words.takes(_FOLDER):
        asked = replace(asked, where=_both(asked.where, f"folder = '{(folder[1] or folder[2]).strip('/')}/**'"))
    return _what_of_them(words, asked, lead, here=here is not None or folder is not None, of_files=of_files)


def _what_of_them(
    words: _Words, asked: LedgerQuestion, lead: str, *, here: bool, of_files: bool
) -> LedgerQuestion | None:
    says = _SAYS
    if of_files:
        says = f"{says}|{_HOLDS}"
    if here or lead in ("list", "are there"):
        says = f"{says}|on"
    time = words.takes(_TIME)
    asked = replace(asked, time=f"documents dated {time[1]}" if time else "")
    if words.takes(says):
        if not _is_subject(words.text):
            return None
        found = _mentions(words.text)
        return replace(found, where=asked.where, time=asked.time or found.time)
    return asked if not words.text and (here or lead in ("how many", "list")) else None


def _noun(words: _Words) -> str | None:
    """The filter of the kind of document that is named, "" where any is meant, None where none is named."""
    alone = re.match(_STANDS_ALONE, words.text, re.IGNORECASE)
    for name, condition in _TYPES:
        if words.takes(name):
            return condition if words.takes(_NOUN) or alone else None
    return "" if words.takes(_NOUN) else None


def _mentions(subject: str) -> LedgerQuestion:
    time = re.search(_TIME_BEHIND, subject, re.IGNORECASE)
    subject = subject[: time.start()] if time else subject
    subject = re.sub(
        r"^(?:the (?:words?|phrase|term|name) )?(?:(?:the|a|an|any) )?", "", subject.strip(_QUOTES), flags=re.I
    )
    return LedgerQuestion("mentions", subject.strip(_QUOTES), time=f"documents dated {time[1]}" if time else "")


def _is_subject(text: str) -> bool:
    """Whether a text can be what is mentioned: some words, and no pronoun that something else must explain."""
    words = re.findall(r"\w+", text)
    return bool(words) and not {word.lower() for word in words} <= _PRONOUNS


def _both(*conditions: str) -> str:
    return " and ".join(filter(None, conditions))
