"""Signing in, in a real browser: the door, the page behind it, and the way out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from assistant import Conversations, KeptExchange, new_id
from tests.ui.test_chat_accessibility import AXE, RULES, RUN
from ui.signing_in import onward

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, closed_site):
    window = browser.new_context(locale="en-GB")
    opened = window.new_page()
    opened.goto(closed_site.address)
    yield opened
    window.close()


def sign_in(page, password):
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_whoever_signs_in_asks_is_answered_and_leaves(page, closed_site, harbour_index):
    address, outside = closed_site.address, []
    page.on("request", lambda request: outside.append(request.url) if address not in request.url else None)
    expect(page).to_have_title("Sign in to Despatch")
    sign_in(page, "a wrong password")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    sign_in(page, closed_site.password)
    page.get_by_role("textbox", name="Your question").fill("When does the ferry to Norholm leave?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("leaves the northern pier at seven in the morning", timeout=60_000)
    rail = page.get_by_role("navigation", name="Conversations")
    expect(rail.get_by_role("link", name="When does the ferry").first).to_be_visible()
    kept = Conversations(harbour_index).of("user bob")
    kept.keep(KeptExchange(new_id(), "bobs", datetime.now(UTC), "Who has the key?", None, "failed", None, "Nobody."))
    page.goto(f"{closed_site.address}/?c=bobs")
    expect(rail.get_by_role("link", name="When does the ferry").first).to_be_visible()
    expect(rail.get_by_role("link", name="Who has the key?")).to_have_count(0)
    expect(page.get_by_role("heading", name="Ask 4 documents")).to_be_visible()
    expect(page.get_by_role("heading", name="Who has the key?")).to_have_count(0)
    rail.get_by_role("link", name="When does the ferry").first.click()
    expect(page.get_by_test_id("bot")).to_have_count(1)
    link = page.url
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sign in to Despatch")
    page.goto(link)
    sign_in(page, "a wrong password")
    sign_in(page, closed_site.password)
    expect(page.get_by_role("heading", name="When does the ferry")).to_be_visible()
    assert "c=" in page.url
    assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_to_sign_in_violates_no_rule_of_accessibility(page, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "a wrong password")
    expect(page.get_by_role("alert")).to_be_visible()
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []


@pytest.mark.parametrize(("chosen", "other"), [("dark", "light"), ("light", "dark")])
def test_the_page_to_sign_in_has_the_colours_that_were_chosen_whatever_the_system_prefers(
    page, closed_site, chosen, other
):
    ground = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme=chosen)
    preferred = page.evaluate(ground)
    page.emulate_media(color_scheme=other)
    assert page.evaluate(ground) != preferred
    page.context.add_cookies([{"name": "despatch_choices", "value": f"theme={chosen}", "url": closed_site.address}])
    page.reload()
    assert page.evaluate(ground) == preferred
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("c=abc-_1&corpus=A+b&instead=x", "?c=abc-_1&corpus=A+b"),
        ("c=%22%3E%3Cscript%3E", "?c=%22%3E%3Cscript%3E"),
        ("next=//evil.example", ""),
        ("c=//evil.example", "?c=%2F%2Fevil.example"),
        ("&".join("c=x" for _ in range(99)), ""),
    ],
)
def test_of_the_pages_address_only_conversation_and_corpus_outlast_signing_in(query, kept):
    assert onward(query) == kept
