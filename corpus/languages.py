"""The language that a text is written in."""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

SAMPLE_CHARACTERS = 20_000  # more of a long text changes no verdict and costs time
FEWEST_CHARACTERS = 100  # a heading or a name looks like several languages
SURE = 0.8  # tables, lists of names and code score below it, a paragraph above


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, None where it is too short or undecided.

    Source: py3langid, naive Bayes over byte n-grams (Lui and Baldwin, ACL 2012).
    """
    sample = text[:SAMPLE_CHARACTERS]
    if len(sample.strip()) < FEWEST_CHARACTERS:
        return None
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= SURE else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
