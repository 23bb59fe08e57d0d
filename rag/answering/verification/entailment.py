"""Models that say whether a claim follows from evidence, behind one small protocol.

Behind the exact guards (`guards`) such a model has the last word. Where none is configured, the
share of the claim's words that the evidence has takes its place.
"""

from __future__ import annotations

import math
from typing import Protocol

from rag.answering.verification.claims import read_claim
from rag.encoders.reader import EntailmentScores
from rag.records import Span

LEAST = 1e-6
"""Probability at which log odds are cut off."""


class Entailment(Protocol):
    """Says whether a claim follows from evidence; safe to share between threads."""

    @property
    def name(self) -> str:
        """Which one it is, as `thresholds.THRESHOLDS` and people know it."""

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


def load_entailment(reader: Entailment | None) -> Entailment:
    """Return the reader of passages, which reads claims as well; the words where there is none."""
    return WordCoverage() if reader is None else reader


def log_odds(scores: EntailmentScores) -> float:
    """Return the log odds that the claim is entailed."""
    entailed = min(max(scores.entailed, LEAST), 1 - LEAST)
    return math.log(entailed / (1 - entailed))
