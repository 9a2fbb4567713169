"""The command as a process: what it costs to ask for help, how errors end, what Ctrl-C and a broken pipe do."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from ui.terminal.command import despatch

VERBS = list(despatch.commands)
HEAVY = "numpy", "chromadb", "torch", "onnxruntime", "gradio", "sentence_transformers", "fastapi", "lxml", "mcp"
COMMAND = "import sys; from ui.terminal import main; sys.exit(main())"
LOADED = """
import sys
from ui.terminal import main
status = main()
print(status, *({name.partition(".")[0] for name in sys.modules} & set(%r)), file=open(%r, "w"))
"""


@pytest.fixture
def start(guarded, tmp_path):
    """Starts the command in a process of its own, with a folder of its own to stand in."""

    def run(*arguments, **options):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": guarded, "cwd": tmp_path} | options
        return subprocess.Popen([sys.executable, "-c", COMMAND, *map(os.fsencode, arguments)], **pipes)

    return run


@pytest.fixture
def finished(start):
    """Runs the command to its end: its status, what it wrote and what it complained of."""

    def run(*arguments, **options):
        with start(*arguments, **options) as process:
            out, err = process.communicate()
        return process.returncode, (out or b"").decode(), (err or b"").decode()

    return run


LIGHT = [
    ((), 2),
    (("--version",), 0),
    (("--help",), 0),
    *(((verb, "--help"), 0) for verb in VERBS),
    (("ask",), 2),
    (("ask", "a", "b"), 2),
    (("ask", "a", "--from", "b.txt"), 2),
    (("search", "-k", "0", "a"), 2),
    (("search", "-k", "few", "a"), 2),
    (("show",), 2),
    (("show", "a", "--start", "first"), 2),
    (("chat", "--port", "70000"), 2),
    (("frobnicate",), 2),
    (("ask", "--form", "b.txt"), 2),
    (("ask", "--from", "nothing.txt"), 1),
    (("search", "--from", "nothing.csv"), 1),
    (("sync", "nowhere"), 1),
]


@pytest.mark.parametrize(
    ("arguments", "status"), LIGHT, ids=[" ".join(arguments) or "nothing" for arguments, _ in LIGHT]
)
def test_help_and_wrong_use_load_nothing_heavy(arguments, status, guarded, tmp_path):
    told = tmp_path / "told.txt"
    process = subprocess.run(
        [sys.executable, "-c", LOADED % (HEAVY, str(told)), *arguments], capture_output=True, cwd=tmp_path, env=guarded
    )
    assert told.read_text().split() == [str(status)]
    if arguments and status:
        assert (process.stdout, process.stderr.count(b"\n")) == (b"", 1)


def test_a_broken_setting_is_one_sentence_and_loads_nothing_heavy(guarded, tmp_path):
    told = tmp_path / "told.txt"
    program = [sys.executable, "-c", LOADED % (HEAVY, str(told)), "status"]
    process = subprocess.run(program, capture_output=True, env=guarded | {"DESPATCH_PORT": "many"})
    assert told.read_text().split() == ["1"]
    assert process.stderr.count(b"\n") == 1
    assert b"DESPATCH_PORT" in process.stderr


def test_wrong_use_names_the_help_of_its_verb(finished):
    assert finished("ask")[2] == "Give either QUESTION or --from FILE; see `despatch ask --help`.\n"
    assert "Did you mean '--from'? See `despatch ask --help`." in finished("ask", "--form", "x")[2]


@pytest.mark.parametrize("arguments", [("ask",), ("search",), ("show",), ("ask", "x", "--where")], ids=" ".join)
def test_an_argument_that_is_not_utf_8_is_wrong_use(finished, arguments):
    status, out, err = finished(*arguments, b"caf\xe9")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "not UTF-8" in err


def test_the_version_is_told(finished):
    status, out, err = finished("--version")
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"despatch .+\nSQLite {re.escape(sqlite3.sqlite_version)}, which suffices\n", out)


def test_the_verbs_are_listed_in_the_order_of_use(finished):
    listed = finished("--help")[1].partition("Commands:\n")[2]
    assert [line.split()[0] for line in listed.splitlines()] == [
        *(
            "sync",
            "search",
            "ask",
            "show",
            "verify",
            "status",
            "chat",
            "mcp",
            "log",
            "eval",
            "eval",
            "corpora",
            "models",
            "doctor",
            "backup",
            "restore",
            "forget",
            *("keys",) * 3,
            *("users",) * 3,
        ),
    ]


def test_json_is_utf_8_and_text_survives_whatever_the_terminal_speaks(finished, guarded, tmp_path, pack_index):
    env = guarded | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"}
    (tmp_path / "q.txt").write_text("Qu’est-ce que c’est, Ωμέγα?\n", encoding="utf-8")
    status, out, err = finished("ask", "--from", "q.txt", "--index", pack_index, env=env)
    assert (status, err) == (0, "")
    assert json.loads(out)["question"] == "Qu’est-ce que c’est, Ωμέγα?"
    status, out, err = finished("ask", "Who is Ωμέγα?", "--index", pack_index, env=env)
    assert (status, err) == (0, "")


@pytest.mark.parametrize("arguments", [("--help",), ("search", "dialogue"), ("ask", "--from", "q.txt")], ids=" ".join)
def test_a_reader_that_leaves_early_ends_the_command_quietly(start, tmp_path, pack_index, arguments):
    (tmp_path / "q.txt").write_text("Who led the dialogue?\n" * 3)
    at = () if arguments == ("--help",) else ("--index", pack_index)
    with start(*arguments, *at) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="macOS has no device that is always full")
def test_a_full_disk_is_one_sentence(finished, pack_index):
    with Path("/dev/full").open("w") as full:
        status, _, err = finished("status", "--index", pack_index, stdout=full)
    assert (status, err.count("\n")) == (1, 1)
    assert "cannot be written" in err


def test_closed_streams_do_not_matter(guarded, pack_index):
    command = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", sys.executable, "-c", COMMAND, "status", "--index", pack_index]
    assert subprocess.run(command, env=guarded).returncode == 0


def test_ctrl_c_during_a_sync_is_one_sentence_and_the_next_sync_goes_on(start, finished, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(150):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\nThe bell of tower {number} rings at noon.\n")
    with start("sync", "notes", "--index", "index") as process:
        assert process.stderr.readline() == b"Reading the files (150).\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert err.splitlines()[-1].startswith(b"Stopped; ")
    assert b"Traceback" not in err
    status, out, _ = finished("sync", "notes", "--index", "index", "--json")
    assert (status, json.loads(out)["documents"]) == (0, 150)


def test_ctrl_c_before_the_work_begins_is_one_sentence(guarded):
    # The signal comes while the command's modules load, at a place that is the same in every run.
    program = f"""
