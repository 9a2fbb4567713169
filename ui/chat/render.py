"""From an answer to the Markdown of one message. Whatever a document or a user wrote is escaped here.

The message is read by Gradio's Markdown renderer, whose sanitiser lets `class`, `id`, `href`, `title` and
`dir` through but also whole forms and style attributes; so no character of foreign text may act as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assistant import Answer, Citation, Statement
from index import Hit

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
TIE_LIMIT = 24  # characters; a longer last word may break away from its numbers, or a narrow page overflows

SHORTEST = 0.1  # seconds; a person sees no difference below

OWN_WORDS = ("talk", "asked_back")  # outcomes in which no document speaks
MOST_WORDS = 6  # of a question that are named where a passage was found by them

Phase = Literal["searching", "done", "stopped", "failed"]
Standing = Literal["moved", "changed", "removed"]
STANDINGS: Mapping[Standing, str] = {
    "moved": "moved since",
    "changed": "changed since",
    "removed": "removed since",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of a reply so far.

    `documents` counts those being searched, `writing` says that a language model is at work, `error` is one sentence.
    `unused` are the passages that were found and that the answer does not use. `standing` says, by the numbers of
    citations, what has become of those that no longer stand where they did. `is_last` offers to ask it differently.
    """

    id: str
    documents: int = 0
    phase: Phase = "searching"
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
    error: str = ""
    writing: bool = False
    unused: tuple[Hit, ...] = ()
    conversation: str = ""
    standing: Mapping[int, Standing] = field(default_factory=dict)
    helpful: bool | None = None
    comment: str = ""
    is_last: bool = True


def escape(text: str) -> str:
    """The text as character references wherever Markdown or HTML could read it as anything but text."""
    return re.sub(r"[^\w ]|_", _reference, text, flags=re.ASCII)


def _reference(match: re.Match[str]) -> str:
    character = match[0]
    return character if ord(character) > ord("\x7f") else f"&#{ord(character)};"


def counted(number: int, noun: str) -> str:
    """`1 document`, `14 documents`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short_date(day: date) -> str:
    """11 Sep 2024, in English whatever the machine's language is."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def question(text: str) -> str:
    """A user's question as a message."""
    return f'<span class="ask" dir="auto">{escape(text)}</span>'


def reply(shown: Reply) -> str:
    """A reply, finished or on its way, as a message.

    Each statement is a paragraph of its own: the page patches streamed messages block by block, and a
    finished paragraph keeps its links, with the focus that may be on one.
    """
    if shown.answer is not None and shown.answer.outcome in OWN_WORDS:
        said = _own_words(shown.answer.text.partition("\n")[0]) + _choices(shown.answer.choices)
        failed = f"\n\n{_notice(shown.error, 'bad')}" if shown.error else ""
        return f"{said}{failed}\n\n{_actions(shown)}"
    blocks = [_progress(shown)]
    if shown.answer is not None:
        blocks += [_notice(each) for each in shown.answer.degraded]
        if shown.answer.note:
            blocks.append(_own_words(shown.answer.note))
    if shown.standing:
        blocks.append(_notice(_since(shown)))
    if shown.error:
        blocks.append(_notice(shown.error, "bad"))
    if shown.answer is not None and shown.answer.abstained:
        blocks += _silence(shown.id, shown.answer)
    blocks += [_statement(shown.id, each, shown.citations) for each in shown.statements]
    if shown.answer is not None and shown.answer.left_out:
        blocks.append(_notice(shown.answer.left_out))
    if shown.citations and shown.phase != "searching":
        blocks.append(_references(shown, timed=bool(shown.answer and shown.answer.time)))
    if shown.phase != "searching":
        blocks += [_actions(shown), _unused(shown)]
    return "\n\n".join(filter(None, blocks))


def _since(shown: Reply) -> str:
    """What has become of an older answer's sources, in a sentence."""
    documents = {
        each.document_id for each in shown.citations if shown.standing.get(each.number) in ("changed", "removed")
    }
    if not documents:
        return "The documents were edited since this answer; every quote still stands in them, at another place."
    have = "has" if len(documents) == 1 else "have"
    return (
        f"{counted(len(documents), 'document')} {have} changed or gone since this answer; "
        "the quotes are the ones stored with it."
    )


