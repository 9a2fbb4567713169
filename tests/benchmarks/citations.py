"""Citations over many answers, with a language model that does all it should not and without one: are they there?

    python -m tests.benchmarks.citations SETS WORK [QUESTIONS]

Asks questions of the judged sets in SETS (QUESTIONS of each, 120 unless told) of indexes below WORK: once in the
documents' own words, and six times through a scripted model that misquotes, invents markers, swaps figures, joins
halves of sentences, emits HTML and breaks off, by other chances each time. Counts the answers, their citations and
those that are broken, where the document does not hold the quote at its place. Then the statements without a citation,
and the sentences of the model by what became of them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from assistant import Answer, Assistant, LanguageModel
from assistant.evaluation.judged import JudgedQuestion
from assistant.judge import Judge
from index import Embedder
from tests.assistant.mischief import mischief
from tests.assistant.model_server import ModelServer, model_server
from tests.benchmarks.sets import prepare

SETS = ("clapnq_dev", "squad2_dev_half", "us_diplomatic_history", "mtrag_dev", "gov_uk", "hotpotqa_sample")
QUESTIONS, TIMES = 120, 6
COUNTED = ("answers", "answered", "worded", "citations", "broken", "uncited", "supported", "partial", "removed")


def counted(desk: Assistant, answer: Answer) -> Counter[str]:
    """What an answer adds to each of `COUNTED`."""
    found = Counter(answers=1, answered=not answer.abstained, worded=bool(answer.model), removed=answer.removed)
    for citation in answer.citations:
        text = desk.document(citation.document_id).text
        found["citations"] += 1
        found["broken"] += text[citation.span.start : citation.span.end] != citation.quote
    for statement in answer.statements:
        found["uncited"] += not statement.citations
        if answer.model:
            found[statement.support] += 1
    return found


class Remembering:
    """An embedder that embeds no text twice: the answers to one question read the same sentences."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._embedder.embed(new), strict=True)) if new else {}
        return np.stack([self._known[text] for text in texts])

    def __getattr__(self, name: str) -> object:
        return getattr(self._embedder, name)


def remember_readings() -> None:
    """Let the judge read no pair of texts twice, for the same reason."""
    for name in ("read", "support"):
        once = cache(getattr(Judge.load(), name))
        setattr(Judge, name, lambda _, *texts, once=once: once(*texts))


def answers(desk: Assistant, server: ModelServer, question: JudgedQuestion) -> Iterator[Answer]:
    yield desk.ask(question.text, history=question.history, extractive=True)
    for seed in range(TIMES):
        server.script = mischief(seed)
        yield desk.ask(question.text, history=question.history)


def main(sets: Path, work: Path, most: int) -> None:
    total: Counter[str] = Counter()
    remember_readings()
    print(f"{'set':<24}" + "".join(f"{name:>10}" for name in COUNTED))
    with model_server() as server:
        for name in SETS:
            prepared, found = prepare(sets / name, work), Counter[str]()
            with Assistant.open(prepared.index, resident=True, model=LanguageModel(server.url, "scripted")) as desk:
                remembering = Remembering(desk.index.embedder())
                desk.index.embedder = lambda remembering=remembering: remembering
                for question in prepared.questions[:: max(1, len(prepared.questions) // most)][:most]:
                    for answer in answers(desk, server, question):
                        found += counted(desk, answer)
            print(f"{name:<24}" + "".join(f"{found[each]:>10,}" for each in COUNTED), flush=True)
            total += found
    print(f"{'all':<24}" + "".join(f"{total[each]:>10,}" for each in COUNTED))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else QUESTIONS)
