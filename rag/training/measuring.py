"""Measures the reader on documents that it has not seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from rag.training.batches import Pair, Read, pair_of, places_of, read, right_of
from rag.training.examples import Example
from rag.training.network import ReaderNetwork
from rag.training.sets import ENTAILED
from rag.training.train import Lessons

IN_THREE = 3
LONGEST_ANSWER = 30
"""Tokens that the marked words have at most."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How well held-out questions and claims are judged.

    Of questions the share with a right sentence first, and in the first three; the F1 of the
    marked words; the area under the ROC curve of answerable against not; of claims the share
    judged right.
    """

    first: float
    in_three: float
    words_f1: float
    auroc: float
    claims: float


def measure(
    network: ReaderNetwork, lessons: Lessons, *, tokenizer: Tokenizer, device: str = "cpu"
) -> Measured:
    """Return how well the network does on what it was not trained on."""
    network.eval()
    ranks: list[int] = []
    f1: list[float] = []
    chances: dict[bool, list[float]] = {True: [], False: []}
    right: list[bool] = []
    with torch.no_grad():
        for example in lessons.examples:
            pairs = [pair_of(example.question, text) for text in example.texts]
            found = read(network, pairs, tokenizer, device=device)
            scores = torch.cat([each.sentences for each in found]).numpy()
            chances[example.is_answered].append(float(np.logaddexp.reduce(scores)))
            if example.is_answered:
                ranks.append(int((scores > scores[right_of(example)].max()).sum()))
            f1 += _words_f1(example, found)
        for claim in lessons.claims:
            (each,) = read(network, [Pair(claim.claim, claim.text)], tokenizer, device=device)
            is_entailed = float(torch.softmax(each.labels, 0)[ENTAILED]) > 1 / 2
            right.append(is_entailed == (claim.label == ENTAILED))
    network.train()
    yes, no = np.array(chances[True]), np.array(chances[False])
    return Measured(
        first=_mean([rank == 0 for rank in ranks]),
        in_three=_mean([rank < IN_THREE for rank in ranks]),
        words_f1=_mean(f1),
        auroc=_mean((yes[:, None] > no[None, :]).ravel().tolist()),
        claims=_mean(right),
    )


def _words_f1(example: Example, found: Sequence[Read]) -> Iterator[float]:
    """Yield how well the best span of the passages overlaps the answer, in tokens."""
    places = places_of(example, found) if example.is_answered else None
    if not places:
        return
    logits = torch.cat([each.places for each in found]).numpy()
    begin, end = best_span(logits)
    shared = max(
        (min(end, right[1]) - max(begin, right[0]) + 1, right[1] - right[0] + 1) for right in places
    )
    if shared[0] <= 0:
        yield 0.0
        return
    precision, recall = shared[0] / (end - begin + 1), shared[0] / shared[1]
    yield 2 * precision * recall / (precision + recall)


def best_span(logits: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> tuple[int, int]:
    """Return the first and last token of the likeliest span of logits (t, 2)."""
    best, found = -math.inf, (0, 0)
    for begin in range(len(logits)):
        ends = logits[begin : begin + LONGEST_ANSWER, 1]
        end = begin + int(ends.argmax())
        if logits[begin, 0] + logits[end, 1] > best:
            best, found = float(logits[begin, 0] + logits[end, 1]), (begin, end)
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
