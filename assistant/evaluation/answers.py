"""How good an answer is: whether it says what is right, cites where that stands, and is silent where nothing is known.

Each value is of one question, from 0 to 1, and there only where the set says enough to tell; higher is better.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the terminal takes the names of the measures from here for its help, and must not load numpy
    from assistant.evaluation.judged import EvidencePlace, JudgedQuestion
    from assistant.terms import Answer, Citation

_ARTICLES = frozenset(("a", "an", "the"))
# scripts that put no spaces between words: a character counts as a word, as in MLQA (Lewis et al., ACL 2020)
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


def answer_values(answer: Answer, question: JudgedQuestion, places: Sequence[EvidencePlace]) -> Mapping[str, float]:
    """What can be told of an answer.

    Args:
        answer: what `ask` said to the question.
        question: of the set.
        places: its evidence, in documents and texts as the index has them.

    Returns:
        By name: `correct` (1 where an accepted answer stands in it, word for word), `f1` (of its words and those of
        the accepted answer that fits best), `citation-precision` (the share of its citations that overlap evidence;
        only where it answered), `citation-recall` (the share of evidence that its citations overlap), `answered`
        (1 where an answerable question was), `declined` (1 where an unanswerable one was).
    """
    if question.answerable is False:
        return {"declined": float(answer.abstained)}
    values: dict[str, float] = {}
    if question.answers:
        said = _said(answer)
        values["correct"] = float(says_accepted(answer, question))
        values["f1"] = max(word_f1(said, words(text)) for text in question.answers)
    if places:
        if answer.citations:
            values["citation-precision"] = _share(any(overlaps(c, place) for place in places) for c in answer.citations)
        values["citation-recall"] = _share(any(overlaps(c, place) for c in answer.citations) for place in places)
    if question.answerable:
        values["answered"] = float(not answer.abstained)
    return values


def says_accepted(answer: Answer, question: JudgedQuestion) -> bool:
    """Whether an accepted answer stands in what was said, word for word."""
    said = _said(answer)
    return any(contains(said, words(text)) for text in question.answers)


def _said(answer: Answer) -> list[str]:
    return [] if answer.abstained else words(" ".join(statement.text for statement in answer.statements))


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation, symbols and English articles.

    Source: the evaluation of SQuAD (Rajpurkar et al., EMNLP 2016).
    """
    kept = "".join(letter for letter in text.lower() if unicodedata.category(letter)[0] not in "PS")
    return [word for word in _WORD.findall(kept) if word not in _ARTICLES]


def contains(said: Sequence[str], accepted: Sequence[str]) -> bool:
    """Whether the words of an accepted answer stand in what was said, all and in one piece."""
    length = len(accepted)
    return length > 0 and any(said[at : at + length] == accepted for at in range(len(said) - length + 1))


def word_f1(said: Sequence[str], accepted: Sequence[str]) -> float:
    """The harmonic mean of the shares of either's words that the other has, each as often as it stands there.

    Source: as for `words`.
    """
    both = sum((Counter(said) & Counter(accepted)).values())
    return 2 * both / (len(said) + len(accepted)) if both else 0.0


def overlaps(citation: Citation, place: EvidencePlace) -> bool:
    """Whether a quote and a place of evidence have a character in common."""
    return (
        citation.document_id == place.document and citation.span.start < place.end and place.start < citation.span.end
    )


def _share(held: Iterable[bool]) -> float:
    found = list(held)
    return sum(found) / len(found)
