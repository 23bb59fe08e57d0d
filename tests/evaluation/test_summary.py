"""The Summary of a run: what it holds, from rows in any order, read once."""

import dataclasses
import random
import tracemalloc

import pytest

from rag.evaluation.measuring.measures import MAIN_MEASURES, MEASURES
from rag.evaluation.measuring.summary import summarise, summarise_times
from rag.evaluation.records import Estimate, StageTimes
from rag.records import Sentence
from rag.strict_json import to_text
from tests.written_runs import evaluated


def row(number, **fields):
    return evaluated(str(number), **{"outcome": "answered"} | fields)


def random_rows(count):
    for number in range(count):
        rng = random.Random(number)  # noqa: S311 - makes rows
        yield row(
            number,
            is_answerable=rng.random() < 0.6,
            outcome=rng.choice(["answered", "partial", "not_in_articles"]),
            confidence=rng.random(),
            would_be_right=rng.random() < 0.5,
            tags=(f"t{number % 3}",),
            measures={n: rng.random() for n, m in MEASURES.items() if not m.is_of_set},
            judged={"faithful": rng.random()},
        )


def test_a_mean_is_over_the_questions_that_have_the_measure():
    rows = [row(1, measures={"AP": 1.0}), row(2), row(3, measures={"AP": 0.5})]

    summary = summarise(rows)

    assert summary.questions == 3
    assert list(summary.measures) == ["AP"]
    assert (summary.measures["AP"].mean, summary.measures["AP"].n) == (0.75, 2)


def test_the_order_of_the_rows_does_not_matter():
    rows = list(random_rows(40))
    shuffled = random.Random(1).sample(rows, len(rows))  # noqa: S311 - shuffles

    assert to_text(summarise(rows, resamples=50)) == to_text(summarise(shuffled, resamples=50))


def test_measures_stand_in_the_order_of_the_registry_and_unknown_ones_last():
    rows = [row(1, measures={"of a plug-in": 1.0, "AP": 1.0, "nDCG@10": 1.0})]

    assert list(summarise(rows).measures) == ["nDCG@10", "AP", "of a plug-in"]


def test_measures_of_the_set_are_there_where_they_can_be_computed():
    refused = row(1, is_answerable=False, outcome="not_in_articles")

    with_it = summarise([refused, row(2, is_answerable=True)])
    without = summarise([row(2, is_answerable=True)])

    assert with_it.measures["abstain_f1"] == Estimate(1.0, 1.0, 1.0, 2)
    assert without.measures == {}


def test_outcomes_and_failures_are_counted():
    rows = [
        row(1, outcome="not_in_articles"),
        row(2),
        row(3),
        row(4, outcome=None, error_code="E-Q-001", error="Please type a question."),
        row(5, outcome=None),  # retrieved only
    ]

    summary = summarise(rows)

    assert summary.outcomes == {"answered": 2, "not_in_articles": 1, "error": 1}
    assert (summary.questions, summary.failed) == (5, 1)


def test_a_tag_with_five_questions_has_the_main_measures():
    rows = [
        row(i, is_answerable=False, tags=("five", "five"), measures={"RR@10": 0.5, "AP": 0.5})
        for i in range(5)
    ]
    rows += [row(9, tags=("one",), measures={"RR@10": 1.0})]

    summary = summarise(rows)

    assert summary.by_tag == {
        "five": {"RR@10": Estimate(0.5, 0.5, 0.5, 5), "abstain_f1": Estimate(0.0, 0.0, 0.0, 5)}
    }
    assert set(summary.by_tag["five"]) <= set(MAIN_MEASURES)


def test_what_a_judge_said_is_kept_apart():
    summary = summarise([row(1, judged={"faithful": 1.0}), row(2, judged={"faithful": 0.0})])

    assert (summary.judged["faithful"].mean, summary.judged["faithful"].n) == (0.5, 2)
    assert "faithful" not in summary.measures


def test_no_questions_give_an_empty_summary():
    summary = summarise([])

    assert (summary.questions, summary.measures, summary.by_tag) == (0, {}, {})


def test_rows_are_read_once_and_not_kept():
    long = (dataclasses.replace(each, reason=each.id * 10_000) for each in random_rows(300))
    summarise(random_rows(5), resamples=5)  # loads what is loaded once
    tracemalloc.start()
    summarise(long, resamples=5)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2_000_000  # the reasons alone are 7 MB


def test_times_are_percentiles_of_each_stage_in_its_order():
    rows = [row(i, timings_ms={"total": float(i), "query": 1.0, "x": 2.0}) for i in range(101)]
    rows += [row("failed", timings_ms={"query": 900.0}, error_code="E-Q-001")]

    times = summarise_times(rows, seconds=2.5)

    assert times.stages == {
        "query": StageTimes(1.0, 1.0, 101),
        "x": StageTimes(2.0, 2.0, 101),
        "total": StageTimes(50.0, 95.0, 101),
    }
    assert times.seconds == 2.5


@pytest.mark.parametrize(
    ("total_ms", "bars"),
    [
        ([40.4], [(40.0, 41.0, 1)]),
        ([3.0, 12.0, 99.9], [(0.0, 5.0, 1), (10.0, 15.0, 1), (95.0, 100.0, 1)]),
        ([10.0, 20.0], [(10.0, 11.0, 1), (20.0, 21.0, 1)]),
    ],
)
def test_the_histogram_has_at_most_twenty_bars_of_a_round_width(total_ms, bars):
    times = summarise_times(
        [row(i, timings_ms={"total": t}) for i, t in enumerate(total_ms)], seconds=1
    )

    assert 1 <= len(times.histogram_ms) <= 20
    assert [(p.x, p.y, p.n) for p in times.histogram_ms if p.n] == bars
    edges = [p.x for p in times.histogram_ms[1:]]
    assert edges == [p.y for p in times.histogram_ms[:-1]]


def test_the_verdicts_of_all_sentences_are_counted():
    told = (Sentence("a", "attributed", ()), Sentence("b", "supported", ()))
    rows = [row(1, sentences=told), row(2, sentences=told[1:])]

    assert summarise(rows).verdicts == {"supported": 2, "attributed": 1}
