"""What may be wrong with documents that were read: said in `status`, never in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.terms import DEFAULT_MODEL, DocumentSummary, Doubt

# the languages that a model was trained on, where that is known; of others nothing is said
SPOKEN = {DEFAULT_MODEL: frozenset({"en"})}


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
    if "unread_pages" in document.metadata:
        yield f"Pages {document.metadata['unread_pages']} are pictures without text and were not read."
    if "unread_attachments" in document.metadata:
        yield f"Not all that is attached was read. {document.metadata['unread_attachments']}"
