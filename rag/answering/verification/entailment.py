"""Whether a claim follows from evidence: a model's scores and a fit of what they are worth.

Behind the exact guards (`guards`) this has the last word. Where no model is configured, the share
of the claim's words that the evidence has takes its place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.answering.verification.claims import read_claim
from rag.encoders.reader import EntailmentScores
from rag.records import Span

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder

LARGEST = 4.0
"""Log odds at which those of a model are cut off: beyond, it is only surer of its own mistakes."""


class Entailment(Protocol):
    """Says whether a claim follows from evidence; safe to share between threads."""

    @property
    def name(self) -> str:
        """Which one it is, as `WEIGHTS` and people know it."""

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return how likely the evidence entails, contradicts or leaves open the claim."""


class WordCoverage:
    """No model: the share of the claim's content words that the evidence has.

    >>> WordCoverage().entails("Torp sold boats.", "Torp sold two boats to Acme.").entailed
    1.0
    """

    name = "words"

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return that share as the probability, and the words that are not there."""
        read, own = read_claim(claim), read_claim(evidence)
        missing = tuple(Span(t.start, t.end) for t in read.content if not own.has(t))
        entailed = 1 - len(missing) / max(1, len(read.content))
        return EntailmentScores(entailed, 0.0, 1 - entailed, missing)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a claim that no guard objects to, and what against it.

    `entailed`: log odds that the sentence that is compared entails it, read without its neighbours,
    with which a model lets more false claims through; `missing`: the share of the claim's content
    words that the sentence, and whoever "he" in it is, lacks; `likeness`: the cosine of claim and
    sentence as the default embedder has them, 0 without it.
    """

    entailed: float
    missing: float
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over the signals; a claim follows where it is above 0."""

    entailed: float
    missing: float
    likeness: float
    bias: float

    def log_odds(self, signals: Signals) -> float:
        """Return the log odds that the claim follows, less those that are asked for."""
        return (
            self.bias
            + self.entailed * signals.entailed
            + self.missing * signals.missing
            + self.likeness * signals.likeness
        )


WEIGHTS: dict[str, Weights] = {
    "reader": Weights(entailed=0.47, missing=-1.581, likeness=0.0, bias=-0.357),
    "reader and embedder": Weights(entailed=0.393, missing=-0.774, likeness=4.299, bias=-3.839),
    "words": Weights(entailed=0.0, missing=-1.0, likeness=0.0, bias=0.001),
}
"""Fitted and written here by `python tests/benchmarks/claims.py own SETS --write`; by the words
alone, a claim follows where none is missing."""


def weights_of(entailment: Entailment, *, has_likeness: bool) -> Weights:
    """Return the weights of the words, or of the reader with or without the embedder."""
    return WEIGHTS.get(
        entailment.name, WEIGHTS["reader and embedder" if has_likeness else "reader"]
    )


def likeness(claim: str, evidence: str, embedder: Embedder | None) -> float:
    """Return the cosine of two texts; 0 without an embedder."""
    if embedder is None:
        return 0.0
    one, other = embedder.embed_passages([claim, evidence])
    return float(one @ other)


def load_entailment(reader: Entailment | None) -> Entailment:
    """Return the reader of passages, which reads claims as well; the words where there is none."""
    return WordCoverage() if reader is None else reader


def log_odds(scores: EntailmentScores) -> float:
    """Return the log odds that the claim is entailed, cut off at `LARGEST`."""
    least = 1 / (1 + math.exp(LARGEST))
    entailed = min(max(scores.entailed, least), 1 - least)
    return math.log(entailed / (1 - entailed))
