"""Whether a statement says yes where its source says no, may where it says must, all where it says some."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from assistant.checking.aligning import Alignment, Side
from assistant.checking.finding import Finding, Kind, reason
from assistant.checking.reading import Token, stem
from assistant.checking.word_lists import (
    AUXILIARIES,
    CONDITIONAL,
    DENYING,
    HEDGES,
    MANY,
    MODALS,
    NEGATING_PREFIXES,
    NEGATIONS,
    ONLY,
    OPPOSITES,
    QUANTIFIERS,
    SOME,
    WEAK_MODALS,
)

_AHEAD = 6  # tokens behind a negation within which stands what it negates
_BEFORE = 7  # tokens before a word within which a negation of it stands
_AGAIN = 30  # tokens around a negation: the length of a sentence
_HOLE = 3  # words that a negation may have been cut out with
_OPPOSITE_STEMS: dict[str, frozenset[str]] = {}
for _one, _other in OPPOSITES:
    for _word, _against in ((_one, _other), (_other, _one)):
        _OPPOSITE_STEMS[stem(_word)] = _OPPOSITE_STEMS.get(stem(_word), frozenset()) | {stem(_against)}


def negations(alignment: Alignment) -> Iterator[Finding]:
    """Negations that only one of the two has."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    home = [at for at in range(len(there)) if alignment.at_home(at)]
    for place, head in _one_sided(own, there, alignment.pairs, range(len(own))):
        missing = reason("missing", said=own[place].text)
        if head is not None:
            yield Finding("negation", missing, True)
        elif own[place].word in NEGATIONS and not any(_negates(there, at) for at in home):
            yield Finding("negation", missing, False)
    back = alignment.paired
    for place, head in _one_sided(there, own, back, home):
        if head is not None and _said_again(there, head, back):
            continue
        if head is not None or (
            _in_hole(alignment, place, back) and not any(_negates(own, at) for at in range(len(own)))
        ):
            yield Finding("negation", reason("says", word=there[place].text), True)


def _one_sided(
    tokens: Sequence[Token], others: Sequence[Token], pairs: Mapping[int, int], places: Sequence[int]
) -> Iterator[tuple[int, int | None]]:
    """Negations of `tokens` without one of the same word in `others`; with the word, or None."""
    spoken_for = {there for at, there in pairs.items() if _negates(tokens, at)}
    for place in places:
        if not _negates(tokens, place) or (place in pairs and _negates(others, pairs[place])):
            continue
        about = list(_heads(tokens, place))
        if about and _prefixed(tokens[about[0]], tokens, others):
            continue
        head = next((at for at in about if at in pairs), None)
        if head is None or not _is_negated(others, pairs[head], spoken_for):
            yield place, head


def _said_again(tokens: Sequence[Token], head: int, back: Container[int]) -> bool:
    """Whether a negated word of the source stands there a second time, without the negation and unpaired."""
    return any(
        token.stem == tokens[head].stem and at != head and at not in back and not _is_negated(tokens, at, ())
        for at, token in enumerate(tokens[: head + _AGAIN])
        if at > head - _AGAIN
    )


