"""Who does what to whom, and whether what a statement joins was ever joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.checking.aligning import Alignment
from assistant.checking.facts import shown
from assistant.checking.finding import Finding, reason
from assistant.checking.reading import Token
from assistant.checking.word_lists import CONNECTING, MONTHS, PRONOUNS

LONGEST_SUBJECT = 8  # tokens at the start of a statement
LEAST_ADDED = 4  # words of meaning in a row that are not in the source: more than a wording


def exchanged(alignment: Alignment) -> Iterator[Finding]:
    """Two names that stand in each other's place.

    Both stand in the statement and in one sentence of the source in another order, the words beside the one being
    those beside the other there; a passive that turned the order round is none.
    """
    own, there = alignment.statement.tokens, alignment.source.tokens
    groups = _named(own)
    placed = [(group, _place_of(there, own, group, alignment)) for group in groups]
    known = [(group, at) for group, at in placed if at is not None]
    for number, (one, first) in enumerate(known):
        for other, second in known[number + 1 :]:
            if first <= second or there[first].sentence != there[second].sentence:
                continue
            if _turned(own) != _turned(there[second : first + 1]):
                continue
            if _beside(own, one) <= _beside(there, second) and _beside(own, other) <= _beside(there, first):
                turned = reason("turned", one=shown(_text(own, one)), other=shown(_text(own, other)))
                yield Finding("order", turned, True)
                return


def crossed(alignment: Alignment) -> Iterator[Finding]:
    """Two names of the source that each stand where it has the other."""
    own, there = alignment.statement.tokens, alignment.source.tokens
    moved = [
        (at, pair)
        for at, pair in sorted(alignment.pairs.items())
        if at not in alignment.in_order and there[pair].is_name and not _turned(own) and there[pair].word not in MONTHS
    ]
    for number, (at, pair) in enumerate(moved):
        for other, beside in moved[number + 1 :]:
            if beside in alignment.narrow_gap(at) and pair in alignment.narrow_gap(other):
                turned = reason("turned", one=shown(own[at].text), other=shown(own[other].text))
                yield Finding("order", turned, True)
                return


def _named(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    for place, token in enumerate(tokens):
        if not _may_be_name(token):
            continue
        if groups and groups[-1][1] == place - 1:
            groups[-1] = (groups[-1][0], place)
        else:
            groups.append((place, place))
    return [group for group in groups if not _counted(tokens, group)]


def _counted(tokens: Sequence[Token], group: tuple[int, int]) -> bool:
    """Whether a figure stands beside a name: a month of another language, a numbered thing."""
    around = tokens[max(0, group[0] - 2) : group[1] + 2]
    return any(token.kind == "number" for token in around)


def _may_be_name(token: Token) -> bool:
    return token.is_name or (token.is_first and token.is_content and token.text[0].isupper())


def _place_of(there: Sequence[Token], own: Sequence[Token], group: tuple[int, int], alignment: Alignment) -> int | None:
    last = own[group[1]]
    found = [at for at, token in enumerate(there) if alignment.at_home(at) and token.stem == last.stem]
    return found[0] if len(found) == 1 else None


def _text(tokens: Sequence[Token], group: tuple[int, int]) -> str:
    return " ".join(token.text for token in tokens[group[0] : group[1] + 1])


def _turned(tokens: Sequence[Token]) -> bool:
    return any(token.word == "by" for token in tokens)


def _beside(tokens: Sequence[Token], group: tuple[int, int] | int) -> set[str]:
    """The stems of the nearest words of meaning that are no names, with their side."""
    first, last = (group, group) if isinstance(group, int) else group
    found = set()
    for name, reach in (("before", range(first - 1, -1, -1)), ("after", range(last + 1, len(tokens)))):
        near = next((tokens[at] for at in reach if tokens[at].is_content and not tokens[at].is_name), None)
        if near is not None:
            found.add(f"{name} {near.stem}")
    return found


def joined(alignment: Alignment) -> Iterator[Finding]:
    """A subject of one sentence or clause that was given the predicate of another."""
    yield from _subject_exchanged(alignment)
    yield from _across_sentences(alignment)
    yield from _across_clauses(alignment)


def _subject_exchanged(alignment: Alignment) -> Iterator[Finding]:
    """The beginning of one sentence before the end of another, whose own subject was left out.

    That is right where this subject points back ("It", "The dam") and wrong where it is something else.
    """
    own, there = alignment.statement.tokens, alignment.source.tokens
    known = [at for at in sorted(alignment.pairs) if own[at].is_content or own[at].kind == "number"]
    homes = [there[alignment.pairs[at]].sentence for at in known]
    turn = next((number for number in range(1, len(known)) if homes[number] != homes[0]), 0)
    if not turn or len(set(homes[turn:])) != 1 or known[turn - 1] >= LONGEST_SUBJECT:
        return
    between = own[known[turn - 1] + 1 : known[turn]]
    if any(token.ends_clause or token.word in CONNECTING for token in between):
        return
    first = alignment.pairs[known[turn]]
    left_out = [token for token in there[:first] if token.sentence == homes[turn] and token.kind != "mark"]
    subject = [token for token in left_out if token.is_content]
    points_back = any(token.word in PRONOUNS for token in left_out) or (
        left_out
        and left_out[0].word in ("the", "this", "these", "both")
        and not any(token.is_name for token in subject)
    )
    if subject and not points_back and not any(token.stem == one.stem for token in subject for one in own):
        yield Finding("joined", reason("of_other", name=shown(" ".join(token.text for token in left_out))), True)


def _across_sentences(alignment: Alignment) -> Iterator[Finding]:
    """A name of one sentence among the words of another, though that does not lean on what stands around it."""
    own, there = alignment.statement.tokens, alignment.source.tokens

    def home(place: int) -> int:
        return there[alignment.pairs[place]].sentence

    known = [at for at in sorted(alignment.pairs) if own[at].is_content or own[at].kind == "number"]
    for group in _named(own):
        inside = [at for at in known if group[0] <= at <= group[1]]
        before = [at for at in known if at < group[0]][-1:]
        behind = [at for at in known if at > group[1]][:1]
        around = {home(at) for at in (*before, *behind)}
        if not inside or len(around) != 1 or home(inside[-1]) in around:
            continue
        other = around.pop()
        stems = {token.stem for token in there if token.sentence == other}
        opening = [token.word for token in there if token.sentence == other][:8]
        if own[inside[-1]].stem in stems or "the" in opening[:1] or any(word in PRONOUNS for word in opening):
            continue
        yield Finding("joined", reason("other_sentence", said=shown(_text(own, group))), False)
        return


def added(alignment: Alignment) -> Iterator[Finding]:
    """A stretch of the statement of which the source has nothing."""
    own, facts = alignment.statement.tokens, alignment.statement.facts
    run: list[Token] = []
    for place, token in enumerate(own):
        if not token.is_content or place in facts:
            continue
        run = [] if place in alignment.pairs else [*run, token]
        if len(run) == LEAST_ADDED:
            yield Finding("added", reason("missing", said=shown(" ".join(one.text for one in run))), False)
            return


def _across_clauses(alignment: Alignment) -> Iterator[Finding]:
    """A subject whose predicate was cut out together with the next subject."""
    there, own = alignment.source.tokens, alignment.statement.tokens
    places = sorted(alignment.pairs)
    for before, after in zip(places, places[1:], strict=False):
        left, right = alignment.pairs[before], alignment.pairs[after]
        if after - before > 1 or right - left < 4 or there[left].sentence != there[right].sentence:  # noqa: PLR2004  a clause has a subject and a predicate
            continue
        cut = there[left + 1 : right]
        if cut[0].text in ",(–—" and cut[-1].text in ",)–—":  # a remark between commas may go
            continue
        connecting = [at for at, token in enumerate(cut) if token.word in CONNECTING or token.text == ";"]
        if not connecting or not _may_be_name(own[before]):
            continue
        subject = cut[connecting[-1] + 1 :]
        if subject and subject[-1].is_name and not there[right].is_name and there[right].kind == "word":
            yield Finding("joined", reason("of_other", name=shown(subject[-1].text)), True)
            return
