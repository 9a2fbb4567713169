"""Statements beside quotes, made from passages: repeated, shortened or rephrased, or with one thing in them changed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.training import edits
from tests.training.data import Pair, Question, TrainingData
from tests.training.rephrasing import dressed, rephrased, shortened
from tests.training.turning import answer_kind, of_kind, statement

# how often each edit is tried, beside the others
EDITS = {
    "figure": 3,
    "month": 1,
    "number word": 1,
    "name": 3,
    "names swapped": 1.5,
    "opposite": 2,
    "unit": 1,
    "negation": 2.5,
    "degree": 1.5,
    "other sentence": 1.2,
    "clause added": 1.5,
}
PLAIN_EDITS = {
    "figure": edits.other_figure,
    "month": edits.other_month,
    "number word": edits.other_number_word,
    "names swapped": edits.swapped_names,
    "opposite": edits.opposite,
    "unit": edits.other_unit,
    "negation": edits.negated,
    "degree": edits.other_degree,
}
LONGEST_ANSWER = 8  # words; a longer one is a clause, which makes no plain statement


class Statements:
    """Draws pairs of a statement and a quote."""

    def __init__(self, data: TrainingData, seed: int) -> None:
        self._data, self._random = data, Random(seed)
        some = self._random.sample(range(len(data.passages)), min(4000, len(data.passages)))
        self._names = [found.group() for number in some for found in edits.names(data.passages[number].text)]
        self._questions = [
            question
            for question in data.questions
            if question.answerable and question.span and question.evidence and question.answers
        ]

    def draw(self, least: int) -> list[Pair]:
        """At least so many pairs."""
        pairs: list[Pair] = []
        while len(pairs) < least:
            if self._questions and self._random.random() < 0.3:
                pairs += self._of_question(self._random.choice(self._questions))
            else:
                pairs += self._of_sentence(self._random.randrange(len(self._data.passages)))
        return pairs

    def _of_question(self, question: Question) -> Iterator[Pair]:
        """A question and its answer as a statement, and mostly one with another answer or a question turned round."""
        random, answer = self._random, question.answers[0]
        said = statement(question.text, answer) if len(answer.split()) <= LONGEST_ANSWER else None
        if not said:
            return
        quote, text = self._quote(question), self._data.passages[question.passage].text
        yield Pair(self._worded(said, 0.5), quote, True, "question")
        others = [
            other
            for other in of_kind(text, answer_kind(answer))
            if answer.lower() not in other.lower()
            and all(other.lower() not in right.lower() for right in (answer, *question.answers))
        ]
        if others and random.random() < 0.75:
            said = statement(question.text, random.choice(others))
        elif random.random() < 0.6:
            pool = self._names if random.random() < 0.5 else [found.group() for found in edits.names(text)]
            other = edits.near_question(question.text, pool, random)
            said = statement(other, answer) if other else None
        else:
            return
        if said:
            yield Pair(self._worded(said, 0.5), quote, False, "question")

    def _quote(self, question: Question) -> str:
        """The sentence that answers, at times with a neighbour."""
        random, sentences = self._random, self._sentences(question.passage)
        start, end = question.evidence[0]
        evidence = self._data.passages[question.passage].text[start:end]
        if random.random() >= 0.4:
            return evidence
        at = next((at for at, one in enumerate(sentences) if one and (one in evidence or evidence in one)), None)
        if at is None:
            return evidence
        quote = " ".join(sentences[max(0, at - random.choice([0, 1])) : at + 1 + random.choice([0, 1])])
        return quote if evidence in quote else evidence

    def _of_sentence(self, passage: int) -> Iterator[Pair]:
        random, sentences = self._random, self._sentences(passage)
        if not sentences:
            return
        at = random.randrange(len(sentences))
        if not 6 <= len(sentences[at].split()) <= 45:
            return
        first, last = at, at + 1
        if random.random() < 0.45:
            first, last = max(0, at - random.choice([0, 1, 2])), at + 1 + random.choice([0, 1, 2])
        quote, said, way = " ".join(sentences[first:last]), sentences[at], random.random()
        if way < 0.35:
            said = shortened(said, random)
        elif way < 0.45 and last - first >= 2 and at < first + 2:
            said = " ".join(sentences[first:last][:2])
        if random.random() < 0.36:
            yield Pair(self._worded(said), quote, True, "sentence")
            return
        kind = random.choices(list(EDITS), list(EDITS.values()))[0]
        rest = [sentence for place, sentence in enumerate(sentences) if not first <= place < last]
        changed = self._changed(kind, said, passage, rest, quote)
        if not changed or changed.strip() == said.strip():
            return
        within_it = kind in PLAIN_EDITS or kind == "name"
        if not (within_it and changed.rstrip(".").lower() in quote.lower()):
            yield Pair(self._worded(changed), quote, False, kind)

    def _changed(self, kind: str, said: str, passage: int, rest: list[str], quote: str) -> str | None:
        random = self._random
        sibling = random.choice(self._data.siblings[passage])
        if kind in PLAIN_EDITS:
            return PLAIN_EDITS[kind](said, random)
        if kind == "name":
            near = [found.group() for found in edits.names(self._data.passages[sibling].text)]
            return edits.other_name(said, near if random.random() < 0.6 and near else self._names, random)
        if kind == "clause added":
            clauses = [sentence for sentence in rest if 5 < len(sentence.split()) < 25]
            if not clauses:
                return None
            return said.rstrip(".") + random.choice([", and ", ". ", "; ", ", while "]) + random.choice(clauses)
        others = [sentence for sentence in rest if 5 < len(sentence.split()) < 40]
        if not others:
            elsewhere = self._sentences(random.choice(self._data.siblings[passage]))
            others = [one for one in elsewhere if 5 < len(one.split()) < 40 and one not in quote]
        other = random.choice(others) if others else None
        return shortened(other, random) if other and random.random() < 0.3 else other

    def _sentences(self, passage: int) -> list[str]:
        text = self._data.passages[passage].text
        return [text[start:end] for start, end in self._data.sentences[passage]]

    def _worded(self, said: str, strength: float = 1.0) -> str:
        return dressed(rephrased(said, self._random, strength), self._random)
