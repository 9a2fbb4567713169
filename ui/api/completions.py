"""Chat completions: the routes by which clients made for OpenAI use Despatch as a model that cites.

The text is Markdown, as such clients show it: foreign words are escaped where Markdown would load, link or run
something, or where they would pass for a reference of ours. The field `despatch` holds the answer of `/v1/ask`.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field

from assistant import Answer, Event, Language, Statement, Turn
from corpus import DespatchError
from ui.api import replies
from ui.api.failures import InvalidRequest, Json, UnknownModel
from ui.api.streams import described, streamed
from ui.api.work import Steps, Work
from ui.corpora import ALL, Corpora, CorpusClosed, OpenCorpus
from ui.sessions import who_asks
from ui.shapes import PathOf, Shape, answer_shape, encoded, problem_shape
from ui.wording import words_in

MODEL = "despatch"
SOURCES = "\n\nSources:\n"
NEAREST = "\n\nNearest passages, which do not answer:\n"
DONE = b"data: [DONE]\n\n"
_MARKUP = re.compile(r"[\\`<\[\]]")
_ESCAPED = re.compile(rf"\\({_MARKUP.pattern})")
_DOUBTS = {"supported": "", "partial": "only partly supported", "unsupported": "not supported"}


class TextPart(BaseModel):
    """A part of a message; parts that are no text are left aside."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation; those of other roles than user and assistant are not read."""

    role: str
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """What it says; an answer of ours as it was before it became Markdown, and without its list of sources."""
        parts = [self.content] if isinstance(self.content, str) else [part.text for part in self.content or ()]
        said = "\n".join(parts)
        return _ESCAPED.sub(r"\1", said.partition(SOURCES)[0]) if self.role == "assistant" else said


class Completion(BaseModel):
    """The last message is the question; fields that are not named here are not read."""

    model: str = Field(
        description="`despatch`, or `despatch/` and what the field `corpus` of `/v1/ask` takes.", examples=[MODEL]
    )
    messages: list[Message]
    stream: bool = False
    n: Literal[1] | None = Field(default=None, description="How many answers; there is one.")
    where: str | None = Field(default=None, description="A filter, as `/v1/ask` takes it.")
    language: Language | None = Field(default=None, description="Of who asks, as `/v1/ask` takes it.")

    def turns(self) -> tuple[Turn, ...]:
        """The conversation as the assistant takes it, the question last."""
        roles: dict[str, Literal["user", "assistant"]] = {"user": "user", "assistant": "assistant"}
        turns = tuple(Turn(roles[each.role], each.text) for each in self.messages if each.role in roles)
        if not turns or turns[-1].role != "user":
            raise InvalidRequest("messages", "the last one is not a question of the user")
        return turns


def add_completions(api: FastAPI, corpora: Corpora, work: Work) -> None:
    """Add `/chat/completions` and `/models` to the API."""

    @api.post("/chat/completions", responses={**described(replies.ChatCompletion, "data"), **replies.WRONG})
    async def completions(asked: Completion, request: Request) -> Response:
        """What the documents say to the last message, as OpenAI's chat completions give it."""
        corpus = _opened(asked.model, corpora, who_asks(request))
        *before, question = asked.turns()
        head = _Head(asked.model)
        steps = corpus.ask_stream(
            question.text,
            where=asked.where or None,
            history=[each for each in before if each.text],
            language=asked.language,
        )
        if asked.stream:
            first = await work.until_found(steps)
            return streamed(_chunks(head, first, steps, corpus.path_of, work))
        return Json(_completion(head, await work.whole(steps), corpus.path_of))

    @api.get("/models", responses={200: {"model": replies.Models}})
    def models(request: Request) -> Response:
        """The corpora as models: `despatch` is the first, each stands there by its name, all together by `*`."""
        return Json({"object": "list", "data": [_model(each) for each in _names(corpora, who_asks(request))]})

    @api.get("/models/{name:path}", responses={200: {"model": replies.Model}, **replies.WRONG})
    def model(name: str, request: Request) -> Response:
        """The model of that name."""
        _opened(name, corpora, who_asks(request))
        return Json(_model(name))


