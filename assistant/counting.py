"""Replies to questions about the documents as such, counted in the ledger, with a quote for each that is named.

What counts as such a question is read by `assistant.ledger_questions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.extracting import Quote
from assistant.joined import Joined
from assistant.ledger_questions import LedgerQuestion, read
from assistant.replies import Asked, Reply, Told
from assistant.wording import Wording
from corpus import Span, sentences
from index import DocumentSummary, Hit, Listed, Mentions, tokens

SHOWN = 10  # documents or rows that are quoted; more would be a page of a list, and the number says how many there are
LONGEST_QUOTED = 400  # characters of a sentence that holds the words; of a longer one what stands around them
AROUND = 150  # characters before and behind them
BY_DATE = ("newest", "oldest")
FALLING = ("newest", "longest", "largest")


def count(asked: Asked) -> Reply | None:
    """The reply to a question that is counted in the ledger, None to any other."""
    reply = _count(asked)
    if reply is None or not isinstance(asked.index, Joined):
        return reply
    *others, last = asked.index.at_hand
    where = asked.words("counted.together" if others else "counted.alone", names=", ".join(others), last=last)
    return replace(reply, said=f"{reply.said} {where}")


def _count(asked: Asked) -> Reply | None:
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
    count_, every, words = len(known), len(listed.documents) + listed.excluded, asked.words
    beside = {"undated": _undated(len(listed.documents) - count_, words), "more": _more("named", count_, words)}
    if not every:
        return Reply("declined", words("counted.no_such"))
    if not known:
        return Reply("declined", words("counted.none", n=every, **beside))
    said = words("counted.some" if count_ < every else "counted.documents", n=count_, all=every, **beside)
    return Reply("answered", said, _named(asked, known[:SHOWN]), searched=every)


def _undated(number: int, words: Wording) -> str:
    return words("counted.undated", n=number) if number else ""


def _more(how: str, number: int, words: Wording) -> str:
    return words(f"counted.more_{how}", n=number - SHOWN, shown=SHOWN) if number > SHOWN else ""


def _extreme(asked: Asked, question: LedgerQuestion, documents: Sequence[DocumentSummary]) -> Reply:
    known = [one for one in documents if one.date is not None or question.most not in BY_DATE]
    if not known:
        return Reply("declined", asked.words("counted.no_date" if documents else "counted.no_such"))
    ordered = sorted(known, key=lambda one: one.id)
    ordered.sort(key=lambda one: _size(one, question.most), reverse=question.most in FALLING)
    last = _size(ordered[: question.number][-1], question.most)
    place = {_size(one, question.most): number for number, one in enumerate(ordered, start=1)}[last]
    best = ordered[:place]  # with those that are as new, or as long, as the last of them
    undated, more = _undated(len(documents) - len(known), asked.words), _more("named", place, asked.words)
    key = question.most if len(documents) > 1 else "only"
    said = asked.words(f"counted.{key}", n=place, all=len(documents), undated=undated, more=more)
    return Reply("answered", said, _named(asked, best[:SHOWN]), searched=len(documents))


def _size(document: DocumentSummary, most: str) -> tuple[int, int]:
    if most in BY_DATE:
        return (document.date or date.min).toordinal(), 0
    return (document.passages, document.size_bytes) if most in ("longest", "shortest") else (document.size_bytes, 0)


def _named(asked: Asked, documents: Sequence[DocumentSummary]) -> tuple[Told, ...]:
    """Each document by its title and date, beside the words that it begins with."""
    beginnings = {hit.document_id: hit for hit in asked.index.first_passages([one.id for one in documents])}
    return tuple(
        Told(Quote(hit, _first_sentence(hit)), _title(hit, asked.words))
        for one in documents
        if (hit := beginnings.get(one.id)) is not None
    )


def _title(hit: Hit, words: Wording) -> str:
    plain = " ".join(hit.title.split())
    return f"{plain}, {words.day(hit.date)}" if hit.date else plain


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
    words, subject = asked.words, question.subject
    if together.documents:
        key = "all" if together.documents == together.searched else "some"
        times, more = words("counted.times", n=together.times), _more("quoted", together.documents, words)
        said = words(
            f"counted.{key}_mention",
            n=together.documents, all=together.searched, subject=subject, times=times, more=more,
        )  # fmt: skip
        return _quoted(together, said)
    apart = asked.index.mentions(question.subject, question.time, where=where, most=SHOWN, stand="apart")
    if not apart.documents:
        key = "counted.none_mention" if together.searched else "counted.no_such"
        said = words(key, n=together.searched, subject=subject)
        return Reply("declined", said, searched=together.searched, time=together.time)
    key, more = "apart" if apart.searched > 1 else "apart_in_one", _more("quoted", apart.documents, words)
    said = words(f"counted.{key}", n=apart.documents, all=apart.searched, subject=subject, more=more)
    return _quoted(apart, said)


def _rows(asked: Asked, question: LedgerQuestion, where: str | None) -> Reply | None:
    if not tokens(question.subject):
        return None
    found = asked.index.mentions(question.subject, where=where, most=SHOWN, stand="in a row")
    within = asked.words("counted.within", n=found.documents if found.times else found.searched)
    if not found.times:
        said = asked.words("counted.no_rows", subject=question.subject, within=within)
        return Reply("declined", said, searched=found.searched)
    more = _more("quoted", found.times, asked.words)
    said = asked.words("counted.rows", n=found.times, subject=question.subject, within=within, more=more)
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
