"""The conversations of all corpora: each is kept beside the index that answered it, for its readers alone.

One with several corpora is kept apart from those with each, and is there for who may read all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Conversations, KeptConversation, conversed, folder_of
from ui.chat.keeping import Keeper
from ui.chat.shelf import Shelf, Sources
from ui.corpora import Corpora, CorpusClosed, OpenCorpus, chosen, together
from ui.sessions import Asking, who_asks
from ui.wording import Words, words_for

CORPUS = "corpus"  # in an address: the name of the corpus that is meant


@dataclass(frozen=True, slots=True)
class Reader:
    """The page of one who asks: a keeper of each corpus that he may read, and of several where he asks them at once.

    `names` are those of the corpora that he may read, in order. `chosen` is what he chose among them: the keeper of
    that, or why there is none. `words` are of his language.
    """

    keepers: tuple[Keeper, ...]
    words: Words
    names: Sequence[str]
    chosen: Keeper | CorpusClosed

    @property
    def keeper(self) -> Keeper:
        """That of the chosen corpus, or of the first where none is chosen.

        Raises:
            CorpusClosed: there is none such.
        """
        if isinstance(self.chosen, CorpusClosed):
            raise self.chosen
        return self.chosen

    def answered(self, exchange: str) -> Keeper | None:
        """That of the corpus which answered an exchange of his, kept or under way."""
        return next((each for each in self.keepers if each.has(exchange)), None)

    def sources(self, exchange: str) -> Sources:
        """What an answer can open; nothing where it is not one of his."""
        keeper = self.answered(exchange)
        return Sources() if keeper is None else keeper.sources(exchange)

    def of(self, conversation: str) -> Keeper:
        """That of the corpus which one of his conversations is about; of a new one, that of the chosen corpus.

        Raises:
            CorpusClosed: there is none such.
        """
        if not conversation or len(self.keepers) == 1:
            return self.keeper
        return next((each for each in self.keepers if each.holds(conversation)), None) or self.keeper

    def listed(self, search: str, most: int) -> list[KeptConversation]:
        """His conversations, at most so many, as `Conversations.listed` lists those of one corpus."""
        found = [one for each in self.keepers for one in each.kept.listed(search, limit=most)]
        return sorted(found, key=lambda one: one.asked, reverse=True)[:most]


class Keepers:
    """The keepers of one server's corpora.

    Raises:
        DespatchError: an index cannot be read.
    """

    def __init__(self, corpora: Corpora) -> None:
        self.corpora = corpora
        self._shelf = Shelf()
        self._indexes = {name: Path(desk.status().index) for name, desk in corpora.desks.items()}

    def of(self, asking: Asking) -> Reader:
        """What whoever sent a request may read.

        Raises:
            AccessUnreadable: the rules cannot be read.
        """
        words = words_for({name.lower(): value for name, value in asking.headers.items()})
        readable = {each.name: each for each in self.corpora.readable(who_asks(asking))}
        with_several = conversed({name: self._indexes[name] for name in readable})
        several = [together([each for name, each in readable.items() if name in names]) for names in with_several]
        keepers = {each.names: self._keeper(each, words) for each in (*readable.values(), *several)}
        try:
            corpus = chosen(list(readable.values()), str(asking.query_params.get(CORPUS, "")))
        except CorpusClosed as error:
            return Reader(tuple(keepers.values()), words, list(readable), error)
        keeper = keepers.setdefault(corpus.names, self._keeper(corpus, words))
        return Reader(tuple(keepers.values()), words, list(readable), keeper)

    def _keeper(self, corpus: OpenCorpus, words: Words) -> Keeper:
        shelf = self._shelf.of(f"{corpus.who}\0{corpus.name}")
        alone = len(corpus.names) == 1
        folder = self._indexes[corpus.name] if alone else folder_of(corpus.names, self._indexes)
        return Keeper(corpus, shelf, Conversations(folder, corpus.who), words)
