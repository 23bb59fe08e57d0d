"""Each measure in two runs: both means, the difference, and how likely chance alone gives it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rag.evaluation.comparing.paired_rows import Pair
from rag.evaluation.comparing.paired_sets import compare_sets
from rag.evaluation.judge import JUDGE_FAILED
from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.measuring.outcome_measures import STATISTICS
from rag.evaluation.measuring.statistics import PairedTest, paired_test

EQUAL_WITHIN = 1e-9
"""Two means are equal within this: 0.1 + 0.2 is not 0.3 in a computer."""
SEED = 0
SIGNIFICANT = 0.05
"""The usual level; of the p that allows for the number of measures tested."""


@dataclass(frozen=True, slots=True)
class ComparedMeasure:
    """A measure over the `n` questions that have it in both runs.

    `difference` is b less a, with its 95 % interval; `p` is that of a paired permutation test,
    `p_holm` the same adjusted for all the measures that were tested with it. `effect` is which way
    the difference goes; only where `is_significant` is chance an unlikely reason for it.
    """

    name: str
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    n: int
    effect: Literal["better", "worse", "same"]
    is_significant: bool = False


def compare_measures(pairs: Sequence[Pair]) -> tuple[ComparedMeasure, ...]:
    """Return every measure that both runs have, in the order of MEASURES."""
    of_questions = _compared_means([(pair.a.measures, pair.b.measures) for pair in pairs])
    by_name = {one.name: one for one in (*of_questions, *_compared_sets(pairs))}
    return adjust([by_name[name] for name in MEASURES if name in by_name])


def compare_judged(pairs: Sequence[Pair]) -> tuple[ComparedMeasure, ...]:
    """Return what an LLM judge said of both runs: opinions, adjusted among themselves."""
    return adjust(list(_compared_means([(pair.a.judged, pair.b.judged) for pair in pairs])))


def gain_of(name: str, difference: float) -> float:
    """Return a difference of a measure counted so that above 0 is better, 0 where it is none."""
    if abs(difference) <= EQUAL_WITHIN:
        return 0.0
    is_higher_better = MEASURES[name].higher_is_better if name in MEASURES else True
    return difference if is_higher_better else -difference


def adjust(measures: Sequence[ComparedMeasure]) -> tuple[ComparedMeasure, ...]:
    """Return the measures with `p_holm` and `is_significant`: one of many can differ by luck.

    Holm, A simple sequentially rejective multiple test procedure (1979): the k-th smallest of m
    becomes the largest of (m - j + 1) p_j for j up to k, and at most 1.
    """
    adjusted, largest = dict[str, float](), 0.0
    for rank, one in enumerate(sorted(measures, key=lambda one: one.p)):
        largest = max(largest, min(1.0, (len(measures) - rank) * one.p))
        adjusted[one.name] = largest
    return tuple(_adjusted(one, adjusted[one.name]) for one in measures)


def _adjusted(one: ComparedMeasure, p_holm: float) -> ComparedMeasure:
    is_significant = one.effect != "same" and p_holm < SIGNIFICANT
    return replace(one, p_holm=p_holm, is_significant=is_significant)


def _compared_means(
    values: Sequence[tuple[dict[str, float], dict[str, float]]],
) -> Iterator[ComparedMeasure]:
    """Yield the measures that single questions have, where both runs have a value."""
    names = sorted({name for a, _ in values for name in a} - {JUDGE_FAILED})
    for name in names:
        both = [(a[name], b[name]) for a, b in values if name in a and name in b]
        if both:
            of_a, of_b = (math.fsum(column) / len(both) for column in zip(*both, strict=True))
            test = paired_test([b - a for a, b in both], seed=SEED)
            yield _compared(name, of_a, of_b, test, n=len(both))


def _compared_sets(pairs: Sequence[Pair]) -> Iterator[ComparedMeasure]:
    """Yield the measures of whole sets, over the questions that have an outcome in both runs."""
    answered = [(p.a.outcome_fields, p.b.outcome_fields) for p in pairs]
    answered = [both for both in answered if all(both)]
    if not answered:
        return
    table = np.array(answered)  # (questions, runs, fields)
    for name, (fields, statistic) in STATISTICS.items():
        columns = table[:, :, fields]
        columns = columns[~np.isnan(columns).any(axis=(1, 2))]
        a, b = columns[:, 0].T, columns[:, 1].T
        found = compare_sets(statistic, a, b, seed=SEED) if len(columns) else None
        if found is not None:
            yield _compared(name, found.a, found.b, found.test, n=len(columns))


def _compared(name: str, a: float, b: float, test: PairedTest, *, n: int) -> ComparedMeasure:
    gain = gain_of(name, test.mean)
    effect: Literal["better", "worse", "same"] = (
        "better" if gain > 0 else "worse" if gain < 0 else "same"
    )
    return ComparedMeasure(name, a, b, test.mean, test.low, test.high, test.p, 1.0, n, effect)
