"""A paired test for measures that are computed over all questions at once, such as an F1.

There is no difference of a single question to flip the sign of. Instead the two runs swap their
rows of a question, at random, and the measure of both sets is computed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from rag.evaluation.measuring.statistics import (
    Floats,
    PairedTest,
    SetStatistic,
    bootstrap_set,
    draw_flips,
)

ColumnStatistic = Callable[..., Floats]
"""From how often each question counts, (resamples, n), and its columns, each (n,), ascending by
the first, to one value a resample; NaN where a resample has none."""

SWAPS = 2_000
"""Swaps drawn where there are more: each costs two measures of all questions, not one sum; a p of
0.05 is then exact to about 0.01."""
COUNTED_AT_ONCE = 2_000_000
"""Counts of rows at a time: 16 MB."""
SLACK = 1e-12
"""Two differences are equal within this, whatever the order of their sums."""


@dataclass(frozen=True, slots=True)
class PairedSets:
    """A measure of set a, of set b, and the test of b less a."""

    a: float
    b: float
    test: PairedTest


def compare_sets(
    statistic: ColumnStatistic, a: Floats, b: Floats, *, seed: int
) -> PairedSets | None:
    """Return the paired test of two sets of the same questions; None where one has no value.

    `a` and `b` are (columns, questions). The interval draws questions again, for both sets alike;
    p is that of the swaps (Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005,
    3.7), exact where there are at most 10,000 ways to swap. A swap that leaves a set without a
    value counts against the difference.
    """
    questions = a.shape[1]
    of_a, of_b = _of_columns(statistic, a), _of_columns(statistic, b)
    estimate = bootstrap_set(lambda counts: of_b(counts) - of_a(counts), questions, seed=seed)
    if estimate is None:
        return None
    all_once = np.ones((1, questions))
    p = _swap_p(statistic, a, b, observed=abs(estimate.mean), seed=seed)
    return PairedSets(
        float(of_a(all_once)[0]),
        float(of_b(all_once)[0]),
        PairedTest(estimate.mean, estimate.low, estimate.high, p),
    )


def _of_columns(statistic: ColumnStatistic, columns: Floats) -> SetStatistic:
    """Return the statistic of these columns by counts in their order, (resamples, questions)."""
    order = np.lexsort(columns[::-1])
    ordered = columns[:, order]
    return lambda counts: statistic(counts[:, order], *ordered)


def _swap_p(
    statistic: ColumnStatistic, a: Floats, b: Floats, *, observed: float, seed: int
) -> float:
    """Return how often swapping rows at random gives a difference as large, two-sided.

    Questions that are alike in both sets stay what they are under any swap.
    """
    questions = a.shape[1]
    both = np.concatenate([a, b], axis=1)
    order = np.lexsort(both[::-1])
    ordered, question, is_of_a = both[:, order], order % questions, order < questions
    unlike = np.flatnonzero((a != b).any(axis=0))
    is_exact, batches = draw_flips(len(unlike), seed=seed, most=SWAPS)
    extreme = total = 0
    for batch in batches:
        for bits in _sliced(batch, max(1, COUNTED_AT_ONCE // len(order))):
            swapped = np.zeros((len(bits), questions))
            swapped[:, unlike] = bits
            counts = np.abs(swapped[:, question] - is_of_a)  # of the rows that a now has
            difference = np.abs(statistic(1 - counts, *ordered) - statistic(counts, *ordered))
            extreme += int((~(difference < observed - SLACK)).sum())
            total += len(bits)
    return extreme / total if is_exact else (extreme + 1) / (total + 1)


def _sliced(rows: Floats, most: int) -> Iterator[Floats]:
    for start in range(0, len(rows), most):
        yield rows[start : start + most]
