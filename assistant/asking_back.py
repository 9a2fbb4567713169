"""Questions that could mean several things, or point at nothing, are asked back with the choices the documents offer.

Asking back costs a turn where the question was clear, so each rule asks for much; docs/questions.md says how often it
happens. English only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from assistant.checking.aligning import Side, align, side
from assistant.checking.dates import Date
from assistant.evidence import Evidence
from assistant.followups import is_asked_back, points_at_nothing, turns
from assistant.naming import offered
from assistant.replies import Asked, Reply
from assistant.small_talk import kind_of_talk
from assistant.terms import History, Turn
from assistant.wording import Wording
from index import Analyzer, Query, Term

MOST_CHOICES = 5
LONGEST_CHOICE = 80  # characters
NEARLY_AS_GOOD = 1.0  # of the score of sentences: a clear answer is further ahead
LEAST_OF_A_KIND = 0.5  # of the words of meaning, that two sentences share which say the same of two things
LESS_ABOUT = 0.1  # by so much less of the question's words may stand around a sentence
LEAST_OF_SEVERAL = 2
LONGEST_NAME = 3  # words without a question mark that are taken for a name
LEAST_THINGS = 3  # that "this river" may be: with two the likelier one is answered about
LONGEST_POINTING = 15  # words; a longer question tells by itself what "this" is
_ORDINALS = (
    r"first|erste[nrs]?|premi(?:er|ère)|primer[oa]?",
    r"second|zweite[nrs]?|deuxième|seconde?|segund[oa]",
    r"third|dritte[nrs]?|troisième|tercer[oa]?",
    r"fourth|vierte[nrs]?|quatrième|cuart[oa]",
    r"fifth|fünfte[nrs]?|cinquième|quint[oa]",
)
_LAST = r"last|letzte[nrs]?|derni(?:er|ère)|últim[oa]"
_ARTICLE = r"(?:the |number |der |die |das |den |le |la |el )?"
_PLACE = rf"\b(?:\d+|{'|'.join(_ORDINALS)}|one)\b"  # of a list: if none was there, no name either
_LEANS_ALONE = re.compile(
    r"(?:and |so |but )?(?:when|where|who|what|why|how|which(?: one)?|how (?:much|many))(?: exactly)?"
    r"(?: (?:was|is|are|were|did|does|do|will|has|about))? (?P<it>it|that|this|he|she|they|these|those|them|him|her)"
    r"(?: (?:be|happen|do|end|begin|start|mean|say|work|cost|decided?|agreed?))?",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<=[a-z0-9,;:)’'] )[A-Z][\w’'-]*|\b[A-Z]{2,}\b|\b\w*\d\w*")
_DEFINITE = re.compile(r"\b(?:the|this|that|it|he|she|they|his|her|its|their)\b", re.IGNORECASE)
_THIS = re.compile(
    r"\bth(?:is|ese) (?!(?:year|week|month|season|time|day|case|way|moment|period|century|decade|kind|type|sort|"
    r"question|purpose|morning|corpus|collection|document|documents|text|texts|folder)\b)[A-Za-z]{3,}",
    re.IGNORECASE,
)
_FACTUAL = re.compile(
    r"(?:and |so )?(?:when|who|where|how (?:many|much|long|old|big|large|high|far)|(?:what|which) (?:year|date|day|"
    r"city|country|place|person|name)|(?:what|which) (?:is|was|are|were) the \w+(?: \w+)?$)",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day)\b", re.IGNORECASE)
_HOW_MUCH = re.compile(r"\bhow (?:many|much|long|old|big|large|high|far)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z0-9,;:)’'] )[A-Z][\w’'-]+|\b[A-Z]{2,}\b")
Fact = TypeVar("Fact")


def point_at_nothing(asked: Asked) -> Reply | None:
    """What to ask where a question means something said before, and nothing that it could mean was; None elsewhere."""
    if place := points_at_nothing(asked.question, asked.history):
        return Reply("asked_back", asked.words("asked_back.no_place", place=place))
    leaning = _LEANS_ALONE.fullmatch(asked.question.rstrip("?.! "))
    if leaning and not any(turn.role == "user" for turn in turns(asked.history)):
        return Reply("asked_back", asked.words("asked_back.what", word=leaning["it"]))
    return None


def several_meant(query: Query, evidence: Sequence[Evidence], analyzer: Analyzer, words: Wording) -> Reply | None:
    """What to ask where the documents answer a question of several things, and it does not say of which.

    Args:
        query: the question; what was said before it may say of which.
        evidence: sentences, the likeliest answer first.
        analyzer: compares words.
        words: the assistant's own.
    """
    if query.earlier or not evidence:
        return None
    question = query.question
    best = _best_of_each(evidence)
    least = evidence[0].features.around - LESS_ABOUT
    alike = _of_a_kind({label: one for label, one in best.items() if one.features.around >= least})
    if _asks_a_fact(question, list(alike), analyzer) and _of_several(question, alike, analyzer):
        choices = _choices(question, list(alike), evidence, analyzer)
        return offered(choices, words) if choices else None
    if _THIS.search(question) and len(question.split()) <= LONGEST_POINTING and len(best) >= LEAST_THINGS:
        choices = _choices(question, list(best), (), analyzer)
        return offered(choices, words) if choices else None
    return None


def chosen(question: str, history: History) -> tuple[str, Sequence[Turn]]:
    """The question that was asked back, with the choice that an answer to it names, and the turns before it.

    A choice is named by its number, its place ("the second one") or its words; a name that was not offered is one too.
    Any other question stays as it is.
    """
    said = turns(history)
    if len(said) < 2 or said[-1].role != "assistant" or not is_asked_back(said[-1].text):  # noqa: PLR2004  an exchange
        return question, said
    lines = said[-1].text.splitlines()[1 : MOST_CHOICES + 1]
    offered = [choice for line in lines if (choice := line.partition(". ")[2])]
    choice = _named_choice(question, offered) if offered and said[-2].role == "user" else ""
    return (f"{said[-2].text} ({choice})", said[:-2]) if choice else (question, said)


def _named_choice(reply: str, offered: Sequence[str]) -> str:
    plain = " ".join(reply.casefold().strip("¿¡?.! ").split())
    for at, choice in enumerate(offered):
        if plain == choice.casefold() or re.fullmatch(rf"{_ARTICLE}(?:{at + 1}|{_ORDINALS[at]})(?: one)?", plain):
            return choice
    if re.fullmatch(rf"{_ARTICLE}(?:{_LAST})(?: one)?", plain):
        return offered[-1]
    is_name = len(plain.split()) <= LONGEST_NAME and "?" not in reply and kind_of_talk(reply) is None
    return "" if re.search(_PLACE, plain) or not is_name else " ".join(reply.split())


def _best_of_each(evidence: Sequence[Evidence]) -> dict[str, Evidence]:
    """The best sentence about each thing, by its label, of those nearly as good as the best of all.

    A thing is what a document is about; where all of them stand in one document, what stands under one heading.
    """
    near = [one for one in evidence if one.score >= evidence[0].score - NEARLY_AS_GOOD]
    several = len({one.hit.document_id for one in near}) > 1
    found: dict[str, Evidence] = {}
    for one in near:
        heading = one.hit.heading_path[-1] if one.hit.heading_path else ""
        found.setdefault(_shortened(one.hit.title if several else heading or one.hit.title), one)
    return found


def _shortened(label: str) -> str:
    plain = " ".join(label.split())
    return plain if len(plain) <= LONGEST_CHOICE else plain[: LONGEST_CHOICE - 1].rstrip() + "…"


def _of_a_kind(best: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Those that say nearly the same as the first, each of its own thing."""
    first = side(next(iter(best.values())).text)
    beside = {label: side(one.text) for label, one in best.items()}
    alike = (
        label
        for label, other in beside.items()
        if min(align(first, other).coverage, align(other, first).coverage) >= LEAST_OF_A_KIND
    )
    return {label: best[label] for label in alike}


