"""The vocabulary of a corpus: what a file becomes once it has been read.

Every offset counts code points of `Document.text` from 0, ends exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: from `start` up to but not including `end`, in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span runs forward from 0 or later, not from {self.start} to {self.end}")

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a paged document: its number from 1, the label printed on it, its characters."""

    number: int
    label: str
    span: Span

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"pages are numbered from 1, not {self.number}")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page as it is shown: fractions of its width and height from the upper left corner."""

    page_number: int
    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if self.page_number < 1:
            raise ValueError(f"pages are numbered from 1, not {self.page_number}")
        if not (0 <= self.left <= self.right <= 1 and 0 <= self.top <= self.bottom <= 1):
            raise ValueError(f"a box lies on its page, between 0 and 1, not at {self}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level (1 is the highest), its words and where it stands in the text."""

    level: int
    text: str
    span: Span

    def __post_init__(self) -> None:
        if self.level < 1:
            raise ValueError(f"heading levels start at 1, not {self.level}")


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """The day a document names as its own, and where it says so (for example "front matter")."""

    day: date
    found_in: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """What lies inside a file and is a document of its own, such as a file attached to a mail.

    Attributes:
        name: as its sender wrote it: anything.
        source: its bytes; what it says where it has no bytes of its own and the reader of the file
            around it has read it already, such as a mail inside a mail.
    """

    name: str
    source: bytes | Draft


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader makes of one file's bytes: the text that offsets point into, and its labels.

    `attachments` lie in it until they have become documents; the draft of a document has none.
    """

    text: str
    title: str = ""
    date: DocumentDate | None = None
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        for span in (*(page.span for page in self.pages), *(heading.span for heading in self.headings)):
            if span.end > len(self.text):
                raise ValueError(f"{span} lies beyond the text's {len(self.text)} characters")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read, or what was attached to one.

    Attributes:
        id: the file's path below the corpus folder, with `/`. What is attached adds its name as one
            more part, so that no file has the same.
        sha256: of the bytes that were read; of the text where an attachment has no bytes of its own.
        size_bytes: how many those are.
        mtime_ns: when the file was changed last.
        media_type: of what was read.
        draft: what a reader made of it.
        inside: the id of the file that an attachment lies in, "" for a file.
        attachments: of a file: what is attached to it, and behind each mail what is attached to that.
    """

    id: str
    sha256: str
    size_bytes: int
    mtime_ns: int
    media_type: str
    draft: Draft
    inside: str = ""
    attachments: tuple[Document, ...] = ()

    @property
    def file_id(self) -> str:
        """The id of the file that this document was read from: its own, or that of the file around it."""
        return self.inside or self.id

    @property
    def text(self) -> str:
        """The text that every span of this document points into."""
        return self.draft.text

    @property
    def title(self) -> str:
        """The document's own title, or the name of its file or attachment where it names none."""
        return self.draft.title or self.id.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document that is searched and shown as one; `text` is the span's own text."""

    document_id: str
    span: Span
    text: str
    heading_path: tuple[str, ...] = ()
    page: Page | None = None

    def __post_init__(self) -> None:
        if len(self.text) != self.span.end - self.span.start:
            raise ValueError(f"a passage's text is as long as its span, not {len(self.text)}: {self.span}")
        if not self.text.strip():
            raise ValueError("a passage holds at least one visible character")
