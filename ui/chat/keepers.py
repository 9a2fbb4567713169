"""The conversations of all corpora: each is kept beside the index that answered it, for its readers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Conversations, KeptConversation
from ui.chat.keeping import Keeper
from ui.chat.shelf import Shelf, Sources
from ui.corpora import Corpora, CorpusClosed, OpenCorpus
from ui.sessions import Asking, who_asks
from ui.wording import Words, words_for

CORPUS = "corpus"  # in an address: the name of the corpus that is meant


@dataclass(frozen=True, slots=True)
class Reader:
    """The page of one who asks: a keeper of each corpus that he may read, and the name of the one that he chose.

    `words` are of his language.
    """

    keepers: tuple[Keeper, ...]
    words: Words
    chosen: str = ""

    @property
    def keeper(self) -> Keeper:
        """That of the chosen corpus, or of the first where none is chosen.

        Raises:
            CorpusClosed: there is none such.
        """
        found = next((each for each in self.keepers if self.chosen in ("", each.corpus.name)), None)
        if found is None:
            raise CorpusClosed(self.chosen, self.names)
        return found

    @property
    def names(self) -> Sequence[str]:
        """The corpora that he may read, in order."""
        return [each.corpus.name for each in self.keepers]

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
        self._kept = {name: Conversations(Path(desk.status().index)) for name, desk in corpora.desks.items()}

    def of(self, asking: Asking) -> Reader:
        """What whoever sent a request may read.

        Raises:
            AccessUnreadable: the rules cannot be read.
        """
        chosen = str(asking.query_params.get(CORPUS, ""))
        words = words_for({name.lower(): value for name, value in asking.headers.items()})
        readable = self.corpora.readable(who_asks(asking))
        return Reader(tuple(self._keeper(each, words) for each in readable), words, chosen)

    def _keeper(self, corpus: OpenCorpus, words: Words) -> Keeper:
        shelf = self._shelf.of(f"{corpus.who}\0{corpus.name}")
        return Keeper(corpus, shelf, self._kept[corpus.name].of(corpus.who), words)
