"""Nothing leaves the machine: the whole of it runs where every connection but loopback is refused and recorded."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from assistant import bundled_corpus

MAIN = "import sys; from ui.terminal import main; sys.exit(main())"
DESPATCH = [sys.executable, "-c", MAIN]


def attempts(environment: dict[str, str]) -> str:
    log = Path(environment["GUARD_LOG"])
    return log.read_text(encoding="utf-8") if log.exists() else ""


def despatch(environment: dict[str, str], *arguments: str) -> str:
    child = subprocess.run([*DESPATCH, *arguments], env=environment, capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    return child.stdout


def test_the_guard_refuses_and_records_another_machine(guarded: dict[str, str]):
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"  # TEST-NET-1: no machine has it
    child = subprocess.run([sys.executable, "-c", code], env=guarded, capture_output=True, text=True)
    assert "the tests allow no connection to 192.0.2.1" in child.stderr
    assert "192.0.2.1" in attempts(guarded)


def test_sync_search_ask_and_show_reach_for_nothing_outside(guarded: dict[str, str], tmp_path: Path):
    # a cache of its own, so that the model is compiled here too
    environment = guarded | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    index = ["--index", str(tmp_path / "index")]
    report = json.loads(despatch(environment, "sync", str(bundled_corpus()), *index, "--json"))
    assert report["failures"] == []
    assert json.loads(despatch(environment, "search", "AUKUS", *index, "--json"))["hits"]
    answer = json.loads(despatch(environment, "ask", "When did the dialogue end?", *index, "--json"))
    assert answer["citations"]
    assert despatch(environment, "show", answer["citations"][0]["document_id"], *index)
    assert attempts(environment) == ""
    # onnxruntime reaches out below Python, where no guard stands, and keeps beside our cache what it has yet to report
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["despatch"]


def test_the_chat_starts_and_serves_its_page_without_reaching_outside(guarded: dict[str, str], pack_index: Path):
    chat = subprocess.Popen(
        [*DESPATCH, "chat", "--port", "0", "--index", str(pack_index)],
        env=guarded,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert chat.stdout is not None
        said, url = "", None
        while url is None:
            line = chat.stdout.readline()
            assert line, f"the chat ended: {said}"
            said += line
            url = re.search(r"http://127\.0\.0\.1:[1-9]\d*", line)
        with urllib.request.urlopen(url.group()) as page:
            assert page.status == 200
            assert b"Despatch" in page.read()
    finally:
        chat.send_signal(signal.SIGINT)
        chat.communicate(timeout=60)
    assert attempts(guarded) == ""


@pytest.mark.prove
def test_in_a_namespace_without_any_network_the_whole_way_works(guarded: dict[str, str], tmp_path: Path):
    """Below Python too: the kernel itself offers nothing but loopback there."""
    command, index = shlex.join(DESPATCH), tmp_path / "index"
    script = (
        f"ip link set lo up && {command} sync {bundled_corpus()} --index {index} "
        f"&& {command} ask 'When did the dialogue end?' --index {index} --json"
    )
    child = subprocess.run(
        ["unshare", "--net", "--map-root-user", "sh", "-c", script], env=guarded, capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr
    assert '"citations"' in child.stdout
