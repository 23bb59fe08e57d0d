"""Trains the reranker and measures it on documents that it has not seen.

A question's sentences compete with each other and with "none of them", whose score is always 0:
a listwise softmax (Cao et al. 2007) that also learns when nothing answers. So do, where a set knows
the words that answer, all tokens of all sentences compete for their beginning and for their end
(Clark and Gardner 2018). Claims are learned beside, as yes or no.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from torch.nn import functional

from rag.records import Span
from rag.training.examples import Example
from rag.training.groups import Claim
from rag.training.network import ANSWERS, CARRIES, RerankerNetwork

IN_THREE = 3

EDGES = (0, 1)
"""Columns of the places: where the answering words begin, and where they end."""

ALIKE = 14
"""Pairs of like length that are computed together; a longer one in their midst pads them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How the weights move: AdamW with a warm-up, then linearly to nothing."""

    epochs: int = 1
    questions_a_step: int = 10
    claims_a_step: int = 8
    rate: float = 8e-5
    warm_up: float = 0.06
    decay: float = 0.01
    longest_gradient: float = 1.0
    claim_weight: float = 0.3
    place_weight: float = 0.3
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from, or measured on."""

    examples: Sequence[Example]
    claims: Sequence[Claim]


@dataclass(frozen=True, slots=True)
class Measured:
    """How well held-out questions and claims are judged.

    Of questions the share with the right sentence first, and in the first three, and the area
    under the ROC curve of answerable against not; of claims the share judged right.
    """

    first: float
    in_three: float
    auroc: float
    claims: float


def train(
    network: RerankerNetwork,
    lessons: Lessons,
    *,
    tokenizer: Tokenizer,
    schedule: Schedule,
) -> Iterator[tuple[int, int, float]]:
    """Train in place; yields after each step its number, of how many, and the loss of late."""
    torch.manual_seed(schedule.seed)
    batches = [
        batch
        for epoch in range(schedule.epochs)
        for batch in _batches(lessons, schedule, seed=schedule.seed + epoch)
    ]
    trained = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=schedule.rate, weight_decay=schedule.decay)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _pace(step, len(batches), warm_up=schedule.warm_up)
    )
    network.train()
    recent = 0.0
    for step, batch in enumerate(batches):
        loss = _loss(network, batch, tokenizer, schedule)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(trained, schedule.longest_gradient)
        optimizer.step()
        pace.step()
        optimizer.zero_grad()
        recent = float(loss.detach()) if not step else 0.98 * recent + 0.02 * float(loss.detach())
        yield step + 1, len(batches), recent


def measure(network: RerankerNetwork, lessons: Lessons, *, tokenizer: Tokenizer) -> Measured:
    """Return how well the network does on what it was not trained on."""
    network.eval()
    ranks: list[int] = []
    chances: dict[bool, list[float]] = {True: [], False: []}
    with torch.no_grad():
        for example in lessons.examples:
            pairs = [(example.question, candidate) for candidate in example.candidates]
            scores = _scores(network, pairs, tokenizer)[:, ANSWERS].numpy()
            chances[example.right is not None].append(float(np.logaddexp.reduce(scores)))
            if example.right is not None:
                ranks.append(int((scores > scores[example.right]).sum()))
        right = [
            bool(_scores(network, [(c.claim, c.text)], tokenizer)[0, CARRIES] > 0) == c.is_carried
            for c in lessons.claims
        ]
    yes, no = np.array(chances[True]), np.array(chances[False])
    network.train()
    return Measured(
        first=_mean([rank == 0 for rank in ranks]),
        in_three=_mean([rank < IN_THREE for rank in ranks]),
        auroc=_mean((yes[:, None] > no[None, :]).ravel().tolist()),
        claims=_mean(right),
    )


def _mean(told: Sequence[bool]) -> float:
    return sum(told) / len(told) if told else math.nan


def _pace(step: int, steps: int, *, warm_up: float) -> float:
    first = max(1.0, warm_up * steps)
    return min((step + 1) / first, (steps - step) / max(1.0, steps - first))


