"""One pass over the training data as items: two texts as token numbers, and what the judge should say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from tokenizers import Tokenizer

from tests.training import edits
from tests.training.data import Place, Question, TrainingData
from tests.training.rephrasing import keywords
from tests.training.statements import Statements

FIRST_TOKENS, SECOND_TOKENS = 64, 256
TITLE_TOKENS = 16
STATEMENT_TOKENS, QUOTE_TOKENS = 96, 160


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a pass holds: how often a question of a source and a given pair are drawn, and the share of statements."""

    questions: Mapping[str, float]
    pairs: Mapping[str, float]
    statements: float


@dataclass(frozen=True, slots=True)
class Item:
    """Two texts and what is known of them; places are in tokens of the second.

    `answers` and `supports` are None where the item says nothing of it.
    """

    first: np.ndarray
    second: np.ndarray
    evidence: tuple[Place, ...] = ()
    span: Place | None = None
    answers: bool | None = None
    supports: bool | None = None


@dataclass(frozen=True, slots=True)
class _Second:
    """A passage or part of it: its tokens, its sentences in tokens, and where in it the answer is."""

    tokens: np.ndarray
    sentences: tuple[Place, ...] = ()
    evidence: tuple[Place, ...] = ()
    span: Place | None = None

    def cut(self, start: int, end: int) -> _Second:
        within = [(a - start, min(b, end) - start) for a, b in self.evidence if start <= a < end]
        span = self.span if self.span and self.span[0] >= start and self.span[1] <= end else None
        shifted = (span[0] - start, span[1] - start) if span else None
        return _Second(self.tokens[start:end], (), tuple(within), shifted)

    def behind(self, before: np.ndarray) -> _Second:
        by = len(before)
        evidence = tuple((start + by, end + by) for start, end in self.evidence)
        span = (self.span[0] + by, self.span[1] + by) if self.span else None
        return _Second(np.concatenate([before, self.tokens]), (), evidence, span)


