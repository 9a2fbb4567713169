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
UnreadableSet        a judged set that cannot be read or asked
UnknownMeasure       no measure has that name
DraftRefused         a draft of a set that cannot be written
UnusableRun          a run to compare with that cannot be read or kept
WorkFolderRefused    the folder for a set's files and index cannot be used
UnusableAnswer       a kept answer whose citations cannot be checked
JudgeUnavailable     the model that reads passages beside a question is missing or altered
NoLanguageModel      no endpoint of a language model is named
LanguageModelFailed  an endpoint that gives no answer, or not all of it
ConversationsUnusable  the file of conversations cannot be read or written
UnknownConversation  no conversation has that id
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


class UnreadableSet(AssistantError):
    """A set of judged questions that cannot be read, or not be asked of this index."""

    def __init__(self, judged: str, reason: str) -> None:
        super().__init__(
            f"The set {judged} cannot be used ({reason}); "
            "correct it, or name a folder with queries.jsonl and qrels.tsv or a .csv file of question,document,answer."
        )
        self.judged = judged
        self.reason = reason


class UnknownMeasure(AssistantError):
    """A name that is no measure's."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no measure {name!r}; name one of retrieval and how many places count, such as ndcg@10, "
            "or with `--answers` one of answers, such as correct."
        )
        self.name = name


class DraftRefused(AssistantError):
    """A draft of a set of questions that cannot be made or written."""

    def __init__(self, file: str, reason: str, remedy: str) -> None:
        super().__init__(f"The draft {file} cannot be written ({reason}); {remedy}.")
        self.file = file
        self.reason = reason
        self.remedy = remedy


class UnusableRun(AssistantError):
    """A file that should hold a run of a set, to be compared with."""

    def __init__(self, file: str, reason: str, remedy: str) -> None:
        super().__init__(f"The run {file} cannot be used ({reason}); {remedy}.")
        self.file = file
        self.reason = reason
        self.remedy = remedy


class WorkFolderRefused(AssistantError):
    """The folder in which a set's files and index are to be kept."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"The set cannot be kept in {folder} ({reason}); name another folder with `--work`.")
        self.folder = folder
        self.reason = reason


class UnusableAnswer(AssistantError):
    """A file that is no answer that was kept."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"The answers in {file} cannot be checked ({reason}); give what `despatch ask --json` wrote.")
        self.file = file
        self.reason = reason


class JudgeUnavailable(AssistantError):
    """The judge's model cannot be loaded; answers are then chosen without it."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The judge that reads passages cannot be used ({reason}), so answers are chosen by meaning and words "
            "alone; install Despatch again."
        )
        self.reason = reason


class NoLanguageModel(AssistantError):
    """Language models are asked for, and the settings name no endpoint."""

    def __init__(self) -> None:
        super().__init__(
            "No language model is named, so the documents answer themselves; set `llm_url` to an OpenAI-compatible "
            "endpoint, for example http://127.0.0.1:11434/v1."
        )


class LanguageModelFailed(AssistantError):
    """An endpoint that gives no answer, or not all of it."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"The language model at {host} cannot be used ({reason}); check the settings `llm_url` and `llm`."
        )
        self.host = host
        self.reason = reason


class ConversationsUnusable(AssistantError):
    """The file of conversations cannot be read or written."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"The conversations in {file} cannot be read or written ({reason}); "
            "make the folder writable, or move the file away to begin anew."
        )
        self.file = file
        self.reason = reason


class UnknownConversation(AssistantError):
    """No conversation has that id."""

    def __init__(self, conversation: str) -> None:
        super().__init__(f"There is no conversation {conversation!r}; `despatch log` lists those there are.")
        self.conversation = conversation
