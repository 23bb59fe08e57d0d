"""How much each word of a question counts: rare words and names count, common ones hardly.

Rarity is measured in the corpus that is asked, eased by a background so that it means the same
in an index of three passages and in one of a hundred thousand.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.terms import Word, forms_of, name_coverage, read_words
from rag.retrieval.follow_up import asked_from

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

BACKGROUND_PASSAGES = 1_000
"""Passages without the word that every corpus is thought to have besides its own."""

NAME_FACTOR = 1.5
"""A name must be there; a verb may have a synonym."""


SUBJECT_FACTOR = 0.5
"""Of a follow-up, or a later question of several, what was asked before counts less than what is
asked now; names stay."""


@dataclass(frozen=True, slots=True)
class TermWeights:
    """The words of a question, the weights of their terms, and the terms found nowhere."""

    words: tuple[Word, ...]
    weights: dict[str, float]
    absent: frozenset[str]

    @property
    def names(self) -> tuple[Word, ...]:
        """Return the names among the words."""
        return tuple(word for word in self.words if word.is_name)

    @property
    def predicate(self) -> frozenset[str]:
        """Return the terms that are neither of a name nor a figure: what is asked of them."""
        return frozenset(
            term
            for word in self.words
            if not word.is_name and not word.is_figure
            for term in word.terms
        )

    def share(self, found: Collection[str], *, of: Collection[str] | None = None) -> float:
        """Return the share of the weight that `found` covers, 0 to 1; 1 without any terms.

        `of` limits it to some of the terms.
        """
        terms = self.weights.keys() if of is None else self.weights.keys() & set(of)
        total = sum(self.weights[term] for term in terms)
        if not total:
            return 1.0
        return sum(self.weights[term] for term in terms if term in found) / total

    def names_share(self, texts: Sequence[str]) -> float:
        """Return how far the texts speak of the names, 0 to 1; 1 without names."""
        named = self.names
        if not named:
            return 1.0
        best = [max((name_coverage(name, text) for text in texts), default=0.0) for name in named]
        return sum(best) / len(named)

    def weight(self, word: Word) -> float:
        """Return the weight of the rarest term of a word."""
        return max(self.weights[term] for term in word.terms)


def weigh_terms(text: str, snapshot: Snapshot) -> TermWeights:
    """Return the words of `text` with the weights of their terms in this snapshot."""
    words = read_words(text)
    asked = asked_from(text)
    weights: dict[str, float] = {}
    absent: set[str] = set()
    total = snapshot.passage_count + BACKGROUND_PASSAGES
    for word in words:
        for term in word.terms:
            frequency = sum(snapshot.document_frequency(form) for form in forms_of(term))
            if not frequency:
                absent.add(term)
            rarity = math.log(total / (min(frequency, snapshot.passage_count) + 1))
            weight = rarity / math.log(total) * (NAME_FACTOR if word.is_name else 1.0)
            if word.start < asked and not word.is_name:
                weight *= SUBJECT_FACTOR
            weights[term] = max(weight, weights.get(term, 0.0))
    return TermWeights(words, weights, frozenset(absent))
