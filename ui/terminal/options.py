"""The options that several verbs share, and how a verb comes to an open assistant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import SETTINGS, resolve

if TYPE_CHECKING:
    from assistant import Assistant

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def help_of(name: str) -> str:
    """What a setting's row of the table says, for the help of the option that sets it."""
    setting = _BY_NAME[name]
    return f"{setting.help.rstrip('.')} (default: {setting.default.replace('`', '')})."


port_range = click.IntRange(*(_BY_NAME["port"].bounds or ()))
index_option = click.option("--index", type=click.Path(path_type=Path), metavar="DIR", help=help_of("index"))
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")


def open_assistant(index: Path | None) -> Assistant:
    """The assistant over the index that the settings name, closed when the command ends."""
    settings = resolve(index=index)
    from assistant import Assistant  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    desk = Assistant.open(index=settings.index)
    if context := click.get_current_context(silent=True):  # none while a shell completes
        context.call_on_close(desk.close)
    return desk
