"""From files to documents and passages. Imports nothing else of ours."""

from __future__ import annotations

from corpus.errors import CorpusError, DespatchError, FolderMissing, UnreadableFile
from corpus.terms import Document, DocumentDate, Draft, Heading, Page, Passage, Span

__all__ = [
    "CorpusError",
    "DespatchError",
    "Document",
    "DocumentDate",
    "Draft",
    "FolderMissing",
    "Heading",
    "Page",
    "Passage",
    "Span",
    "UnreadableFile",
]
