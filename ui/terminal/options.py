"""The options that several verbs share, and how a verb comes to an open assistant."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from click.shell_completion import CompletionItem

from assistant import SETTINGS, Strictness, index_of, resolve
from corpus import DespatchError

if TYPE_CHECKING:
    from assistant import Assistant

UNNAMED = "default"  # what a corpus is called that has no name of its own
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def help_of(name: str) -> str:
    """What a setting's row of the table says, for the help of the option that sets it."""
    setting = _BY_NAME[name]
    return f"{setting.help.rstrip('.')} (default: {setting.default.replace('`', '')})."


port_range = click.IntRange(*(_BY_NAME["port"].bounds or ()))
_index = click.option("--index", type=click.Path(path_type=Path), metavar="DIR", help=help_of("index"))
_name = click.option("--name", metavar="NAME", help="The corpus of this name, instead of --index.")
_names = click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="The corpus of this name, instead of --index; may be given again.",
)
rerank_option = click.option("--rerank", metavar="MODEL", help=help_of("rerank"))
strictness_option = click.option(
    "--strictness", type=click.Choice(get_args(Strictness)), metavar="LEVEL", help=help_of("strictness")
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")


def index_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--index DIR` or `--name NAME`: the command gets the folder of the index as `index`, None where none is named."""

    @functools.wraps(command)
    def with_index(*arguments: object, name: str | None, index: Path | None, **others: object) -> None:
        if name is not None and index is not None:
            raise click.UsageError("--name and --index say the same in two ways; give one of them")
        command(*arguments, index=index if name is None else index_of(name), **others)

    return _name(_index(with_index))


def indexes_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--index DIR`, or `--name NAME` as often as wanted: the command gets `indexes`, folders by the names of corpora.

    What is named by its folder, or not at all, has the name "default"; its folder is None where none is named.
    """

    @functools.wraps(command)
    def with_indexes(*arguments: object, names: tuple[str, ...], index: Path | None, **others: object) -> None:
        if names and index is not None:
            raise click.UsageError("--name and --index say the same in two ways; give one of them")
        named: dict[str, Path | None] = {name: index_of(name) for name in names}
        command(*arguments, indexes=named or {UNNAMED: index}, **others)

    return _names(_index(with_indexes))


def open_assistant(index: Path | None, *, rerank: str | None = None, strictness: str | None = None) -> Assistant:
    """The assistant over the index that the settings name, closed when the command ends."""
    settings = resolve(index=index, rerank=rerank, strictness=strictness)
    from assistant import Assistant  # noqa: PLC0415 - numpy and the ledger load here, not for help and errors

    desk = Assistant.of(settings)
    if context := click.get_current_context(silent=True):  # none while a shell completes
        context.call_on_close(desk.close)
    return desk


def open_assistants(
    indexes: Mapping[str, Path | None], *, rerank: str | None = None, strictness: str | None = None
) -> Assistant:
    """The assistant over one index, or over several at once, closed when the command ends."""
    if len(indexes) == 1:
        return open_assistant(next(iter(indexes.values())), rerank=rerank, strictness=strictness)
    settings = {name: resolve(index=index, rerank=rerank, strictness=strictness) for name, index in indexes.items()}
    from assistant import Several  # noqa: PLC0415 - as above

    desk = Several.over(settings)
    click.get_current_context().call_on_close(desk.close)
    return desk


def complete_document(context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of documents that begin like this, for a shell that completes a line."""
    try:
        with open_assistant(context.params.get("index")) as desk:
            documents = desk.documents()
    except DespatchError:  # a shell that completes has no place for a sentence
        return []
    return [CompletionItem(document.id) for document in documents if document.id.startswith(incomplete)]
