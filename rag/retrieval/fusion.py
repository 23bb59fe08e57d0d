"""Fuse the dense and the lexical ranking into one.

By score, not by rank: on three question sets a weighted sum put the right passage first in 91 to
97 of 100 questions, reciprocal rank fusion in 86 to 94. The weight was chosen on the same sets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Ranking = Sequence[tuple[int, float]]
"""(row, score) pairs, best first."""

LEXICAL_WEIGHT = 0.4
"""What the best lexical match adds to its cosine; 0.3 and 0.5 were measured, and level."""


def fuse(
    dense: Ranking, lexical: Ranking, *, cosines: Callable[[Sequence[int]], Sequence[float]]
) -> list[tuple[int, float]]:
    """Return every row of both rankings, best first; ties keep the lower row first.

    A row scores its cosine plus `LEXICAL_WEIGHT` times its lexical score, of which the best is
    1. `cosines` is asked once, for the rows that only the lexical ranking found.
    """
    scores = dict(dense)
    others = [row for row, _ in lexical if row not in scores]
    scores.update(zip(others, cosines(others), strict=True))
    for row, score in to_best(lexical):
        scores[row] += LEXICAL_WEIGHT * score
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def to_best(ranking: Ranking) -> list[tuple[int, float]]:
    """Return the ranking with scores as shares of the best one, which is 1."""
    best = max((score for _, score in ranking), default=0.0) or 1.0
    return [(row, score / best) for row, score in ranking]


def mean_of(rankings: Sequence[Ranking]) -> list[tuple[int, float]]:
    """Return every row of several rankings by its mean score, best first.

    Where a ranking lacks a row, it counts with the lowest score there.
    """
    found = [dict(ranking) for ranking in rankings]
    lowest = [min(scores.values(), default=0.0) for scores in found]
    means = {
        row: sum(s.get(row, low) for s, low in zip(found, lowest, strict=True)) / len(found)
        for row in {row for scores in found for row in scores}
    }
    return sorted(means.items(), key=lambda item: (-item[1], item[0]))
