"""Which encoding bytes are written in that do not say so.

The older encodings give almost every byte a letter, so that most of them can decode most texts. What
tells them apart is whether the letters are those of one language, in words of one script: each
encoding is tried with the languages it was made for, and the one whose letters fit best comes first.
Texts in the scripts of East Asia, and whatever fits no language, are left to charset-normalizer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from unicodedata import category

from charset_normalizer import from_bytes

# Enough letters to know a language by; a book of the same encoding says no more.
SAMPLE_BYTES = 8 * 1024

# The letters of a language beyond a to z, the most frequent first.
_LETTERS = {
    "German": "üäöß",
    "French": "éèàêçôùîâûëïœæÿ",
    "Spanish": "óíáéñúü",
    "Portuguese": "ãçáéíóõêâàúô",
    "Italian": "àèùòìéí",
    "Catalan": "àéèíóòúïüç",
    "Nordic": "äåöøæé",
    "Dutch": "ëéïöüèó",
    "Icelandic": "íáðéóöþúæý",
    "Polish": "ąęłżóśćńź",
    "Czech": "íáéěčřžýšůúťóďň",
    "Slovak": "áíéčýžšľúťóňďôäĺŕ",
    "Hungarian": "áéöóőüíúű",
    "Croatian and Slovene": "čšžćđ",
    "Romanian": "ăîâşţșț",
    "Turkish": "ıişüğçöâîû",
    "Lithuanian": "ėšųžįčąūę",
    "Latvian": "āīēšūņļžčķģ",
    "Estonian": "äõüöšž",
    "Vietnamese": "ưđâêôơăàáéèíìóòúùýãõ\u0300\u0301\u0303\u0309\u0323",
    "Russian": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "Ukrainian": "оанивіерстлкдумпязьбгчйхцюжшїщєфґы",
    "Bulgarian": "аоиетнрсвлдпкмъузябгчжшцйщюхфь",
    "Serbian": "аоиенрстјувкдмплгзбчшцжћњхђљфџ",
    "Greek": "αοιετσνηυρπκμλςάίόωέήθγδχύφβώξζψϊΐ",
    "Hebrew": "יוהלאתרמבשנםדכעחפקסגצןזטךףץ",
    "Arabic": "اليمنتربوةعدسفهكقحأجشصطخىضغءذئثزظإآؤ،؟ـ\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652",
    "Persian": "ایرندهمتوبسشکزگلخفعقجحآچپصضطغئذظثژءأ\u200c،؟",
    "Thai": "านรอกเงมยลวดทสตะปบคหแจพชขใไโผซถณศธษภฐฎญฉ"
    "\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e31\u0e47\u0e48\u0e49\u0e4c\u0e4d\u0e46\u0e33",
}
_WEST = ("French", "German", "Spanish", "Portuguese", "Italian", "Nordic", "Dutch", "Catalan", "Icelandic")
_EAST = ("Polish", "Czech", "Slovak", "Hungarian", "Croatian and Slovene", "Romanian", "German")
_BALTIC = ("Lithuanian", "Latvian", "Estonian")
_CYRILLIC = ("Russian", "Ukrainian", "Bulgarian", "Serbian")
# Between equals the first: cp1252 is what most programs of the last thirty years have written.
_LANGUAGES = {
    "cp1252": (*_WEST, "Estonian"),
    "iso8859-15": (*_WEST, "Estonian"),
    "cp1251": _CYRILLIC,
    "koi8-r": ("Russian", "Bulgarian"),
    "koi8-u": ("Ukrainian",),
    "cp866": ("Russian",),
    "iso8859-5": _CYRILLIC,
    "mac-cyrillic": ("Russian", "Ukrainian"),
    "cp1250": _EAST,
    "iso8859-2": _EAST,
    "cp1254": ("Turkish",),
    "cp1253": ("Greek",),
    "iso8859-7": ("Greek",),
    "cp1257": _BALTIC,
    "iso8859-13": _BALTIC,
    "cp1255": ("Hebrew",),
    "cp1256": ("Arabic", "Persian"),
    "cp1258": ("Vietnamese",),
    "cp874": ("Thai",),
    "mac-roman": _WEST,
    "cp850": _WEST,
    "cp437": _WEST,
    "cp852": _EAST,
}
# What stands between words in every language.
_MARKS = frozenset("\xa0«»“”„‘’‚‹›–—…•·§°€£©®™№±×½¼¾²³ªº¿¡´")
_MARKS_IN_WORDS = frozenset("\xa0«»“”„‘’‚‹›–—…¡´")

_MARK_FITS = 0.45
_RAREST = 0.7  # by how much the rarest letter of a language counts less than its most frequent
_FIRST_GREEK = "\u0370"  # the letters before it are Latin
_FOREIGN = -1.5  # a sign that the language does not have
_BROKEN = -0.5  # a capital after a small letter, letters of two scripts in one word, a figure's mark in a word
_ALONE = 0.75  # a Latin letter beyond z that is a word of its own: few are
_CONTROL = -3.0  # what no text holds
# The most usual encoding wins unless another fits clearly better: a few letters say little.
_USUAL, _HEAD_START = "cp1252", 0.08
# Texts of East Asia, decoded letter by letter, stay below this; most others are far above.
_FITS = 0.45
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_CONTROL_BYTES = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f]")
_SIGNS = re.compile(r"([^\x00-\x7f])(?=(.?))", re.DOTALL)
_FEWEST_ZEROS = 0.005  # of the bytes of a text in UTF-16: its blanks and line ends alone are more
_ZERO_SIDES = 4  # a few characters of East Asia end in a zero themselves
_NO_CHARACTERS = frozenset(("Cc", "Cn", "Co", "Cs"))  # controls, and what Unicode gives no meaning


def likely_encodings(source: bytes) -> Iterator[str]:
    """Name the encodings that bytes may be written in, the likeliest first.

    Args:
        source: text that is not UTF-8 and has no byte order mark.

    Returns:
        Names of codecs; each decodes a stretch of the bytes, not necessarily all of them.
    """
    if b"\0" in source:
        yield from _wide_encoding(source)
        return
    sample = _sample(source)
    fits = sorted(_fits(sample).items(), key=lambda fit: -fit[1])
    by_language = [encoding for encoding, fit in fits if fit >= _FITS]
    yield from by_language
    yield from (match.encoding for match in from_bytes(sample) if match.encoding not in by_language)


def _wide_encoding(source: bytes) -> Iterator[str]:
    """UTF-16 without its mark: the zeros of Western letters and blanks are every other byte."""
    sample = source[:SAMPLE_BYTES]
    zeros = [sample[0::2].count(0), sample[1::2].count(0)]
    if _ZERO_SIDES * min(zeros) > max(zeros) or max(zeros) < max(2, _FEWEST_ZEROS * len(sample)) or len(source) % 2:
        return
    encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    text = sample.decode(encoding, "ignore")
    if all(category(character) not in _NO_CHARACTERS or character.isspace() for character in text):
        yield encoding


def _sample(source: bytes) -> bytes:
    """The first lines that hold more than ASCII; the others say nothing."""
    pieces: list[bytes] = []
    size = place = 0
    while size < SAMPLE_BYTES and (high := _HIGH_BYTE.search(source, place)):
        start = max(source.rfind(b"\n", place, high.start()) + 1, high.start() - SAMPLE_BYTES // 8, place)
        line_end = source.find(b"\n", high.start()) + 1 or len(source)
        place = min(line_end, high.start() + SAMPLE_BYTES)
        pieces.append(source[start:place])
        size += place - start
    return b"".join(pieces)


def _fits(sample: bytes) -> Mapping[str, float]:
    """How well each encoding's letters are those of one of its languages, 1 at best, by encoding."""
    controls = len(_CONTROL_BYTES.findall(sample))
    found = {}
    for encoding, languages in _LANGUAGES.items():
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        signs = _signs(text)
        best = max(_fit(signs, _LETTERS[language]) for language in languages)
        head_start = _HEAD_START if encoding == _USUAL else 0.0
        found[encoding] = (best + _CONTROL * controls) / (signs.total() + controls) + head_start
    return found


