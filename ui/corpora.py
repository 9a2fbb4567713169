"""The corpora of one server, and who reads which: every question and every document goes through here.

DespatchError
  CorpusClosed           a corpus that is not served, or not for whoever asks; both are told alike
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from assistant import Answer, Assistant, Event, History, How, Several
from corpus import DespatchError
from index import Found, Status
from ui.records import Deed, Records
from ui.sessions import Access
from ui.shapes import PathOf

if TYPE_CHECKING:
    from ui.chat.tending import Tending


ALL = "*"  # in the place of a corpus's name: all that whoever asks may read
AND = ","  # between the names of several; no name holds one


class CorpusClosed(DespatchError):
    """A corpus that is not served, or that whoever asks may not read."""

    def __init__(self, name: str, readable: Sequence[str]) -> None:
        there = f"there are {', '.join(readable)}" if readable else "none is open to you; ask whoever runs this server"
        super().__init__(f"There is no corpus {name!r} that you may read; {there}.")
        self.name = name
        self.readable = tuple(readable)


@dataclass(frozen=True, slots=True)
class OpenCorpus:
    """A corpus, or several that are asked as one, as one who may read it has it open.

    `names` are those of the corpora. `desk` answers from it. `who` reads it, "" where nobody signs in. `beyond` says
    that other machines reach the server: then the paths of this one stay on it. `tending` changes the documents for
    people; None where they may not. `gives_originals` says whether the files that the documents were read from may be
    downloaded. Neither is for several at once.
    """

    names: tuple[str, ...]
    desk: Assistant
    who: str
    beyond: bool
    tending: Tending | None = None
    records: Records = field(default_factory=Records)
    gives_originals: bool = False

    @property
    def name(self) -> str:
        """What it is asked for by."""
        return AND.join(self.names)

    @property
    def path_of(self) -> PathOf:
        """What is told of where a document's file is."""
        return _id_alone if self.beyond else self.desk.path_of

    def note(self, did: Deed, what: str = "") -> None:
        """Note what is done with it, of each corpus, where that is wanted."""
        for name in self.names:
            self.records.note(self.who, did, name, what)

    def search(self, question: str, k: int, *, where: str | None = None, history: History = ()) -> Found:
        """What `Assistant.search` finds; it is noted."""
        self.note("searched", question)
        return self.desk.search(question, k, where=where, history=history)

    def look_up(
        self, question: str, k: int, *, where: str | None = None, history: History = (), language: str | None = None
    ) -> Answer:
        """What `Assistant.look_up` finds; it is noted."""
        self.note("searched", question)
        return self.desk.look_up(question, k, where=where, history=history, language=language)

    def ask_stream(self, question: str, **how: Unpack[How]) -> Generator[Event, None, None]:
        """What `Assistant.ask_stream` gives; it is noted, and its outcome counted."""
        self.note("asked", question)
        return self.records.counted(self.desk.ask_stream(question, **how))

    def status(self) -> Status:
        """The state of the index, without this machine's folders where other machines ask."""
        status = self.desk.status()
        if not self.beyond:
            return status
        if len(self.names) > 1:
            return replace(status, corpus=self.name, index=self.name)
        return replace(status, corpus=Path(status.corpus).name, index=Path(status.index).name)


class Corpora:
    """The corpora of one server.

    Args:
        desks: what answers from each, by its name; the first is asked where none is named.
        access: who may ask, and who may read which; None is everyone, everything.
        tending: what changes the documents for people on the page, by the same names; None where they may not.
    """

    def __init__(
        self,
        desks: Mapping[str, Assistant],
        access: Access | None = None,
        tending: Mapping[str, Tending | None] | None = None,
    ) -> None:
        self.desks = dict(desks)
        self.access = access
        self.records = Records(None if access is None else access.audit)
        self._tending = dict(tending or {})

    def readable(self, who: str | None) -> tuple[OpenCorpus, ...]:
        """The corpora that someone may read, None being whoever is not known, in order.

        Raises:
            AccessUnreadable: the rules cannot be read.
        """
        beyond = self.access is not None and self.access.beyond
        return tuple(
            OpenCorpus(
                (name,), desk, who or "", beyond, self._tending.get(name), self.records, self._gives_originals(name)
            )
            for name, desk in self.desks.items()
            if self.access is None or self.access.may_read(who, name)
        )

    def _gives_originals(self, name: str) -> bool:
        return self.access is not None and self.access.gives_originals(name)

    def open(self, who: str | None, name: str = "") -> OpenCorpus:
        """The corpus of that name, or several as one, for someone who may read each of them.

        Args:
            who: asks; None is whoever is not known.
            name: of a corpus, several between commas, `*` for all that he may read, "" for the first of these.

        Raises:
            CorpusClosed: there is none of a name, or he may not read it.
            AccessUnreadable: the rules cannot be read.
        """
        return chosen(self.readable(who), name)

    @property
    def sole(self) -> Assistant | None:
        """The one corpus that whoever opens the page may read, None where that depends on who does."""
        if len(self.desks) > 1 or (self.access is not None and self.access.page_is_closed):
            return None
        return next(iter(self.desks.values()))


def chosen(readable: Sequence[OpenCorpus], name: str) -> OpenCorpus:
    """What a name means among corpora that someone may read: see `Corpora.open`."""
    every = [each.name for each in readable]
    wanted = every if name == ALL else name.split(AND) if name else every[:1]
    closed = next((each for each in wanted if each not in every), None if wanted else name)
    if closed is not None:
        raise CorpusClosed(closed, every)
    return together([each for each in readable if each.name in wanted])


def together(corpora: Sequence[OpenCorpus]) -> OpenCorpus:
    """Corpora, one at least, that someone may read, as one."""
    first = corpora[0]
    if len(corpora) == 1:
        return first
    desk = Several({each.name: each.desk for each in corpora})
    return replace(
        first,
        names=tuple(each.name for each in corpora),
        desk=desk,
        tending=None,
        gives_originals=False,
    )


def _id_alone(document_id: str) -> str:
    return document_id
