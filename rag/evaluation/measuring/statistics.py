"""How sure a number is: bootstrap intervals, and a permutation test of paired differences.

Nothing here depends on the order of the questions: values are sorted before they are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rag.evaluation.records import Estimate

RESAMPLES = 2_000
"""Resamples of a bootstrap; Efron and Tibshirani (1993), chapter 13, ask for 1,000 or more."""

PERMUTATIONS = 10_000
"""Permutations drawn where there are more: a p of 0.05 is then exact to about 0.004."""

TAILS = (2.5, 97.5)
"""Percentiles between which 95 % of the resamples lie."""

DRAWN_AT_ONCE = 250_000
"""Numbers drawn at a time: 2 MB, so that memory does not grow with the questions."""

DIGITS = 12
"""Decimal places kept of an interval: beyond them lies the order of summation."""

Floats = NDArray[np.float64]
SetStatistic = Callable[[Floats], Floats]
"""From how often each question counts, (resamples, questions), to one value a resample; NaN
where a resample has none."""


@dataclass(frozen=True, slots=True)
class PairedTest:
    """A mean difference with its 95 % interval; `p` that it is 0, two-sided."""

    mean: float
    low: float
    high: float
    p: float


def bootstrap_mean(values: Iterable[float], *, seed: int, resamples: int = RESAMPLES) -> Estimate:
    """Return the mean of at least one value with its percentile bootstrap interval.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

    >>> bootstrap_mean([1.0, 1.0], seed=0)
    Estimate(mean=1.0, low=1.0, high=1.0, n=2)
    """
    drawn = np.sort(np.fromiter(values, dtype=np.float64))
    if drawn[0] == drawn[-1]:
        only = float(drawn[0])
        return Estimate(only, only, only, len(drawn))
    found = stats.bootstrap(
        (drawn,),
        np.mean,
        vectorized=True,
        n_resamples=resamples,
        batch=_rows_at_once(len(drawn)),
        method="percentile",
        rng=np.random.default_rng(seed),
    ).bootstrap_distribution
    low, high = _interval(found)
    return Estimate(math.fsum(drawn) / len(drawn), low, high, len(drawn))


def bootstrap_set(
    statistic: SetStatistic, questions: int, *, seed: int, resamples: int = RESAMPLES
) -> Estimate | None:
    """Return a measure of a whole set with the interval of drawing `questions` questions again.

    None where the set has no such measure. A resample that has none is left out, which scipy's
    bootstrap has no way to do.
    """
    value = statistic(np.ones((1, questions)))[0] if questions else math.nan
    if math.isnan(value):
        return None
    found = np.concatenate([statistic(counts) for counts in _resampled(questions, resamples, seed)])
    low, high = _interval(found[~np.isnan(found)])
    return Estimate(round(float(value), DIGITS), low, high, questions)


def paired_test(differences: Sequence[float], *, seed: int) -> PairedTest:
    """Return the mean of at least one paired difference, its interval, and how likely chance is.

    Permutation test by sign flips of the mean difference: exact where there are at most 10,000
    ways to flip, else by that many draws with the correction of Phipson and Smyth (2010).
    Smucker, Allan and Carterette (CIKM 2007) advise it for measures of retrieval.
    """
    estimate = bootstrap_mean(differences, seed=seed)
    return PairedTest(
        estimate.mean, estimate.low, estimate.high, _sign_flip_p(differences, seed=seed)
    )


def draw_flips(count: int, *, seed: int, most: int = PERMUTATIONS) -> tuple[bool, Iterator[Floats]]:
    """Return whether these are all 2^count ways to flip, and batches (ways, count) of 0 and 1.

    Where there are more than `most` ways, that many are drawn.
    """
    is_exact = 2**count <= most
    return is_exact, _all_flips(count) if is_exact else _drawn_flips(count, seed, most)


def _interval(found: Floats) -> tuple[float, float]:
    low, high = np.percentile(found, TAILS)
    return round(float(low), DIGITS), round(float(high), DIGITS)


def _resampled(questions: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield how often each question is drawn, (some resamples, questions) at a time."""
    rng = np.random.default_rng(seed)
    batch = _rows_at_once(questions)
    for start in range(0, resamples, batch):
        rows = min(batch, resamples - start)
        drawn = rng.integers(questions, size=(rows, questions))
        flat = (drawn + np.arange(rows)[:, None] * questions).ravel()
        counts = np.bincount(flat, minlength=rows * questions).reshape(rows, questions)
        yield counts.astype(np.float64)


def _rows_at_once(columns: int) -> int:
    return max(1, DRAWN_AT_ONCE // columns)


def _sign_flip_p(differences: Sequence[float], *, seed: int) -> float:
    """Return the two-sided p; differences of 0 stay what they are under any flip."""
    flipped = np.sort(np.array([each for each in differences if each], dtype=np.float64))
    is_exact, flips = draw_flips(len(flipped), seed=seed)
    observed, slack = abs(flipped.sum()), 1e-12 * np.abs(flipped).sum()
    extreme = total = 0
    for bits in flips:
        sums = np.abs(2 * (bits @ flipped) - flipped.sum())
        extreme += int((sums >= observed - slack).sum())
        total += len(bits)
    return extreme / total if is_exact else (extreme + 1) / (total + 1)


def _all_flips(count: int) -> Iterator[Floats]:
    ways = np.arange(2**count)[:, None]
    yield (ways >> np.arange(count) & 1).astype(np.float64)


def _drawn_flips(count: int, seed: int, most: int) -> Iterator[Floats]:
    """Yield `most` rows of `count` random bits, a batch at a time."""
    rng = np.random.default_rng(seed)
    batch = _rows_at_once(count)
    for start in range(0, most, batch):
        rows = min(batch, most - start)
        octets = rng.integers(256, size=(rows, -(-count // 8)), dtype=np.uint8)
        yield np.unpackbits(octets, axis=1, count=count).astype(np.float64)
