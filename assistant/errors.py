"""The assistant's branch of the error tree.

DespatchError
AssistantError
UnknownDocument      no such document in the index
InvalidQuestion      empty, or longer than a question can be
InvalidHistory       a turn without role or text
InvalidSettings      a setting that cannot be read
InvalidCorpusName    a name that no corpus can have
UnknownCorpus        no corpus has that name
CorpusExists         another corpus has that name
BrokenCitation       a quote is not where it was to be: shown to nobody
"""

from __future__ import annotations

from corpus import DespatchError


class AssistantError(DespatchError):
    """Something about a question or its answer."""


class UnknownDocument(AssistantError):
    """The index holds no document of that id."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"The index holds no document {document_id!r}; `despatch status` tells what it holds.")
        self.document_id = document_id


class InvalidQuestion(AssistantError):
    """A question that cannot be asked."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"The question {reason}; {remedy}.")
        self.reason = reason
        self.remedy = remedy


class InvalidHistory(AssistantError):
    """A history that is not a list of turns."""

    def __init__(self, turn: object) -> None:
        super().__init__(
            f"The history holds {turn!r}; each turn is a mapping with `role` (user or assistant) and `text`."
        )
        self.turn = turn


class InvalidSettings(AssistantError):
    """A configuration file or variable that cannot be read."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"The setting in {where} cannot be read ({reason}); correct it or remove it.")
        self.where = where
        self.reason = reason


class InvalidCorpusName(AssistantError):
    """A name that no corpus can have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"No corpus can be named {name!r}; take letters, figures, dots and dashes, 64 at most, a letter first."
        )
        self.name = name


class UnknownCorpus(AssistantError):
    """No corpus has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no corpus {name!r}; `despatch corpora` lists those there are.")
        self.name = name


class CorpusExists(AssistantError):
    """Another corpus has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a corpus {name!r} already; take another name, or remove it first.")
        self.name = name


class BrokenCitation(AssistantError):
    """A quote that its document does not hold at its place."""

    def __init__(self, document_id: str) -> None:
        super().__init__(
            f"A quote from {document_id} is not where it was found; ask again, or sync with `--rebuild` if it stays."
        )
        self.document_id = document_id
