"""A text as the check reads it: words with their stems, marks, and which of them are names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from assistant.checking.word_lists import FUNCTION_WORDS, IRREGULAR, NATIONS
from corpus import sentences

_TOKEN = re.compile(
    r"(?P<acronym>(?:[^\W\d_]\.){2,}(?!\w))"
    r"|(?P<number>\d+(?:[.,\u00a0\u202f\u2009]\d+)*)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>[^\s\w])"
)
_NOT = ("n't", "n’t")
_POSSESSIVE = ("'s", "’s", "s'", "s’")
_CLAUSE_MARKS = frozenset(',;:.!?()[]–—"“”')
_DISTINCT_CAPITALS = 2  # letters of an acronym


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark of a text.

    `word` is lower case without marks over its letters; `stem` brings inflections together; `sentence` counts from 0.
    `is_name`: written like a name in the middle of a sentence, or like an acronym anywhere.
    """

    text: str
    word: str
    stem: str
    start: int
    end: int
    sentence: int
    kind: str
    is_first: bool = False
    is_name: bool = False

    @property
    def is_content(self) -> bool:
        """Whether it carries meaning of its own."""
        return self.kind in ("word", "acronym") and self.word not in FUNCTION_WORDS

    @property
    def ends_clause(self) -> bool:
        """Whether what stands before it is no longer meant after it."""
        return self.text in _CLAUSE_MARKS or self.word in ("but", "although", "whereas", "because", "however")


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def stem(word: str) -> str:
    """The stem of a lower-case English word; irregular forms and peoples become what they are forms of."""
    word = NATIONS.get(word, word)
    return str(_stemmer().stemWord(IRREGULAR.get(word, word)))


def plain(text: str) -> str:
    """Lower case, composed, without marks over letters."""
    split = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in split if not unicodedata.combining(letter)).replace("’", "'")


def read(text: str) -> tuple[Token, ...]:
    """The tokens of a text in order, with the sentences that they stand in."""
    found: list[Token] = []
    for number, span in enumerate(sentences(text)):
        found += _marked(list(_of_sentence(span.of(text), span.start, number)))
    return tuple(found)


def _of_sentence(text: str, offset: int, number: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        for start, end in _parts(text, match):
            piece = text[start:end]
            word = _word(piece, kind)
            yield Token(piece, word, stem(word) if kind == "word" else word, start + offset, end + offset, number, kind)


def _parts(text: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The places of one token, or of the two that a contraction or a possessive is made of."""
    start, end = match.span()
    piece = text[start:end]
    if match.lastgroup == "word" and len(piece) > len(_NOT[0]) and piece.lower().endswith(_NOT):
        cut = end - len(_NOT[0])
        yield start, cut
        yield cut, end
    elif match.lastgroup == "word" and piece.lower() == "cannot":
        yield start, start + 3
        yield start + 3, end
    elif match.lastgroup == "word" and piece.lower().endswith(_POSSESSIVE[:2]):
        yield start, end - 2
    else:
        yield start, end


def _word(piece: str, kind: str) -> str:
    if kind == "acronym":
        return plain(piece).replace(".", "")
    word = plain(piece)
    return {"n't": "not", "'d": "would", "ca": "can", "wo": "will", "sha": "shall"}.get(word, word)


def _marked(tokens: list[Token]) -> list[Token]:
    """The tokens of a sentence, its first word and its names marked; where all is in capitals, none is a name."""
    words = [place for place, token in enumerate(tokens) if token.kind in ("word", "acronym")]
    capital = [place for place in words if tokens[place].text[0].isupper()]
    shouted = len(words) > _DISTINCT_CAPITALS and all(tokens[place].text.isupper() for place in words)
    opens = words[0] if words else -1
    marked = []
    for place, token in enumerate(tokens):
        named = place in set(capital) and not shouted and _is_name(tokens, place, place == opens)
        marked.append(
            Token(
                token.text,
                token.word,
                token.stem,
                token.start,
                token.end,
                token.sentence,
                token.kind,
                is_first=place == opens,
                is_name=named,
            )
        )
    return marked


def _is_name(tokens: list[Token], place: int, is_first: bool) -> bool:
    token = tokens[place]
    if token.kind == "acronym" or (len(token.text) >= _DISTINCT_CAPITALS and token.text.isupper()):
        return True
    if token.word == "i":  # the pronoun, unless it counts a king or a war
        return place > 0 and tokens[place - 1].text[0].isupper() and not tokens[place - 1].is_first
    if token.word in FUNCTION_WORDS:
        return False
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return not is_first or (after is not None and after.kind == "word" and after.text[0].isupper())
