"""Fuse the dense and the lexical ranking into one."""

from __future__ import annotations

from collections.abc import Sequence

Ranking = Sequence[tuple[int, float]]
"""(row, score) pairs, best first."""

RANK_CONSTANT = 20
"""Softens the first ranks. Cormack et al. (SIGIR 2009) take 60 for lists of a thousand."""


def fuse(dense: Ranking, lexical: Ranking) -> list[tuple[int, float]]:
    """Return every row of both rankings, best first; ties keep the lower row first.

    Reciprocal rank fusion: the score of a row is the sum of 1 / (constant + rank).
    """
    scores: dict[int, float] = {}
    for ranking in (dense, lexical):
        for rank, (row, _) in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