class Items:
    """Draws the items of a pass."""

    def __init__(self, data: TrainingData, tokenizer: Tokenizer, drawn: Drawn, seed: int) -> None:
        self._data, self._tokenizer, self._drawn, self._seed = data, tokenizer, drawn, seed
        encoded = tokenizer.encode_batch([passage.text for passage in data.passages], add_special_tokens=False)
        self._tokens = [np.array(one.ids, np.int32) for one in encoded]
        self._places = [np.array(one.offsets, np.int32).reshape(-1, 2) for one in encoded]
        self._titles = self._encoded([passage.title for passage in data.passages], TITLE_TOKENS)
        self._asked = self._encoded([question.text for question in data.questions])
        self._unmarked = self._encoded([question.text.rstrip(" ?") for question in data.questions])
        self._sentences = [
            tuple(place for one in data.sentences[number] if (place := self._in_tokens(number, one)))
            for number in range(len(data.passages))
        ]
        self._evidence = [
            tuple(place for one in question.evidence if (place := self._in_tokens(question.passage, one)))
            for question in data.questions
        ]
        self._spans = [
            self._in_tokens(question.passage, question.span) if question.span else None for question in data.questions
        ]
        self._on_document: dict[tuple[str, str], list[int]] = {}
        for number, question in enumerate(data.questions):
            self._on_document.setdefault(self._document(question), []).append(number)
        some = Random(seed)
        chosen = some.sample(range(len(data.passages)), min(4000, len(data.passages)))
        self._names = [found.group() for number in chosen for found in edits.names(data.passages[number].text)]
        self._random = some

    def draw(self, number: int) -> tuple[list[Item], Counter[str]]:
        """The items of a pass, in random order, and how many there are of each kind."""
        seed = self._seed + 1000 * number
        self._random, items, kinds = Random(seed), [], Counter()
        for kind, item in self._of_questions():
            if item is not None:
                items.append(item)
                kinds[kind] += 1
        share = self._drawn.statements
        for kind, item in self._of_statements(int(len(items) * share / (1 - share)), seed):
            items.append(item)
            kinds[kind] += 1
        self._random.shuffle(items)
        return items, kinds

    def _times(self, share: float) -> int:
        return int(share) + (self._random.random() < share % 1)

    def _of_questions(self) -> Iterator[tuple[str, Item | None]]:
        random = self._random
        for number, question in enumerate(self._data.questions):
            source = self._data.passages[question.passage].source
            for _ in range(self._times(self._drawn.questions[source])):
                if not question.answerable:
                    yield "unanswerable", self._item(number, "own")
                    continue
                yield "answering", self._item(number, "answering")
                yield self._against(number, question)
                way = random.random()
                kind = "document" if way < 0.35 else "random" if way < 0.65 else "near"
                yield kind, self._item(number, kind)

    def _against(self, number: int, question: Question) -> tuple[str, Item | None]:
        """An item that looks like an answer and is none."""
        way = self._random.random()
        if way < 0.3:
            near = self._near_question(question)
            return ("turned", self._item(number, "turned", near)) if near else ("near", self._item(number, "near"))
        kind = "without evidence" if way < 0.48 else "near"
        return kind, self._item(number, kind)

    def _near_question(self, question: Question) -> str | None:
        random, passages = self._random, self._data.passages
        sibling = random.choice(self._data.siblings[question.passage])
        near = [found.group() for found in edits.names(passages[sibling].text)]
        if random.random() < 0.5:
            near = [name for name in near if name not in passages[question.passage].text]
        return edits.near_question(question.text, near if near and random.random() < 0.6 else self._names, random)

    def _of_statements(self, least: int, seed: int) -> Iterator[tuple[str, Item]]:
        pairs = [pair for pair in self._data.pairs for _ in range(self._times(self._drawn.pairs[pair.source]))]
        pairs += Statements(self._data, seed).draw(max(0, least - len(pairs)))
        statements = self._encoded([pair.statement for pair in pairs], STATEMENT_TOKENS)
        quotes = self._encoded([pair.quote for pair in pairs], QUOTE_TOKENS)
        for pair, statement, quote in zip(pairs, statements, quotes, strict=True):
            yield f"statement: {pair.source}", Item(statement[:FIRST_TOKENS], quote, supports=pair.supported)

    def _question(self, number: int) -> np.ndarray:
        return self._asked[number] if self._random.random() < 0.6 else self._unmarked[number]

    def _item(self, number: int, kind: str, turned: str | None = None) -> Item | None:
        """A question beside a passage or part of one."""
        random, question = self._random, self._data.questions[number]
        asked = self._as_asked(number, turned)
        passage, kind = self._passage(question, kind)
        tokens, sentences = self._tokens[passage], self._sentences[passage]
        if not len(tokens) or not sentences:
            return None
        second: _Second | None = _Second(tokens, sentences)
        if kind == "answering":
            if not self._evidence[number]:
                return None
            second = _Second(tokens, sentences, self._evidence[number], self._spans[number])
        if kind == "without evidence":
            second = self._without_evidence(number, passage)
        if second is None:
            return None
        second = self._run(second, self._evidence[number], asked, kind)
        if kind == "answering" and not second.evidence:
            return None
        second = self._joined(second, passage, question)
        title = self._titles[passage]
        if len(title) and random.random() < 0.5:
            second = second.behind(title)
        if kind != "turned" and random.random() < 0.08:  # a follow-up, behind another question
            near = self._on_document[self._document(question)]
            before = random.choice(near) if random.random() < 0.7 else random.randrange(len(self._data.questions))
            asked = np.concatenate([self._asked[before], asked])[-FIRST_TOKENS:]
        return _question_item(asked, second, answers=kind == "answering")

    def _as_asked(self, number: int, turned: str | None) -> np.ndarray:
        random, asked = self._random, self._question(number)
        if turned is not None:
            return self._encoded([turned if random.random() < 0.6 else turned.rstrip(" ?")])[0]
        if random.random() < 0.12:
            told = keywords(self._data.questions[number].text)
            return self._encoded([told])[0] if told else asked
        return asked

    def _passage(self, question: Question, kind: str) -> tuple[int, str]:
        """The passage to read, and the kind that was found for it."""
        random, data, own = self._random, self._data, question.passage
        if kind == "near":
            if question.near:
                return random.choice(question.near[: random.choice([2, 4, 10])]), kind
            kind = "random"
        if kind == "document":
            siblings = data.siblings[own]
            some = random.sample(siblings, min(5, len(siblings)))
            others = [one for one in some if one != own and not data.holds_answer(one, question)]
            if others:
                return others[0], kind
            kind = "random"
        if kind == "random":
            for _ in range(5):
                own = random.randrange(len(data.passages))
                if own != question.passage and not data.holds_answer(own, question):
                    break
        return own, kind

    def _without_evidence(self, number: int, passage: int) -> _Second | None:
        """The passage without the sentences that answer; None where what is left says the answer, too."""
        kept = [one for one in self._sentences[passage] if not _overlaps(one, self._evidence[number])]
        rest = " ".join(self._lowered(passage, one) for one in kept)
        if not kept or any(answer.lower() in rest for answer in self._data.questions[number].answers):
            return None
        lengths = [end - start for start, end in kept]
        ends = np.cumsum(lengths).tolist()
        sentences = tuple((end - length, end) for end, length in zip(ends, lengths, strict=True))
        return _Second(np.concatenate([self._tokens[passage][start:end] for start, end in kept]), sentences)

    def _run(self, second: _Second, answering: Sequence[Place], asked: np.ndarray, kind: str) -> _Second:
        """A run of its sentences, around the evidence, around the sentence most alike, or anywhere."""
        random, sentences = self._random, second.sentences
        way = random.random()
        room = random.randrange(180, 236) if way < 0.1 else 0
        if not room:
            room = random.randrange(90, 128) if random.random() < 0.8 else random.randrange(25, 90)
        if len(second.tokens) <= room:
            return second
        first, last = self._heart(second, answering, asked, kind)
        while True:
            ways = [way for way in (-1, 1) if 0 <= (first - 1 if way < 0 else last + 1) < len(sentences)]
            if not ways:
                break
            wider = (first - 1, last) if random.choice(ways) < 0 else (first, last + 1)
            if sentences[wider[1]][1] - sentences[wider[0]][0] > room:
                break
            first, last = wider
        start = sentences[first][0]
        return second.cut(start, min(sentences[last][1], start + 236))

    def _heart(self, second: _Second, answering: Sequence[Place], asked: np.ndarray, kind: str) -> tuple[int, int]:
        """The numbers of the first and last sentence that the run should hold."""
        random, sentences = self._random, second.sentences
        if second.evidence:
            first = next((at for at, one in enumerate(sentences) if one[1] > second.evidence[0][0]), 0)
            end = max(place[1] for place in second.evidence)
            return first, max(first, max((at for at, one in enumerate(sentences) if one[0] < end), default=first))
        if kind == "turned" and answering:
            at = next((at for at, one in enumerate(sentences) if one[1] > answering[0][0]), 0)
        elif kind in {"near", "document", "own", "without evidence"} and random.random() < 0.65:
            alike = [np.isin(asked, second.tokens[start:end]).sum() + random.random() for start, end in sentences]
            at = int(np.argmax(alike))
        else:
            at = random.randrange(len(sentences))
        return at, at

    def _joined(self, second: _Second, passage: int, question: Question) -> _Second:
        """At times with another passage before or behind it, where both are short."""
        random, siblings = self._random, self._data.siblings[passage]
        if not (random.random() < 0.15 and len(second.tokens) < 60):
            return second
        from_document = len(siblings) > 1 and random.random() < 0.7
        other = random.choice(siblings) if from_document else random.randrange(len(self._data.passages))
        more = self._tokens[other]
        if (
            other in {question.passage, passage}
            or len(more) + len(second.tokens) >= 130
            or self._data.holds_answer(other, question)
        ):
            return second
        if random.random() < 0.5:
            return _Second(np.concatenate([second.tokens, more]), (), second.evidence, second.span)
        return second.behind(more)

    def _encoded(self, texts: Sequence[str], most: int = FIRST_TOKENS) -> list[np.ndarray]:
        return [
            np.array(one.ids[:most], np.int32)
            for one in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]

    def _in_tokens(self, passage: int, place: Place) -> Place | None:
        places = self._places[passage]
        within = np.flatnonzero((places[:, 0] < place[1]) & (places[:, 1] > place[0]))
        return (int(within[0]), int(within[-1]) + 1) if len(within) else None

    def _lowered(self, passage: int, place: Place) -> str:
        places = self._places[passage]
        return self._data.lowered[passage][places[place[0], 0] : places[place[1] - 1, 1]]

    def _document(self, question: Question) -> tuple[str, str]:
        passage = self._data.passages[question.passage]
        return passage.source, passage.document


def _overlaps(place: Place, others: Sequence[Place]) -> bool:
    return any(place[0] < end and place[1] > start for start, end in others)


def _question_item(asked: np.ndarray, second: _Second, *, answers: bool) -> Item:
    return Item(asked[:FIRST_TOKENS], second.tokens[:SECOND_TOKENS], second.evidence, second.span, answers=answers)
