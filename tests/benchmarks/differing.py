"""Of sentences with one altered date or figure, how many are told to differ; of merely rephrased ones, how many too.

    python -m tests.benchmarks.differing SETS

Sentences are drawn from the documents of the judged sets and altered by the rules of `tests.benchmarks.altering`: as
they are, and lightly rephrased besides.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

from assistant import read_set
from assistant.differing import LEAST_COSINE, facts_that_differ
from corpus import sentences
from index import DEFAULT_MODEL
from index.embedding import open_embedder
from tests.benchmarks.altering import altered, rephrased

SETS = ("clapnq_dev", "us_diplomatic_history", "gov_uk", "mtrag_dev", "covidqa")
A_SET = 300
LENGTHS = range(40, 400)  # characters


def pairs(folder: Path, rng: random.Random) -> list[tuple[str, str, str]]:
    """What was done, a sentence, and what became of it."""
    documents = read_set(folder).documents
    texts = [document.text[:5_000] for document in documents]
    found = [span.of(text) for text in texts for span in sentences(text) if span.end - span.start in LENGTHS]
    made = []
    for sentence in rng.sample(found, min(A_SET, len(found))):
        for kind in ("date", "figure"):
            if (other := altered(kind, sentence, (), rng)) is not None:
                made.append((kind, sentence, other))
                if again := rephrased(other, rng):
                    made.append((f"{kind}, rephrased", sentence, again))
        if again := rephrased(sentence, rng):
            made.append(("rephrased alone", sentence, again))
    return made


def main(sets: Path) -> None:
    embedder = open_embedder(DEFAULT_MODEL)
    told: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for name in SETS:
        made = pairs(sets / name, random.Random(6))
        ones, others = (embedder.embed([pair[place] for pair in made]) for place in (1, 2))
        for (kind, one, other), cosine in zip(made, (ones * others).sum(axis=1), strict=True):
            all_[kind] += 1
            told[kind] += bool(cosine >= LEAST_COSINE and facts_that_differ(one, other))
    for kind, count in sorted(all_.items()):
        print(f"{kind:20} {told[kind]:5} of {count:5} told to differ: {told[kind] / count:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
