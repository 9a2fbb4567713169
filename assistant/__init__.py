"""Answers from an index, every sentence cited, or the plain word that the documents don't say.

    from assistant import Assistant
    desk = Assistant.open(index="despatch-index")
    answer = desk.ask("When did the dialogue end?")

`retrieve` and `ask` are the same over the index that the settings name; `Several.named("minutes", "treaties")` answers
from several corpora at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from assistant.corpora import NamedCorpus, corpora, index_of, named_indexes, remove_corpus, rename_corpus
from assistant.errors import (
    AssistantError,
    BrokenCitation,
    ConversationsUnusable,
    CorpusExists,
    DraftRefused,
    InvalidCorpusName,
    InvalidHistory,
    InvalidQuestion,
    InvalidSettings,
    LanguageModelFailed,
    NoLanguageModel,
    UnknownConversation,
    UnknownCorpus,
    UnknownDocument,
    UnknownMeasure,
    UnreadableSet,
    UnusableAnswer,
    UnusableRun,
    WorkFolderRefused,
)
from assistant.evaluation.measures import ANSWER_MEASURES, Measure, measure_named
from assistant.settings import SETTINGS, Setting, Settings, bundled_corpus, resolve
from assistant.terms import SLASH, Answer, Citation, Event, History, How, Language, Statement, Strictness, Support, Turn
from assistant.versions import despatch_version
from assistant.wording import LANGUAGES, Wording, texts_and_formats
from index import checked_sqlite

if TYPE_CHECKING:
    from assistant.answer_json import answer_of, hits_of
    from assistant.conversations import Conversations, KeptConversation, KeptExchange, new_id, said_before
    from assistant.desk import Assistant
    from assistant.evaluation.comparing import Comparison, Run, compare, read_run, save_run
    from assistant.evaluation.curve import CurvePoint
    from assistant.evaluation.drafting import DraftedQuestion, draft_questions, save_draft
    from assistant.evaluation.filing import KeptSet, keep_set
    from assistant.evaluation.judged import JudgedSet, read_set
    from assistant.evaluation.measuring import Evaluation, Figure, documents_named, evaluate
    from assistant.evaluation.rated import save_rated
    from assistant.models import LanguageModel, models_at, sent_to
    from assistant.several import Several
    from assistant.shortcuts import ask, retrieve
    from assistant.together import conversed, folder_of, forget_answers
    from assistant.verifying import KeptCitation, VerifiedCitation, kept_citations, most_alike, place_of, verify

__all__ = [
    "ANSWER_MEASURES",
    "LANGUAGES",
    "SETTINGS",
    "SLASH",
    "Answer",
    "Assistant",
    "AssistantError",
    "BrokenCitation",
    "Citation",
    "Comparison",
    "Conversations",
    "ConversationsUnusable",
    "CorpusExists",
    "CurvePoint",
    "DraftRefused",
    "DraftedQuestion",
    "Evaluation",
    "Event",
    "Figure",
    "History",
    "How",
    "InvalidCorpusName",
    "InvalidHistory",
    "InvalidQuestion",
    "InvalidSettings",
    "JudgedSet",
    "KeptCitation",
    "KeptConversation",
    "KeptExchange",
    "KeptSet",
    "Language",
    "LanguageModel",
    "LanguageModelFailed",
    "Measure",
    "NamedCorpus",
    "NoLanguageModel",
    "Run",
    "Setting",
    "Settings",
    "Several",
    "Statement",
    "Strictness",
    "Support",
    "Turn",
    "UnknownConversation",
    "UnknownCorpus",
    "UnknownDocument",
    "UnknownMeasure",
    "UnreadableSet",
    "UnusableAnswer",
    "UnusableRun",
    "VerifiedCitation",
    "Wording",
    "WorkFolderRefused",
    "answer_of",
    "ask",
    "bundled_corpus",
    "compare",
    "conversed",
    "corpora",
    "despatch_version",
    "documents_named",
    "draft_questions",
    "evaluate",
    "folder_of",
    "forget_answers",
    "hits_of",
    "index_of",
    "keep_set",
    "kept_citations",
    "measure_named",
    "models_at",
    "most_alike",
    "named_indexes",
    "new_id",
    "place_of",
    "read_run",
    "read_set",
    "remove_corpus",
    "rename_corpus",
    "resolve",
    "retrieve",
    "said_before",
    "save_draft",
    "save_rated",
    "save_run",
    "sent_to",
    "texts_and_formats",
    "verify",
]

# these stand on numpy and the index: loaded when first used, so that help and errors appear at once
_LOADED_WHEN_USED = {
    "Assistant": "assistant.desk",
    "Comparison": "assistant.evaluation.comparing",
    "Conversations": "assistant.conversations",
    "CurvePoint": "assistant.evaluation.curve",
    "DraftedQuestion": "assistant.evaluation.drafting",
    "Evaluation": "assistant.evaluation.measuring",
    "Figure": "assistant.evaluation.measuring",
    "JudgedSet": "assistant.evaluation.judged",
    "KeptCitation": "assistant.verifying",
    "KeptConversation": "assistant.conversations",
    "KeptExchange": "assistant.conversations",
    "KeptSet": "assistant.evaluation.filing",
    "LanguageModel": "assistant.models",
    "Run": "assistant.evaluation.comparing",
    "Several": "assistant.several",
    "VerifiedCitation": "assistant.verifying",
    "answer_of": "assistant.answer_json",
    "ask": "assistant.shortcuts",
    "compare": "assistant.evaluation.comparing",
    "conversed": "assistant.together",
    "documents_named": "assistant.evaluation.measuring",
    "draft_questions": "assistant.evaluation.drafting",
    "evaluate": "assistant.evaluation.measuring",
    "folder_of": "assistant.together",
    "forget_answers": "assistant.together",
    "hits_of": "assistant.answer_json",
    "keep_set": "assistant.evaluation.filing",
    "kept_citations": "assistant.verifying",
    "models_at": "assistant.models",
    "most_alike": "assistant.verifying",
    "new_id": "assistant.conversations",
    "place_of": "assistant.verifying",
    "read_run": "assistant.evaluation.comparing",
    "read_set": "assistant.evaluation.judged",
    "retrieve": "assistant.shortcuts",
    "said_before": "assistant.conversations",
    "save_draft": "assistant.evaluation.drafting",
    "save_rated": "assistant.evaluation.rated",
    "save_run": "assistant.evaluation.comparing",
    "sent_to": "assistant.models",
    "verify": "assistant.verifying",
}


def __getattr__(name: str) -> object:
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    checked_sqlite()  # some of these import it, and nothing is written before
    return getattr(import_module(_LOADED_WHEN_USED[name]), name)
