"""Which characters a terminal may be shown as they are, and which texts are texts at all."""

from __future__ import annotations

import os
import re

import click

# What can move the cursor, recolour the terminal, retitle its window or reverse what is read: C0 but
# tab and newline, DEL, C1, the overrides and isolates of bidirectional text, and halves of surrogate pairs.
_ACTIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LAST_OF_TWO_DIGITS = 0xFF


def visible(text: str) -> str:
    r"""The text with each character that a terminal would act upon written as its escape, such as `\x1b`."""
    return _ACTIVE.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The visible text on one line: a run of white space becomes one space."""
    return visible(" ".join(text.split()))


def is_utf8(text: str) -> bool:
    """Whether a text holds no half of a surrogate pair, which is how Python keeps a byte that is not UTF-8."""
    return _SURROGATE.search(text) is None


def argument_text(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A click callback that reads an argument as UTF-8 whatever the locale; other bytes are a wrong use."""
    if value is None or is_utf8(value):
        return value
    try:
        return os.fsencode(value).decode("utf-8")
    except UnicodeError as error:
        name = parameter.get_error_hint(context).replace("[", "").replace("]", "")
        raise click.BadParameter("it holds characters that are not UTF-8", param_hint=name) from error


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code <= _LAST_OF_TWO_DIGITS else f"\\u{code:04x}"
