"""Measures of a whole set, worked out by hand and against plain loops."""

import itertools
import random
from types import SimpleNamespace

import pytest

from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.measuring.outcome_measures import (
    Outcomes,
    calibration,
    estimate_outcomes,
    risk_coverage,
)
from rag.evaluation.records import Point

OF_SET = [name for name, measure in MEASURES.items() if measure.is_of_set]


def outcomes_of(*rows):
    """Return the outcomes of rows (confidence, is answerable, was refused, would be right)."""
    outcomes = Outcomes()
    for confidence, is_answerable, was_refused, would_be_right in rows:
        outcomes.add(
            SimpleNamespace(
                confidence=confidence,
                expected=SimpleNamespace(is_answerable=is_answerable),
                outcome="not_in_articles" if was_refused else "answered",
                would_be_right=would_be_right,
            )
        )
    return outcomes


def of_set(*rows):
    found = estimate_outcomes(outcomes_of(*rows), OF_SET, seed=0, resamples=100)
    return {name: estimate.mean for name, estimate in found.items()}


def refusals(**counts):
    """Return rows by kind: rightly refused, wrongly refused, wrongly answered, rightly answered."""
    kinds = {"right": (False, True), "false": (True, True), "missed": (False, False)}
    kinds["answered"] = (True, False)
    return [(None, *kinds[kind], None) for kind, n in counts.items() for _ in range(n)]


def test_abstaining_has_precision_recall_and_f1():
    found = of_set(*refusals(right=3, false=1, missed=2, answered=4))

    assert found == pytest.approx(
        {"abstain_precision": 3 / 4, "abstain_recall": 3 / 5, "abstain_f1": 2 * 3 / (4 + 5)}
    )


def test_without_unanswerable_questions_abstaining_is_not_measured():
    assert of_set(*refusals(false=1, answered=4)) == {}


def test_without_a_refusal_there_is_no_precision_but_an_f1_of_zero():
    assert of_set(*refusals(missed=1, answered=4)) == {"abstain_recall": 0, "abstain_f1": 0}


def test_auroc_is_the_share_of_pairs_in_order_with_ties_half():
    found = of_set(
        (0.9, True, False, None),
        (0.5, True, False, None),
        (0.5, False, False, None),
        (0.1, False, False, None),
        (None, True, False, None),  # gives no confidence: left out
        (0.7, None, False, None),  # not known: left out
    )

    assert found["answerable_auroc"] == (1 + 1 + 0.5 + 1) / 4


def test_aurc_is_the_mean_risk_over_all_coverages():
    rows = [(0.9, None, False, True), (0.8, None, False, False)]
    rows += [(0.7, None, False, True), (0.6, None, False, False)]

    # wrong among the first 1, 2, 3, 4: 0/1, 1/2, 1/3, 2/4
    assert of_set(*rows) == {"aurc": pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)}


def test_calibration_error_is_the_gap_of_each_bin_weighted_by_its_questions():
    rows = [(0.92, True), (0.98, False), (0.31, False), (0.1, True), (1.0, True)]

    found = of_set(*((c, a, False, None) for c, a in rows))["calibration_error"]

    last = abs(2 / 3 - (0.92 + 0.98 + 1.0) / 3) * 3 / 5
    assert found == pytest.approx(last + (0.31 - 0) / 5 + (1 - 0.1) / 5)


def test_random_sets_measure_as_plain_loops_do():
    rng = random.Random(4)  # noqa: S311 - draws sets
    for _ in range(30):
        rows = [
            (rng.choice([0.15, 0.35, 0.55, 0.85]), rng.random() < 0.6, False, rng.random() < 0.5)
            for _ in range(25)
        ]

        found = of_set(*rows)

        yes, no = [c for c, a, *_ in rows if a], [c for c, a, *_ in rows if not a]
        pairs = [1 if y > n else 0.5 if y == n else 0 for y in yes for n in no]
        assert found["answerable_auroc"] == pytest.approx(sum(pairs) / len(pairs))
        assert found["aurc"] == pytest.approx(mean_risk(rows))


def mean_risk(rows):
    """Return the mean risk with every question as wrong as those of its confidence are."""
    shares = {c: [not right for each, *_, right in rows if each == c] for c, *_ in rows}
    ordered = sorted((c for c, *_ in rows), reverse=True)
    wrong = list(itertools.accumulate(sum(shares[c]) / len(shares[c]) for c in ordered))
    return sum(total / number for number, total in enumerate(wrong, start=1)) / len(rows)


def test_intervals_cover_their_measures():
    rows = [(i / 20, i % 3 > 0, i < 9, i % 4 > 0) for i in range(20)]

    found = estimate_outcomes(outcomes_of(*rows), OF_SET, seed=0, resamples=300)

    assert list(found) == OF_SET
    assert all(0 <= each.low < each.mean < each.high <= 1 for each in found.values())
    assert {each.n for each in found.values()} == {20}


def test_one_question_alone_has_no_interval_and_no_nan():
    found = estimate_outcomes(outcomes_of((0.5, True, False, True)), OF_SET, seed=0, resamples=50)

    assert {n: (e.mean, e.low, e.high) for n, e in found.items()} == {
        "aurc": (0, 0, 0),
        "calibration_error": (0.5, 0.5, 0.5),
    }


def test_the_risk_coverage_curve_answers_the_surest_first():
    rows = [(0.9, None, False, True), (0.5, None, False, False), (0.5, None, False, True)]

    assert risk_coverage(outcomes_of(*rows)) == (
        Point(1 / 3, 0.0, 1),
        Point(2 / 3, 0.5 / 2, 2),  # one of two that are equally sure, expected
        Point(1.0, 1 / 3, 3),
    )


def test_the_curve_has_at_most_fifty_points_and_ends_at_all():
    rows = [(i / 997, None, False, i % 3 > 0) for i in range(997)]

    points = risk_coverage(outcomes_of(*rows))

    assert len(points) == 50
    assert (points[-1].x, points[-1].n) == (1.0, 997)
    assert points[-1].y == pytest.approx(333 / 997)


def test_calibration_points_are_the_bins_that_hold_questions():
    rows = [(0.92, True, False, None), (0.98, False, False, None), (0.3, False, False, None)]

    assert calibration(outcomes_of(*rows)) == (
        Point(0.3, 0.0, 1),
        Point(pytest.approx(0.95), 0.5, 2),
    )


def test_nothing_known_draws_nothing():
    assert risk_coverage(Outcomes()) == calibration(Outcomes()) == ()
    assert of_set() == {}