def _asks_a_fact(question: str, labels: Sequence[str], analyzer: Analyzer) -> bool:
    """Whether a question asks for a fact about "the ..." and names nothing but what several things are all called."""
    plain = question.rstrip("?.! ")
    least = LEAST_OF_SEVERAL if _DEFINITE.search(plain) else LEAST_THINGS
    if len(labels) < least or not _FACTUAL.match(plain):
        return False
    common = set.intersection(*(_terms(label, analyzer) for label in labels))
    return all(analyzer.term(name) in common for name in _NAMED.findall(plain))


def _of_several(question: str, alike: Mapping[str, Evidence], analyzer: Analyzer) -> bool:
    """Whether sentences of one kind give another fact each, of things that are told apart by a name.

    They are where the labels hold what is asked about ("East pier" and "West pier"), or the sentences name others;
    else two sources differ on one thing.
    """
    first, *others = (side(one.text) for one in alike.values())
    called = set.intersection(*(_terms(label, analyzer) for label in alike)) & _terms(question, analyzer)
    return all(_says_another(question, first, other) and bool(called or _name_others(first, other)) for other in others)


def _terms(text: str, analyzer: Analyzer) -> set[Term]:
    return {analyzer.term(word) for word in analyzer.words(text)}


def _says_another(question: str, one: Side, other: Side) -> bool:
    if _WHEN.search(question):
        return _differ({_day(each) for each in one.dates}, {_day(each) for each in other.dates})
    if _HOW_MUCH.search(question):
        figures, others = ({each.values for each in of.quantities if not each.is_soft} for of in (one, other))
        return _differ(figures, others)
    return _name_others(one, other)


def _name_others(one: Side, other: Side) -> bool:
    """Whether each of two sentences holds a name that the other lacks."""
    names, others = set(_NAME.findall(one.text)), set(_NAME.findall(other.text))
    return bool(names - others) and bool(others - names)


def _differ(facts: set[Fact], others: set[Fact]) -> bool:
    return bool(facts) and bool(others) and not facts & others


def _day(said: Date) -> tuple[int | None, int | None, int | None]:
    return said.year, said.month, said.day


def _choices(question: str, labels: Sequence[str], evidence: Sequence[Evidence], analyzer: Analyzer) -> tuple[str, ...]:
    """What can be chosen, with what else of the evidence is called alike; nothing where the question says of which."""
    asked, shared = _terms(question, analyzer), set.intersection(*(_terms(label, analyzer) for label in labels))
    if any((_terms(label, analyzer) - shared) & asked for label in labels):
        return ()
    others = (_shortened(one.hit.title) for one in evidence) if shared else ()
    called_alike = (label for label in others if shared <= _terms(label, analyzer))
    return tuple(dict.fromkeys((*labels, *called_alike)))[:MOST_CHOICES]
