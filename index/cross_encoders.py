"""Cross-encoders that the user names: models that read two texts together and score them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from index.embedding import locate
from index.errors import ModelUnavailable


class CrossEncoder:
    """A cross-encoder of sentence-transformers, loaded when it is first asked; on a GPU where torch finds one.

    Args:
        name: a folder, or a hub name that is already on this machine.
        remedy: what else could be named, should this be none.
        fits: says what is wrong with these names of its scores, "" for nothing.
    """

    def __init__(self, name: str, remedy: str, fits: Callable[[Sequence[str]], str]) -> None:
        self.name = name
        self._remedy, self._fits = remedy, fits
        self._lock = threading.Lock()
        self._loaded: tuple[Any, tuple[str, ...]] | None = None

    def load(self) -> tuple[str, ...]:
        """The names of its scores.

        Raises:
            ModelUnavailable: the model is not on this machine, or is no such cross-encoder.
        """
        with self._lock:
            if self._loaded is None:
                model, labels = _opened(self.name, self._remedy)
                if wrong := self._fits(labels):
                    raise ModelUnavailable(self.name, wrong, self._remedy)
                self._loaded = model, labels
            return self._loaded[1]

    def scores(self, pairs: Sequence[tuple[str, str]]) -> list[list[float]]:
        """The scores of each pair of texts, 0 to 1, of several the sum is 1; raises as `load` does."""
        labels = self.load()
        with self._lock:  # a tokenizer that truncates is not made for several threads
            assert self._loaded is not None
            found = self._loaded[0].predict(list(pairs), show_progress_bar=False) if pairs else ()
        return [[float(score) for score in (each if len(labels) > 1 else [each])] for each in found]


def _opened(name: str, remedy: str) -> tuple[Any, tuple[str, ...]]:
    folder = locate(name)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kinds, labels = config.get("architectures") or (), config.get("id2label") or {"0": "", "1": ""}
        # any other model would be given a last layer of random numbers
        if not kinds or not all(kind.endswith("ForSequenceClassification") for kind in kinds):
            raise ModelUnavailable(name, "is no cross-encoder", remedy)
        import torch  # noqa: PLC0415  seconds, and only where a model is named
        from sentence_transformers import CrossEncoder as TheirCrossEncoder  # noqa: PLC0415  likewise
        from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415  likewise

        disable_progress_bar()  # which would run through what the terminal says
        shape = torch.nn.Sigmoid() if len(labels) == 1 else torch.nn.Softmax(dim=-1)
        model = TheirCrossEncoder(str(folder), local_files_only=True, activation_fn=shape)
        return model, tuple(str(labels[key]) for key in sorted(labels, key=int))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelUnavailable(name, f"cannot be loaded ({type(error).__name__})", remedy) from error