def _unused(shown: Reply) -> str:
    """What was found and not used, folded away, each passage with why it was found."""
    if not shown.unused:
        return ""
    first = 1 + (len(shown.answer.nearest) if shown.answer else 0)
    rows = "".join(_passage(shown.id, rank, hit, note=_why(hit)) for rank, hit in enumerate(shown.unused, start=first))
    return (
        f'<details class="fold"><summary>Also found, not used: {counted(len(shown.unused), "passage")}</summary>'
        f"{rows}</details>"
    )


def _why(hit: Hit) -> str:
    """Why a passage was found: the question's words in it, and its place by what it means."""
    words = list(dict.fromkeys(each.word for each in hit.matches))
    by_words = f"by {', '.join(f'“{word}”' for word in words[:MOST_WORDS])}" if words else ""
    by_meaning = f"by its meaning, in place {hit.vector_rank}" if hit.vector_rank else ""
    return "Found " + (" and ".join(filter(None, (by_words, by_meaning))) or "by its title or headings")


def _actions(shown: Reply) -> str:
    """What can be done with an answer; the page's script names and minds the buttons by their ids."""
    pressed = {True: "helpful", False: "unhelpful", None: ""}[shown.helpful]
    quiet = '<button class="btn quiet{}" type="button" id="{}-{}">{}</button>'
    is_talk = shown.answer is not None and shown.answer.outcome in OWN_WORDS
    from_documents = shown.answer is not None and not is_talk
    asked_again = [("retry", "Retry"), ("edit", "Edit question")] if shown.is_last and not is_talk else []
    offered = [("copy", "Copy with references"), *asked_again] if from_documents else asked_again
    judged = [("helpful", "Helpful"), ("unhelpful", "Not helpful")] if from_documents else []
    left, right = (
        "".join(quiet.format(" on" if name == pressed else "", name, shown.id, label) for name, label in group)
        for group in (offered, judged)
    )
    comment = f'<p class="comment" dir="auto">{escape(shown.comment)}</p>' if shown.comment else ""
    return f'<div class="acts in-{shown.conversation}">{left}<span class="gap"></span>{right}</div>{comment}'


def _progress(shown: Reply) -> str:
    if shown.phase == "searching":
        searched = counted(shown.documents, "document")
        doing = "Writing, and checking each sentence" if shown.writing else f"Searching {searched}"
        return f'<span class="quiet-line busy">{doing}…</span>'
    said = []
    if shown.answer is not None:
        said.append(f"Searched {counted(shown.answer.searched, 'document')}, {_seconds(shown.answer.seconds)}")
        if shown.answer.time:
            said.append(escape(shown.answer.time))
        if shown.answer.spelling:
            said.append(escape(shown.answer.spelling))
        if shown.answer.model:
            said.append(f"Written by {escape(shown.answer.model)}, each sentence checked")
    if shown.phase == "stopped":
        said.append("Stopped.")
    if shown.citations:
        documents = len({each.document_id for each in shown.citations})
        said.append(f"{counted(len(shown.statements), 'statement')} from {counted(documents, 'document')}")
    return '<span class="quiet-line">' + "".join(f"<span>{each}</span>" for each in said) + "</span>"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= SHORTEST else f"less than {SHORTEST} s"


def _notice(sentence: str, kind: str = "warn") -> str:
    return f'<p class="note {kind}" dir="auto">{escape(sentence)}</p>'


def _own_words(text: str) -> str:
    """What Despatch says itself, in the sans like all that no document says."""
    return f'<span class="st own" dir="auto">{escape(text)}</span>'


def _choices(choices: Iterable[str]) -> str:
    """What can be chosen, each a link that the page's script asks as the next question."""
    links = [f'<li><a href="#choose" dir="auto">{escape(each)}</a></li>' for each in choices]
    return f'\n\n<ol class="choices">{"".join(links)}</ol>' if links else ""


def _silence(answer_id: str, answer: Answer) -> list[str]:
    said = answer.text.replace("'", "’")
    lines = [
        f'<div class="none"><p class="big" dir="auto">{escape(said)}</p>'
        f'<p dir="auto">{escape(answer.reason)}{_not_an_answer(answer)}</p></div>'
    ]
    if answer.nearest:
        cards = "".join(
            _passage(answer_id, rank, hit, timed=bool(answer.time)) for rank, hit in enumerate(answer.nearest, start=1)
        )
        lines.append(f'<h3 class="h3">Nearest passages</h3><div class="near">{cards}</div>')
    return lines


