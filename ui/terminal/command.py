"""The group of verbs, and what becomes of every error: a sentence and an exit status, never a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from assistant import despatch_version
from corpus import DespatchError
from index import SyncStopped, UnsupportedSQLite, checked_sqlite
from ui.terminal import (
    access,
    ask,
    backup,
    chat,
    corpora,
    doctor,
    drafting,
    evaluating,
    forget,
    log,
    mcp,
    models,
    restore,
    search,
    show,
    status,
    sync,
    verify,
)
from ui.terminal.characters import one_line
from ui.terminal.output import complain

FINE, OUR_ERROR = 0, 1
STOPPED = 130  # 128 + SIGINT, what shells report for a command that Ctrl-C ended
COMPLETE_VARIABLE = "_DESPATCH_COMPLETE"
DEBUG_VARIABLE = "DESPATCH_DEBUG"


class Verbs(click.Group):
    """A group that lists its verbs in the order in which a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names as they were added, where click would sort them."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb of the first word, or of the first two: `eval draft` is a verb beside `eval`."""
        two = " ".join(args[:2])
        return (two, self.commands[two], args[2:]) if two in self.commands else super().resolve_command(ctx, args)


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    click.echo(f"despatch {despatch_version()}")
    try:
        click.echo(f"SQLite {checked_sqlite()}, which suffices")
    except UnsupportedSQLite as error:
        click.echo(str(error))
    context.exit()


@click.group(cls=Verbs, context_settings={"max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
def despatch() -> None:
    """Ask a folder of documents, and get answers that cite every sentence."""


for verb in (
    sync,
    search,
    ask,
    show,
    verify,
    status,
    chat,
    mcp,
    log,
    evaluating,
    drafting,
    corpora,
    models,
    doctor,
    backup,
    restore,
    forget,
):
    despatch.add_command(verb.command)
for command in access.commands:
    despatch.add_command(command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns the exit status."""
    _write_any_character()
    if COMPLETE_VARIABLE in os.environ:
        despatch.main(prog_name="despatch")  # answers the shell's question, then ends the process
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with despatch.make_context("despatch", given) as context:
            despatch.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("Stopped; the index is sound, and the same command can be given again.")
        return STOPPED
    except click.ClickException as error:
        return _misused(error)
    except SyncStopped as stopped:
        complain(str(stopped))
        return STOPPED
    except DespatchError as error:
        complain(str(error))
        return OUR_ERROR
    except BrokenPipeError:
        return _left_alone()
    except Exception as error:  # noqa: BLE001 - the last place where a traceback can become a sentence
        return _unexpected(error)
    return FINE


def _write_any_character() -> None:
    # A title in Greek must not end the command on a terminal that has only Latin letters.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _misused(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    message = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    see = f"see `{context.command_path if context else 'despatch'} --help`."
    complain(f"{message} {see.capitalize()}" if message.endswith("?") else f"{message.rstrip('.')}; {see}")
    return error.exit_code


def _left_alone() -> int:
    """Whoever read our output has had enough (`| head -1`), which is no error."""
    # Python flushes stdout once more when it ends, and would complain there.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FINE


def _unexpected(error: Exception) -> int:
    if os.environ.get(DEBUG_VARIABLE):
        raise error
    what = one_line(f"{type(error).__name__}: {error}")
    complain(f"Despatch failed unexpectedly ({what}); run again with {DEBUG_VARIABLE}=1 to see where.")
    return OUR_ERROR
