"""Trains the reader: what a step learns from, its losses, and a state to go on from.

All sentences of all passages of a question compete with each other and with "none of them", whose
score is always 0; so do all tokens for the begin of the answer and for its end (the shared norm of
Clark and Gardner 2018, which makes scores of different passages comparable). Where several
sentences or places are right, their probabilities are summed (Min et al. 2019). Claims are learned
beside, with three labels, and the words of theirs that nothing supports.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from rag.training.batches import Pair, Read, pair_of, places_of, read, right_of
from rag.training.examples import Example
from rag.training.network import ReaderNetwork
from rag.training.sets import NOT_ENTAILED, Claim

EDGES = (0, 1)
"""Columns of the places: where the answering words begin, and where they end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How the weights move: AdamW with a warm-up, then linearly to nothing."""

    steps: int
    questions_a_step: int = 10
    claims_a_step: int = 8
    rate: float = 1e-4
    warm_up: float = 0.05
    decay: float = 0.01
    longest_gradient: float = 1.0
    place_weight: float = 0.5
    passage_weight: float = 0.3
    claim_weight: float = 1.0
    word_weight: float = 0.2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from, or measured on."""

    examples: Sequence[Example]
    claims: Sequence[Claim]


class Trainer:
    """Trains a network in place, step by step, from a state that can be kept and taken up again."""

    def __init__(
        self,
        network: ReaderNetwork,
        lessons: Lessons,
        *,
        tokenizer: Tokenizer,
        schedule: Schedule,
        device: str = "cpu",
    ) -> None:
        self.network = network.to(device)
        self.step = 0
        self.recent = math.nan
        self.tokenizer, self._schedule, self._device = tokenizer, schedule, device
        self.batches = Batches(lessons, schedule)
        named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
        self._names = [name for name, _ in named]
        self._trained = [parameter for _, parameter in named]
        self._optimizer = torch.optim.AdamW(
            self._trained, lr=schedule.rate, weight_decay=schedule.decay
        )

    def steps(self) -> Iterator[int]:
        """Train, yielding after each step its number."""
        self.network.train()
        while self.step < self._schedule.steps:
            self._step()
            yield self.step

    def state(self) -> dict[str, Tensor]:
        """Return all that the next step depends on."""
        kept = {f"weight.{n}": p.detach().cpu() for n, p in self.network.state_dict().items()}
        for name, parameter in zip(self._names, self._trained, strict=True):
            moments = self._optimizer.state.get(parameter, {})
            for key in ("exp_avg", "exp_avg_sq", "step"):
                if key in moments:
                    kept[f"{key}.{name}"] = moments[key].detach().cpu().reshape(-1)
        kept["at"] = torch.tensor([self.step, self.recent], dtype=torch.float64)
        return {name: tensor.contiguous().clone() for name, tensor in kept.items()}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on where `state` was taken."""
        prefix = "weight."
        self.network.load_state_dict(
            {n.removeprefix(prefix): t for n, t in state.items() if n.startswith(prefix)}
        )
        for name, parameter in zip(self._names, self._trained, strict=True):
            if f"step.{name}" in state:
                self._optimizer.state[parameter] = {
                    "step": state[f"step.{name}"].reshape(()).clone(),
                    "exp_avg": _like(state[f"exp_avg.{name}"], parameter),
                    "exp_avg_sq": _like(state[f"exp_avg_sq.{name}"], parameter),
                }
        step, self.recent = state["at"].tolist()
        self.step = int(step)

    def _step(self) -> None:
        schedule = self._schedule
        for group in self._optimizer.param_groups:
            group["lr"] = schedule.rate * _pace(self.step, schedule)
        self._optimizer.zero_grad()
        loss = self._loss(self.batches.at(self.step))
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._trained, schedule.longest_gradient)
        self._optimizer.step()
        value = float(loss.detach())
        self.recent = value if math.isnan(self.recent) else 0.98 * self.recent + 0.02 * value
        self.step += 1

    def _loss(self, batch: Lessons) -> Tensor:
        pairs = [pair_of(e.question, text) for e in batch.examples for text in e.texts]
        pairs += [Pair(claim.claim, claim.text) for claim in batch.claims]
        found = read(self.network, pairs, self.tokenizer, device=self._device)
        losses: dict[str, list[Tensor]] = {}
        start = 0
        for example in batch.examples:
            own = found[start : start + len(example.texts)]
            start += len(own)
            for name, loss in _question_losses(example, own):
                losses.setdefault(name, []).append(loss)
        for claim, each in zip(batch.claims, found[start:], strict=True):
            losses.setdefault("label", []).append(label_loss(each.labels, claim.label))
            if claim.words is not None:
                losses.setdefault("word", []).append(_word_loss(each, claim))
        s = self._schedule
        weight = {"sentence": 1.0, "place": s.place_weight, "passage": s.passage_weight}
        weight |= {"label": s.claim_weight, "word": s.word_weight}
        means = [weight[name] * torch.stack(each).mean() for name, each in losses.items()]
        return torch.stack(means).sum()


class Batches:
    """Which examples and claims each step has: every one once a pass, in a seeded order."""

    def __init__(self, lessons: Lessons, schedule: Schedule) -> None:
        self._lessons, self._schedule = lessons, schedule
        self._lengths = [_length(example) for example in lessons.examples]
        self._claim_lengths = [len(claim.text) for claim in lessons.claims]
        self._orders: dict[tuple[str, int], list[list[int]]] = {}

    def at(self, step: int) -> Lessons:
        """Return the batch of a step, whatever steps were before."""
        s = self._schedule
        examples, claims = self._lessons.examples, self._lessons.claims
        few = self._part("questions", self._lengths, s.questions_a_step, step)
        some = self._part("claims", self._claim_lengths, s.claims_a_step, step)
        return Lessons([examples[i] for i in few], [claims[i] for i in some])

    def _part(self, name: str, lengths: list[int], size: int, step: int) -> list[int]:
        if not lengths:
            return []
        a_pass = math.ceil(len(lengths) / size)
        number, place = divmod(step, a_pass)
        if (name, number) not in self._orders:
            seed = f"{self._schedule.seed} {name} {number}"
            self._orders[name, number] = _order(lengths, size, random.Random(seed))  # noqa: S311 - orders examples
        return self._orders[name, number][place]


def _order(lengths: list[int], size: int, rng: random.Random) -> list[list[int]]:
    """Return every index once, in parts of `size`, those of like length together."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    near = 50 * size
    parts = []
    for start in range(0, len(order), near):
        alike = sorted(order[start : start + near], key=lambda i: lengths[i])
        parts += [alike[i : i + size] for i in range(0, len(alike), size)]
    rng.shuffle(parts)
    return parts


