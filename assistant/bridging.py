"""A second search, for what the best sentence names: a question may need two documents and have the words of one.

"In which year was the architect of the bridge born?" finds who built the bridge; what is said of him stands under his
name, of which the question has no word.

Source: multi-hop retrieval by a query made of what was retrieved (Qi et al. 2019, "Answering Complex Open-domain
Questions Through Iterative Query Generation"), here without a model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import fsum

from assistant.evidence import Evidence
from assistant.extracting import opening
from assistant.joined import Searched
from assistant.terms import Language
from index import Embedder, Hit, Query, Term

# Flat optima, docs/answering.md.
LEAST_UNSAID = 0.2  # of the question's words, by rarity, that the opening leaves unsaid; with fewer nothing is missing
NAMED = 1.0  # what a sentence gains that was found by such a name; of the question's words it can have but some
MOST_NAMES = 5  # the first; more are a listing
SOUGHT = 6  # passages that the second search gives, of which the first of another document counts
CAPITALISING = frozenset({"de"})  # languages that write all nouns as others write names
# Names: words with a capital, joined by such as "of"; not a word that only opens the sentence.
_NAME = re.compile(r"[A-Z][\w'’-]*(?:(?:\s+(?:of|the|and|de|du|la|von|van|der))*\s+[A-Z0-9][\w'’-]*)*")
_WORD = re.compile(r"\w+")
SHORTEST_NAME = 2  # characters; "I" is none


def bridged(  # noqa: PLR0913  what is known of one question
    index: Searched,
    query: Query,
    evidence: tuple[Evidence, ...],
    rarity: Mapping[Term, float],
    embedder: Embedder | None,
    read: Callable[[Sequence[Hit]], Sequence[Evidence]],
    *,
    where: str | None,
    language: Language,
) -> tuple[Evidence, ...]:
    """The sentences that may answer, with those of a passage about what the likeliest names and the question does not.

    Args:
        index: what is searched again.
        query: the question, with what was said before it.
        evidence: not empty, the likeliest answer first; it stays the first.
        rarity: how much each term of the question tells.
        embedder: None where no model is at hand; then nothing is searched.
        read: gives the sentences of passages, weighed as these.
        where: the filter of the question.
        language: of the question.
    """
    said = opening(evidence)
    names = names_beyond(query.joined, " ".join(one.text for one in said))[:MOST_NAMES]
    if embedder is None or language in CAPITALISING or not names or _unsaid(said, rarity) < LEAST_UNSAID:
        return evidence
    found = index.search(Query(", ".join(names)), SOUGHT, where=where).hits
    hit = next((each for each in found if each.document_id != evidence[0].hit.document_id), None)
    if hit is None:
        return evidence
    others = [one for one in evidence[1:] if one.hit.passage_id != hit.passage_id]
    known = next((one.hit for one in evidence if one.hit.passage_id == hit.passage_id), None)
    if known is None:
        # its place in another search says nothing in this one: it stands behind what that found
        last = min(one.hit.score for one in evidence)
        cosine = float(index.vectors_of([hit])[0] @ query.vector(embedder))
        known = replace(hit, score=min(hit.score, last), similarity=cosine)
    # also where it was read before: its sentences by themselves, for which others may have been likelier
    raised = [replace(one, score=one.score + NAMED) for one in read([known])]
    return (evidence[0], *sorted((*others, *raised), key=lambda one: -one.score))


def names_beyond(question: str, text: str) -> tuple[str, ...]:
    """The names in a text of which the question lacks a word, in their order, each once."""
    asked = {word.casefold() for word in _WORD.findall(question)}
    found = []
    for match in _NAME.finditer(text):
        words = [word.casefold() for word in _WORD.findall(match[0])]
        only_opens = len(words) == 1 and _opens(text, match.start())
        if len(match[0]) >= SHORTEST_NAME and not only_opens and not asked.issuperset(words):
            found.append(match[0])
    return tuple(dict.fromkeys(found))


def _opens(text: str, place: int) -> bool:
    """Whether a sentence begins at a place."""
    before = text[:place].rstrip(" \n\"'“‘(")
    return not before or before[-1] in ".!?:"


def _unsaid(said: Sequence[Evidence], rarity: Mapping[Term, float]) -> float:
    """The share of the question's words, by rarity, that stand neither in some sentences nor in their titles."""
    held: frozenset[Term] = frozenset().union(*(one.held for one in said))
    total = fsum(rarity.values())
    return fsum(weight for term, weight in rarity.items() if term not in held) / total if total else 0.0
