"""`despatch models`: what the endpoint of language models offers."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import NoLanguageModel, resolve
from ui.terminal.options import index_option, json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import models_text
from ui.terminal.reports import models_shape


@click.command("models")
@index_option
@json_option
def command(index: Path | None, as_json: bool) -> None:
    """List the language models that the endpoint in the settings offers."""
    settings = resolve(index=index)
    if settings.llm_url is None:
        raise NoLanguageModel
    from assistant import models_at, sent_to  # noqa: PLC0415 - asyncio loads, not for help and errors

    offered = models_at(settings.llm_url)
    shape = models_shape(settings.llm_url, sent_to(settings.llm_url), settings.llm, offered)
    if as_json:
        write_json(shape)
    else:
        say(models_text(settings.llm_url, sent_to(settings.llm_url), settings.llm, offered))
