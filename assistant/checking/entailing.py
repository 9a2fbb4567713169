"""A statement read beside its quote by a model that the operator names, where code alone is not to decide."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from assistant.checking import Checked, Reason, reason
from assistant.terms import Support
from index import ModelUnavailable, open_cross_encoder

REMEDY = "name one that says whether a text supports a statement: with one score, or one of them called entailment"
LEAST = 0.5  # of a single score: the side on which the model itself stands
_ENTAILMENT, _CONTRADICTION = "entail", "contradict"  # how the names of such scores begin, whichever model
_SUPPORTED: tuple[Support, Reason] = ("supported", reason("other_words"))
_DOUBTED: tuple[Support, Reason] = ("partial", reason("doubted"))
_CONTRADICTED: tuple[Support, Reason] = ("unsupported", reason("contradicted"))


class Verifier:
    """A cross-encoder of sentence-transformers for support or entailment, loaded when it is first asked.

    Args:
        name: a folder, or a hub name that is already on this machine.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: Any = None
        self._labels: tuple[str, ...] = ()

    def read(self, statement: str, quotes: Sequence[str]) -> Checked:
        """Whether quotes support a statement, by the model alone; its score is how likely they do.

        Raises:
            ModelUnavailable: the model is not on this machine, or speaks of nothing like support.
        """
        with self._lock:  # a tokenizer that truncates is not made for several threads
            if self._model is None:
                self._model, self._labels = _opened(self.name)
            said = self._model.predict([("\n\n".join(quotes), statement)], show_progress_bar=False)[0]
        if len(self._labels) == 1:
            support = float(said)
            return Checked(*(_SUPPORTED if support >= LEAST else _DOUBTED), support)
        scores = [(label.casefold(), float(score)) for label, score in zip(self._labels, said, strict=True)]
        likeliest, _ = max(scores, key=lambda one: one[1])
        support = sum(score for label, score in scores if label.startswith(_ENTAILMENT))
        if likeliest.startswith(_ENTAILMENT):
            return Checked(*_SUPPORTED, support)
        return Checked(*(_CONTRADICTED if likeliest.startswith(_CONTRADICTION) else _DOUBTED), support)


@lru_cache(1)
def verifier_named(name: str) -> Verifier | None:
    """The verifier of that name, the same for all that ask; None for ""."""
    return Verifier(name) if name else None


def _opened(name: str) -> tuple[Any, tuple[str, ...]]:
    model, labels = open_cross_encoder(name, REMEDY)
    if len(labels) > 1 and not any(label.casefold().startswith(_ENTAILMENT) for label in labels):
        raise ModelUnavailable(name, f"has the scores {', '.join(labels)}, of which none is entailment", REMEDY)
    return model, labels
