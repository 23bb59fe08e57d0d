"""Reads the excerpts once more, each alone with its title, and puts them in order.

A passage of ten sentences lends each of them what stands round it: a sentence about the right event
looks like an answer beside one that is. Two views of one text are also two opinions; see
tests/benchmarks/RESULTS.md for what the second earns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.excerpts import Excerpt
from rag.encoders.reader import PassageReading, ReadablePassage
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from rag.encoders.reader import Reader

LIKELY = 0.65
"""Weight of the log probability that an excerpt has as part of its passage."""

ALONE = 0.35
"""Weight of the log odds that it has alone."""

READ_AGAIN = 4
"""Excerpts that are read once more, the likeliest; what comes after them is for lists."""


def reread(question: str, excerpts: Sequence[Excerpt], reader: Reader | None) -> list[Excerpt]:
    """Return the excerpts, the first with their `alone`, likeliest first; as they are without it.

    `question` is read as it was with the passages. The probabilities add up to what they did.
    """
    if reader is None or not excerpts:
        return list(excerpts)
    first = excerpts[:READ_AGAIN]
    passages = [
        ReadablePassage(each.text, tuple(split_sentences(each.text)), each.article.title)
        for each in first
    ]
    readings = reader.read(question, passages)
    read = [
        replace(each, alone=_log_odds(reading))
        for each, reading in zip(first, readings, strict=True)
    ]
    return [*reordered(read), *excerpts[READ_AGAIN:]]


def reordered(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """Return excerpts that were read alone by both opinions, likeliest first."""
    before = np.array([each.probability for each in excerpts])
    scores = LIKELY * np.log(before) + ALONE * np.array([each.alone for each in excerpts])
    odds = np.exp(scores - scores.max())
    shares = odds / odds.sum() * before.sum()
    best_first = np.argsort(-shares, kind="stable")
    return [replace(excerpts[i], probability=float(shares[i])) for i in best_first]


def _log_odds(reading: PassageReading) -> float:
    """Return the mean of those of the likeliest sentence and of the likeliest words, if any."""
    found = [float(reading.sentences.max())]
    if len(reading.tokens):
        found.append(float(reading.begins.max() + reading.ends.max()) / 2)
    return sum(found) / len(found)