import signal, sys
class Interrupt:
    def find_spec(self, name, path, target=None):
        if name == "ui.terminal.command":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
{COMMAND}
"""
    process = subprocess.run([sys.executable, "-c", program, "status"], env=guarded, capture_output=True)
    assert (process.returncode, process.stdout, process.stderr.count(b"\n")) == (130, b"", 1)


UNEXPECTED = """
import sys
from ui.terminal import status, main
def fail(*_): raise ValueError("a line\\nand another")
status.open_assistant = fail
sys.exit(main())
"""


def test_an_unexpected_error_is_one_sentence_too(guarded):
    program = [sys.executable, "-c", UNEXPECTED, "status"]
    process = subprocess.run(program, env=guarded, capture_output=True)
    assert process.returncode == 1
    assert process.stderr == (
        b"Despatch failed unexpectedly (ValueError: a line and another); "
        b"run again with DESPATCH_DEBUG=1 to see where.\n"
    )
    process = subprocess.run(program, env=guarded | {"DESPATCH_DEBUG": "1"}, capture_output=True)
    assert process.returncode == 1
    assert b"Traceback" in process.stderr


def test_the_shell_completes_verbs_options_and_document_ids(finished, guarded, pack_index):
    def completed(*words):
        env = guarded | {
            "_DESPATCH_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("despatch", *map(str, words))),
            "COMP_CWORD": str(len(words)),
        }
        status, out, err = finished(env=env)
        assert (status, err) == (0, "")
        return [line.partition(",")[2] for line in out.split()]

    assert completed("st") == ["status"]
    assert completed("sync", "--re") == ["--rebuild"]
    assert "readout.md" in completed("show", "--index", pack_index, "read")
    assert completed("show", "--index", "nowhere", "read") == []


def on_a_terminal(process_of):
    """What a process writes to a terminal of its own, which `process_of` connects."""
    ours, theirs = pty.openpty()
    written = b""
    with process_of(theirs) as process:
        os.close(theirs)
        # Linux tells the end of a terminal by an error, macOS by nothing more to read.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65_536):
                written += part
    os.close(ours)
    return process.returncode, written.decode()


def test_on_a_terminal_progress_is_one_line_that_is_wiped_at_the_end(start, tmp_path):
    (tmp_path / "notes").mkdir()
    for name in ("a.md", "b\x1b[2J.md"):
        (tmp_path / "notes" / name).write_text(f"The bell of {name[0]} rings at noon.\n")
    status, written = on_a_terminal(
        lambda terminal: start("sync", "notes", "--index", "index", stdout=subprocess.DEVNULL, stderr=terminal)
    )
    assert status == 0
    assert "\n" not in written
    assert "\x1b[2J" not in written
    assert "Reading the files 1/2 files" in written
    assert re.search(r"2/2 files, 2 passages \([\d,]+ a second\)", written)
    assert written.endswith("\r\x1b[K")


def test_on_a_terminal_stored_text_is_shown_with_escapes(start, finished, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("The bell \x1b[2J rings at noon.")
    assert finished("sync", "notes", "--index", "index")[0] == 0
    status, written = on_a_terminal(lambda terminal: start("show", "a.txt", "--index", "index", stdout=terminal))
    assert (status, written) == (0, "The bell \\x1b[2J rings at noon.")


def test_the_chat_makes_a_first_index_of_the_examples_and_tells_its_address(start):
    with start("chat", "--port", "0") as process:
        assert process.stdout.readline().startswith(b"Read ")
        address = process.stdout.readline().decode().split()[-1]
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_a_second_ctrl_c_ends_the_chat_without_a_traceback(start):
    with start("chat", "--port", "0") as process:
        assert process.stdout.readline().startswith(b"Read ")
        assert process.stdout.readline().startswith(b"Despatch is open")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err