def _not_an_answer(answer: Answer) -> str:
    return " The nearest passages are below; they are not an answer." if answer.nearest else ""


def _passage(answer_id: str, rank: int, hit: Hit, *, timed: bool = False, note: str = "") -> str:
    where = " · ".join((*_place(hit.page, hit.date, timed=timed), *_also_in(hit), *([escape(note)] if note else [])))
    return (
        f'<a class="pass" href="#near-{answer_id}-{rank}"><span class="q" dir="auto">{escape(_excerpt(hit))}</span>'
        f'<span class="m"><b dir="auto">{escape(hit.title)}</b>{" · " + where if where else ""}</span></a>'
    )


def _excerpt(hit: Hit) -> str:
    """The passage without the headings it opens with and without blank lines: a card has room for four lines."""
    lines = [line.strip() for line in hit.text.splitlines() if line.strip()]
    while len(lines) > 1 and lines[0].lstrip("# ") in hit.heading_path:
        del lines[0]
    return "\n".join(lines)


def _statement(answer_id: str, statement: Statement, citations: tuple[Citation, ...]) -> str:
    cited = [each for each in citations if each.number in statement.citations]
    said = statement.text.strip()
    head, last = _split_last_word(said)
    chips = "".join(_chip(answer_id, each) for each in cited)
    tie = f'<span class="tie">{escape(last)}&nbsp;{chips}</span>' if chips else escape(last)
    face = " serif" if _word_for_word(said, cited) else ""
    words = f"{escape(head)}{tie}"
    if statement.support == "unsupported":
        words = f"<s>{words}</s>"
    return f'<span class="st{face} {statement.support}" dir="auto">{words}{_verdict(statement)}</span>'


def _word_for_word(said: str, cited: Iterable[Citation]) -> bool:
    """Whether the statement is nothing but a document's own words, which alone are set in the serif."""
    plain = " ".join(said.split())
    return any(plain in " ".join(each.quote.split()) for each in cited)


def _split_last_word(text: str) -> tuple[str, str]:
    head, space, last = text.rpartition(" ")
    return (head + space, last) if len(last) <= TIE_LIMIT else (text, "")


def _chip(answer_id: str, citation: Citation) -> str:
    name = escape(f"Source {citation.number}: {citation.title}")
    return f'<a class="cite" href="#cite-{answer_id}-{citation.number}" title="{name}">{citation.number}</a>'


def _verdict(statement: Statement) -> str:
    if statement.support == "supported":
        return ""
    word = "Partly supported." if statement.support == "partial" else "Not in the documents."
    return f'<span class="why"><b>{word}</b> {escape(_sentence(statement.support_reason))}</span>'


def _sentence(phrase: str) -> str:
    return f"{phrase[:1].upper()}{phrase[1:].rstrip('.')}."


def _references(shown: Reply, *, timed: bool) -> str:
    return '<ol class="refs">' + "".join(_row(shown, each, timed=timed) for each in shown.citations) + "</ol>"


def _row(shown: Reply, citation: Citation, *, timed: bool) -> str:
    standing = shown.standing.get(citation.number)
    since = [f'<b class="since">{STANDINGS[standing]}</b>'] if standing else []
    place = " · ".join((*since, *_place(citation.page, citation.date, timed=timed), *_also_in(citation)))
    return (
        f'<li><a href="#cite-{shown.id}-{citation.number}"><span class="n">{citation.number}</span>'
        f'<span class="t" dir="auto">{escape(citation.title)}</span><span class="d">{place}</span></a></li>'
    )


def _also_in(source: Citation | Hit) -> list[str]:
    """In how many other documents the same is said; the panel names them."""
    others = {each.document_id for each in source.also_in} - {source.document_id}
    return [f"also in {counted(len(others), 'other document')}"] if others else []


def _place(page: str | None, day: date | None, *, timed: bool) -> list[str]:
    """The page and the day; where the question asked for a time, also that there is no date."""
    undated = "no date" if timed else ""
    return [each for each in (f"p. {escape(page)}" if page else "", short_date(day) if day else undated) if each]
