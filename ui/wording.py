"""The words of the chat, one file a language in `ui/languages`: for Python, for the page's script, and in the page.

How a text is named and filled in: `assistant.Wording`, whose own words are in `assistant/languages`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, parse_qsl, urlencode

from assistant import LANGUAGES, Language, Wording, texts_and_formats

COOKIE = "despatch_choices"  # what a person chose in this browser, written by the page's script as a query string
DEFAULT: Language = "en"
SCHEMES = {"light": b"not all", "dark": b"all"}  # what is asked of the screen in the place of what it prefers
MOST_CHOICES = 16  # names in the cookie; there are fewer settings
MOST_ACCEPTED = 200  # characters of a browser's list of languages; what comes later is not dear to anyone
_LATER = re.compile(rb"@@([\w.]+)\?([\w.%+&=-]*)@@")
_UNSAFE_IN_SCRIPT = {ord(character): f"\\u{ord(character):04x}" for character in "<>&'\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Words(Wording):
    """The page's texts of one language by `section.key`, and how it writes numbers and dates."""

    def seconds(self, seconds: float) -> str:
        """A number of seconds to one place, without the unit."""
        return f"{seconds:.1f}".replace(".", str(self.formats["decimal"]))

    def short_date(self, day: date) -> str:
        """11 Sep 2024, as the language writes it whatever the machine's language is."""
        months = self.listed("short_months")
        return str(self.formats["short_date"]).format(day=day.day, month=months[day.month - 1], year=day.year)

    def script(self) -> bytes:
        """The texts as a script, which the page reads before any other."""
        known = {"language": self.language, "texts": self.texts, **self.formats}
        return f"const WORDS = {_in_script(json.dumps(known, ensure_ascii=False))};\n".encode()

    def filled(self, page: bytes, theme: str = "") -> bytes:
        """A page of Gradio in this language: its configuration holds, in JSON, texts that `later` left out.

        Args:
            page: as Gradio makes it.
            theme: "light" or "dark" for its first paint, which would else be the system's.
        """
        if theme in SCHEMES:
            page = page.replace(b"(prefers-color-scheme: dark)", SCHEMES[theme])
        page = page.replace(b'lang="en"', f'lang="{self.language}"'.encode(), 1)
        page = page.replace(b"<head>", f'<head><script src="ui/words-{self.language}.js"></script>'.encode(), 1)
        return _LATER.sub(lambda match: self._filled(match), page)

    def _filled(self, match: re.Match[bytes]) -> bytes:
        values = parse_qsl(match[2].decode())
        try:
            numbered = {name: int(value) if name == "n" else value for name, value in values}
            text = self(match[1].decode(), **numbered)
        except (KeyError, ValueError):
            return match[0]  # a document's own words, which look like ours
        return _in_script(json.dumps(text, ensure_ascii=False)[1:-1]).encode()


def later(key: str, **values: object) -> str:
    """A text to be filled in when a page is sent, in the language of whoever opens it."""
    return f"@@{key}?{urlencode(values)}@@"


@cache
def words_in(language: Language) -> Words:
    """The words of the page in one language."""
    return Words(language, *texts_and_formats("ui", language))


def words_of(language: str | None) -> Words:
    """The words in a document's language (ISO 639-1), English where the page does not speak that."""
    return words_in(next((known for known in LANGUAGES if known == language), DEFAULT))


def words_for(headers: Mapping[str, str]) -> Words:
    """The words for whoever sent these headers: as chosen on the page, or as the browser asks."""
    chosen = choices(headers).get("language", "")
    wanted = (chosen, *_accepted(_header(headers, "accept-language")), DEFAULT)
    return words_in(next(known for each in wanted for known in LANGUAGES if known == each))


def choices(headers: Mapping[str, str]) -> Mapping[str, str]:
    """What was chosen on the page in the browser that sent these headers."""
    try:
        morsel = SimpleCookie(_header(headers, "cookie")).get(COOKIE)
        chosen = parse_qs("" if morsel is None else morsel.value, max_num_fields=MOST_CHOICES)
    except (CookieError, ValueError):
        return {}  # another program's cookie, or one that somebody wrote by hand
    return {name: values[0] for name, values in chosen.items()}


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for each, value in headers.items() if each.lower() == name), "")


def _accepted(header: str) -> list[str]:
    """The languages that a browser accepts, as two letters each, the dearest first."""
    weighed = [
        (each.partition(";")[0].strip()[:2].lower(), _weight(each)) for each in header[:MOST_ACCEPTED].split(",")
    ]
    return [language for language, _ in sorted(weighed, key=lambda one: -one[1])]


def _weight(accepted: str) -> float:
    found = re.search(r";\s*q\s*=\s*(\d(?:\.\d{1,3})?)\s*$", accepted)
    return float(found[1]) if found else 1.0


def _in_script(text: str) -> str:
    return text.translate(_UNSAFE_IN_SCRIPT)


ENGLISH = words_in(DEFAULT)
