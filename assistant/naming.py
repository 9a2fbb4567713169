"""Documents that a question names: by title, by the name of the file, or by words that stand in one title alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.joined import Searched
from assistant.phrasing import ABROAD, phrases
from assistant.replies import Reply
from assistant.wording import Wording
from index import DocumentSummary, tokens

MOST_CHOICES = 5
# words that a title is found without
_EMPTY = {
    *("a", "an", "the", "this", "that", "of", "on", "in", "to", "for", "and", "document", "file", "paper", "text"),
    *("der", "die", "das", "den", "dem", "des", "dieser", "diese", "dieses", "diesen", "diesem", "dokument", "datei"),
    *("le", "la", "les", "ce", "cette", "ces", "du", "de", "fichier", "texte"),
    *("el", "los", "las", "este", "esta", "del", "documento", "archivo", "fichero", "texto"),
}
_ELIDED = re.compile(r"\b[dl]['’](?=\w)", re.IGNORECASE)  # "l'accord" names what is called "Accord"
_IN_ONE = (
    r"what (?:does|do|did) (.+?) (?:say|state|tell us|write) (?:about|on|of|regarding) ",
    r"according to (.+?),? (?:what|who|when|where|how|which|why|did|does|do|is|are|was|were)\b",
)
_CHOSEN = re.compile(r" \((.+)\)$")
_SUFFIX = re.compile(r"\.\w{1,5}$")


def named(name: str, documents: Sequence[DocumentSummary]) -> tuple[DocumentSummary, ...]:
    """The documents that some words of a question may name: the one that is called so, else all whose titles hold them.

    Args:
        name: as it stands in the question.
        documents: those that can be meant.

    Returns:
        None where no title holds all the words; several where the words do not tell which is meant.
    """
    choice = _CHOSEN.search(name)  # behind a question that was asked back
    wanted = _words(choice[1] if choice else name)
    if not wanted:
        return ()
    called = tuple(one for one in documents if wanted in (_words(one.title), _words(_file(one))))
    if called:
        return called
    return tuple(one for one in documents if set(wanted) <= {*_words(one.title), *_words(_file(one))})


def which(documents: Sequence[DocumentSummary], words: Wording) -> Reply:
    """What to ask where several documents may be named."""
    choices = tuple(dict.fromkeys(" ".join(one.title.split()) for one in documents))[:MOST_CHOICES]
    return offered(choices, words)


def offered(choices: tuple[str, ...], words: Wording) -> Reply:
    """A question asked back, with what can be chosen, a line each."""
    listed = (f"{at}. {choice}" for at, choice in enumerate(choices, start=1))
    return Reply("asked_back", "\n".join((words("asked_back.which"), *listed)), choices=choices)


def only(document: DocumentSummary) -> str:
    """The filter that leaves this document, and others only where its id reads as a pattern."""
    mark = '"' if "'" in document.id else "'"
    return f"document = {mark}{document.id.replace(mark, '?')}{mark}"


def within_named(question: str, where: str | None, index: Searched) -> str | None:
    """The filter of a question, with the one document that it asks about by its very title or file name, if it does."""
    plain = " ".join(question.split())
    within = [re.compile(each, re.IGNORECASE) for each in _IN_ONE]
    within += [each for language in ABROAD for each in phrases(language).within]
    match = next((found for each in within if (found := each.match(plain.lstrip("¿¡ ").replace("’", "'")))), None)
    if match is None:
        return where
    wanted = _words(match[1])
    called = [one for one in index.listed(where=where).documents if wanted in (_words(one.title), _words(_file(one)))]
    if not wanted or len(called) != 1:
        return where
    return f"({where}) and {only(called[0])}" if where else only(called[0])


def _file(document: DocumentSummary) -> str:
    return _SUFFIX.sub("", document.id.rpartition("/")[2])


def _words(text: str) -> tuple[str, ...]:
    plain = _ELIDED.sub("", _SUFFIX.sub("", text.strip().strip("\"'“”„‘’«» ")))
    return tuple(word for word in (each.casefold() for each in tokens(plain.replace("_", " "))) if word not in _EMPTY)
