"""What a model can read: the languages that it was trained on, and the letters that it tells apart."""

from __future__ import annotations

import re
import unicodedata

from index.terms import DEFAULT_MODEL

# the languages that a model was trained on, where that is known; of others nothing is said
SPOKEN = {DEFAULT_MODEL: frozenset({"en"})}
MOST = 0.5  # of the letters of a text, that say which writing it is in
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-zªºÀ-ÖØ-öø-\u024f\u1e00-\u1eff]")


def knows_script(model: str, text: str) -> bool:
    """Whether the vectors of a text say what it means: False where a model is known to know no such letters.

    A model of English knows Latin letters; of words in others it sees single letters, so all texts in them are alike.
    """
    if model not in SPOKEN:
        return True
    letters = _LETTER.findall(unicodedata.normalize("NFKC", text))
    return len(letters) * MOST <= sum(_LATIN.match(letter) is not None for letter in letters)
