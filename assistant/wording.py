"""What the assistant says itself, one file a language in `assistant/languages`, read when it is first needed.

A text is named by its section and key. What stands in braces is filled in; of a pair, the first form is for the numbers
that the file's `singular` lists and the second for all others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import get_args

from assistant.terms import Language

DEFAULT_LANGUAGE: Language = "en"
LANGUAGES: tuple[Language, ...] = get_args(Language)

Text = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language by `section.key`, and how it writes numbers and dates."""

    language: Language
    texts: Mapping[str, Text]
    formats: Mapping[str, object]

    def __call__(self, key: str, **values: object) -> str:
        """One text, filled in.

        Args:
            key: `section.key`.
            values: by the names in braces; `n` is the number that decides between two forms. A number is written as
                the language writes numbers.

        Raises:
            KeyError: there is no such text, or it needs a value that is not given; tests find both.
        """
        text = self.texts[key]
        if not isinstance(text, str):
            text = text[0 if values["n"] in self.listed("singular") else 1]
        return text.format_map({name: self._written(value) for name, value in values.items()})

    def day(self, day: date) -> str:
        """11 September 2024, as the language writes it whatever the machine's language is."""
        month = self.listed("months")[day.month - 1]
        return str(self.formats["long_date"]).format(day=day.day, month=month, year=day.year)

    def listed(self, name: str) -> Sequence[object]:
        """One of the `formats` that is a list."""
        found = self.formats[name]
        return found if isinstance(found, list) else ()

    def _written(self, value: object) -> str:
        if isinstance(value, int):
            return f"{value:,}".replace(",", str(self.formats["thousands"]))
        return str(value)


@cache
def wording(language: Language) -> Wording:
    """The assistant's own texts in one language."""
    return Wording(language, *texts_and_formats("assistant", language))


def texts_and_formats(room: str, language: str) -> tuple[dict[str, Text], dict[str, object]]:
    """A room's texts in one language by `section.key`, and what stands above the first section."""
    stored = tomllib.loads((files(room) / "languages" / f"{language}.toml").read_text(encoding="utf-8"))
    formats = {name: value for name, value in stored.items() if not isinstance(value, dict)}
    sections = ((name, value) for name, value in stored.items() if isinstance(value, dict))
    return {f"{section}.{key}": text for section, texts in sections for key, text in texts.items()}, formats


def in_any_language(key: str) -> frozenset[str]:
    """A text in every language: what the assistant may have said of this before."""
    return frozenset(wording(language)(key) for language in LANGUAGES)