def _negates(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    if token.word in NEGATIONS:
        following = tokens[place + 1].word if place + 1 < len(tokens) else ""
        return not (
            following == "only" or (token.word == "no" and following in ("more", "less", "longer", "fewer", "later"))
        )
    return token.kind == "word" and token.stem in DENYING and not token.is_name


def _heads(tokens: Sequence[Token], place: int) -> Iterator[int]:
    """The words that a negation is about: those of meaning behind it, to the end of the clause."""
    for at in range(place + 1, min(place + 1 + _AHEAD, len(tokens))):
        if tokens[at].ends_clause:
            return
        if tokens[at].is_content or tokens[at].kind == "number":
            yield at


def _is_negated(tokens: Sequence[Token], place: int, spoken_for: Container[int]) -> bool:
    """Whether a negation stands before a word in its clause; one `spoken_for` has its like in the other text."""
    for at in range(place, max(-1, place - 1 - _BEFORE), -1):
        if at < place and tokens[at].ends_clause:
            return False
        if at not in spoken_for and _negates(tokens, at):
            return True
    return False


def _prefixed(token: Token, tokens: Sequence[Token], others: Sequence[Token]) -> bool:
    """Whether only the others say a word of a text with a prefix that negates it: "not known", "unknown"."""
    said = {one.word for one in tokens}
    forms = {prefix + token.word for prefix in NEGATING_PREFIXES} | {
        prefix + token.stem for prefix in NEGATING_PREFIXES
    }
    return any(other.word in forms or other.stem in forms for other in others if other.word not in said)


def _in_hole(alignment: Alignment, place: int, back: Mapping[int, int]) -> bool:
    """Whether what stands close on both sides of a token was taken over, without a clause's end between."""
    tokens = alignment.source.tokens

    def taken(reach: range) -> bool:
        for at in reach:
            if tokens[at].ends_clause or tokens[at].sentence != tokens[place].sentence:
                return False
            if at in back:
                return True
        return False

    return (
        tokens[place].is_first
        or taken(range(place - 1, max(-1, place - 1 - _HOLE), -1))
        and taken(range(place + 1, min(len(tokens), place + 1 + _HOLE)))
    )


def modalities(alignment: Alignment) -> Iterator[Finding]:
    """May, must and should, and hedges, that only one of the two has."""
    yield from _classed(alignment, MODALS, "modality", unmissed=WEAK_MODALS)
    own, back = alignment.statement.tokens, alignment.paired
    for place, token in enumerate(alignment.source.tokens):
        hedged = alignment.at_home(place) and token.word in HEDGES and place not in back
        if hedged and _is_cut(alignment, place, back) and not any(other.word in {*HEDGES, *MODALS} for other in own):
            yield Finding("modality", reason("says", word=token.text), False)


def conditions(alignment: Alignment) -> Iterator[Finding]:
    """If and unless that only the source has."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    if any(token.word in CONDITIONAL for token in own):
        return
    for place, token in enumerate(there):
        in_brackets = place > 0 and there[place - 1].text in ("(", "[")
        main = alignment.homes[:1] == (token.sentence,)
        if main and token.word in ("if", "unless") and place not in alignment.paired and not in_brackets:
            yield Finding("modality", reason("cut", word=token.text), False)
            return


def quantifiers(alignment: Alignment) -> Iterator[Finding]:
    """All, most, some, few and only, that only one of the two has."""
    unmissed = [word for word, said in QUANTIFIERS.items() if said in (SOME, MANY)]
    yield from _classed(alignment, QUANTIFIERS, "quantifier", unmissed=unmissed)


def _classed(
    alignment: Alignment, classes: Mapping[str, str], kind: Kind, unmissed: Container[str]
) -> Iterator[Finding]:
    """Words of a class that stand before the same word in both, but say another thing, or in one only."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    forth, back = alignment.pairs, alignment.paired
    for place, token in _of_class(alignment.statement, classes):
        said = classes[token.word]
        if place in forth and classes.get(there[forth[place]].word) == said:
            continue
        beside = _instead(alignment, place, classes)
        if said in beside or any({said, other} == {SOME, MANY} for other in beside):
            continue
        if beside:
            yield Finding(kind, reason("says_not", other=sorted(beside)[0], said=token.text), True)
        elif any(at in forth for at in _heads(own, place)) and not (
            token.word in unmissed or (said != ONLY and _stands_for_another(alignment, place))
        ):
            yield Finding(kind, reason("missing", said=token.text), False)
    for place, token in _of_class(alignment.source, classes):
        if place in back or token.word in unmissed or not alignment.at_home(place):
            continue
        head = next((at for at in _heads(there, place) if at in back), None)
        # what is further off than the next words belongs to another part of the sentence
        if head is None or head - place > _HOLE or _class_before(own, back[head], classes):
            continue
        said_somewhere = any(classes.get(other.word) == classes[token.word] for other in own)
        if not said_somewhere and _is_cut(alignment, place, back):
            yield Finding(kind, reason("says", word=token.text), False)


def _instead(alignment: Alignment, place: int, classes: Mapping[str, str]) -> set[str]:
    """What words of a class the source has in the place of a word, or before what that is said of."""
    there, paired = alignment.source.tokens, alignment.paired
    here = {classes.get(there[at].word, "") for at in alignment.narrow_gap(place) if at not in paired} - {""}
    head = next((at for at in _heads(alignment.statement.tokens, place) if at in alignment.pairs), None)
    return here or (_class_before(there, alignment.pairs[head], classes) if head is not None else set())


def _stands_for_another(alignment: Alignment, place: int) -> bool:
    """Whether a word of the statement stands where the source has another that the statement has not."""
    paired = alignment.paired
    gap = alignment.gap(place, place + 1)
    return len(gap) <= _HOLE and any(at not in paired and alignment.source.tokens[at].kind == "word" for at in gap)


def _is_cut(alignment: Alignment, place: int, back: Mapping[int, int]) -> bool:
    """Whether a word of the source was left out between words that were taken over, not said by another word."""
    if not _in_hole(alignment, place, back):
        return False
    own = alignment.statement.tokens
    before = next((back[at] for at in range(place - 1, -1, -1) if at in back), -1)
    if before + 1 >= len(own) or before + 1 in alignment.pairs or own[before + 1].kind == "mark":
        return True
    following = own[before + 2].word if before + 2 < len(own) else ""
    # "will" for "might" says no other doubt, "has to" for "must" says the same
    return own[before + 1].word in AUXILIARIES and following != "to"


def _of_class(side: Side, classes: Mapping[str, str]) -> Iterator[tuple[int, Token]]:
    dated = side.facts  # "May 4" allows nothing
    return ((at, token) for at, token in enumerate(side.tokens) if token.word in classes and at not in dated)


def _class_before(tokens: Sequence[Token], place: int, classes: Mapping[str, str]) -> set[str]:
    found = set()
    for at in range(place - 1, max(-1, place - 1 - _BEFORE), -1):
        if tokens[at].ends_clause:
            break
        if tokens[at].word in classes:
            found.add(classes[tokens[at].word])
    return found


def opposites(alignment: Alignment) -> Iterator[Finding]:
    """Words of the statement whose opposite stands in the source instead."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    back = alignment.paired
    free = {token.stem: token for at, token in enumerate(there) if alignment.at_home(at) and at not in back}
    have = {token.stem for at, token in enumerate(there) if alignment.at_home(at)}
    for place, token in enumerate(own):
        if place in alignment.in_order or token.kind != "word":
            continue
        opposite = _OPPOSITE_STEMS.get(token.stem, frozenset())
        here = {there[at].stem: there[at] for at in alignment.narrow_gap(place) if at not in back}
        there_too = here if place in alignment.pairs or token.stem in have else free
        against = next((there_too[other] for other in opposite if other in there_too), None)
        if against is None and token.is_content:
            against = next(
                (other for other in free.values() if other.is_content and _negate_each_other(token, other)), None
            )
        if against is not None and not _is_negated_alone(alignment, place):
            yield Finding("opposite", reason("opposite", other=against.text, said=token.text), True)


def _negate_each_other(one: Token, other: Token) -> bool:
    short, long = sorted((one.word, other.word), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in NEGATING_PREFIXES)  # noqa: PLR2004  "able", not "it"


def _is_negated_alone(alignment: Alignment, place: int) -> bool:
    """Whether a negation that the source has not turns an opposite back: "not rejected" is "accepted"."""
    own = alignment.statement.tokens
    return any(_negates(own, at) and at not in alignment.pairs for at in range(max(0, place - _HOLE), place))
