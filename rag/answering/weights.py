"""How much each word of a question counts: rare words and names count, common ones hardly.

Rarity is measured in the corpus that is asked, eased by a background so that it means the same
in an index of three passages and in one of a hundred thousand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.retrieval.names import names
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

BACKGROUND_PASSAGES = 1_000
"""Passages without the word that every corpus is thought to have besides its own."""

NAME_FACTOR = 1.5
"""A name must be there; a verb may have a synonym."""


@dataclass(frozen=True, slots=True)
class TermWeights:
    """The distinct content terms of a question with their weights, and those found nowhere."""

    weights: dict[str, float]
    absent: frozenset[str]

    def share(self, found: set[str] | frozenset[str]) -> float:
        """Return the share of the weight that `found` covers, 0 to 1; 1 without any terms."""
        total = sum(self.weights.values())
        if not total:
            return 1.0
        return sum(weight for term, weight in self.weights.items() if term in found) / total


def weigh_terms(text: str, snapshot: Snapshot) -> TermWeights:
    """Return the weights of the content terms of `text` in this snapshot."""
    named = {token for name in names(text) for token in content_tokens(name)}
    weights: dict[str, float] = {}
    absent: set[str] = set()
    total = snapshot.passage_count + BACKGROUND_PASSAGES
    for term in content_tokens(text):
        frequency = snapshot.document_frequency(term)
        if not frequency:
            absent.add(term)
        rarity = math.log(total / (frequency + 1)) / math.log(total)
        weights[term] = rarity * (NAME_FACTOR if term in named else 1.0)
    return TermWeights(weights, frozenset(absent))
