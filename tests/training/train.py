"""Trains the judge, in two runs.

    python -m tests.training.train DATA_FOLDER JUDGE.safetensors

The file holds the averaged weights and is written anew every quarter of an hour and at the end; tests.training.export
makes the one that ships of it. A graphics card is used where torch sees one.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from index import default_tokenizer
from tests.training.data import TrainingData
from tests.training.items import Drawn, Items
from tests.training.network import UNKNOWN, Network, batch_of

BATCH = 48
SLOWEST = 0.01  # share of the rate of learning
AVERAGED, EVERY = 0.992, 4  # weights are averaged with those before by that share, every few steps
SORTED_TOGETHER = 40  # batches, so that texts of like length stand together
ANSWER_SPAN, EVIDENCE_TOKEN = 0.35, 2.0  # weights of the loss
REPORTED, SAVED = 100, 900  # steps, seconds


@dataclass(frozen=True, slots=True)
class Run:
    """How many batches, how fast the encoder and the heads learn, and what is drawn."""

    steps: int
    rate: float
    rate_of_heads: float
    warm_up: int
    seed: int
    drawn: Drawn


QUESTIONS = {
    "qamr": 0.85,
    "squad": 1.5,
    "new_wiki": 1.15,
    "qed": 2.5,
    "hotpot": 1.5,
    "musique": 1.3,
    "fairytale": 0.8,
}
PAIRS = {"feversym": 1.8, "conjnli": 0.6, "cadnli": 0.65, "breakingnli": 0.35}
FIRST = Run(4_171, 1e-4, 4e-4, 150, 1, Drawn(QUESTIONS, PAIRS, 0.4))
# more of what is like the questions of users, and of statements written by people
SECOND = Run(
    1_752,
    6e-5,
    1.5e-4,
    80,
    77,
    Drawn(
        {**QUESTIONS, "squad": 2.6, "qed": 3, "qamr": 0.5, "fairytale": 0.6},
        {"feversym": 2.5, "conjnli": 0.9, "cadnli": 0.9, "breakingnli": 0.25},
        0.42,
    ),
)


def batches(items: Items) -> Iterator[tuple[Tensor, ...]]:
    """Without end, with new items in each pass."""
    number = 0
    while True:
        drawn, kinds = items.draw(number)
        number += 1
        print("pass", number, "of", len(drawn), dict(kinds), flush=True)
        for at in range(0, len(drawn), BATCH * SORTED_TOGETHER):
            part = sorted(drawn[at : at + BATCH * SORTED_TOGETHER], key=lambda item: len(item.first) + len(item.second))
            together = [part[first : first + BATCH] for first in range(0, len(part), BATCH)]
            random.shuffle(together)
            yield from map(batch_of, together)


def loss_of(network: Network, batch: tuple[Tensor, ...]) -> Tensor:
    ids, mask, types, evidence, start, end, answers, supports = batch
    answer, support, of_evidence, of_start, of_end = (one.float() for one in network(ids, mask, types))
    total = torch.zeros((), device=ids.device)
    asked = answers != UNKNOWN
    if asked.any():
        known = (evidence != UNKNOWN).float()
        heavier = torch.tensor(EVIDENCE_TOKEN, device=ids.device)
        by_token = known * F.binary_cross_entropy_with_logits(
            of_evidence, evidence.clamp(min=0), reduction="none", pos_weight=heavier
        )
        of_asked = F.binary_cross_entropy_with_logits(answer[asked], answers[asked])
        of_asked = of_asked + (by_token.sum(1) / known.sum(1).clamp(min=1))[asked].mean()
        if (start != UNKNOWN).any():
            ends = (of_start, start), (of_end, end)
            spans = sum(F.cross_entropy(logits, place, ignore_index=UNKNOWN) for logits, place in ends) / 2
            of_asked = of_asked + ANSWER_SPAN * spans
        total = total + asked.float().mean() * of_asked
    stated = supports != UNKNOWN
    if stated.any():
        of_stated = F.binary_cross_entropy_with_logits(support[stated], supports[stated])
        total = total + stated.float().mean() * of_stated
    return total


def optimiser(network: Network, run: Run) -> torch.optim.AdamW:
    """Heads learn faster than the encoder; word vectors do not, and what is no matrix does not decay."""
    network.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    groups = []
    for of_encoder, rate in ((True, run.rate), (False, run.rate_of_heads)):
        for matrix, decay in ((False, 0.0), (True, 0.01)):
            chosen = [
                weights
                for name, weights in network.named_parameters()
                if weights.requires_grad and name.startswith("bert.") == of_encoder and (weights.ndim > 1) == matrix
            ]
            groups.append({"params": chosen, "weight_decay": decay, "lr": rate, "rate": rate})
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)


class Averaged:
    """The weights averaged over the last hundreds of steps."""

    def __init__(self, network: Network) -> None:
        self._network, self._taken = network, 0
        self._of = {name: one.detach().clone() for name, one in network.named_parameters() if one.requires_grad}

    def take(self) -> None:
        self._taken += 1
        kept = min(AVERAGED, (1 + self._taken) / (10 + self._taken))
        now = dict(self._network.named_parameters())
        torch._foreach_lerp_(list(self._of.values()), [now[name].detach() for name in self._of], 1 - kept)

    def weights(self) -> dict[str, Tensor]:
        return {name: one.half().cpu().contiguous() for name, one in (self._network.state_dict() | self._of).items()}

    def save(self, path: Path) -> None:
        part = path.with_suffix(".part")
        save_file(self.weights(), part)
        part.replace(path)


def train(network: Network, data: TrainingData, run: Run, out: Path) -> None:
    """Trains on from the network's weights and leaves it with the averaged ones."""
    random.seed(run.seed)
    torch.manual_seed(run.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device).train()
    steps, averaged, saved, losses = optimiser(network, run), Averaged(network), time.monotonic(), []
    trained = [one for one in network.parameters() if one.requires_grad]
    items = Items(data, default_tokenizer(), run.drawn, run.seed)
    for step, batch in zip(range(run.steps), batches(items), strict=False):
        for group in steps.param_groups:
            group["lr"] = group["rate"] * min(1, (step + 1) / run.warm_up) * max(SLOWEST, 1 - step / run.steps)
        with torch.autocast(device, torch.bfloat16):
            loss = loss_of(network, tuple(one.to(device) for one in batch))
        steps.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        steps.step()
        losses.append(float(loss.detach()))
        if (step + 1) % EVERY == 0:
            averaged.take()
        if (step + 1) % REPORTED == 0:
            print("step", step + 1, "loss", round(sum(losses) / len(losses), 4), flush=True)
            losses.clear()
        if time.monotonic() - saved > SAVED:
            averaged.save(out)
            saved = time.monotonic()
    averaged.save(out)
    network.load_state_dict({name: one.float() for name, one in averaged.weights().items()})


def main(folder: Path, out: Path) -> None:
    data, network = TrainingData(folder), Network()
    for run in (FIRST, SECOND):
        train(network, data, run, out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
