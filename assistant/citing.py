"""A quote becomes a citation: what it was read from, where it stands there, and who else says the same."""

from __future__ import annotations

from pathlib import Path

from assistant.checking import stands_there
from assistant.errors import UnknownDocument
from assistant.extracting import Quote
from assistant.joined import Searched
from assistant.terms import Citation
from corpus import OCR_PAGES, Box, Document, Draft, Span, UnreadableFile, boxes, is_on_listed_page
from index import Reference, StoredDocument, covers

ALSO_IN_READ = 10  # passages that repeat a cited one: each of their documents is read to see whether the quote is there


def citation_of(index: Searched, number: int, quote: Quote) -> Citation:
    """The citation of a quote, under its number in the answer; compared with the stored text before it is given.

    Raises:
        UnknownDocument: the index no longer holds its document.
    """
    document = index.document(quote.hit.document_id)
    if document is None:
        raise UnknownDocument(quote.hit.document_id)
    page = next((page for page in reversed(document.pages) if page.span.start <= quote.span.start), None)
    citation = Citation(
        number=number,
        document_id=document.id,
        path=document.path,
        title=document.title,
        date=document.date,
        sha256=document.sha256,
        span=quote.span,
        page=page.label if page else None,
        page_number=page.number if page else None,
        heading_path=quote.hit.heading_path,
        quote=quote.text,
        boxes=_boxes(document, quote.span),
        is_ocr=is_on_listed_page(document.metadata.get(OCR_PAGES, ""), document.pages, quote.span),
        also_in=tuple(other for other in quote.hit.also_in[:ALSO_IN_READ] if _says(index, other, quote.text)),
    )
    return stands_there(citation, document.text)


def _says(index: Searched, other: Reference, quoted: str) -> bool:
    document = index.document(other.document_id)
    return document is not None and covers(other.span.of(document.text), quoted)


def _boxes(stored: StoredDocument, span: Span) -> tuple[Box, ...]:
    draft = Draft(stored.text, pages=stored.pages)
    document = Document(stored.id, stored.sha256, stored.size_bytes, 0, stored.media_type, draft)
    try:
        return boxes(Path(stored.path), document, span)
    except UnreadableFile:
        return ()  # the file changed or went since it was indexed: its words are stored, its pages are not
