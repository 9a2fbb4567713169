"""From an answer to the Markdown of one message. Whatever a document or a user wrote is escaped here.

The message is read by Gradio's Markdown renderer, whose sanitiser lets `class`, `id`, `href`, `title` and
`dir` through but also whole forms and style attributes; so no character of foreign text may act as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant import SLASH, Answer, Citation, Statement
from index import Hit
from ui.wording import ENGLISH, Words

TIE_LIMIT = 24  # characters; a longer last word may break away from its numbers, or a narrow page overflows

SHORTEST = 0.1  # seconds; a person sees no difference below

OWN_WORDS = ("talk", "asked_back")  # outcomes in which no document speaks
FILTER_SHOWN = 160  # characters; the line above an answer stays two lines at most
MOST_WORDS = 6  # of a question that are named where a passage was found by them

Phase = Literal["searching", "done", "stopped", "failed"]
Standing = Literal["moved", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of a reply so far.

    `documents` counts those being searched, `writing` says that a language model is at work, `error` is one sentence.
    `unused` are the passages that were found and that the answer does not use. `standing` says, by the numbers of
    citations, what has become of those that no longer stand where they did. `where` is the filter that was asked with,
    "" for none. `is_last` offers to ask it differently. Where `several` corpora were asked each source names its own.
    `words` are those of whoever reads it.
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
    where: str = ""
    is_last: bool = True
    several: bool = False
    words: Words = ENGLISH


def escape(text: str) -> str:
    """The text as character references wherever Markdown or HTML could read it as anything but text."""
    return re.sub(r"[^\w ]|_", _reference, text, flags=re.ASCII)


def _reference(match: re.Match[str]) -> str:
    character = match[0]
    return character if ord(character) > ord("\x7f") else f"&#{ord(character)};"


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
        blocks += _passages(shown, shown.answer) if shown.answer.outcome == "found" else _silence(shown, shown.answer)
    blocks += [_statement(shown, each) for each in shown.statements]
    if shown.answer is not None and shown.answer.removed:
        blocks.append(_notice(shown.words("answer.left_out", n=shown.answer.removed)))
    return "\n\n".join(filter(None, blocks + _below(shown)))


def _below(shown: Reply) -> list[str]:
    """What stands below the statements; while an answer is sought, what was found can be read already."""
    if shown.phase == "searching":
        return [] if shown.statements else [_unused(shown)]
    timed = bool(shown.answer and shown.answer.time)
    references = [_references(shown, timed=timed)] if shown.citations else []
    return [*references, _actions(shown), _unused(shown)]


def _since(shown: Reply) -> str:
    """What has become of an older answer's sources, in a sentence."""
    documents = {
        each.document_id for each in shown.citations if shown.standing.get(each.number) in ("changed", "removed")
    }
    if not documents:
        return shown.words("answer.all_moved")
    return shown.words("answer.some_changed", n=len(documents))


def _unused(shown: Reply) -> str:
    """What was found and not used, or not yet, folded away, each passage with why it was found."""
    if not shown.unused:
        return ""
    first = 1 + (len(shown.answer.nearest) if shown.answer else 0)
    found = enumerate(shown.unused, start=first)
    rows = "".join(_passage(shown, rank, hit, note=_why(hit, shown.words)) for rank, hit in found)
    summary = shown.words("answer.found" if shown.phase == "searching" else "answer.unused", n=len(shown.unused))
    return f'<details class="fold"><summary>{summary}</summary>{rows}</details>'


def _why(hit: Hit, words: Words) -> str:
    """Why a passage was found: the question's words in it, and its place by what it means."""
    matched = list(dict.fromkeys(each.word for each in hit.matches))[:MOST_WORDS]
    listed = ", ".join(f"“{word}”" for word in matched)
    if hit.vector_rank:
        found_by = "both" if matched else "meaning"
        return words(f"answer.found_by_{found_by}", words=listed, place=hit.vector_rank)
    return words("answer.found_by_words", words=listed) if matched else words("answer.found_by_title")


def _actions(shown: Reply) -> str:
    """What can be done with an answer; the page's script names and minds the buttons by their ids."""
    pressed = {True: "helpful", False: "unhelpful", None: ""}[shown.helpful]
    quiet = '<button class="btn quiet{}" type="button" id="{}-{}">{}</button>'
    is_talk = shown.answer is not None and shown.answer.outcome in OWN_WORDS
    from_documents = shown.answer is not None and not is_talk and shown.answer.outcome != "found"
    asked_again = ["retry", "edit"] if shown.is_last and not is_talk else []
    offered = ["copy", *asked_again] if from_documents else asked_again
    judged = ["helpful", "unhelpful"] if from_documents else []
    left, right = (
        "".join(
            quiet.format(" on" if name == pressed else "", name, shown.id, shown.words(f"answer.{name}"))
            for name in group
        )
        for group in (offered, judged)
    )
    comment = f'<p class="comment" dir="auto">{escape(shown.comment)}</p>' if shown.comment else ""
    return f'<div class="acts in-{shown.conversation}">{left}<span class="gap">{right}</span></div>{comment}'


