"""Where on a PDF's pages the words of a quotation stand."""

from __future__ import annotations

import hashlib
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.terms import Box, Document, Span

_MEDIA_TYPE = "application/pdf"


def boxes(source: Path | bytes, document: Document, span: Span) -> tuple[Box, ...]:
    """Find where on its pages a stretch of a PDF's text stands.

    Args:
        source: the file that the document was read from, or its bytes.
        document: as it was read; its pages say which of them are looked at, about 10 ms each.
        span: the quotation, in `document.text`.

    Returns:
        One rectangle for each line or cell that holds words of the quotation, in the order of the text;
        none for a document that is no PDF.

    Raises:
        UnreadableFile: the file is gone or is no longer the one that was read.
    """
    if document.media_type != _MEDIA_TYPE:
        return ()
    from corpus.readers.pdf_boxes import boxes_on  # noqa: PLC0415 - PDFium takes a tenth of a second to load

    content = source if isinstance(source, bytes) else _content(source)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise UnreadableFile("The file has changed since it was read; sync, then ask again.")
    pages = [page for page in document.draft.pages if page.span.start < span.end and span.start < page.span.end]
    return boxes_on(content, pages, document.text, span)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"The file cannot be read again ({error.strerror}); sync, then ask again.") from error
