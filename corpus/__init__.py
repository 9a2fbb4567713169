"""From files to documents and passages. Imports nothing else of ours.

The vocabulary, the errors and `sentences` are loaded at once. What reads and splits is loaded when it is first
asked for: `import corpus` must not cost a command that only prints its help the import of four
document libraries.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from corpus.errors import LOCKED, CorpusError, DespatchError, FolderMissing, FolderUnreadable, UnreadableFile
from corpus.options import NO_OPTIONS, ReadingOptions, codec

# At once although it could wait: the function bears its module's name, which the package would
# otherwise hold as soon as anything imports the module. It loads one small library (1 ms).
from corpus.sentences import is_closed, sentences
from corpus.terms import Attachment, Box, Document, DocumentDate, Draft, Heading, Page, Passage, Span

# Here, since every process of ours comes by: from 1.29 on onnxruntime reports each use to its maker, on Linux and macOS
# too, unless it finds this when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from corpus.dates import find_date
    from corpus.folder import Entry, document_path, is_passed_over, scan, stored_path
    from corpus.languages import language_of
    from corpus.page_lists import OCR_PAGES, UNREAD_PAGES, is_on_listed_page
    from corpus.picturing import page_picture
    from corpus.placing import boxes
    from corpus.reading import largest, read, reader_version, suffixes
    from corpus.splitting import SPLITTER_VERSION, Measure, SplitOptions, split
    from corpus.workers import Reading

__all__ = [
    "LOCKED",
    "NO_OPTIONS",
    "OCR_PAGES",
    "SPLITTER_VERSION",
    "UNREAD_PAGES",
    "Attachment",
    "Box",
    "CorpusError",
    "DespatchError",
    "Document",
    "DocumentDate",
    "Draft",
    "Entry",
    "FolderMissing",
    "FolderUnreadable",
    "Heading",
    "Measure",
    "Page",
    "Passage",
    "Reading",
    "ReadingOptions",
    "Span",
    "SplitOptions",
    "UnreadableFile",
    "boxes",
    "codec",
    "document_path",
    "find_date",
    "is_closed",
    "is_on_listed_page",
    "is_passed_over",
    "language_of",
    "largest",
    "page_picture",
    "read",
    "reader_version",
    "scan",
    "sentences",
    "split",
    "stored_path",
    "suffixes",
]

_LOADED_WHEN_ASKED_FOR = {
    "Entry": "corpus.folder",
    "Measure": "corpus.splitting",
    "OCR_PAGES": "corpus.page_lists",
    "Reading": "corpus.workers",
    "SPLITTER_VERSION": "corpus.splitting",
    "SplitOptions": "corpus.splitting",
    "UNREAD_PAGES": "corpus.page_lists",
    "boxes": "corpus.placing",
    "document_path": "corpus.folder",
    "find_date": "corpus.dates",
    "is_on_listed_page": "corpus.page_lists",
    "is_passed_over": "corpus.folder",
    "language_of": "corpus.languages",
    "largest": "corpus.reading",
    "page_picture": "corpus.picturing",
    "read": "corpus.reading",
    "reader_version": "corpus.reading",
    "scan": "corpus.folder",
    "split": "corpus.splitting",
    "stored_path": "corpus.folder",
    "suffixes": "corpus.reading",
}


def __getattr__(name: str) -> object:
    """Load a name of the public face when it is first asked for (PEP 562)."""
    if name not in _LOADED_WHEN_ASKED_FOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LOADED_WHEN_ASKED_FOR[name]), name)