def _progress(shown: Reply) -> str:
    words = shown.words
    if shown.phase == "searching":
        doing = words("progress.writing") if shown.writing else words("progress.searching", n=shown.documents)
        return f'<span class="quiet-line busy">{doing}</span>'
    said = []
    if shown.answer is not None:
        said.append(words("progress.searched", n=shown.answer.searched, time=_seconds(shown.answer.seconds, words)))
        if shown.answer.time:
            said.append(escape(shown.answer.time))
        if shown.answer.spelling:
            said.append(escape(shown.answer.spelling))
        if shown.answer.model:
            said.append(words("progress.by_model", model=escape(shown.answer.model)))
    if shown.where:
        said.append(_only(shown.where, words))
    if shown.phase == "stopped":
        said.append(words("progress.stopped"))
    if shown.answer is not None and shown.answer.outcome == "found":
        said.append(words("answer.passages_found", n=len(shown.answer.nearest)))
    if shown.citations:
        documents = len({each.document_id for each in shown.citations})
        statements = words("progress.statements", n=len(shown.statements))
        said.append(f"{statements} {words('progress.from_documents', n=documents)}")
    return '<span class="quiet-line">' + "".join(f"<span>{each}</span>" for each in said) + "</span>"


def _only(where: str, words: Words) -> str:
    """The filter of a question, cut where it is long; the whole is its title."""
    short = where if len(where) <= FILTER_SHOWN else f"{where[:FILTER_SHOWN]}…"
    return f'<span dir="auto" title="{escape(where)}">{words("progress.only", filter=escape(short))}</span>'


def _seconds(seconds: float, words: Words) -> str:
    told = words.seconds(max(seconds, SHORTEST))
    return words("progress.seconds" if seconds >= SHORTEST else "progress.at_once", seconds=told)


def _notice(sentence: str, kind: str = "warn") -> str:
    return f'<p class="note {kind}" dir="auto">{escape(sentence)}</p>'


def _own_words(text: str) -> str:
    """What Despatch says itself, in the sans like all that no document says."""
    return f'<span class="st own" dir="auto">{escape(text)}</span>'


def _choices(choices: Iterable[str]) -> str:
    """What can be chosen, each a link that the page's script asks as the next question."""
    links = [f'<li><a href="#choose" dir="auto">{escape(each)}</a></li>' for each in choices]
    return f'\n\n<ol class="choices">{"".join(links)}</ol>' if links else ""


def _silence(shown: Reply, answer: Answer) -> list[str]:
    said = answer.text.replace("'", "’")
    lines = [
        f'<div class="none"><p class="big" dir="auto">{escape(said)}</p>'
        f'<p dir="auto">{escape(answer.reason)}{_not_an_answer(shown, answer)}</p></div>'
    ]
    if answer.nearest:
        cards = "".join(
            _passage(shown, rank, hit, timed=bool(answer.time)) for rank, hit in enumerate(answer.nearest, start=1)
        )
        lines.append(f'<h3 class="h3">{shown.words("answer.nearest")}</h3><div class="near">{cards}</div>')
    return lines


def _passages(shown: Reply, answer: Answer) -> list[str]:
    """What was only searched for: every passage, with why it was found."""
    found = enumerate(answer.nearest, start=1)
    cards = "".join(_passage(shown, rank, hit, note=_why(hit, shown.words)) for rank, hit in found)
    return [f'<div class="near">{cards}</div>']


def _not_an_answer(shown: Reply, answer: Answer) -> str:
    return f" {shown.words('answer.not_an_answer')}" if answer.nearest else ""


def _passage(shown: Reply, rank: int, hit: Hit, *, timed: bool = False, note: str = "") -> str:
    where = " · ".join((*_place(shown, hit, timed=timed), *([escape(note)] if note else [])))
    return (
        f'<a class="pass" href="#near-{shown.id}-{rank}"><span class="q" dir="auto">{escape(_excerpt(hit))}</span>'
        f'<span class="m"><b dir="auto">{escape(hit.title)}</b>{" · " + where if where else ""}</span></a>'
    )


