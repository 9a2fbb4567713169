"""One question to several corpora at once."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Self, Unpack, get_args

from assistant.corpora import index_of
from assistant.desk import Assistant
from assistant.joined import Joined, corpus_of
from assistant.searched import said_again
from assistant.settings import Settings, resolve
from assistant.terms import Citation, Event, How, Strictness
from assistant.wording import wording
from index import IndexingError, IndexMissing


class Several(Assistant):
    """Answers from several corpora as from one; safe for many threads at once, like what it is made of.

    The id of a document begins with the name of its corpus and a slash, in what is given and in what is asked for, also
    in filters. A corpus that cannot be read is left aside, which `degraded` says.

    Args:
        desks: an assistant of each corpus, by its name, in the order in which they are told; one at least.
        aside: the names of corpora that could not even be opened.
    """

    def __init__(self, desks: Mapping[str, Assistant], aside: Iterable[str] = ()) -> None:
        first, models = next(iter(desks.values())), {desk.model for desk in desks.values()}
        set_ = [desk.strictness for desk in desks.values() if desk.strictness is not None]
        super().__init__(
            Joined({name: desk.index for name, desk in desks.items()}, aside),
            # what may be sent to a model is decided for each corpus: only one that all have may read them all
            first.model if len(models) == 1 else None,
            declined=first.declined,
            strictness=max(set_, key=get_args(Strictness).index, default=None),
        )

    @classmethod
    def named(cls, *names: str, resident: bool = False, rerank: str | None = None) -> Self:
        """Open corpora by their names (`despatch sync FOLDER --name NAME`); see `over`."""
        settings = {name: resolve(index=index_of(name), rerank=rerank) for name in names}
        return cls.over(settings, resident=resident)

    @classmethod
    def over(cls, settings: Mapping[str, Settings], *, resident: bool = False) -> Self:
        """Open the indexes that settings name, by the names of their corpora.

        Raises:
            IndexMissing: one is not there, which is more likely a slip than an accident.
            IndexingError: none can be read.
        """
        desks: dict[str, Assistant] = {}
        aside: dict[str, IndexingError] = {}
        with ExitStack() as opened:
            for name, each in settings.items():
                try:
                    desks[name] = opened.enter_context(Assistant.of(each, resident=resident))
                except IndexMissing:
                    raise
                except IndexingError as error:
                    aside[name] = error
            opened.pop_all()
        if not desks:
            raise next(iter(aside.values()))
        return cls(desks, aside)

    def ask_stream(self, question: str, **how: Unpack[How]) -> Generator[Event, None, None]:
        """The same answer step by step; every citation says which corpus it is from."""
        assert isinstance(self.index, Joined)
        index = Joined(self.index.indexes, self.index.aside)  # of this question alone, to say what it lacked
        desk = Assistant(index, self.model, declined=self.declined, strictness=self.strictness)
        with closing(desk.ask_stream(question, **how)) as steps:
            for step in steps:
                yield _told(step, index.missing)


def _told(step: Event, missing: tuple[str, ...]) -> Event:
    """A step that says where its citations are from, and which corpora were left aside."""
    cited = replace(step, citations=_named(step.citations))
    if step.answer is None:
        return cited
    answer, words = step.answer, wording(step.answer.language)
    said = (said_again(each, words) for each in missing)  # as a search has said it already
    degraded = tuple(dict.fromkeys((*said, *answer.degraded)))
    return replace(cited, answer=replace(answer, citations=_named(answer.citations), degraded=degraded))


def _named(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(replace(each, corpus=corpus_of(each.document_id)) for each in citations)
