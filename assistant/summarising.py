"""Summaries of a document, a folder or the whole collection: sentences that cover it without repetition, each cited.

Passages are chosen by maximal marginal relevance over their vectors: near the middle of the text, far from what is
chosen already. Of each the sentence that says most of it is quoted.

Source: Carbonell and Goldstein, SIGIR 1998; the middle as in Radev, Jing, Styś and Tam, IPM 2004.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.extracting import Quote
from assistant.joined import Searched
from assistant.naming import named, which
from assistant.phrasing import ABROAD, Summing, phrases
from assistant.replies import Asked, Reply, Told
from assistant.stating import can_state
from assistant.terms import Language
from corpus import Span, sentences
from index import DocumentSummary, Embedder, Hit, ModelUnavailable, tokens

QUOTED = 5  # sentences of a document; more is reading it
DOCUMENTS_QUOTED = 8  # of a folder or a collection: a sentence of each
DOCUMENTS_READ = 200  # the largest, where there are more; each by the passage that it begins with
SENTENCES_READ = 12  # of a passage
NEARNESS = 0.7  # to the middle, against distance from what is chosen
SAME_COSINE = 0.8  # two sentences this near say nearly one thing
FEWEST_WORDS, LONGEST = 5, 500  # words and characters of a sentence that can be quoted

_THIS = r"(?:this|it|(?:the|this) (?:document|file|paper|text))"
_ENGLISH = Summing(
    "en",
    (
        re.compile(
            r"(?:please |can you |could you |would you )*(?:summari[sz]e|sum up|outline|"
            r"(?:give (?:me )?)?(?:a |an )?(?:short |brief |quick )?(?:summary|overview|outline) of|"
            r"tell me (?:all )?about (?=(?:the|this|these) (?:document|documents|file|files|collection|corpus)\b)) *"
            r"(?P<subject>.+)",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"(?:what(?:'s| is| are) )(?P<subject>.+?) (?:all )?about", re.IGNORECASE),
        re.compile(r"what (?:does|do) (?P<subject>.+?) (?:say|contain|cover|deal with|deal)", re.IGNORECASE),
    ),
    re.compile(_THIS, re.IGNORECASE),
    re.compile(rf"{_THIS}|that|them|these|those", re.IGNORECASE),
    re.compile(
        r"(?:everything|all|(?:all |all of )?(?:the|these|those|your|my) (?:documents|files|papers|texts|sources)|"
        r"(?:the|this|your) (?:whole |entire )?(?:collection|corpus|library|pack|briefing pack|archive))",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?:all |the )*(?:documents|files) in )?(?:the )?"
        r"(?:folder [\"'“]?(?P<folder1>[\w./-]+)[\"'”]?|[\"'“]?(?P<folder2>[\w./-]+)[\"'”]? folder)",
        re.IGNORECASE,
    ),
)


def summarise(asked: Asked) -> Reply | None:
    """The summary that a question asks for, None where it asks for none or names nothing that is here."""
    found = _wanted(asked.question)
    if found is None:
        return None
    wanted, is_sure, summing = found
    documents = asked.index.listed(where=asked.where).documents
    if summing.all.fullmatch(wanted) or (len(documents) == 1 and summing.this.fullmatch(wanted)):
        return _of_all(asked, documents)
    if is_sure and summing.pointing.fullmatch(wanted):
        return Reply("asked_back", asked.words("summed_up.what"))
    if folder := summing.in_folder.fullmatch(wanted):
        below = f"{next(filter(None, folder.groups())).strip('/')}/"
        inside = [one for one in documents if one.id.startswith(below)]
        return _of_all(asked, inside) if inside else None
    meant = named(wanted, documents)
    if len(meant) == 1:
        return _of_one(asked, meant[0])
    return which(meant, asked.words) if meant and is_sure else None


def language_of_summary(question: str) -> Language | None:
    """The language in which a question surely asks for a summary, None where it does not."""
    found = _wanted(question)
    return found[2].language if found is not None and found[1] else None


def _wanted(question: str) -> tuple[str, bool, Summing] | None:
    """What is to be summed up, and whether the question can mean nothing else; None where it asks for no summary."""
    plain = " ".join(question.split()).strip("?.!¿¡ ")
    if found := _ENGLISH.wanted(plain):
        return *found, _ENGLISH
    for known in map(phrases, ABROAD):
        if found := known.summing.wanted(known.without_politeness(plain)):
            return *found, known.summing
    return None


def _of_one(asked: Asked, document: DocumentSummary) -> Reply | None:
    hits, vectors = asked.index.passages_of(document.id)
    if not hits:
        return None
    quotes = _covering(asked.index, hits, vectors, QUOTED)
    if not quotes:
        return None
    said = asked.words("summed_up.document", n=len(quotes), title=" ".join(document.title.split()))
    return Reply("answered", said, tuple(map(Told, quotes)), searched=1)


def _of_all(asked: Asked, documents: Sequence[DocumentSummary]) -> Reply | None:
    if len(documents) == 1:
        return _of_one(asked, documents[0])
    largest = sorted(documents, key=lambda one: (-one.passages, one.id))[:DOCUMENTS_READ]
    index = asked.index
    hits = index.first_passages(sorted(one.id for one in largest))
    quotes = _covering(index, hits, index.vectors_of(hits), DOCUMENTS_QUOTED) if hits else ()
    if not quotes:
        return None
    cited = len({quote.hit.document_id for quote in quotes})
    said = asked.words("summed_up.documents", n=cited, all=len(documents))
    return Reply("answered", said, tuple(map(Told, quotes)), searched=len(documents))


def _covering(index: Searched, hits: Sequence[Hit], vectors: np.ndarray, most: int) -> tuple[Quote, ...]:
    """Sentences that cover these passages, in their order; two of them never say nearly one thing.

    One of each passage, in the order of what the passages add; where they are few, then one more of each.
    """
    embedder = embedder_of(index)
    middle = vectors.mean(axis=0)
    middle /= np.linalg.norm(middle) or 1.0
    order = _by_marginal_relevance(vectors, middle)
    left: dict[int, list[tuple[Span, np.ndarray]]] = {}
    chosen: list[tuple[int, Span, np.ndarray]] = []
    found = -1
    while found < len(chosen) < most:
        found = len(chosen)
        for place in order:
            if place not in left:
                left[place] = _ranked(hits[place], middle + vectors[place], embedder)
            if len(chosen) < most and (best := _new(left[place], [vector for _, _, vector in chosen])):
                chosen.append((place, *best))
            if len(chosen) == most:
                break
    ordered = sorted(chosen, key=lambda one: (one[0], one[1].start))
    return tuple(Quote(hits[place], span) for place, span, _ in ordered)


def _by_marginal_relevance(vectors: np.ndarray, middle: np.ndarray) -> list[int]:
    """The places of passages, the one first that adds most to those before it."""
    near = vectors @ middle
    left, order = list(range(len(vectors))), []
    repeats = np.zeros(len(vectors), np.float32)
    while left:
        scores = NEARNESS * near[left] - (1 - NEARNESS) * repeats[left]
        order.append(left.pop(int(np.argmax(scores))))
        repeats = np.maximum(repeats, vectors @ vectors[order[-1]])
    return order


def _ranked(hit: Hit, meant: np.ndarray, embedder: Embedder | None) -> list[tuple[Span, np.ndarray]]:
    """The statements of a passage with their vectors, the one first that is nearest to what is meant."""
    spans = statements(hit)[:SENTENCES_READ]
    if embedder is None or not spans:
        return [(span, np.zeros_like(meant)) for span in spans]
    vectors = embedder.embed([Quote(hit, span).text for span in spans])
    return [(spans[place], vectors[place]) for place in np.argsort(-(vectors @ meant), kind="stable")]


def _new(ranked: list[tuple[Span, np.ndarray]], before: Sequence[np.ndarray]) -> tuple[Span, np.ndarray] | None:
    """The first of them that says nothing that is said already; it and those passed over are taken off."""
    while ranked:
        span, vector = ranked.pop(0)
        if all(float(vector @ other) < SAME_COSINE for other in before):
            return span, vector
    return None


def statements(hit: Hit) -> list[Span]:
    """The sentences of a passage that can be quoted alone: no headings, questions, rows or scraps."""
    spans = (span for span in sentences(hit.text) if _is_statement(hit, span.of(hit.text)))
    return [Span(hit.span.start + span.start, hit.span.start + span.end) for span in spans]


def _is_statement(hit: Hit, text: str) -> bool:
    plain = " ".join(text.split())
    if len(tokens(plain)) < FEWEST_WORDS or len(text) > LONGEST or plain.endswith((":", "：")) or " | " in plain:
        return False
    return can_state(text, hit, "")


def embedder_of(index: Searched) -> Embedder | None:
    """The index's model, None where it is not on this machine."""
    try:
        return index.embedder()
    except ModelUnavailable:
        return None  # the first sentences of the passages are quoted then
