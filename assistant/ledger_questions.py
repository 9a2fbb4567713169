"""Reads the questions that are about the documents as such, and can be counted in the ledger.

The rules are of English; how such questions are asked in other languages stands in `assistant/phrases`.

A question is of this kind only where all of it is understood so. What is counted must be the documents of this
collection: "How many documents do you have?" and "Which files mention AUKUS?" are of this kind, "How many documents
were signed?" and "What documents do I need for a passport?" are questions to the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.phrasing import ABROAD, Kind, Phrases, phrases
from assistant.terms import Language
from assistant.wording import wording

MOST_ASKED_FOR = 20  # documents: "the five newest documents"
LONGEST_ASKED = 300  # characters; a longer question is about more than the documents as such

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
_FILTERS = {
    "pdf": "type = pdf",
    "word": "(type = docx or type = doc)",
    "excel": "(type = xlsx or type = xls)",
    "sheets": "(type = xlsx or type = xls or type = ods or type = csv)",
    "powerpoint": "(type = pptx or type = ppt)",
    "slides": "(type = pptx or type = ppt or type = odp)",
    "csv": "type = csv",
    "html": "(type = html or type = htm)",
    "markdown": "(type = md or type = markdown)",
    "text": "type = txt",
    "mail": "(type = eml or type = msg)",
}
_TYPES = (
    (r"pdfs?", "pdf"),
    (r"word", "word"),
    (r"excel", "excel"),
    (r"spreadsheets?", "sheets"),
    (r"powerpoints?", "powerpoint"),
    (r"presentations?", "slides"),
    (r"csvs?", "csv"),
    (r"html", "html"),
    (r"markdown", "markdown"),
    (r"text(?= files?\b)", "text"),
    (r"e-?mails?", "mail"),
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
_SAME_MOST = {"latest": "newest", "most recent": "newest", "earliest": "oldest", "biggest": "largest"}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROWS = (
    r"(?:table )?rows(?: (?:of|in|from) (?:the|a|any|all)(?: the)? tables?)? (?:(?:that|which) )?(?:with|where|mention|"
    r"mentioning|contain|containing|include|including|for|about|have|say|has|contains|mentions)"
)
_LEADS = (("how many", _HOW_MANY), ("are there", _ARE_THERE), ("list", _LIST), ("which", _WHICH))
_PRONOUNS = {"it", "this", "that", "them", "so", "these", "those", "him", "her", "he", "she", "they", "his", "their"}
_QUOTES = " \t\"'“”„‘’«»"
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?|(?:(\d{1,2})\.?(?: de)? )?(?:([^\W\d_]+)\.?(?: de)? )?(\d{4})")
_SHORTEST_MONTH = 3  # letters, as in "Jan."


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """What a question asks of the ledger.

    `kind` is "documents" (how many, which), "mentions" (of `subject`), "extreme" (the first `number` documents by
    `most`: newest, oldest, longest, shortest, largest or smallest) or "rows" (of tables, with `subject`). `where` is a
    filter, "" for none, `time` English words that say a time, `language` that of the question.
    """

    kind: Kind
    subject: str = ""
    where: str = ""
    time: str = ""
    most: str = ""
    number: int = 1
    language: Language = "en"


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
    plain = " ".join(question.split()).strip("?.!¿¡ ")
    words = _Words(plain)
    while words.takes(_POLITE):
        pass
    return _passive(words) or _extreme(words.text) or _active(words) or _abroad(plain)


def asks_for_all(question: str) -> bool:
    """Whether a question to the text asks for all of something, which the nearest passages need not hold."""
    plain = question.strip("¿¡ ")
    return bool(
        _ASKS_FOR_ALL.search(question)
        or any((known := phrases(each)).asks_for_all.match(known.without_politeness(plain)) for each in ABROAD)
    )


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
    said = most[1].lower()
    asked = LedgerQuestion("extreme", most=_SAME_MOST.get(said, said), where=named or "", number=_number(number))
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
    for called, name in _TYPES:
        if words.takes(called):
            return _FILTERS[name] if words.takes(_NOUN) or alone else None
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


def _abroad(question: str) -> LedgerQuestion | None:
    if len(question) > LONGEST_ASKED:
        return None
    asked = (_asked_in(question, phrases(language)) for language in ABROAD)
    return next((each for each in asked if each is not None), None)


def _asked_in(question: str, known: Phrases) -> LedgerQuestion | None:
    found = known.match(question)
    if found is None:
        return None
    kind, said = found
    subject = known.articles.sub("", said.get("subject", "").strip(_QUOTES), count=1).strip(_QUOTES)
    time = _english_time(said["time"], known) if "time" in said else ""
    number = _number_in(said.get("number", ""), known)
    is_about_something = bool(re.search(r"\w", subject)) and not {*subject.lower().split()} <= known.pronouns
    if time is None or number > MOST_ASKED_FOR or ("subject" in said and not is_about_something):
        return None
    noun = said.get("noun", "").lower()
    of_type = next((_FILTERS[name] for name, called in known.types.items() if re.search(called, noun)), "")
    folder = said["folder"].strip("/") if "folder" in said else ""
    where = _both(of_type, f"folder = '{folder}/**'" if folder else "")
    most = next((most for start, most in known.most.items() if said.get("most", "").lower().startswith(start)), "")
    return LedgerQuestion(kind, subject, where, time, most, number, known.language)


def _number_in(said: str, known: Phrases) -> int:
    if not said:
        return 1
    return max(1, int(said)) if said.isdigit() else known.numbers.index(said.lower()) + 1


def _english_time(said: str, known: Phrases) -> str | None:
    """A time of another language as `index` understands it, None where it is none."""
    relation = next(english for start, english in known.times.items() if said.lower().startswith(start))
    days = [_english_day(match, known.language) for match in _DAY.finditer(said.partition(" ")[2] or said)]
    if (relation == "between") != (len(days) > 1 and relation != "from"):
        return None
    return f"documents dated {relation} {(' to ' if relation == 'from' else ' and ').join(days)}"


def _english_day(match: re.Match[str], language: Language) -> str:
    day, month, year = match.groups()
    if year is None or month is None:
        return year or match[0]
    names = [str(name).lower() for name in wording(language).listed("months")]
    near = (at for at, name in enumerate(names) if len(month) >= _SHORTEST_MONTH and name.startswith(month.lower()))
    at = next(near, None)
    return year if at is None else " ".join(filter(None, (day, str(wording("en").listed("months")[at]), year)))
