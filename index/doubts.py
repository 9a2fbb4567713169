"""What may be wrong with documents that were read: said in `status`, never in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus import OCR_PAGES, UNREAD_PAGES
from index.known_scripts import SPOKEN
from index.terms import DocumentSummary, Doubt


def doubts(documents: Iterable[DocumentSummary], model: str) -> tuple[Doubt, ...]:
    """The warnings of an index, in the order of its documents."""
    return tuple(Doubt(document.id, warning) for document in documents for warning in _warnings(document, model))


def _warnings(document: DocumentSummary, model: str) -> Iterator[str]:
    spoken = SPOKEN.get(model)
    if spoken is not None and document.language is not None and document.language not in spoken:
        yield (
            f"It is written in another language ({document.language}) than the model {model} speaks; "
            "it is found by its words only."
        )
    if "encoding" in document.metadata:
        yield f"Its encoding was guessed ({document.metadata['encoding']}); save it as UTF-8 if letters look wrong."
    if "encoding_set_over_utf_8" in document.metadata:
        encoding = document.metadata["encoding_set_over_utf_8"]
        yield f"It was read as {encoding}, as is set, but looks like UTF-8; correct `encodings` if letters look wrong."
    if unread := document.metadata.get(UNREAD_PAGES):
        yield f"{_pages(unread, 'is a picture', 'are pictures')} without text and not read."
    if by_ocr := document.metadata.get(OCR_PAGES):
        read = _pages(by_ocr, "was read from a picture", "were read from pictures")
        yield f"{read} (OCR); check quotes against the page."
    if "unread_attachments" in document.metadata:
        yield f"Not all that is attached was read. {document.metadata['unread_attachments']}"


def _pages(listed: str, one: str, several: str) -> str:
    return f"Page {listed} {one}" if listed.isdecimal() else f"Pages {listed} {several}"
