"""Behind a proxy that serves the page below a path of its own and says who signed in: a real one, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from playwright.sync_api import expect
from starlette.responses import Response, StreamingResponse

from tests.ui.conftest import running, served
from ui.access import Entries
from ui.rules import FILE, Rules
from ui.server import address, listening
from ui.sessions import Access

BELOW = "/desk"
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


class Proxy:
    """Passes on what comes below `BELOW`, without it, in the name of one user; nothing else is there."""

    def __init__(self) -> None:
        self.behind = ""
        self.elsewhere: list[str] = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        if not scope["path"].startswith(f"{BELOW}/"):
            self.elsewhere.append(scope["path"])
            await Response(status_code=404)(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = [each for each in scope["headers"] if each[0] != b"remote-user"]
        url = f"{self.behind}{scope['path'].removeprefix(BELOW)}?{scope['query_string'].decode()}"
        async with (
            httpx.AsyncClient(timeout=60) as client,
            client.stream(scope["method"], url, headers=[*headers, (b"remote-user", b"ada")], content=body) as got,
        ):
            answer = StreamingResponse(got.aiter_raw(), got.status_code)
            answer.raw_headers = [
                (name.lower(), value) for name, value in got.headers.raw if name.decode().lower() not in HOP_BY_HOP
            ]
            await answer(scope, receive, send)


@contextmanager
def before(proxy: Proxy) -> Iterator[str]:
    with listening("127.0.0.1", 0) as listener:
        web = uvicorn.Server(uvicorn.Config(proxy, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
        with running(web, listener):
            yield address(listener)


@pytest.mark.browser
def test_the_page_is_used_through_a_proxy_that_signs_people_in(browser, harbour, tmp_path):
    proxy = Proxy()
    with before(proxy) as front:
        (tmp_path / FILE).write_text(
            f"[proxy]\naddresses = ['127.0.0.1']\nheader = 'Remote-User'\n[page]\naddress = '{BELOW}'\n"
        )
        access = Access(Entries("key", tmp_path), Entries("user", tmp_path), beyond=True, rules=Rules(tmp_path))
        with served(harbour, access) as proxy.behind:
            window = browser.new_context(locale="en-GB")
            page, outside = window.new_page(), []
            page.on("request", lambda request: None if request.url.startswith(front) else outside.append(request.url))
            page.goto(f"{front}{BELOW}/")
            page.get_by_role("textbox", name="Your question").fill("When does the ferry to Norholm leave?")
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_role("log")).to_contain_text("leaves the northern pier at seven", timeout=60_000)
            page.get_by_role("log").get_by_role("link", name="1").first.click()
            expect(page.get_by_role("region", name="Source").locator("mark")).to_contain_text(
                "leaves the northern pier"
            )
            expect(page.get_by_role("navigation", name="Conversations").get_by_role("link")).not_to_have_count(1)
            page.get_by_role("link", name="Sign out").click()
            expect(page.get_by_text("You are signed in as ada.")).to_be_visible()
            page.get_by_role("link", name="Go to the documents").click()
            expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
            window.close()
    assert outside == []
    assert set(proxy.elsewhere) <= {"/favicon.ico"}
