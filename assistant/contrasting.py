"""Comparisons of two documents, on a subject or as a whole: a sentence of each, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.extracting import Quote
from assistant.joined import Searched
from assistant.naming import named, only
from assistant.phrasing import ABROAD, phrases
from assistant.replies import Asked, Reply, Told
from assistant.summarising import embedder_of, statements
from assistant.terms import Language
from index import DocumentSummary, Embedder, Hit, Query

PASSAGES_READ = 3  # of each document, the nearest to the subject
PAIRS = 2  # of passages, where no subject is named: those of the two documents that are most alike
LEAST_COSINE = 0.2  # of a sentence and the subject; below it a document says nothing on that

_ON = r"(?: (?:on|about|regarding|concerning|as to|in terms of|with regard to|when it comes to) (?P<subject>.+))?"
_COMPARES = (
    rf"(?:please |can you |could you )*(?:compare|contrast) (?P<one>.+?) (?:and|with|to|against) (?P<other>.+?){_ON}",
    rf"what(?:'s| is| are) the (?:main )?differences? between (?P<one>.+?) and (?P<other>.+?){_ON}",
    rf"how (?:do|does) (?P<one>.+?) (?:and (?P<other>.+?) differ|differ from (?P<other_too>.+?)){_ON}",
)


def contrast(asked: Asked) -> Reply | None:
    """What two documents that a question compares say, None where it compares none that are here."""
    found = _compared(asked.question)
    if found is None:
        return None
    parts = found[0]
    documents = asked.index.listed(where=asked.where).documents
    pair = [named(name or "", documents) for name in (parts["one"], parts["other"] or parts.get("other_too") or "")]
    if not all(len(meant) == 1 for meant in pair):
        return None  # things are compared more often than documents
    one, other = (meant[0] for meant in pair)
    return None if one.id == other.id else _side_by_side(asked, one, other, parts.get("subject") or "")


def language_of_comparison(question: str) -> Language | None:
    """The language in which a question asks for a comparison of two things, None where it does not."""
    found = _compared(question)
    return found[1] if found is not None else None


def _compared(question: str) -> tuple[dict[str, str | None], Language] | None:
    """What a question compares, `one` with the `other`, on a `subject` perhaps, and the language that it does so in."""
    plain = " ".join(question.split()).strip("¿¡?.! ")
    if match := next((found for each in _COMPARES if (found := re.fullmatch(each, plain, re.IGNORECASE))), None):
        return match.groupdict(), "en"
    for known in map(phrases, ABROAD):
        asked = known.without_politeness(plain)
        if match := next((found for each in known.compares if (found := each.fullmatch(asked))), None):
            return match.groupdict(), known.language
    return None


def _side_by_side(asked: Asked, one: DocumentSummary, other: DocumentSummary, subject: str) -> Reply | None:
    index, words = asked.index, asked.words
    embedder = embedder_of(index)
    if subject and embedder is not None:
        quotes = [_on(index, document, subject, embedder) for document in (one, other)]
        told = [quote for quote in quotes if quote is not None]
    else:
        told = _most_alike(index, one, other, embedder)
    if not told:
        return None
    titles = [" ".join(each.title.split()) for each in (one, other)]
    key = "compared.subject" if subject else "compared.documents"
    said = words(key, one=titles[0], other=titles[1], subject=subject)
    silent = [title for title, each in zip(titles, (one, other), strict=True) if not _quoted(told, each)]
    if silent:
        said = f"{said} {words('compared.silent', title=silent[0])}"
    return Reply("answered", said, tuple(map(Told, told)), searched=2)


def _quoted(quotes: Sequence[Quote], document: DocumentSummary) -> bool:
    return any(quote.hit.document_id == document.id for quote in quotes)


def _on(index: Searched, document: DocumentSummary, subject: str, embedder: Embedder) -> Quote | None:
    """The sentence of a document that is nearest to a subject."""
    hits = index.search(subject, PASSAGES_READ, where=only(document)).hits
    meant = Query(subject).vector(embedder)
    return _nearest([hit for hit in hits if hit.document_id == document.id], meant, embedder)


def _nearest(hits: Sequence[Hit], meant: np.ndarray, embedder: Embedder) -> Quote | None:
    places = [(hit, span) for hit in hits for span in statements(hit)]
    if not places:
        return None
    quotes = [Quote(hit, span) for hit, span in places]
    likeness = embedder.embed([quote.text for quote in quotes]) @ meant
    best = int(np.argmax(likeness))
    return quotes[best] if likeness[best] >= LEAST_COSINE else None


def _most_alike(
    index: Searched, one: DocumentSummary, other: DocumentSummary, embedder: Embedder | None
) -> list[Quote]:
    """A sentence of each of the two passages that are most alike, then of the next two."""
    (hits, vectors), (others, other_vectors) = index.passages_of(one.id), index.passages_of(other.id)
    if not hits or not others:
        return []
    likeness, found = vectors @ other_vectors.T, list[Quote]()
    for _ in range(PAIRS):
        row, column = np.unravel_index(int(np.argmax(likeness)), likeness.shape)
        if likeness[row, column] <= 0:
            break
        pair = (hits[row], other_vectors[column]), (others[column], vectors[row])
        said = [_first_or_nearest(hit, meant, embedder) for hit, meant in pair]
        found += [quote for quote in said if quote is not None] if all(said) else []
        likeness[row, :], likeness[:, column] = -1.0, -1.0
    return found


def _first_or_nearest(hit: Hit, meant: np.ndarray, embedder: Embedder | None) -> Quote | None:
    if embedder is not None:
        return _nearest([hit], meant, embedder)
    return next((Quote(hit, span) for span in statements(hit)), None)