def _length(example: Example) -> int:
    return len(example.question) + max(len(text.text) for text in example.texts)


def _pace(step: int, schedule: Schedule) -> float:
    first = max(1.0, schedule.warm_up * schedule.steps)
    return min((step + 1) / first, (schedule.steps - step) / max(1.0, schedule.steps - first))


def _question_losses(example: Example, found: Sequence[Read]) -> Iterator[tuple[str, Tensor]]:
    scores = torch.cat([each.sentences for each in found])
    yield "sentence", _against_none(scores, right_of(example))
    for text, each in zip(example.texts, found, strict=True):
        wanted = torch.tensor(float(bool(text.right)))
        yield "passage", functional.binary_cross_entropy_with_logits(each.passage, wanted)
    places = places_of(example, found)
    if places is not None:
        logits = torch.cat([each.places for each in found])
        for edge in EDGES:
            yield "place", _against_none(logits[:, edge], [place[edge] for place in places])


def _against_none(scores: Tensor, right: Sequence[int]) -> Tensor:
    """Return the loss of what competes with each other and with none of it."""
    whole = torch.logsumexp(torch.cat([scores.new_zeros(1), scores]), 0)
    return whole - torch.logsumexp(scores[list(right)], 0) if right else whole


def label_loss(logits: Tensor, label: int) -> Tensor:
    """Return the loss of three logits for a label, which may leave two of them open."""
    logs = torch.log_softmax(logits, 0)
    return -torch.logsumexp(logs[1:], 0) if label == NOT_ENTAILED else -logs[label]


def _word_loss(each: Read, claim: Claim) -> Tensor:
    """Return the loss over the tokens of the claim, which is the first segment."""
    wanted = torch.zeros(len(each.unsupported))
    for span in claim.words or ():
        for character in range(max(0, span.start), span.end):
            token = each.encoded.char_to_token(character, 0)
            if token is not None:
                wanted[token] = 1
    own = [i for i, sequence in enumerate(each.encoded.sequence_ids) if sequence == 0]
    return functional.binary_cross_entropy_with_logits(each.unsupported[own], wanted[own])


def _like(flat: Tensor, parameter: Tensor) -> Tensor:
    return flat.reshape(parameter.shape).to(parameter.device).clone()
