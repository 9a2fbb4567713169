"""Speaks to the chat as the page's script does: Gradio's queue over plain HTTP."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field

import httpx

PATIENCE_SECONDS = 60.0


@dataclass
class GradioPage:
    """The page as one browser window has it open; `query` is what stands in its address."""

    client: httpx.Client
    query: dict[str, str] = field(default_factory=dict)
    session: str = field(default_factory=lambda: secrets.token_hex(5))

    def __post_init__(self):
        self.html = self.client.get("/", params=self.query).text
        held = re.search(r"window\.gradio_config = (\{.*?\});</script>", self.html, re.DOTALL)
        self.config = json.loads(held[1])

    def function(self, label: str, event: str) -> int:
        """The number of what is done at an event of the component of that label, "" is the page itself."""
        parts = {each["id"]: each["props"].get("label") or "" for each in self.config["components"]}
        return next(
            each["id"]
            for each in self.config["dependencies"]
            for target, name in each["targets"]
            if name == event and parts.get(target, "") == label
        )

    def join(self, function: int, *data: object, session: str = "") -> httpx.Response:
        """Put a call into the queue."""
        asked = {"data": [*data], "fn_index": function, "session_hash": session or self.session}
        return self.client.post("/gradio_api/queue/join", params=self.query, json=asked)

    def stream(self, session: str = "") -> str:
        """All that the stream of a session says until it ends."""
        said, asked = "", {"session_hash": session or self.session}
        with self.client.stream("GET", "/gradio_api/queue/data", params=asked, timeout=PATIENCE_SECONDS) as sent:
            for part in sent.iter_text():
                said += part
        return said

    def opened(self) -> str:
        """What the page shows when it has loaded."""
        self.join(self.function("", "load")).raise_for_status()
        return self.stream()

    def ask(self, question: str, where: str = "", conversation: str = "") -> str:
        """The stream of a question's answer."""
        self.join(self.function("Your question", "submit"), question, where, conversation).raise_for_status()
        return self.stream()
