"""Replies to questions about the documents as such, counted in the ledger, with a quote for each that is named.

What counts as such a question is read by `assistant.ledger_questions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.extracting import Quote
from assistant.ledger_questions import LedgerQuestion, read
from assistant.replies import Asked, Reply, Told
from corpus import Span, sentences
from index import DocumentSummary, Hit, Listed, Mentions, tokens

SHOWN = 10  # documents or rows that are quoted; more would be a page of a list, and the number says how many there are
LONGEST_QUOTED = 400  # characters of a sentence that holds the words; of a longer one what stands around them
AROUND = 150  # characters before and behind them
NEWEST = ("newest", "latest", "most recent")
BY_DATE = (*NEWEST, "oldest", "earliest")
_HOW = {
    **dict.fromkeys(BY_DATE, "by their dates"),
    **dict.fromkeys(("longest", "shortest"), "by how many passages they have"),
    **dict.fromkeys(("largest", "biggest", "smallest"), "by the size of their files"),
}


def count(asked: Asked) -> Reply | None:
    """The reply to a question that is counted in the ledger, None to any other."""
    question = read(asked.question)
    if question is None:
        return None
    where = _joined(asked.where, question.where)
    if question.kind == "mentions":
        return _mentioning(asked, question, where)
    if question.kind == "rows":
        return _rows(asked, question, where)
    listed = asked.index.listed(question.time, where=where)
    if question.time and not listed.time:
        return None  # it names no time that documents can have: a question to the text
    if question.kind == "extreme":
        return _extreme(asked, question, listed.documents)
    return _documents(asked, listed)


def _joined(*conditions: str | None) -> str | None:
    given = [each for each in conditions if each]
    return " and ".join(f"({each})" for each in given) if len(given) > 1 else next(iter(given), None)


def _documents(asked: Asked, listed: Listed) -> Reply:
    # a time asks for documents that have one: those without are told of, not counted
    known = [one for one in listed.documents if one.date is not None or not listed.time]
    every, undated = len(listed.documents) + listed.excluded, _undated(len(listed.documents) - len(known))
    if not known:
        return Reply("declined", f"None of {_in_all(every)} is such{undated}.")
    are, such = "is" if len(known) == 1 else "are", f" such among {_in_all(every)}" if len(known) < every else ""
    said = f"There {are} {_counted(len(known), 'document')}{such}{undated}{_shown(len(known), 'named')}."
    return Reply("answered", said, _named(asked, known[:SHOWN]), searched=every)


def _undated(number: int) -> str:
    return f"; {number:,} {'has' if number == 1 else 'have'} no date" if number else ""


def _extreme(asked: Asked, question: LedgerQuestion, documents: Sequence[DocumentSummary]) -> Reply:
    known = [one for one in documents if one.date is not None or question.most not in BY_DATE]
    if not known:
        return Reply("declined", "No document has a date." if documents else "There is no such document.")
    falls = question.most in (*NEWEST, "longest", "largest", "biggest")
    ordered = sorted(known, key=lambda one: one.id)
    ordered.sort(key=lambda one: _size(one, question.most), reverse=falls)
    last = _size(ordered[: question.number][-1], question.most)
    place = {_size(one, question.most): number for number, one in enumerate(ordered, start=1)}[last]
    best = ordered[:place]  # with those that are as new, or as long, as the last of them
    undated = _undated(len(documents) - len(known))
    is_the = f"This is the {question.most}" if place == 1 else f"These are the {place:,} {question.most}"
    said = f"{is_the} of {_in_all(len(documents))}, {_HOW[question.most]}{undated}{_shown(place, 'named')}."
    return Reply("answered", said, _named(asked, best[:SHOWN]), searched=len(documents))


def _size(document: DocumentSummary, most: str) -> tuple[int, int]:
    if most in BY_DATE:
        return (document.date or date.min).toordinal(), 0
    return (document.passages, document.size_bytes) if most in ("longest", "shortest") else (document.size_bytes, 0)


def _named(asked: Asked, documents: Sequence[DocumentSummary]) -> tuple[Told, ...]:
    """Each document by its title and date, beside the words that it begins with."""
    beginnings = {hit.document_id: hit for hit in asked.index.first_passages([one.id for one in documents])}
    return tuple(
        Told(Quote(hit, _first_sentence(hit)), _title(hit.title, hit.date))
        for one in documents
        if (hit := beginnings.get(one.id)) is not None
    )


def _title(title: str, day: date | None) -> str:
    plain = " ".join(title.split())
    return f"{plain}, {day.day} {day:%B %Y}" if day else plain


def _first_sentence(hit: Hit) -> Span:
    first = next(iter(sentences(hit.text)), Span(0, len(hit.text)))
    end = min(first.end, first.start + LONGEST_QUOTED)
    return Span(hit.span.start + first.start, hit.span.start + end)


def _mentioning(asked: Asked, question: LedgerQuestion, where: str | None) -> Reply | None:
    if not tokens(question.subject):
        return None
    together = asked.index.mentions(question.subject, question.time, where=where, most=SHOWN, stand="together")
    if question.time and not together.time:
        return None
    if together.documents:
        said = (
            f"{_of(together)} {'mentions' if together.documents == 1 else 'mention'} “{question.subject}”, "
            f"{_times(together.times)} in all{_shown(together.documents)}."
        )
        return _quoted(together, said)
    apart = asked.index.mentions(question.subject, question.time, where=where, most=SHOWN, stand="apart")
    none = f"None of {_in_all(together.searched)} mentions “{question.subject}”."
    if not apart.documents:
        return Reply("declined", none, searched=together.searched, time=together.time)
    holds = "holds" if apart.documents == 1 else "hold"
    said = (
        f"{none[:-1]} in these words; {_of(apart).lower()} {holds} all of its words within one passage"
        f"{_shown(apart.documents)}."
    )
    return _quoted(apart, said)


def _rows(asked: Asked, question: LedgerQuestion, where: str | None) -> Reply | None:
    if not tokens(question.subject):
        return None
    found = asked.index.mentions(question.subject, where=where, most=SHOWN, stand="in a row")
    if not found.times:
        said = f"No row of a table holds “{question.subject}” in {_in_all(found.searched)}."
        return Reply("declined", said, searched=found.searched)
    holds = "row of a table holds" if found.times == 1 else "rows of tables hold"
    said = (
        f"{found.times:,} {holds} “{question.subject}”, in {_counted(found.documents, 'document')}"
        f"{_shown(found.times)}."
    )
    rows = [Told(Quote(hit, row.span)) for hit in found.hits for row in hit.matches][:SHOWN]
    return Reply("answered", said, tuple(rows), searched=found.searched)


def _quoted(mentions: Mentions, said: str) -> Reply:
    told = tuple(Told(Quote(hit, _around(hit))) for hit in mentions.hits)
    return Reply("answered", said, told, searched=mentions.searched, time=mentions.time)


def _around(hit: Hit) -> Span:
    """The first sentence with the words that is no heading, else the heading; of a long one what stands around them."""
    start, spans = hit.span.start, sentences(hit.text)
    places = [Span(one.span.start - start, one.span.end - start) for one in hit.matches]
    headings = {" ".join(each.split()) for each in (hit.title, *hit.heading_path)}
    held = [(next((one for one in spans if one.start <= at.start < one.end), at), at) for at in places]
    said = ((one, at) for one, at in held if " ".join(one.of(hit.text).split()) not in headings)
    one, at = next(said, held[0])
    if one.end - one.start > LONGEST_QUOTED:
        one = Span(max(one.start, at.start - AROUND), min(one.end, at.end + AROUND))
    return Span(start + one.start, start + max(one.end, at.end))


def _of(mentions: Mentions) -> str:
    if mentions.documents == mentions.searched:
        return "The one document" if mentions.searched == 1 else f"All {mentions.searched:,} documents"
    return f"{mentions.documents:,} of {_in_all(mentions.searched)}"


def _in_all(number: int) -> str:
    return f"the {_counted(number, 'document')}" if number else "no documents"


def _times(count_: int) -> str:
    return "once" if count_ == 1 else f"{count_:,} times"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _shown(number: int, how: str = "quoted") -> str:
    more = number - SHOWN
    return f"; {SHOWN} are {how} here, and there {'is' if more == 1 else 'are'} {more:,} more" if more > 0 else ""
