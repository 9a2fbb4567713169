"""Where the chat listens, and how it says that it cannot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ui.server import HostRefused, PortBusy, listening, serve


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "despatch.example", ""])
def test_an_address_that_others_can_reach_is_refused(harbour, host):
    with pytest.raises(HostRefused, match=r"^Despatch has no sign-in yet, so it listens on this machine only"):
        serve(harbour, host, 0)


def test_a_busy_port_is_named_with_the_option_that_changes_it():
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortBusy, match=rf"^Port {port} cannot be used .*`despatch chat --port {port + 1}`\.$"):
            listening("127.0.0.1", port)


def test_the_modules_of_the_faces_load_no_gradio():
    code = (
        "import sys, ui.chat.render, ui.server; print([m for m in ('gradio', 'torch', 'chromadb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
