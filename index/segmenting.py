"""Where words begin and end, also in writing without spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

WORDS_CACHE = 100_000
_FIRST_MARK, _AFTER_MARKS = 0x300, 0x2000  # the blocks of accents, and of scripts that write vowels as marks
# accents, and the vowels of Arabic, Hebrew, Indian and Thai writing: parts of a word that are no letters to `re`
_MARKS = "".join(
    chr(code) for code in range(_FIRST_MARK, _AFTER_MARKS) if unicodedata.category(chr(code)).startswith("M")
)
VOICING = "\u3099\u309a"  # of kana; NFKC makes one letter of both
_JOINED = f"\u00ad{_MARKS}{VOICING}"
# Thai and Lao, Burmese, Khmer, kana and Han; and Hangul, which has spaces, but whose words have very many endings
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3131-\u318e\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
_ACRONYM = rf"\b(?:[^\W\d_{_UNSPACED}]\.){{2,}}"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ACRONYMS = re.compile(_ACRONYM)
_NO_LETTERS = re.compile(f"[{_JOINED}]+")
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
# a word as it is written: an acronym with its full stops, soft hyphens and marks as parts of it
_WRITTEN = re.compile(rf"(?:{_ACRONYM}+[^\W_]*+|[^\W_]++)(?:[{_JOINED}]++[^\W_]*+|['’][^\W_]++)*+")
_PART = re.compile(f"(?P<unspaced>(?:[{_UNSPACED}][{_JOINED}]*+)++)|[^{_UNSPACED}]++")
_WRITTEN_LETTER = re.compile(f"[{_UNSPACED}][{_JOINED}\uff9e\uff9f]*+")  # the last two are the voicing at half width


def tokens(text: str) -> list[str]:
    """The words of a text in order, as written but without an acronym's full stops and without marks.

    In a script without spaces each two letters that stand beside each other are a word; a letter alone is one.

    Source: Lucene's CJK analyzer; for Chinese, Nie, Gao, Zhang and Zhou, IRAL 2000.
    """
    plain = _plain(text)
    found = _WORD.findall(plain)
    if plain.isascii() or not _UNSPACED_LETTER.search(plain):
        return found
    return [part for word in found for part in _parts(word)]


def is_unspaced(text: str) -> bool:
    """Whether most letters of a text are of writing without spaces, so that most of its words are pairs of letters."""
    plain = _plain(text)
    return 2 * len(_UNSPACED_LETTER.findall(plain)) > sum(letter.isalpha() for letter in plain)


def _plain(text: str) -> str:
    """The text with its letters composed, without marks and without the full stops of acronyms."""
    composed = unicodedata.normalize("NFKC", text)
    undotted = _ACRONYMS.sub(lambda match: match.group().replace(".", ""), composed)
    return undotted if undotted.isascii() else _NO_LETTERS.sub("", undotted)


def _parts(word: str) -> Iterator[str]:
    for part in _PART.finditer(word):
        if not part["unspaced"]:
            yield from _WORD.findall(part.group())
            continue
        run = part.group()
        yield from (run[place : place + 2] for place in range(max(len(run) - 1, 1)))


def written(text: str) -> Iterator[tuple[int, int, tuple[str, ...], bool]]:
    """Where the words of `tokens` stand in a text, in order, with the words of each place.

    Returns:
        Start and end, the words there, and whether the place overlaps the one before it, as in a script without spaces.
    """
    for found in _WRITTEN.finditer(text):
        word = found[0]
        if word.isascii() or not _UNSPACED_LETTER.search(word):
            yield found.start(), found.end(), _words_in(word), False
            continue
        for part in _PART.finditer(word):
            start = found.start() + part.start()
            if part["unspaced"]:
                yield from _written_unspaced(part.group(), start)
            else:
                yield start, found.start() + part.end(), _words_in(part.group()), False


@lru_cache(maxsize=WORDS_CACHE)
def _words_in(written_word: str) -> tuple[str, ...]:
    return tuple(tokens(written_word))


def _written_unspaced(run: str, start: int) -> Iterator[tuple[int, int, tuple[str, ...], bool]]:
    places: list[tuple[int, int]] = []  # of each letter in the run; one that stands for several comes several times
    for letter in _WRITTEN_LETTER.finditer(run):
        places += [letter.span()] * len(_plain(letter.group()))
    pairs = tokens(run)
    if len(_plain(run)) != len(places) or len(pairs) != max(len(places) - 1, 1):
        yield start, start + len(run), tuple(pairs), False  # letters that are only together what they are
        return
    for number, pair in enumerate(pairs):
        first, last = places[number], places[min(number + 1, len(places) - 1)]
        yield start + first[0], start + last[1], (pair,), number > 0