def _excerpt(hit: Hit) -> str:
    """The passage without the headings it opens with and without blank lines: a card has room for four lines."""
    lines = [line.strip() for line in hit.text.splitlines() if line.strip()]
    while len(lines) > 1 and lines[0].lstrip("# ") in hit.heading_path:
        del lines[0]
    return "\n".join(lines)


def _statement(shown: Reply, statement: Statement) -> str:
    cited = [each for each in shown.citations if each.number in statement.citations]
    said = statement.text.strip()
    last = _last_word(said)
    start, end = statement.text.index(said), statement.text.index(said) + len(said)
    chips = "".join(_chip(shown, each) for each in cited)
    tied = _marked(statement, end - len(last), end) + escape(_still_open(said))
    tie = f'<span class="tie">{tied}&nbsp;{chips}</span>' if chips else tied
    face = " serif" if _word_for_word(said, cited) else ""
    said_so = f"{_marked(statement, start, end - len(last))}{tie}"
    if statement.support == "unsupported":
        said_so = f"<s>{said_so}</s>"
    return f'<span class="st{face} {statement.support}" dir="auto">{said_so}{_verdict(statement, shown.words)}</span>'


def _still_open(text: str) -> str:
    """What ends the changes of writing direction that a text leaves open; else they would turn what follows it."""
    ends: list[str] = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"LRE", "RLE", "LRO", "RLO"}:
            ends.append("\u202c")
        elif kind in {"LRI", "RLI", "FSI"}:
            ends.append("\u2069")
        elif kind == "PDF" and ends[-1:] == ["\u202c"]:
            ends.pop()
        elif kind == "PDI" and "\u2069" in ends:
            while ends.pop() != "\u2069":  # it ends what was begun inside as well
                pass
    return "".join(reversed(ends))


def _marked(statement: Statement, start: int, end: int) -> str:
    """A stretch of a statement, with the words that answer in bold."""
    pieces = ((escape(piece), bold) for piece, bold in statement.pieces(start, end) if piece)
    return "".join(f"<b>{piece}</b>" if bold else piece for piece, bold in pieces)


def _word_for_word(said: str, cited: Iterable[Citation]) -> bool:
    """Whether the statement is nothing but a document's own words, which alone are set in the serif."""
    plain = " ".join(said.split())
    return any(plain in " ".join(each.quote.split()) for each in cited)


def _last_word(text: str) -> str:
    last = text.rpartition(" ")[2]
    return last if len(last) <= TIE_LIMIT else ""


def _chip(shown: Reply, citation: Citation) -> str:
    name = escape(shown.words("answer.source_title", number=citation.number, title=citation.title))
    return f'<a class="cite" href="#cite-{shown.id}-{citation.number}" title="{name}">{citation.number}</a>'


def _verdict(statement: Statement, words: Words) -> str:
    if statement.support == "supported":
        return ""
    word = words(f"answer.{statement.support}")
    return f'<span class="why"><b>{word}</b> {escape(_sentence(statement.support_reason))}</span>'


def _sentence(phrase: str) -> str:
    return f"{phrase[:1].upper()}{phrase[1:].rstrip('.')}."


def _references(shown: Reply, *, timed: bool) -> str:
    return '<ol class="refs">' + "".join(_row(shown, each, timed=timed) for each in shown.citations) + "</ol>"


def _row(shown: Reply, citation: Citation, *, timed: bool) -> str:
    standing = shown.standing.get(citation.number)
    since = [f'<b class="since">{shown.words(f"answer.{standing}")}</b>'] if standing else []
    place = " · ".join((*since, *_place(shown, citation, timed=timed)))
    return (
        f'<li><a href="#cite-{shown.id}-{citation.number}"><span class="n">{citation.number}</span>'
        f'<span class="t" dir="auto">{escape(citation.title)}</span><span class="d">{place}</span></a></li>'
    )


def _place(shown: Reply, source: Citation | Hit, *, timed: bool) -> list[str]:
    """The corpus where several were asked, the page, the day, and in how many other documents the same is said.

    Where the question asked for a time, also that there is no date.
    """
    words, corpus = shown.words, source.document_id.partition(SLASH)[0] if shown.several else ""
    undated = words("answer.undated") if timed else ""
    others = {each.document_id for each in source.also_in} - {source.document_id}
    told = (
        escape(corpus),
        words("answer.page", page=escape(source.page)) if source.page else "",
        words.short_date(source.date) if source.date else undated,
        words("answer.also_in", n=len(others)) if others else "",
    )
    return [each for each in told if each]
