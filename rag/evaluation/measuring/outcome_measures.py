"""The measures of outcomes over a whole set: refusing rightly, and knowing what it knows.

Each is a function of how often each question counts, so that a bootstrap resample is a row of
counts. Equal confidence is one step: the order of questions within it never matters.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable

import numpy as np

from rag.evaluation.measuring.statistics import Floats, SetStatistic, bootstrap_set
from rag.evaluation.records import Estimate, EvaluatedQuestion, Point

BINS = 10
"""Bins of confidence; Guo et al. (2017) use 15 for 5,000 and more questions, we have fewer."""

POINTS = 50
"""Points of the risk-coverage curve at most: more than a plot can show apart."""

_CONFIDENCE, _ANSWERABLE, _REFUSED, _WRONG = range(4)
_FIELDS = 4


class Outcomes:
    """What is known of the outcome of each question: four floats a question, NaN for unknown."""

    def __init__(self) -> None:
        self._flat = array("d")

    def add(self, row: EvaluatedQuestion) -> None:
        """Take in one question; one without an outcome has nothing to tell."""
        if row.outcome is not None:
            self._flat.extend(outcome_fields(row))

    def known(self, *fields: int) -> Floats:
        """Return these fields of the questions that have them all, (fields, n), sorted."""
        table = np.array(self._flat).reshape(-1, _FIELDS)[:, fields]
        table = table[~np.isnan(table).any(axis=1)]
        ordered: Floats = table[np.lexsort(table.T[::-1])].T
        return ordered


def outcome_fields(row: EvaluatedQuestion) -> tuple[float, ...]:
    """Return the four floats of one question that has an outcome, NaN for what is not known."""
    is_wrong = None if row.would_be_right is None else not row.would_be_right
    is_refused = row.outcome == "not_in_articles"
    known = (row.confidence, row.expected.is_answerable, is_refused, is_wrong)
    return tuple(math.nan if each is None else float(each) for each in known)


def estimate_outcomes(
    outcomes: Outcomes, names: Iterable[str], *, seed: int, resamples: int
) -> dict[str, Estimate]:
    """Return those of the named measures of a set that can be computed, with their intervals."""
    found = {}
    for name in names:
        fields, statistic = STATISTICS[name]
        table = outcomes.known(*fields)
        estimate = bootstrap_set(
            _of_table(statistic, table), table.shape[1], seed=seed, resamples=resamples
        )
        if estimate is not None:
            found[name] = estimate
    return found


def risk_coverage(outcomes: Outcomes) -> tuple[Point, ...]:
    """Return the share of wrong answers among the most confident, for up to 50 shares of all.

    Where the last of the most confident are as confident as others, the expected share.
    """
    confidence, wrong = outcomes.known(_CONFIDENCE, _WRONG)[:, ::-1]
    if not len(confidence):
        return ()
    ends = np.append(_steps(confidence)[1:], len(confidence))
    total = np.cumsum(wrong)[ends - 1]
    shown = np.unique(np.linspace(0, len(confidence), POINTS + 1).round()[1:])
    shown = shown[shown > 0]
    expected = np.interp(shown, [0, *ends], [0, *total])
    return tuple(
        Point(float(k / len(confidence)), float(w / k), int(k))
        for k, w in zip(shown, expected, strict=True)
    )


def calibration(outcomes: Outcomes) -> tuple[Point, ...]:
    """Return mean confidence and share of answerable questions of each bin that has any."""
    confidence, answerable = outcomes.known(_CONFIDENCE, _ANSWERABLE)
    bins = _bins(confidence)
    inside = [bins == each for each in range(BINS) if (bins == each).any()]
    return tuple(
        Point(float(confidence[b].mean()), float(answerable[b].mean()), int(b.sum()))
        for b in inside
    )


def _of_table(statistic: Callable[..., Floats], table: Floats) -> SetStatistic:
    return lambda counts: statistic(counts, *table)


def _abstain_precision(counts: Floats, answerable: Floats, refused: Floats) -> Floats:
    total = counts @ refused
    share = _divided(counts @ (refused * (1 - answerable)), total)
    return np.where(counts @ (1 - answerable) > 0, share, np.nan)


def _abstain_recall(counts: Floats, answerable: Floats, refused: Floats) -> Floats:
    return _divided(counts @ (refused * (1 - answerable)), counts @ (1 - answerable))


def _abstain_f1(counts: Floats, answerable: Floats, refused: Floats) -> Floats:
    right, unanswerable = counts @ (refused * (1 - answerable)), counts @ (1 - answerable)
    share = _divided(2 * right, counts @ refused + unanswerable)
    return np.where(unanswerable > 0, share, np.nan)


def _answerable_auroc(counts: Floats, confidence: Floats, answerable: Floats) -> Floats:
    steps = _steps(confidence)
    positive = np.add.reduceat(counts * answerable, steps, axis=1)
    negative = np.add.reduceat(counts * (1 - answerable), steps, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    won = (positive * (below + negative / 2)).sum(axis=1)
    return _divided(won, positive.sum(axis=1) * negative.sum(axis=1))


def _aurc(counts: Floats, confidence: Floats, wrong: Floats) -> Floats:
    """Return the mean risk over all coverages.

    Within a step of t equally confident questions, r = e / t of them wrong, after N questions
    with E wrong, the expected risk of N + j is (E + r j) / (N + j) = r + (E - r N) / (N + j);
    summed over j = 1 … t that is e + (E - r N) (H(N + t) - H(N)), with harmonic numbers H.
    """
    steps = _steps(confidence)
    asked = np.add.reduceat(counts, steps, axis=1)[:, ::-1]
    failed = np.add.reduceat(counts * wrong, steps, axis=1)[:, ::-1]
    after = np.cumsum(asked, axis=1)
    before, failed_before = after - asked, np.cumsum(failed, axis=1) - failed
    share = np.divide(failed, asked, out=np.zeros_like(failed), where=asked > 0)
    harmonic = np.concatenate(([0.0], np.cumsum(1 / np.arange(1, len(wrong) + 1))))
    passed = harmonic[after.astype(int)] - harmonic[before.astype(int)]
    risks = failed + (failed_before - share * before) * passed
    return np.asarray(risks.sum(axis=1) / counts.sum(axis=1))


def _calibration_error(counts: Floats, confidence: Floats, answerable: Floats) -> Floats:
    in_bin = np.eye(BINS)[_bins(confidence)]
    gaps = np.abs(counts @ (in_bin * (answerable - confidence)[:, None]))
    return np.asarray(gaps.sum(axis=1) / counts.sum(axis=1))


STATISTICS: dict[str, tuple[tuple[int, ...], Callable[..., Floats]]] = {
    "abstain_precision": ((_ANSWERABLE, _REFUSED), _abstain_precision),
    "abstain_recall": ((_ANSWERABLE, _REFUSED), _abstain_recall),
    "abstain_f1": ((_ANSWERABLE, _REFUSED), _abstain_f1),
    "answerable_auroc": ((_CONFIDENCE, _ANSWERABLE), _answerable_auroc),
    "aurc": ((_CONFIDENCE, _WRONG), _aurc),
    "calibration_error": ((_CONFIDENCE, _ANSWERABLE), _calibration_error),
}
"""By measure: which of the four floats of a question it needs, and the SetStatistic, which takes
them as columns in ascending order of the first."""


def _steps(ordered: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return where each run of equal values of a sorted array begins."""
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))


def _bins(confidence: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.minimum((confidence * BINS).astype(np.intp), BINS - 1)


def _divided(some: Floats, all_of: Floats) -> Floats:
    """Return the quotients, NaN where there is nothing to divide by."""
    return np.divide(some, all_of, out=np.full_like(some, np.nan), where=all_of > 0)
