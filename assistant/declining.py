"""Why the documents do not say: what was looked for, and what came nearest, in a sentence each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from assistant.silence import Verdict
from assistant.wording import Wording
from index import Analyzer, Hit, written

NEAR = 0.3  # cosine of question and passage; of one that is further away nothing is to be told
LONGEST_NAME = 80  # characters of a title or heading
# what is asked for, in the languages that the assistant speaks
_SOUGHT = {
    "time": r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time)\b|^\W*(?:seit |bis )?wann\b|"
    r"\bwelche[mnrs]? (?:jahr|datum|tag|monat|zeit)\b|^\W*(?:depuis |jusqu'à )?quand\b|"
    r"\bquel(?:le)?s? (?:date|année|jour|mois|heure)s?\b|^\W*(?:desde |hasta )?cuándo\b|"
    r"\bqué (?:fecha|año|día|mes|hora)\b",
    "number": r"\bhow (?:many|much)\b|\bwie ?viele?[rn]?\b|\bcombien\b|\bcu[áa]nt[oa]s?\b",
    "name": r"^\W*(?:who(?:m|se)?|we[rmn]|wessen|qui|quién(?:es)?)\b",
    "place": r"^\W*(?:where|wo|où|dónde)\b|\b(?:what|which) (?:city|town|country|place)\b|"
    r"\bwelche[mnrs]? (?:stadt|land|ort)\b|\bquel(?:le)? (?:ville|pays|lieu)\b|\bqué (?:ciudad|país|lugar)\b",
    "reason": r"^\W*(?:why|warum|weshalb|wieso|pourquoi|por qué)\b",
}


@dataclass(frozen=True, slots=True)
class Declined:
    """A question that is declined: as it was asked, its words that no document holds, and what was found, best first.

    `analyzer` is the question's, in the languages of the documents.
    """

    question: str
    absent: Collection[str]
    hits: Sequence[Hit]
    analyzer: Analyzer

    def because(self, verdict: Verdict, words: Wording) -> str:
        """Why it is declined, in the assistant's words."""
        if foreign := self.analyzer.foreign(self.question):
            return words("declined.foreign", language=words(f"languages.{foreign}"))
        return f"{self._lacking(verdict, words)} {_nearest(self.hits, words)}".rstrip()

    def _lacking(self, verdict: Verdict, words: Wording) -> str:
        if verdict.lacks != "sentence":
            return words(f"declined.{verdict.lacks}")
        # "much" of "how much" says what is asked for, not about what
        asking = {word for asks in _SOUGHT.values() for found in self._asking(asks) for word in found.group().split()}
        if about := self._unmentioned(asking):
            return words("declined.words", words=", ".join(words("declined.word", word=each) for each in about))
        sought = (thing for thing, asks in _SOUGHT.items() if any(self._asking(asks)))
        return words(f"declined.{next(sought, 'sentence')}")

    def _unmentioned(self, asking: Collection[str]) -> tuple[str, ...]:
        """The words that no document holds and that do not ask, as written, each once.

        In writing without spaces they are pairs of letters; those that overlap are told as one.
        """
        lacking = {each for each in self.absent if each not in asking}
        places: list[tuple[int, int]] = []
        for start, end, found, overlaps in written(self.question):
            if lacking.isdisjoint(found):
                continue
            if overlaps and places and places[-1][1] > start:
                start = places.pop()[0]
            places.append((start, end))
        return tuple(dict.fromkeys(self.question[start:end] for start, end in places))

    def _asking(self, asks: str) -> Iterator[re.Match[str]]:
        return re.finditer(asks, self.question, re.IGNORECASE)


def _nearest(hits: Sequence[Hit], words: Wording) -> str:
    if not hits or hits[0].similarity < NEAR:
        return ""
    title, heading = hits[0].title, hits[0].heading_path[-1] if hits[0].heading_path else ""
    if heading and heading.split() != title.split():
        return words("declined.nearest_heading", heading=_shortened(heading), title=_shortened(title))
    return words("declined.nearest", title=_shortened(title))


def _shortened(name: str) -> str:
    plain = " ".join(name.split())
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1].rstrip() + "…"
