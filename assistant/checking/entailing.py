"""A statement read beside its quote by a model that the operator names, where code alone is not to decide."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assistant.checking import Checked, Reason, reason
from assistant.terms import Support
from index import CrossEncoder

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
        self._model = CrossEncoder(name, REMEDY, _fault)

    def read(self, statement: str, quotes: Sequence[str]) -> Checked:
        """Whether quotes support a statement, by the model alone; its score is how likely they do.

        Raises:
            ModelUnavailable: the model is not on this machine, or speaks of nothing like support.
        """
        labels = self._model.load()
        (said,) = self._model.scores([("\n\n".join(quotes), statement)])
        if len(labels) == 1:
            return Checked(*(_SUPPORTED if said[0] >= LEAST else _DOUBTED), said[0])
        scores = [(label.casefold(), score) for label, score in zip(labels, said, strict=True)]
        likeliest, _ = max(scores, key=lambda one: one[1])
        support = sum(score for label, score in scores if label.startswith(_ENTAILMENT))
        if likeliest.startswith(_ENTAILMENT):
            return Checked(*_SUPPORTED, support)
        return Checked(*(_CONTRADICTED if likeliest.startswith(_CONTRADICTION) else _DOUBTED), support)


@lru_cache(1)
def verifier_named(name: str) -> Verifier | None:
    """The verifier of that name, the same for all that ask; None for ""."""
    return Verifier(name) if name else None


def _fault(labels: Sequence[str]) -> str:
    if len(labels) == 1 or any(label.casefold().startswith(_ENTAILMENT) for label in labels):
        return ""
    return f"has the scores {', '.join(labels)}, of which none is entailment"