def _batches(lessons: Lessons, schedule: Schedule, *, seed: int) -> Iterator[Lessons]:
    """Yield every example once, those of like length together, which spares padding."""
    rng = random.Random(seed)  # noqa: S311 - orders examples
    order = list(lessons.examples)
    rng.shuffle(order)
    size = schedule.questions_a_step
    near = 50 * size
    parts = []
    for start in range(0, len(order), near):
        alike = sorted(order[start : start + near], key=_length)
        parts += [alike[i : i + size] for i in range(0, len(alike), size)]
    rng.shuffle(parts)
    told = list(lessons.claims)
    rng.shuffle(told)
    a_step = min(schedule.claims_a_step, max(1, len(told) // max(1, len(parts))))
    for i, part in enumerate(parts):
        yield Lessons(part, sorted(told[i * a_step : (i + 1) * a_step], key=lambda c: len(c.text)))


def _length(example: Example) -> int:
    return len(example.question) + max(map(len, example.candidates))


def _loss(
    network: RerankerNetwork, batch: Lessons, tokenizer: Tokenizer, schedule: Schedule
) -> Tensor:
    pairs = [(e.question, candidate) for e in batch.examples for candidate in e.candidates]
    read = _read(network, pairs, tokenizer)
    scores = torch.stack([each.scores[ANSWERS] for each in read])
    lists = torch.split(scores, [len(e.candidates) for e in batch.examples])
    losses = [
        _against_none(own, example.right)
        for own, example in zip(lists, batch.examples, strict=True)
    ]
    loss = torch.stack(losses).mean()
    if placed := list(_place_losses(batch.examples, read)):
        loss = loss + schedule.place_weight * torch.stack(placed).mean()
    if batch.claims:
        told = _scores(network, [(c.claim, c.text) for c in batch.claims], tokenizer)[:, CARRIES]
        carried = torch.tensor([float(c.is_carried) for c in batch.claims])
        claimed = functional.binary_cross_entropy_with_logits(told, carried)
        loss = loss + schedule.claim_weight * claimed
    return loss


def _against_none(scores: Tensor, right: int | None) -> Tensor:
    """Return the loss of what competes with each other and with none of it."""
    return functional.cross_entropy(
        torch.cat([torch.zeros(1), scores]).unsqueeze(0),
        torch.tensor([0 if right is None else right + 1]),
    )


def _place_losses(examples: Sequence[Example], read: Sequence[_Reading]) -> Iterator[Tensor]:
    """Yield the loss of begin and end for each example whose answering words are known."""
    start = 0
    for example in examples:
        own = read[start : start + len(example.candidates)]
        start += len(own)
        places = torch.cat([each.places for each in own])
        if example.right is None:
            yield _edge_loss(places, (None, None))
        elif example.answer is not None:
            before = sum(len(each.places) for each in own[: example.right])
            if ends := own[example.right].tokens_at(example.answer):
                yield _edge_loss(places, (before + ends[0], before + ends[1]))


def _edge_loss(places: Tensor, right: tuple[int | None, int | None]) -> Tensor:
    begin, end = (_against_none(places[:, edge], right[edge]) for edge in EDGES)
    return (begin + end) / 2


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the network gives for a pair: scores (2,), places (tokens of the sentence, 2)."""

    scores: Tensor
    places: Tensor
    encoded: Encoding
    first: int

    def tokens_at(self, span: Span) -> tuple[int, int] | None:
        """Return the first and the last token of a part of the sentence, if both were read."""
        begin = self.encoded.char_to_token(span.start, 1)
        end = self.encoded.char_to_token(span.end - 1, 1)
        return None if begin is None or end is None else (begin - self.first, end - self.first)


def _scores(
    network: RerankerNetwork, pairs: Sequence[tuple[str, str]], tokenizer: Tokenizer
) -> Tensor:
    return torch.stack([each.scores for each in _read(network, pairs, tokenizer)])


def _read(
    network: RerankerNetwork, pairs: Sequence[tuple[str, str]], tokenizer: Tokenizer
) -> list[_Reading]:
    """Return what the network gives for each pair, in their order."""
    encoded = tokenizer.encode_batch(list(pairs))
    order = sorted(range(len(pairs)), key=lambda i: len(encoded[i].ids))
    read: dict[int, _Reading] = {}
    for start in range(0, len(order), ALIKE):
        part = order[start : start + ALIKE]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores, places = network(*_padded([encoded[i] for i in part]))
        for row, i in enumerate(part):
            first = encoded[i].type_ids.index(1)
            own = places[row, first : len(encoded[i].ids) - 1]  # without the separator
            read[i] = _Reading(scores[row].float(), own.float(), encoded[i], first)
    return [read[i] for i in range(len(pairs))]


def _padded(encoded: Sequence[Encoding]) -> tuple[Tensor, Tensor, Tensor]:
    """Return token ids, segments and mask, each of shape (pairs, tokens of the longest)."""
    longest = max(len(each.ids) for each in encoded)
    return (
        torch.tensor([each.ids + [0] * (longest - len(each.ids)) for each in encoded]),
        torch.tensor([each.type_ids + [0] * (longest - len(each.ids)) for each in encoded]),
        torch.tensor([[1] * len(each.ids) + [0] * (longest - len(each.ids)) for each in encoded]),
    )
