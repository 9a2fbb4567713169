"""Questions proposed from the user's own documents, by rules over their sentences: the start of a set, to be edited."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.desk import Assistant
from assistant.errors import DraftRefused
from assistant.evaluation.judged import COLUMNS
from corpus import Span, sentences
from index import StoredDocument

LANGUAGE = "en"  # of the rules below
READ_CHARACTERS = 200_000  # of a document: long ones have questions enough at their beginning
SENTENCE_CHARACTERS = (30, 300)  # shorter ones say little alone, longer ones are no single answer
SUBJECT_WORDS = 7
A_DOCUMENT = 5  # drafts of one document at most, so that a set does not hang on one

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"(?:\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}|{_MONTH} \d{{4}}|(?:1\d|20)\d\d)\b"
_NUMBER = r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?)"
_SUBJECT = rf"(?P<subject>[A-Z][\w’'-]*(?: [\w’'&-]+){{0,{SUBJECT_WORDS - 1}}}?)"
_DEFINES = re.compile(rf"{_SUBJECT} (?P<verb>is|are) (?:an?|the|any|one of) ")
_STANDS_FOR = re.compile(rf"{_SUBJECT} (?P<verb>means|stands for|refers to) (?!that )")
_DATED = re.compile(rf"{_SUBJECT} (?P<verb>was|were) (?!an? |the )(?P<rest>[^,;:]{{3,100}}?) (?:in|on|by) {_DATE}")
_HAPPENED = re.compile(rf"{_SUBJECT} (?P<verb>\w+ed)(?P<rest> [^,;:]{{3,100}}?)? (?:in|on|by) {_DATE}")
_THERE = re.compile(rf"There (?P<verb>are|were) (?:only |about )?{_NUMBER} (?!or )(?P<rest>[^,;:]{{3,100}})\.")
_HAS = re.compile(rf"{_SUBJECT} (?P<verb>has|have|had) (?:only |about )?{_NUMBER} (?!or )(?P<rest>[^,;:]{{3,80}})\.")
_COSTS = re.compile(rf"{_SUBJECT} (?P<verb>costs?) (?:[$€£]|{_NUMBER}\b)")
_PLAIN_FORM = {"means": "mean", "stands for": "stand for", "refers to": "refer to"}
_HELPING = {"has": "does", "have": "do", "had": "did", "costs": "does", "cost": "do"}

# with these a sentence points elsewhere, or begins with something that is not what it is about
_NO_SUBJECT = re.compile(
    r"(?:it|this|that|these|those|there|he|she|they|we|you|i|one|his|her|its|their|our|your|my|such|another|other|both|"
    r"what|which|who|whose|where|when|why|how|if|in|on|at|by|for|from|with|without|after|before|while|as|since|during|"
    r"until|to|of|and|but|or|so|also|then|thus|however|although|though|because|under|over|between|among|through|about|"
    r"all|some|many|most|each|every|here|no|not|only|yes)",
    re.I,
)
# a word of these within a subject says that it went on into the sentence
_NO_PART = re.compile(r" (?:may|might|can|could|will|would|shall|should|must|do|does|did|that|which|who|not)\b")
_TAKES_SMALL_LETTER = frozenset(("The", "A", "An"))
_SAYS_NOTHING = re.compile(
    "introduction|summary|overview|contents|conclusions?|references|appendix|notes|background|next", re.I
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins with one


@dataclass(frozen=True, slots=True)
class DraftedQuestion:
    """A proposed question, the id of the document it was made from, and the sentence that answers it there."""

    question: str
    document: str
    answer: str


def draft_questions(desk: Assistant, count: int, *, seed: int = 0) -> tuple[DraftedQuestion, ...]:
    """Questions from headings, definitions, dated and counted sentences, spread over the documents.

    Args:
        desk: over the user's index.
        count: how many at most, at least 1.
        seed: which of the many; the same index and seed give the same questions.

    Returns:
        None twice; fewer than `count` where the documents yield no more. Documents in other languages than English
        are passed over.
    """
    chance = random.Random(seed)
    documents = [one.id for one in desk.documents() if one.language in (LANGUAGE, None) and _is_cell(one.id)]
    chance.shuffle(documents)
    drafts: list[list[DraftedQuestion]] = []
    for document in documents:
        if len(drafts) == count:  # one of each is enough already
            break
        if found := _of_document(desk.document(document), chance):
            drafts.append(found)
    chosen: dict[str, DraftedQuestion] = {}
    for turn in range(A_DOCUMENT):
        for found in drafts:
            if turn < len(found) and len(chosen) < count:
                chosen.setdefault(found[turn].question, found[turn])
    return tuple(chosen.values())


def save_draft(file: Path, drafts: Sequence[DraftedQuestion]) -> None:
    """Write drafts as a table that `read_set` reads; it begins with a byte order mark, for spreadsheets.

    Raises:
        DraftRefused: there are none, or the file is there already or cannot be written.
    """
    if not drafts:
        raise DraftRefused(str(file), "the documents yield none in English", "write questions of your own")
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as written:
            rows = csv.writer(written, lineterminator="\n")
            rows.writerow(COLUMNS)
            rows.writerows((draft.question, draft.document, draft.answer) for draft in drafts)
    except FileExistsError as error:
        raise DraftRefused(str(file), "it is there already and may have been edited", "name another file") from error
    except OSError as error:
        raise DraftRefused(str(file), error.strerror or str(error), "name another file") from error


def _of_document(document: StoredDocument, chance: random.Random) -> list[DraftedQuestion]:
    """Drafts of one document: what its sentences say first, then what stands under its headings."""
    text = document.text[:READ_CHARACTERS]
    headings = [heading for heading in document.headings if heading.span.end <= len(text)]
    spans = [span for span in sentences(text) if not any(_overlap(span, heading.span) for heading in headings)]
    asked, told = [], []
    for span in spans:
        answer = _answer(span.of(text))
        if answer and (question := _question(answer)):
            asked.append(DraftedQuestion(question, document.id, answer))
    chance.shuffle(asked)
    ends = (*(heading.span.start for heading in headings[1:]), len(text))
    for heading, end in zip(headings, ends, strict=False):  # without headings there is one end too many
        below = (_answer(span.of(text)) for span in spans if heading.span.end <= span.start and span.end <= end)
        answer, question = next(filter(None, below), ""), _about(heading.text, document.title)
        if answer and question:
            told.append(DraftedQuestion(question, document.id, answer))
    chance.shuffle(told)
    return (asked + told)[:A_DOCUMENT]


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _answer(sentence: str) -> str:
    """The sentence on one line, or nothing where it can be no answer."""
    told = " ".join(sentence.split())
    shortest, longest = SENTENCE_CHARACTERS
    fits = shortest <= len(told) <= longest and told.endswith(".") and "|" not in told and _is_cell(told)
    return told if fits else ""


def _is_cell(text: str) -> bool:
    return not text.startswith(_FORMULA) and all(letter.isprintable() for letter in text)


def _question(sentence: str) -> str:
    """What a sentence answers, by the first rule that fits it; "" if none does."""
    for ask in _RULES:
        if question := ask(sentence):
            return question
    return ""


def _defined(sentence: str) -> str:
    found = _DEFINES.match(sentence)
    return f"What {found['verb']} {_named(found)}?" if found and _named(found) else ""


def _meant(sentence: str) -> str:
    found = _STANDS_FOR.match(sentence)
    return f"What does {_named(found)} {_PLAIN_FORM[found['verb']]}?" if found and _named(found) else ""


def _dated(sentence: str) -> str:
    if (found := _DATED.match(sentence)) and _named(found):
        return f"When {found['verb']} {_named(found)} {found['rest']}?"
    found = _HAPPENED.match(sentence)
    return f"When was it that {_named(found)} {found['verb']}{found['rest'] or ''}?" if found and _named(found) else ""


def _counted(sentence: str) -> str:
    if found := _THERE.fullmatch(sentence):
        return f"How many {found['rest']} {found['verb']} there?"
    found = _HAS.fullmatch(sentence)
    return (
        f"How many {found['rest']} {_HELPING[found['verb']]} {_named(found)} have?" if found and _named(found) else ""
    )


def _costing(sentence: str) -> str:
    found = _COSTS.match(sentence)
    return f"How much {_HELPING[found['verb']]} {_named(found)} cost?" if found and _named(found) else ""


_RULES = (_dated, _counted, _costing, _meant, _defined)


def _named(found: re.Match[str]) -> str:
    """The subject of a sentence as it stands within a question; "" where it names nothing."""
    first, *rest = found["subject"].split()
    if _NO_SUBJECT.fullmatch(first) or _NO_PART.search(found["subject"]) or (first in _TAKES_SMALL_LETTER and not rest):
        return ""
    return " ".join((first.lower() if first in _TAKES_SMALL_LETTER else first, *rest))


def _about(heading: str, title: str) -> str:
    """The question of a heading: itself where it is one, else what the document says under it."""
    named = " ".join(heading.split())
    if not _is_cell(named) or len(named) > SENTENCE_CHARACTERS[1]:
        return ""
    if named.endswith("?"):
        return named
    of = " ".join(title.split())
    plain = named.rstrip(".:")
    if _SAYS_NOTHING.fullmatch(plain) or plain == of or not _is_cell(of) or not re.search(r"[^\W\d_]{3}", named):
        return ""
    return f"What does {of} say under “{named}”?"
