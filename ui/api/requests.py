"""What the routes take. Unknown fields are refused, so that a slip of the pen is told."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant import Language, Turn

MOST_PASSAGES = 200  # what each of the two rankings brings; no passage beyond it is looked at
MOST_TURNS = 200  # of a conversation; the last few are read
MOST_DOCUMENTS = 1_000  # listed at once; some 400 bytes each
LARGEST_OFFSET = 2**53  # the largest number that every JSON reader keeps exactly


class HistoryTurn(BaseModel):
    """One earlier message of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    text: str


CORPUS = (
    "The name of a corpus, several names between commas, or `*` for all that may be read; the first of these unless "
    "told. Where several are asked, the name of its corpus and a slash stand before a document's id."
)


class OfCorpus(BaseModel):
    """Which of several corpora is meant."""

    model_config = ConfigDict(extra="forbid")

    corpus: str = Field(default="", description=CORPUS)


class Question(OfCorpus):
    """A question, the documents to look into, and what was said before it."""

    question: str = Field(
        description="In natural language; a time in it counts.",
        examples=["When did it end?"],
        json_schema_extra={"pattern": r"\S", "maxLength": 4_000},  # told here, checked by the assistant
    )
    where: str | None = Field(
        default=None, description="A filter, for example `folder = 'annexes/**' and date >= 2024-01-01`."
    )
    history: list[HistoryTurn] = Field(
        default=[], max_length=MOST_TURNS, description="Earlier turns, oldest first; the last few are read."
    )

    def turns(self) -> tuple[Turn, ...]:
        """The history as the assistant takes it."""
        return tuple(Turn(each.role, each.text) for each in self.history)


class Retrieval(Question):
    """A question and how many passages are wanted."""

    k: int = Field(default=5, ge=1, le=MOST_PASSAGES, description="How many passages at most.")


class Answering(Question):
    """A question to be answered."""

    extractive: bool = Field(
        default=False, description="In the documents' own words, whether or not there is a language model."
    )
    language: Language | None = Field(
        default=None,
        description="Of who asks, for the assistant's own sentences where the question's language is not plain; "
        "English unless told.",
    )


class Asking(Answering):
    """A question to be answered, at once or as the answer grows."""

    stream: bool = Field(default=False, description="Send the answer as it grows, as server-sent events.")


class Part(OfCorpus):
    """Which of the documents are wanted, in order of their ids."""

    offset: int = Field(default=0, ge=0, le=LARGEST_OFFSET, description="How many to pass over.")
    limit: int = Field(default=MOST_DOCUMENTS, ge=1, le=MOST_DOCUMENTS, description="How many at most.")


class Stretch(OfCorpus):
    """A document, and which stretch of its text is wanted: code points from 0, the end exclusive."""

    document_id: str = Field(description="The document's id, as hits and citations give it.")
    start: int | None = Field(default=None, ge=0, le=LARGEST_OFFSET, description="The beginning unless told.")
    end: int | None = Field(default=None, ge=0, le=LARGEST_OFFSET, description="The text's end unless told.")
