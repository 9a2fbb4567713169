"""Where the chat listens, and how it says that it cannot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ui.server import PortBusy, listening


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
