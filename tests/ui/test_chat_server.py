"""Where the chat listens, and how it says that it cannot."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading

import httpx
import pytest

from tests.ui.gradio_page import PATIENCE_SECONDS, GradioPage
from ui.corpora import Corpora
from ui.server import PortBusy, address, build, listening, server


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


def test_an_answer_under_way_is_finished_when_the_server_ends(harbour):
    with listening("127.0.0.1", 0) as listener:
        web = server(build(Corpora({"harbour": harbour})))
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        asked = {"question": "When does the ferry to Norholm leave?", "stream": True}
        with httpx.stream("POST", f"{address(listener)}/v1/ask", json=asked, timeout=60) as sent:
            said = ""
            for part in sent.iter_text():
                web.should_exit = True  # from the first event on
                said += part
        thread.join(60)
    assert not thread.is_alive()
    assert "event: answer" in said
    assert "leaves the northern pier at seven" in said


def test_a_conversation_is_held_once_however_many_answers_it_has(site):
    from gradio.state_holder import StateHolder

    with httpx.Client(base_url=site, timeout=PATIENCE_SECONDS) as client:
        page = GradioPage(client)
        page.opened()
        for question in ("When does the ferry to Norholm leave?", "Who looks after the mill?", "Hello!"):
            page.ask(question)
        gc.collect()
        held = next(
            each.session_data[page.session]
            for each in gc.get_objects()
            if type(each) is StateHolder and page.session in each.session_data
        )
    shown = [each["props"]["value"] for each in held.components if each["type"] == "chatbot"]
    assert [len(messages) for messages in shown if messages] == [6]
