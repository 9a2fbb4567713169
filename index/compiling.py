"""sentence-transformers model → ONNX, once, in a process of its own.

Importing torch takes seconds and hundreds of megabytes, so it happens only here:
`python -m index.compiling MODEL_FOLDER TARGET_FOLDER PRECISION` writes `model.onnx`, `tokenizer.json` and
`model.json` into the target, or only `model.json` with the reason where a model does not export.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ModelUnavailable
from index.terms import Precision

if TYPE_CHECKING:
    import numpy as np


MODEL_FILE, TOKENIZER_FILE, RECORD_FILE = "model.onnx", "tokenizer.json", "model.json"
COMPILER_VERSION = "1"  # raised whenever the graph that this module writes changes
OPSET = 17  # the newest that torch's TorchScript exporter writes completely
# against sentence-transformers; of the default model fp32 gives 1.000000, int8 .991, with one scale a matrix .85
LOWEST_COSINE: dict[Precision, float] = {"fp32": 0.9999, "int8": 0.97}
COMPILE_TIMEOUT_SECONDS = 1800
CHECK_SENTENCES = (
    "The committee met on 4 March and adopted the report without a vote.",
    "Rainfall in the second quarter was a third below the long-term average.",
    "Who signed the agreement on fisheries?",
    "Applicants must submit form 12-B, two photographs and proof of residence within 30 days.",
    "Energy",
    "The bridge, which had been closed since the flood, reopened to lorries of up to 7.5 tonnes; then to buses.",
    "Q3 revenue: EUR 4.2m (+8 %), EBIT margin 11.4 %.",
    "She said: “We will return — with or without the others.”",
    "In the first stage the samples are dried at 60 °C, weighed, ground and passed through a sieve. In the second "
    "stage they are digested in nitric acid, diluted with water and measured against a series of standards. "
    "Blank values are taken every tenth sample and subtracted from the reading.",
    "Article 7. Each Party shall notify the other, in writing and without delay, of any change to the list in Annex 2.",
)


def compile_model(name: str, source: Path, target: Path, *, precision: Precision = "fp32") -> None:
    """Compile a model in a child process.

    Args:
        name: what the user calls the model, for messages.
        source: a folder that sentence-transformers can load.
        target: the folder to make; exists whole or not at all.
        precision: of the weights.

    Raises:
        ModelUnavailable: sentence-transformers cannot load the model.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    quiet = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    with tempfile.TemporaryDirectory(prefix="compiling-", dir=target.parent) as scratch:
        done = subprocess.run(
            # -P: not the modules of the folder that the user happens to be in
            [sys.executable, "-P", "-m", "index.compiling", str(source), scratch, precision],
            capture_output=True,
            text=True,
            check=False,
            timeout=COMPILE_TIMEOUT_SECONDS,
            env=os.environ | quiet,
        )
        if done.returncode or not (Path(scratch) / RECORD_FILE).is_file():
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise ModelUnavailable(name, f"cannot be loaded ({last})", "name a sentence-transformers model")
        finished = Path(scratch).with_suffix(".done")
        shutil.copytree(scratch, finished)
        try:
            finished.rename(target)
        except OSError:  # another process finished the same model first
            shutil.rmtree(finished)


def _main(source: Path, target: Path, precision: Precision) -> None:
    warnings.simplefilter("ignore")  # the exporter's own, about its own future
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  takes seconds: only in this child

    model = SentenceTransformer(str(source), device="cpu", local_files_only=True).eval()
    record = {
        "max_tokens": int(model.max_seq_length or 512),
        "dimension": int(model.get_embedding_dimension() or 0),
        "prompts": {kind: text for kind, text in (model.prompts or {}).items() if text},
        "reason": "",
    }
    try:
        _export(model, target)
        if precision == "int8":
            _quantise(target)
        else:
            _fuse(model, target)
        _check(model, target, record, LOWEST_COSINE[precision])
    except Exception as error:  # noqa: BLE001  whatever does not export is served by sentence-transformers
        (target / MODEL_FILE).unlink(missing_ok=True)
        record["reason"] = f"{type(error).__name__}: {error}".splitlines()[0]
    (target / RECORD_FILE).write_text(json.dumps(record, indent=1), encoding="utf-8")


def _export(model: Any, target: Path) -> None:  # noqa: ANN401  torch ships no types that mypy reads in time
    import torch  # noqa: PLC0415  takes seconds: only in this child

    model.tokenizer.backend_tokenizer.save(str(target / TOKENIZER_FILE))
    for module in model.modules():
        if hasattr(module, "set_attn_implementation"):
            module.set_attn_implementation("eager")  # the other kinds cannot be fused

    class Whole(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.steps = torch.nn.ModuleList(list(model))

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401  torch's tensors
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for step in self.steps:
                features = step(features)
            return features["sentence_embedding"]

    axes = {0: "texts", 1: "tokens"}
    example = torch.ones((2, 8), dtype=torch.int64)
    torch.onnx.export(
        Whole().eval(),
        (example, example),
        str(target / MODEL_FILE),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "texts"}},
        opset_version=OPSET,
        dynamo=False,
    )


def _fuse(model: Any, target: Path) -> None:  # noqa: ANN401  as in _export
    config = next(model[0].children()).config
    if config.model_type != "bert":
        return  # the optimiser knows BERT best; others run as exported
    from onnxruntime.transformers.optimizer import optimize_model  # noqa: PLC0415  only in this child

    path = str(target / MODEL_FILE)
    optimised = optimize_model(
        path,
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        opt_level=0,
    )
    optimised.save_model_to_file(path)


def _quantise(target: Path) -> None:
    """Weights to int8, from the graph that is not fused: the fused one is no faster in int8.

    A scale for each channel, since one for a whole matrix is unusable, and seven bits a weight, since eight overflow
    where a processor adds products in 16 bits (x86 before VNNI). Activations are scaled by what is run together:
    `OnnxEmbedder` runs each text alone, else its vector would hang on its neighbours.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415  only in this child

    whole = target / f"whole-{MODEL_FILE}"
    (target / MODEL_FILE).rename(whole)
    quantize_dynamic(whole, target / MODEL_FILE, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    whole.unlink()


def _check(model: Any, target: Path, record: dict[str, Any], least: float) -> None:  # noqa: ANN401  as in _export
    from index.embedding import OnnxEmbedder  # noqa: PLC0415  embedding imports this module

    (target / RECORD_FILE).write_text(json.dumps(record), encoding="utf-8")
    ours = OnnxEmbedder("compiled", "", target).embed(CHECK_SENTENCES)
    theirs: np.ndarray = model.encode(list(CHECK_SENTENCES), normalize_embeddings=True)
    lowest = float((ours * theirs).sum(axis=1).min())
    if lowest < least:
        raise ValueError(f"the compiled model differs from the original: cosine {lowest:.6f}")
    record["lowest_cosine"] = lowest


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]), "int8" if sys.argv[3] == "int8" else "fp32")