def _names(corpora: Corpora, who: str | None) -> list[str]:
    readable = corpora.readable(who)
    several = [*(each.name for each in readable), ALL] if len(readable) > 1 else []
    return [MODEL, *(f"{MODEL}/{each}" for each in several)]


def _opened(name: str, corpora: Corpora, who: str | None) -> OpenCorpus:
    """The corpus that a model's name means; of no other there is a model."""
    model, slash, corpus = name.partition("/")
    if model != MODEL or bool(slash) != bool(corpus):
        raise UnknownModel(name)
    try:
        return corpora.open(who, corpus)
    except CorpusClosed as error:
        raise UnknownModel(name) from error


def _model(name: str) -> Shape:
    return {"id": name, "object": "model", "created": 0, "owned_by": MODEL}


class _Head:
    """What every object of one completion begins with."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._id = f"chatcmpl-{secrets.token_urlsafe(12)}"
        self._created = int(time.time())

    def shape(self, kind: str) -> Shape:
        return {"id": self._id, "object": kind, "created": self._created, "model": self._model}


def _completion(head: _Head, answer: Answer, path_of: PathOf) -> Shape:
    said = "\n\n".join(_statement(each) for each in answer.statements)
    message = {"role": "assistant", "content": _note(answer) + said + _end(answer)}
    return {
        **head.shape("chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "despatch": answer_shape(answer, path_of),
    }


async def _chunks(
    head: _Head, first: Sequence[Event], steps: Steps, path_of: PathOf, work: Work
) -> AsyncIterator[bytes]:
    yield _chunk(head, {"role": "assistant", "content": ""})
    said = 0
    try:
        if first[-1].kind == "statement":  # a reply without a search is there at once, and begins with its note
            first = [*first, *[step async for step in work.rest(steps)]]
            yield _chunk(head, {"content": _note(first[-1].answer)})
        async for step in _joined(first, work.rest(steps)):
            if step.statement is not None:
                yield _chunk(head, {"content": ("\n\n" if said else "") + _statement(step.statement)})
                said += 1
            elif step.answer is not None:
                yield _chunk(head, {"content": _end(step.answer)})
                yield _chunk(head, {}, "stop", {"despatch": answer_shape(step.answer, path_of)})
    except DespatchError as error:
        yield b"data: %s\n\n" % encoded(problem_shape(str(error)))
    yield DONE


def _note(answer: Answer | None) -> str:
    """What is said before the statements, if anything."""
    return f"{_escaped(answer.note)}\n\n" if answer is not None and answer.statements and answer.note else ""


async def _joined(first: Iterable[Event], rest: AsyncIterator[Event]) -> AsyncIterator[Event]:
    for step in first:
        yield step
    async for step in rest:
        yield step


def _chunk(head: _Head, delta: Shape, finish: str | None = None, more: Shape | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: %s\n\n" % encoded({**head.shape("chat.completion.chunk"), "choices": [choice], **(more or {})})


def _statement(statement: Statement) -> str:
    marks = "".join(f"[{number}]" for number in statement.citations)
    doubt = _DOUBTS[statement.support]
    return f"{_escaped(statement.text)} {marks}".rstrip() + (
        f" ({doubt}: {_escaped(statement.support_reason)})" if doubt else ""
    )


def _end(answer: Answer) -> str:
    """What follows the statements: what else is to be said, and their sources; or what is said instead of any."""
    if answer.statements:
        left_out = words_in(answer.language)("answer.left_out", n=answer.removed)
        beside = f"\n\n{left_out}" if answer.removed else ""
        said = {statement.text for statement in answer.statements}
        lines = (
            f"[{each.number}] {_named(each.title, each.page, each.date, each.document_id)}"
            + ("" if each.quote in said else f": “{_escaped(each.quote)}”")
            for each in answer.citations
        )
        return beside + SOURCES + "\n".join(lines)
    nearest = "\n".join(f"- {_named(each.title, each.page, each.date, each.document_id)}" for each in answer.nearest)
    return _escaped(f"{answer.text} {answer.reason}".rstrip()) + (NEAREST + nearest if nearest else "")


def _named(title: str, page: str | None, day: date | None, document_id: str) -> str:
    parts = (title, f"page {page}" if page else "", day.isoformat() if day else "")
    return _escaped(" ".join(f"{', '.join(filter(None, parts))} ({document_id})".split()))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)
