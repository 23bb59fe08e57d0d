"""Intervals and tests against enumeration and against scipy's own."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from rag.evaluation.measuring.statistics import (
    PairedTest,
    bootstrap_mean,
    bootstrap_set,
    paired_test,
)
from rag.evaluation.records import Estimate


def mean_of(values):
    return lambda counts: counts @ np.array(values) / counts.sum(axis=1)


def test_the_interval_of_many_is_that_of_the_normal_approximation():
    values = np.random.default_rng(3).random(2_000)

    estimate = bootstrap_mean(values, seed=0)

    half = 1.96 * values.std() / math.sqrt(2_000)
    assert estimate.low == pytest.approx(values.mean() - half, abs=half / 10)
    assert estimate.high == pytest.approx(values.mean() + half, abs=half / 10)


def test_the_same_values_in_any_order_give_the_same_interval():
    values = [0.1, 0.2, 0.7, 0.4, 0.9]

    assert bootstrap_mean(values, seed=4) == bootstrap_mean(reversed(values), seed=4)
    assert bootstrap_mean(values, seed=4) != bootstrap_mean(values, seed=5)


@pytest.mark.parametrize("values", [[0.1], [0.1, 0.1, 0.1]])
def test_one_value_and_equal_values_have_no_width(values):
    assert bootstrap_mean(values, seed=0) == Estimate(0.1, 0.1, 0.1, len(values))


def test_a_measure_of_a_set_has_the_interval_that_its_mean_would_have():
    values = [0.0, 0.0, 0.25, 0.5, 1.0, 1.0, 1.0]

    of_set = bootstrap_set(mean_of(values), 7, seed=0)
    of_mean = bootstrap_mean(values, seed=1)

    assert of_set.mean == pytest.approx(of_mean.mean)
    assert of_set.low == pytest.approx(of_mean.low, abs=0.04)
    assert of_set.high == pytest.approx(of_mean.high, abs=0.04)


def test_resamples_without_a_value_are_left_out():
    def share_where_first_is_drawn(counts):
        return np.where(counts[:, 0] > 0, counts[:, 0] / counts.sum(axis=1), np.nan)

    estimate = bootstrap_set(share_where_first_is_drawn, 4, seed=0)

    assert estimate.low == 0.25  # never 0: those have no value
    assert not math.isnan(estimate.high)


@pytest.mark.parametrize("questions", [0, 3])
def test_a_measure_that_the_set_does_not_have_is_none(questions):
    assert bootstrap_set(lambda counts: np.full(len(counts), np.nan), questions, seed=0) is None


def test_p_is_the_share_of_all_sign_flips_that_are_as_far_from_zero():
    differences = [0.5, 0.25, -0.1, 0.3, 0.0]

    test = paired_test(differences, seed=0)

    flips = itertools.product((1, -1), repeat=5)
    sums = [abs(sum(s * d for s, d in zip(signs, differences, strict=True))) for signs in flips]
    assert test.p == sum(each >= 0.95 - 1e-9 for each in sums) / 32 == 4 / 16
    assert test.mean == pytest.approx(0.19)
    assert test.low < test.mean < test.high


def test_drawn_p_is_near_that_of_a_t_test_and_the_same_every_time():
    differences = np.random.default_rng(2).standard_normal(400) + 0.1

    test = paired_test(list(differences), seed=0)

    assert test.p == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.01)
    assert test == paired_test(list(differences[::-1]), seed=0)


def test_a_drawn_p_is_never_zero():
    assert paired_test([1.0 + i / 100 for i in range(100)], seed=0).p == 1 / 10_001


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([0.0, 0.0], PairedTest(0.0, 0.0, 0.0, 1.0)),
        ([0.5], PairedTest(0.5, 0.5, 0.5, 1.0)),
        ([0.5, 0.5], PairedTest(0.5, 0.5, 0.5, 0.5)),
    ],
)
def test_too_little_to_tell_is_no_evidence(differences, expected):
    assert paired_test(differences, seed=0) == expected
