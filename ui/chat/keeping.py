"""Between a reply on the page and what is kept of it: kept once it is finished, checked again when it is shown."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assistant import (
    Answer,
    Assistant,
    Citation,
    Conversations,
    KeptExchange,
    UnknownConversation,
    UnknownDocument,
    answer_of,
    hits_of,
    place_of,
    said_before,
)
from corpus import DespatchError
from index import Found, Hit, StoredDocument
from ui.chat import render
from ui.chat.shelf import Shelf, Sources
from ui.chat.talking import Asked, sources_of
from ui.corpora import OpenCorpus
from ui.shapes import Shape, answer_shape, found_shape
from ui.wording import ENGLISH, Words

log = logging.getLogger(__name__)

SHOWN = 40  # exchanges of a conversation on the page; the browser redraws them all at each step
REMEMBERED = 10  # exchanges that a follow-up question is read with


@dataclass(frozen=True, slots=True)
class Keeper:
    """The conversations of one who asks with one corpus."""

    corpus: OpenCorpus
    shelf: Shelf
    kept: Conversations
    words: Words = ENGLISH

    @property
    def desk(self) -> Assistant:
        """What answers."""
        return self.corpus.desk

    @property
    def is_of_several(self) -> bool:
        """Whether several corpora are asked as one."""
        return len(self.corpus.names) > 1

    def holds(self, conversation: str) -> bool:
        """Whether a conversation is one of these."""
        try:
            self.kept.title(conversation)
        except UnknownConversation:
            return False
        return True

    def has(self, exchange: str) -> bool:
        """Whether an exchange is one of these, kept or under way."""
        return self.shelf.sources(exchange) is not None or self.kept.exchange(exchange) is not None

    def before(self, conversation: str, instead_of: str = "") -> tuple[KeptExchange, ...]:
        """The exchanges before the next question: the last ones, or those before the one that it replaces."""
        exchanges = self.kept.exchanges(conversation) if conversation else ()
        ids = [each.id for each in exchanges]
        return exchanges[: ids.index(instead_of)][-SHOWN:] if instead_of in ids else exchanges[-SHOWN:]

    def messages(self, exchanges: Sequence[KeptExchange], *, ends: bool) -> list[dict[str, str]]:
        """Exchanges as Gradio's chatbot takes them; `ends`: the last of them is the conversation's last."""
        documents: dict[str, StoredDocument | None] = {}
        made: list[dict[str, str]] = []
        for number, each in enumerate(exchanges, start=1):
            shown = replace(self._reply(each, documents), is_last=ends and number == len(exchanges))
            made += pair(each.question, shown)
        return made

    def keep(self, asked: Asked, shown: render.Reply) -> render.Reply:
        """Keep a finished reply; where that fails, the reply says so and its sources stay at hand for a while."""
        answer = shown.answer or _so_far(asked.question, shown)
        shape = None if answer is None else self._shape(answer, shown)
        exchange = KeptExchange(
            id=shown.id,
            conversation=asked.conversation,
            asked=datetime.now(UTC),
            question=asked.question,
            where=asked.where,
            ending="done" if shown.phase == "done" else "stopped" if shown.phase == "stopped" else "failed",
            answer=shape,
            error=shown.error,
        )
        try:
            self.kept.keep(exchange, instead_of=asked.instead_of)
        except DespatchError as error:
            log.warning("an answer is not kept: %s", error)
            return replace(shown, error=f"{shown.error} {self.words('answer.unkept')}".strip())
        self.shelf.drop(shown.id)
        return shown

    def answered(self, exchange: str) -> tuple[Answer, tuple[Hit, ...], KeptExchange] | None:
        """A kept answer, the passages that it does not use, and its exchange; None where there is no whole one."""
        kept = self.kept.exchange(exchange)
        shown = None if kept is None else _reply_of(kept, self.words)
        return None if kept is None or shown is None or shown.answer is None else (shown.answer, shown.unused, kept)

    def sources(self, exchange: str) -> Sources:
        """What an answer can open, kept or under way; nothing where it is unknown."""
        if under_way := self.shelf.sources(exchange):
            return under_way
        kept = self.kept.exchange(exchange)
        return Sources() if kept is None else sources_of(_reply_of(kept, self.words))

    def _shape(self, answer: Answer, shown: render.Reply) -> Shape:
        return {
            **answer_shape(answer, self.corpus.path_of),
            "searched": answer.searched,
            "seconds": answer.seconds,
            "unused": found_shape(Found(shown.unused, answer.searched), self.corpus.path_of)["hits"],
        }

    def _reply(self, exchange: KeptExchange, documents: dict[str, StoredDocument | None]) -> render.Reply:
        shown = _reply_of(exchange, self.words)
        standing = self._standing(shown.citations, documents)
        return replace(shown, standing=standing, several=self.is_of_several)

    def _standing(
        self, citations: Sequence[Citation], documents: dict[str, StoredDocument | None]
    ) -> Mapping[int, render.Standing]:
        """What has become of citations; documents that were looked at are remembered in `documents`."""
        found: dict[int, render.Standing] = {}
        for each in citations:
            if each.document_id not in documents:
                documents[each.document_id] = self._document(each.document_id)
            standing = standing_of(each, documents[each.document_id])
            if standing:
                found[each.number] = standing
        return found

    def _document(self, document_id: str) -> StoredDocument | None:
        try:
            return self.desk.document(document_id)
        except UnknownDocument:
            return None


def standing_of(citation: Citation, document: StoredDocument | None) -> render.Standing | None:
    """What has become of a citation, None where it stands as it did."""
    if document is None:
        return "removed"
    place = place_of(citation.quote, citation.span, document.text)
    if place is None:
        return "changed"
    return None if place == citation.span else "moved"


def history(exchanges: Sequence[KeptExchange]) -> list[dict[str, str]]:
    """The last exchanges as the assistant takes them."""
    return said_before(exchanges[-REMEMBERED:])


def pair(question: str, shown: render.Reply) -> list[dict[str, str]]:
    """A question and its reply as two messages."""
    return [
        {"role": "user", "content": render.question(question)},
        {"role": "assistant", "content": render.reply(shown)},
    ]


def _so_far(question: str, shown: render.Reply) -> Answer | None:
    """What a stopped answer had said, None where that is nothing."""
    if shown.phase != "stopped":
        return None
    text = "\n\n".join(each.text for each in shown.statements)
    return Answer(question, text, "answered", "", shown.statements, shown.citations, (), shown.documents, 0.0)


def _reply_of(exchange: KeptExchange, words: Words) -> render.Reply:
    """What was kept as a reply; of an answer that cannot be read there is a sentence."""
    shown = render.Reply(
        exchange.id,
        phase=exchange.ending,
        error=exchange.error,
        conversation=exchange.conversation,
        where=exchange.where or "",
        helpful=exchange.helpful,
        comment=exchange.comment,
        words=words,
    )
    if exchange.answer is None:
        return replace(shown, error=exchange.error or words("answer.erased"))
    try:
        answer, unused = answer_of(exchange.answer), hits_of(exchange.answer.get("unused", ()))
    except DespatchError as error:
        return replace(shown, error=str(error))
    if not (answer.abstained or answer.statements or exchange.ending == "stopped"):
        shown = replace(shown, error=words("answer.partly_erased"))
    return replace(
        shown,
        documents=answer.searched,
        statements=answer.statements,
        citations=answer.citations,
        answer=answer if exchange.ending == "done" else None,
        unused=unused,
    )
