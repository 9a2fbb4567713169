"""The page in another language: every visible word is the language's own, a document's or a person's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DOCUMENTS
from tests.ui.test_chat_page import FERRY, UNKNOWN
from ui.wording import words_in

pytestmark = pytest.mark.browser

GERMAN = words_in("de")
# what can be seen or is read out: texts, and the names of what has no text; the titles of conversations are a person's
SEEN = """() => {
  const shown = [document.title], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, #rail li a") && parent.checkVisibility()) shown.push(walker.currentNode.data);
  }
  for (const each of document.querySelectorAll("*")) if (each.checkVisibility() && !each.closest("#rail li a"))
    for (const name of ["aria-label", "title", "placeholder", "alt"]) shown.push(each.getAttribute(name) ?? "");
  return shown.flatMap(each => each.split("·")).map(each => each.trim().replace(/\\s+/g, " "))
    .filter(each => /[a-z]{2}/i.test(each));
}"""
NAMES = re.compile(r"Despatch|Markdown|HTML|Word|JSON|English|Français|Español|harbour papers\d*|2\. Mai 2024")
# in the language of the question
ASSISTANT = re.compile(
    r"The documents don’t say\.|No sentence in the documents answers this.*|The passages nearest to.*"
)
# in the language of the documents, since it is them who are asked
OFFERED = re.compile(r"What (do the documents|does “.*”) say about .*\?")


def german() -> list[re.Pattern[str]]:
    forms = [each for text in GERMAN.texts.values() for each in ([text] if isinstance(text, str) else text)]
    whole = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(form)) for form in forms]
    return [re.compile(each) for each in [*whole, rf"{'|'.join(whole)}( ({'|'.join(whole)}))+"]]


def foreign(page: Page) -> list[str]:
    """What can be seen and is neither German nor a document's nor a person's."""
    own = " ".join(" ".join((*DOCUMENTS.values(), *DOCUMENTS, FERRY, UNKNOWN)).split())
    patterns = german()
    return [
        each
        for each in dict.fromkeys(page.evaluate(SEEN))
        if each not in own
        and not any(pattern.fullmatch(each) for pattern in patterns)
        and not any(pattern.fullmatch(each) for pattern in (NAMES, ASSISTANT, OFFERED))
    ]


def asked(page: Page, question: str) -> None:
    page.get_by_role("textbox", name="Ihre Frage").fill(question)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=question).last).to_be_visible()
    expect(page.get_by_role("button", name="Senden")).to_be_visible()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")


def test_no_english_word_is_left_on_a_german_page(browser, site):
    window = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE", reduced_motion="reduce")
    page = window.new_page()
    page.goto(site)
    page.get_by_role("textbox", name="Ihre Frage").wait_for()
    expect(page.get_by_role("heading", name="4 Dokumente befragen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert foreign(page) == [], "first screen"
    asked(page, FERRY)
    page.get_by_role("link", name="Quelle 1", exact=True).last.click()
    expect(page.get_by_role("button", name="Quelle schließen")).to_be_focused()
    assert foreign(page) == [], "a source"
    page.keyboard.press("Escape")
    asked(page, UNKNOWN)
    page.get_by_text("Auch gefunden, nicht verwendet").last.click()
    assert foreign(page) == [], "not found"
    page.get_by_role("button", name="Optionen für").first.click()
    assert foreign(page) == [], "options of a conversation"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Sammlung").click()
    page.get_by_role("checkbox").first.check()
    assert foreign(page) == [], "the corpus"
    page.get_by_label("Suchen in", exact=True).select_option("Text")
    page.get_by_role("searchbox", name="In Dokumenten suchen").fill("ferry")
    expect(page.get_by_role("rowheader", name="Ferry timetable")).to_contain_text("Fundstellen")
    page.get_by_role("link", name="Ferry timetable").click()
    expect(page.get_by_role("region", name="Text des Dokuments")).to_be_visible()
    page.locator("mark").evaluate("mark => mark.replaceWith(...mark.childNodes)")  # a part of the document's words
    page.locator("#reader .doc").evaluate("doc => doc.querySelectorAll('p').forEach((each) => each.normalize())")
    assert foreign(page) == [], "a document that is read"
    page.get_by_role("button", name="Zurück zur Liste").click()
    page.get_by_role("button", name="In 1 Dokument fragen").click()
    expect(page.get_by_role("button", name="Filter aufheben")).to_be_visible()
    assert foreign(page) == [], "asking in one document"
    page.get_by_role("button", name="Optionen für").first.click()
    page.get_by_role("button", name="Gespräch löschen").click()
    assert foreign(page) == [], "before a conversation is deleted"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Einstellungen").click()
    expect(page.get_by_role("dialog", name="Einstellungen")).to_be_visible()
    assert foreign(page) == [], "settings"
    window.close()


def test_a_short_question_on_a_french_page_is_declined_in_french(browser, site):
    window = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", reduced_motion="reduce")
    page = window.new_page()
    page.goto(site)
    page.get_by_role("textbox", name="Votre question").fill("Torquay ?")
    page.keyboard.press("Enter")
    conversation = page.get_by_role("log")
    expect(conversation).to_contain_text("Les documents ne le disent pas.")
    expect(conversation).to_contain_text("aucune ne mentionne «\xa0Torquay\xa0».")
    expect(conversation).to_contain_text("Les passages les plus proches sont ci-dessous")
    window.close()
