"""`despatch keys` and `despatch users`: who may ask of a server that others can reach."""

from __future__ import annotations

import sys

import click
from click.termui import prompt

from ui.access import Entries, key_hash, new_key, password_hash
from ui.terminal.options import json_option
from ui.terminal.output import say, write_json
from ui.terminal.prose import access_text
from ui.terminal.reports import access_shape


@click.command("keys")
@json_option
def keys(as_json: bool) -> None:
    """List the keys of programs that may ask."""
    _list(Entries("key"), as_json)


@click.command("keys add")
@click.argument("name")
@json_option
def keys_add(name: str, as_json: bool) -> None:
    """Make a key for the program NAME and write it, once: only its hash is kept."""
    key = new_key()
    Entries("key").add(name, key_hash(key))
    if as_json:
        write_json({"name": name, "key": key})
    else:
        say(key)


@click.command("keys remove")
@click.argument("name")
@json_option
def keys_remove(name: str, as_json: bool) -> None:
    """Forget the key of NAME; the program is refused from its next request on."""
    _remove(Entries("key"), name, as_json)


@click.command("users")
@json_option
def users(as_json: bool) -> None:
    """List the people who may sign in."""
    _list(Entries("user"), as_json)


@click.command("users add")
@click.argument("name")
@json_option
def users_add(name: str, as_json: bool) -> None:
    """Let NAME sign in with a password, which is asked for; away from a terminal it is a line of stdin."""
    if sys.stdin is not None and sys.stdin.isatty():
        password = prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = "" if sys.stdin is None else sys.stdin.readline().rstrip("\r\n")
    entries = Entries("user")
    entries.add(name, password_hash(password))
    if as_json:
        write_json({"name": name})
    else:
        say(f"{name} can sign in.")


@click.command("users remove")
@click.argument("name")
@json_option
def users_remove(name: str, as_json: bool) -> None:
    """Let NAME sign in no longer; where NAME is signed in, that ends."""
    _remove(Entries("user"), name, as_json)


commands = (keys, keys_add, keys_remove, users, users_add, users_remove)


def _list(entries: Entries, as_json: bool) -> None:
    listed = tuple(entries.all().values())
    if as_json:
        write_json(access_shape(entries.kind, listed))
    else:
        say(access_text(entries.kind, listed))


def _remove(entries: Entries, name: str, as_json: bool) -> None:
    entries.remove(name)
    if as_json:
        write_json({"name": name})
    else:
        say(f"The {entries.kind} {name} is removed.")
