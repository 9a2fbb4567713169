"""Cross-encoders that the user names: models that read two texts together and score them."""

from __future__ import annotations

import json
from typing import Any

from index.embedding import locate
from index.errors import ModelUnavailable


def open_cross_encoder(name: str, remedy: str) -> tuple[Any, tuple[str, ...]]:
    """A cross-encoder of sentence-transformers; on a GPU where torch finds one.

    Args:
        name: a folder, or a hub name that is already on this machine.
        remedy: what else could be named, should this be none.

    Returns:
        The model, whose `predict` gives 0 to 1 for each pair of texts (of several scores of a pair the sum is 1), and
        the names of its scores.

    Raises:
        ModelUnavailable: the model is not on this machine, or is no cross-encoder.
    """
    folder = locate(name)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kinds, labels = config.get("architectures") or (), config.get("id2label") or {"0": "", "1": ""}
        # any other model would be given a last layer of random numbers
        if not kinds or not all(kind.endswith("ForSequenceClassification") for kind in kinds):
            raise ModelUnavailable(name, "is no cross-encoder", remedy)
        import torch  # noqa: PLC0415  seconds, and only where a model is named
        from sentence_transformers import CrossEncoder  # noqa: PLC0415  likewise
        from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415  likewise

        disable_progress_bar()  # which would run through what the terminal says
        shape = torch.nn.Sigmoid() if len(labels) == 1 else torch.nn.Softmax(dim=-1)
        model = CrossEncoder(str(folder), local_files_only=True, activation_fn=shape)
        return model, tuple(str(labels[key]) for key in sorted(labels, key=int))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelUnavailable(name, f"cannot be loaded ({type(error).__name__})", remedy) from error
