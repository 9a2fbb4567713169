"""How the terminal writes: people's text made safe to show, JSON and stored text exactly as they are."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping

import click

# What can move the cursor, recolour the terminal, retitle its window or reverse what is read: C0 but
# tab and newline, DEL, C1, the overrides and isolates of bidirectional text, and halves of surrogate pairs.
_ACTIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LAST_TWO_DIGITS = 0xFF


def visible(text: str) -> str:
    r"""The text with each character that a terminal would act upon written as its escape, such as `\x1b`."""
    return _ACTIVE.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The visible text on one line: a run of white space becomes one space."""
    return visible(" ".join(text.split()))


def say(text: str) -> None:
    """Write lines for people to stdout."""
    click.echo(visible(text))


def complain(sentence: str) -> None:
    """Write one sentence to stderr."""
    with contextlib.suppress(BrokenPipeError):  # nobody is there to read it
        click.echo(one_line(sentence), err=True)


def write_json(shape: Mapping[str, object]) -> None:
    """Write one JSON object on one line of stdout, in UTF-8 whatever the locale."""
    _write(json.dumps(shape, ensure_ascii=False) + "\n")


def write_exactly(text: str) -> None:
    """Write stored text to stdout, with nothing added and nothing replaced."""
    _write(text)


def _write(text: str) -> None:
    # Half of a surrogate pair (a file name that is not UTF-8) has no UTF-8; `\udc80` is its escape in JSON too.
    click.echo(text.encode("utf-8", errors="backslashreplace"), nl=False)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code <= _LAST_TWO_DIGITS else f"\\u{code:04x}"