def _signs(text: str) -> Counter[tuple[str, bool, bool]]:
    """Count the signs beyond ASCII, each with whether it follows a small letter and stands beside one of a to z."""
    counted: Counter[tuple[str, bool, bool]] = Counter()
    for match in _SIGNS.finditer(text):
        before = text[match.start() - 1 : match.start()]
        beside = any(letter.isascii() and letter.isalpha() for letter in (before, match[2]))
        counted[match[1], before.islower(), beside] += 1
    return counted


def _fit(signs: Counter[tuple[str, bool, bool]], letters: str) -> float:
    """The sum over all signs of how well each fits a language: frequent letters more than rare ones."""
    values = {letter: 1 - _RAREST * rank / len(letters) for rank, letter in enumerate(letters)}
    is_latin = letters[0] < _FIRST_GREEK
    fit = 0.0
    for (sign, follows_small, beside_latin), count in signs.items():
        small = sign.lower()
        if small in values and not (sign != small and follows_small) and (is_latin or not beside_latin):
            value = values[small] if beside_latin or not is_latin else values[small] * _ALONE
        elif small in values or (sign in _MARKS - _MARKS_IN_WORDS and beside_latin):
            value = _BROKEN
        else:
            value = _MARK_FITS if sign in _MARKS else _FOREIGN if sign.isprintable() else _CONTROL
        fit += value * count
    return fit
