"""How the terminal writes: people's text made safe to show, JSON and stored text exactly as they are."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import click

from corpus import DespatchError
from ui.shapes import encoded
from ui.terminal.characters import one_line, visible


class UnwritableOutput(DespatchError):
    """What was to be told could not be written, for example because a disk is full."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The output cannot be written ({reason}); make room or name another place, and give the command again."
        )
        self.reason = reason


def say(text: str) -> None:
    """Write lines for people to stdout."""
    _echo(visible(text) + "\n")


def complain(sentence: str) -> None:
    """Write one sentence to stderr."""
    with contextlib.suppress(BrokenPipeError):  # nobody is there to read it
        click.echo(one_line(sentence), err=True)


def write_json(shape: Mapping[str, object]) -> None:
    """Write one JSON object on one line of stdout, in UTF-8 whatever the locale."""
    _echo(encoded(shape) + b"\n")


def write_exactly(text: str) -> None:
    """Write stored text to stdout, with nothing added and nothing replaced."""
    _echo(text.encode("utf-8", errors="backslashreplace"))


def _echo(output: str | bytes) -> None:
    try:
        click.echo(output, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnwritableOutput(error.strerror or str(error)) from error
