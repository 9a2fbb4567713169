"""Which model made an index's vectors: name, precision and revision, compared before anything is written.

The revision covers whatever decides a vector: weights, tokenizer, pooling, prompts and precision. So two models of one
width cannot be taken for each other, and no comparison of vectors ever fails for their width.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.embedding import fingerprint_of, locate
from index.errors import IndexDiffers
from index.ledger import Ledger
from index.terms import Precision

SHOWN = 8  # hexadecimal digits of a revision that a sentence shows


@dataclass(frozen=True, slots=True)
class Wanted:
    """The model that is asked for, by its name, and the precision of its weights."""

    model: str
    precision: Precision

    def __str__(self) -> str:
        return f"{self.model} in {self.precision}"


@dataclass(frozen=True, slots=True)
class Identity:
    """A model as it decides vectors; `revision` is `index.embedding.fingerprint_of` its files."""

    wanted: Wanted
    revision: str

    def __str__(self) -> str:
        return f"the model {self.wanted}, revision {self.revision[:SHOWN]}"


def current(wanted: Wanted) -> Identity:
    """The identity of a model as it is on this machine.

    Raises:
        ModelUnavailable: it is not.
    """
    return Identity(wanted, fingerprint_of(locate(wanted.model), wanted.precision))


def stored(ledger: Ledger) -> Identity | None:
    """The identity that a ledger's vectors have, None where it has none yet."""
    model, revision = ledger.get("model"), ledger.get("model_fingerprint")
    if not model or not revision:
        return None
    return Identity(Wanted(model, "int8" if ledger.get("precision") == "int8" else "fp32"), revision)


def settle(ledger: Ledger, wanted: Wanted) -> None:
    """See that a ledger has this model's vectors, or let it have them from now on.

    Raises:
        IndexDiffers: it has another's.
        ModelUnavailable: the model is not on this machine.
    """
    made_with = stored(ledger)
    if made_with is not None and made_with.wanted != wanted:
        raise IndexDiffers(str(ledger.folder), str(made_with), str(wanted))
    asked_for = current(wanted)
    if made_with is None:
        with ledger.writing():
            ledger.put("model", wanted.model)
            ledger.put("precision", wanted.precision)
            ledger.put("model_fingerprint", asked_for.revision)
    elif made_with != asked_for:
        raise IndexDiffers(str(ledger.folder), str(made_with), f"revision {asked_for.revision[:SHOWN]}")
