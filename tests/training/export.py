"""Trained weights → the file that ships.

    python -m tests.training.export OUT_FOLDER/judge.safetensors JUDGE.int8.onnx

Matrices are int8 for each column, of seven bits, which is exact on processors without VNNI, too; what they are
multiplied with is rounded when it runs. Word vectors are int8 for each row. The layers that suffer most (the first, the
second feed-forward matrix of the next three, the heads) stay in fp32 and are stored as fp16.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn

from assistant.judge import OUTPUTS
from tests.training.network import Network

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
WHOLE_OUTPUTS = 4  # layers whose second feed-forward matrix is not int8
FEWEST_HALVED = 16_384  # numbers; smaller constants are stored as they are


class RoundedRows(nn.Module):
    """Word vectors as int8 and a scale for each."""

    def __init__(self, vectors: Tensor) -> None:
        super().__init__()
        scale = vectors.abs().amax(1, keepdim=True).clamp(min=1e-6) / 127
        self.register_buffer("q", (vectors / scale).round().clamp(-127, 127).to(torch.int8))
        self.register_buffer("s", scale)

    def forward(self, ids: Tensor) -> Tensor:
        return self.q[ids].float() * self.s[ids]


def to_onnx(network: Network, path: Path) -> None:
    ids = torch.randint(1000, 2000, (2, 40))
    mask, types = torch.ones_like(ids), torch.zeros_like(ids)
    mask[1, 30:], types[:, 10:] = 0, 1
    both, first = {0: "batch", 1: "tokens"}, {0: "batch"}
    axes = {name: both for name in (*INPUTS, *OUTPUTS)} | {name: first for name in OUTPUTS[:2]}
    with warnings.catch_warnings():
        # the exporter by traces is deprecated, but what it writes can be quantised, and it warns of every constant
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (ids, mask, types * mask),
            path,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def kept_whole(graph: onnx.GraphProto) -> list[str]:
    """The products of matrices that stay in fp32."""
    products = [node.name for node in graph.node if node.op_type in {"MatMul", "Gemm"}]
    heads = [name for name in products if not name.startswith("/bert")]
    second = [f"layer.{number}/output/" for number in range(1, WHOLE_OUTPUTS)]
    return heads + [name for name in products if any(part in name for part in ("layer.0/", *second))]


def store_halves(path: Path) -> None:
    """Large fp32 constants as fp16, which are widened when the file is loaded."""
    model = onnx.load(path)
    for place, tensor in enumerate(model.graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) <= FEWEST_HALVED:
            continue
        half = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        name = tensor.name
        model.graph.initializer[place].CopyFrom(onnx.numpy_helper.from_array(half, f"{name}_h"))
        cast = onnx.helper.make_node("Cast", [f"{name}_h"], [name], to=onnx.TensorProto.FLOAT, name=f"{name}_cast")
        model.graph.node.insert(0, cast)
    onnx.save(model, path)


def main(weights: Path, out: Path) -> None:
    network = Network()
    network.load_state_dict({name: one.float() for name, one in load_file(weights).items()})
    network.eval()
    network.bert.embeddings.word_embeddings = RoundedRows(network.bert.embeddings.word_embeddings.weight.data)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        to_onnx(network, plain)
        quantize_dynamic(
            plain,
            out,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gemm"],
            nodes_to_exclude=kept_whole(onnx.load(plain).graph),
        )
    store_halves(out)
    print(sha256(out.read_bytes()).hexdigest(), out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
